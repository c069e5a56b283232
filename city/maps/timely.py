"""Draws maps so that no words wait for one: in threads of its own, for so long, and one that fails is noted and left out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from core.model import SmallMap
from core.ports import MapDrawer

log = structlog.get_logger()

SECONDS = 0.5
"""How long a message may wait for its picture; a map takes a tenth of that (docs/benchmarks.md)."""
AT_ONCE = 2
MOST_WAITING = 16
"""What comes beyond that would be late anyway."""


class TimelyMaps:
    """`core.ports.MapDrawer` that gives None for a map which is late or cannot be drawn. `newest` is the city's map as it is now."""

    def __init__(
        self, newest: Callable[[], MapDrawer], *, seconds: float = SECONDS, at_once: int = AT_ONCE
    ) -> None:
        self._newest = newest
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="small-maps")
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        """The map as a PNG, or None; waits `seconds` at most."""
        if not self._places.acquire(blocking=False):
            log.warning("map_not_drawn", reason="too many at once")
            return None
        try:
            drawing = self._threads.submit(self._draw_now, shown, language)
        except RuntimeError:  # closed
            self._places.release()
            return None
        drawing.add_done_callback(self._leave)
        try:
            return drawing.result(self._seconds)
        except TimeoutError:
            drawing.cancel()
            log.warning("map_not_drawn", reason="late")
        except Exception:
            log.exception("map_not_drawn")
        return None

    def close(self) -> None:
        """End the threads; nothing is drawn afterwards."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _draw_now(self, shown: SmallMap, language: str) -> bytes | None:
        return self._newest().draw(shown, language)

    def _leave(self, _drawing: Future[bytes | None]) -> None:
        self._places.release()
