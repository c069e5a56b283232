"""A visit of somebody of staff without an application: the request, who asks, and as much of the console as its rooms look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from starlette.requests import Request

from channels.registry import TRAITS
from city.records.model import CityProfile
from console.shared.access import permissions_of
from console.shared.audit import AuditLog
from console.shared.pages import ConsolePages
from console.shared.request_context import RequestContext, Staff
from core.database import Base
from core.vault import Vault
from tests.support.builders import Clock

VAULT = Vault("a secret of tests that is long enough")
ROOT = "/console"


@cache
def console_pages() -> ConsolePages:
    """The templates and texts of the console, read once."""
    return ConsolePages()


@contextmanager
def open_memory_session() -> Iterator[Session]:
    """A session on all tables, empty and in memory; what it writes is gone with it."""
    assert TRAITS  # the channels' tables are known, too
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def request_of(path: str = "/", method: str = "GET", query: str = "", **headers: str) -> Request:
    """A request for this path below the console; `content_type="…"` is a header."""
    named = {"host": "city.example"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(
        {
            "type": "http",
            "method": method,
            "scheme": "https",
            "server": ("city.example", 443),
            "client": ("192.0.2.7", 50000),
            "root_path": ROOT,
            "path": f"{ROOT}{path}",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        }
    )


def visit_of(
    *roles: str,
    request: Request | None = None,
    departments: tuple[str, ...] = (),
    language: str = "en",
    timezone: str = "Europe/Berlin",
    **parts: Any,
) -> RequestContext:
    """Ana, with these roles, asks; `parts` are those of the console beside clock, city and vault."""
    profile = CityProfile("springfield", "Springfield", timezone)
    console = SimpleNamespace(
        **{
            "city": SimpleNamespace(profile=profile),
            "vault": VAULT,
            "now": Clock(),
            "languages": ("en", "es"),
        }
        | parts
    )
    staff = Staff(
        "ana", "ana@city.example", "Ana", tuple(roles), departments, language, permissions_of(roles)
    )
    asked = request or request_of()
    return RequestContext(asked, console, console_pages(), AuditLog(VAULT), staff, language)  # type: ignore[arg-type]
