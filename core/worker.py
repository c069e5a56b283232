"""The workers of one process: they claim lanes, several at a time, and work on them side by side."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from core.errors import LeaseLost
from core.queue import ALL, Claim, Queue, Share

log = structlog.get_logger()

IDLE_SECONDS = 0.5
"""How often an idle worker looks for what came in through another process, or whose lane has rested."""
AHEAD = 2
"""Lanes claimed at once for each thread: one look at the database serves several messages when there are many."""
PATIENCE = 90.0
"""Seconds without a sign of life after which work counts as stuck: its lease is let go, and a spare thread takes the place of its own."""


@dataclass(slots=True, eq=False)
class _InHand:
    """A claim of this process: when its lease was last made longer, and the thread that works on it, None before the first."""

    claim: Claim
    renewed_at: float
    thread: threading.Thread | None = None


class Worker:
    """Works on one queue, or a `share` of it, with `size` threads until `stop`; `wake` makes it look at once.

    One thread at a time is the lookout: it claims, takes the first claim itself and leaves the others to its fellows. The keeper, a thread
    that does nothing else, renews the leases of what is in hand. What is stuck for longer than `patience` loses its lease, so that it is
    claimed again and in the end given up; it never holds more than one thread at a time, and there are as many spare ones as threads.
    """

    def __init__(
        self,
        queue: Queue,
        work: Callable[[Claim], None],
        *,
        size: int = 4,
        share: Share = ALL,
        patience: float = PATIENCE,
        before_each_look: Callable[[], object] = lambda: None,
    ) -> None:
        self.queue = queue
        self.work = work
        self._share = share
        self._patience = patience
        self._before_each_look = before_each_look
        self._size = size
        self._most = size * AHEAD
        self._lock = threading.Lock()
        self._for_lookout = threading.Condition(self._lock)
        self._for_fellows = threading.Condition(self._lock)
        self._for_keeper = threading.Event()
        self._claims: deque[Claim] = deque()
        self._in_hand: dict[str, _InHand] = {}
        self._stuck: set[threading.Thread] = set()
        self._has_lookout = False
        self._news = False
        self._stopping = False
        self._threads = [self._make_thread(number) for number in range(size)]
        self._keeper = threading.Thread(target=self._keep_leases, name=f"{queue.name}-keeper", daemon=True)

    def _make_thread(self, number: int) -> threading.Thread:
        return threading.Thread(
            target=self._run_worker, name=f"{self.queue.name}-worker-{number}", daemon=True
        )

    def start(self) -> None:
        """Begin to work."""
        for thread in (*self._threads, self._keeper):
            thread.start()

    def wake(self) -> None:
        """There may be something to do; safe from any thread."""
        with self._lock:
            self._news = True
            self._for_lookout.notify()

    def stop(self) -> None:
        """Finish what was claimed and stop; what is stuck is left behind."""
        with self._lock:
            self._stopping = True
            self._for_lookout.notify()
            self._for_fellows.notify_all()
        for thread in tuple(self._threads):
            while thread.ident and thread.is_alive() and thread not in self._stuck:
                thread.join(1.0)
        self._for_keeper.set()
        if self._keeper.ident:
            self._keeper.join()

    @property
    def is_alive(self) -> bool:
        """Whether as many threads run as there should be, not counting those that are stuck."""
        running = [thread for thread in self._threads if thread.is_alive() and thread not in self._stuck]
        return len(running) >= self._size and self._keeper.is_alive()

    def _run_worker(self) -> None:
        me = threading.current_thread()
        while claim := self._next_claim():
            try:
                self.work(claim)
            except Exception:
                log.exception("work_failed", queue=self.queue.name, item=claim.item_id)
            with self._lock:
                self._in_hand.pop(claim.token, None)
                if me in self._stuck:  # a spare thread has taken this one's place meanwhile
                    self._stuck.discard(me)
                    self._threads.remove(me)
                    return
            self.wake()  # the next message of the same lane may be waiting

    def _next_claim(self) -> Claim | None:
        """The next claim to work on, waiting for one; None when it is time to stop."""
        while True:
            with self._lock:
                while self._has_lookout and not self._claims and not self._stopping:
                    self._for_fellows.wait()
                if self._claims:
                    claim = self._claims.popleft()
                    claim.pulse.at = time.monotonic()
                    self._in_hand[claim.token].thread = threading.current_thread()
                    return claim
                if self._stopping:
                    return None
                self._has_lookout = True
                if not self._news:
                    self._for_lookout.wait(IDLE_SECONDS)
                self._news = False
            found = self._look_for_claims()
            with self._lock:
                self._has_lookout = False
                self._claims.extend(found)
                self._news = self._news or len(found) == self._most
                self._for_fellows.notify(len(found))

    def _look_for_claims(self) -> list[Claim]:
        with self._lock:
            has_suspect = any(
                hand.claim.attempt > 1 and hand.claim.last_failure is None for hand in self._in_hand.values()
            )
        try:
            self._before_each_look()
            found = self.queue.claim(self._most, self._share, suspects=0 if has_suspect else 1)
        except Exception:
            log.exception("worker_could_not_look", queue=self.queue.name)
            return []
        now = time.monotonic()
        with self._lock:
            self._in_hand.update((claim.token, _InHand(claim, now)) for claim in found)
        return found

    def _keep_leases(self) -> None:
        every = self.queue.lease.total_seconds() / 3
        while not self._for_keeper.wait(every):
            try:
                self.keep_leases(every)
            except Exception:
                log.exception("leases_not_renewed", queue=self.queue.name)

    def keep_leases(self, older_than: float = 0.0) -> None:
        """Renew the leases of what is in hand for so many seconds, and let go of what is stuck."""
        now = time.monotonic()
        with self._lock:
            silent = [hand for hand in self._in_hand.values() if now - hand.claim.pulse.at >= self._patience]
            for hand in silent:
                self._let_go(hand)
            kept = [hand for hand in self._in_hand.values() if now - hand.renewed_at >= older_than]
        for hand in silent:
            if hand.thread is None:
                self._give_back(hand.claim)
        if not kept:
            return
        lost = self.queue.renew([hand.claim for hand in kept])
        for hand in kept:
            hand.renewed_at = now
        for claim in lost:
            claim.pulse.is_lost = True

    def _give_back(self, claim: Claim) -> None:
        """Nobody here has begun with it: it is no attempt, and the item is under no suspicion."""
        with suppress(LeaseLost):
            self.queue.rest(claim, 0.0)

    def _let_go(self, hand: _InHand) -> None:
        """Its lease is not renewed any more, so that somebody else may try; its thread is replaced while there are spare ones."""
        del self._in_hand[hand.claim.token]
        hand.claim.pulse.is_lost = True
        if hand.thread is None:
            self._claims.remove(hand.claim)
            return
        log.error("work_is_stuck", queue=self.queue.name, item=hand.claim.item_id, attempt=hand.claim.attempt)
        self._stuck.add(hand.thread)
        if len(self._stuck) <= self._size:
            spare = self._make_thread(len(self._threads))
            self._threads.append(spare)
            spare.start()
