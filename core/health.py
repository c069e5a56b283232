"""What `GET /health` tells: which version this is, the state of each part, and whether all that is needed answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.model import Health
from core.version import code_version


def health_report(checks: Iterable[Callable[[], Health]]) -> tuple[bool, dict[str, Any]]:
    """Whether the whole is fit to serve, and the version and the state of every part as JSON."""
    parts = [_checked_health(check) for check in checks]
    ready = all(part.ok for part in parts if part.needed)
    states = {
        part.part: {
            "ok": part.ok,
            "needed": part.needed,
            "detail": part.detail,
            **({"warning": True} if part.warning else {}),
            **part.facts,
        }
        for part in parts
    }
    ill = sorted(part.part for part in parts if part.warning or not part.ok)
    return ready, {"version": code_version(), "ready": ready, "look_at": ill, "parts": states}


def _checked_health(check: Callable[[], Health]) -> Health:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  a part that cannot be asked is a part that is ill
        name = getattr(getattr(check, "func", check), "__name__", "part").removesuffix("_health")
        return Health(name, ok=False, detail=type(error).__name__)
