"""A circuit breaker: after failures nobody is made to wait, and one probe at a time finds out when it is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0


class CircuitBreaker:
    """Closed: all calls go through. Open: none. After a pause that doubles up to `longest_pause`, one may probe."""

    def __init__(
        self,
        failures_to_open: int = 3,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = first_pause
        self._probe_at: float | None = None

    @property
    def is_closed(self) -> bool:
        """Whether calls go through."""
        return self._probe_at is None

    def may_probe(self) -> bool:
        """Whether the caller is the one that may try now, while open; nobody else may until the pause is over again."""
        with self._lock:
            if self._probe_at is None or self._clock() < self._probe_at:
                return False
            self._probe_at = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        """A call went well: close."""
        with self._lock:
            self._failures, self._pause, self._probe_at = 0, self._first_pause, None

    def failed(self, *, surely_down: bool = False) -> None:
        """A call failed; `surely_down` opens at once, as a refused connection should."""
        with self._lock:
            self._failures += 1
            if self._probe_at is not None:
                self._pause = min(self._pause * 2, self._longest_pause)
            elif not surely_down and self._failures < self._failures_to_open:
                return
            self._probe_at = self._clock() + self._pause
