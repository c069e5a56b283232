"""How long each stage of something takes."""

from __future__ import annotations

import time
from collections.abc import Callable


class Stopwatch:
    """Runs from its making on. `milliseconds` has what was measured, by stage; a stage that comes again is added to. For one thread."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._last = clock()
        self.milliseconds: dict[str, float] = {}

    def end_stage(self, name: str) -> None:
        """What passed since the last stage ended was this one."""
        now = self._clock()
        passed = self.milliseconds.get(name, 0.0) + (now - self._last) * 1000
        self.milliseconds[name] = round(passed, 1)
        self._last = now
