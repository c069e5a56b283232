"""The workers of one process: they claim lanes, several at a time, and work on them side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

import structlog

from bot.queue import Claim, Queue

log = structlog.get_logger()

IDLE_SECONDS = 0.5
"""How often an idle worker looks for what came in through another process, or whose lane has rested."""
AHEAD = 2
"""Lanes claimed at once for each thread: one look at the database serves several messages when there are many."""


class Worker:
    """Works on one queue with `size` threads until `stop`; `wake` makes it look at once.

    One thread at a time is the lookout: it claims, takes the first claim itself and leaves the others to its fellows.
    """

    def __init__(
        self,
        queue: Queue,
        work: Callable[[Claim], None],
        *,
        size: int = 4,
        before_each_look: Callable[[], object] = lambda: None,
    ) -> None:
        self.queue = queue
        self.work = work
        self._before_each_look = before_each_look
        self._most = size * AHEAD
        self._lock = threading.Lock()
        self._for_lookout = threading.Condition(self._lock)
        self._for_fellows = threading.Condition(self._lock)
        self._claims: deque[Claim] = deque()
        self._has_lookout = False
        self._news = False
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"{queue.name}-worker-{number}", daemon=True)
            for number in range(size)
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something to do; safe from any thread."""
        with self._lock:
            self._news = True
            self._for_lookout.notify()

    def stop(self) -> None:
        """Finish what was claimed and stop."""
        with self._lock:
            self._stopping = True
            self._for_lookout.notify()
            self._for_fellows.notify_all()
        for thread in self._threads:
            if thread.ident:
                thread.join()

    @property
    def is_alive(self) -> bool:
        """Whether all threads run."""
        return all(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while claim := self._next():
            try:
                self.work(claim)
            except Exception:
                log.exception("work_failed", queue=self.queue.name, item=claim.item_id)
            self.wake()  # the next message of the same lane may be waiting

    def _next(self) -> Claim | None:
        """The next claim to work on, waiting for one; None when it is time to stop."""
        while True:
            with self._lock:
                while self._has_lookout and not self._claims and not self._stopping:
                    self._for_fellows.wait()
                if self._claims:
                    return self._claims.popleft()
                if self._stopping:
                    return None
                self._has_lookout = True
                if not self._news:
                    self._for_lookout.wait(IDLE_SECONDS)
                self._news = False
            found = self._look()
            with self._lock:
                self._has_lookout = False
                self._claims.extend(found)
                self._news = self._news or len(found) == self._most
                self._for_fellows.notify(len(found))

    def _look(self) -> list[Claim]:
        try:
            self._before_each_look()
            return self.queue.claim(self._most)
        except Exception:
            log.exception("worker_could_not_look", queue=self.queue.name)
            return []
