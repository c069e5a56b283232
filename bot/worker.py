"""The workers of one process: they claim lanes, work on several at a time, and wake parked messages when the NLU is back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot.queue import Claim, Queue

log = structlog.get_logger()

IDLE_SECONDS = 0.5
"""How often an idle worker looks for what came in through another process, or whose lane has rested."""


class Worker:
    """Works on one queue with `size` threads until `stop`; `wake` makes it look at once."""

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
        self._size = size
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=f"{queue.name}-worker")
        self._wake = threading.Condition()
        self._news = False
        self._busy = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"{queue.name}-dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do; safe from any thread."""
        with self._wake:
            self._news = True
            self._wake.notify()

    def stop(self) -> None:
        """Finish what is in hand and stop."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident:
            self._thread.join()
        self._pool.shutdown(wait=True)

    @property
    def is_alive(self) -> bool:
        """Whether the dispatcher runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            try:
                found = self._look()
            except Exception:
                log.exception("worker_could_not_look", queue=self.queue.name)
                found = False
            if not found:
                self._rest()

    def _look(self) -> bool:
        self._before_each_look()
        free = self._size - self._busy
        if free <= 0:
            return False
        with self._wake:
            self._news = False
        claims = self.queue.claim(free)
        for claim in claims:
            with self._wake:
                self._busy += 1
            self._pool.submit(self._do, claim)
        return bool(claims)

    def _rest(self) -> None:
        with self._wake:
            if not self._stopping and (not self._news or self._busy >= self._size):
                self._wake.wait(IDLE_SECONDS)

    def _do(self, claim: Claim) -> None:
        try:
            self.work(claim)
        except Exception:
            log.exception("work_failed", queue=self.queue.name, item=claim.item_id)
        finally:
            with self._wake:
                self._busy -= 1
                self._news = True
                self._wake.notify()
