"""How fast and how dearly texts may go out: a rate per sending number, a cap per day, and the countries written to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from channels.sms.numbers import is_reached

MOST_PLACES = 20_000
KEPT_SECONDS = 600.0
SHORTEST_WAIT = 0.001


LOW_FROM = 0.8
"""Part of the everyday money from which on it is said to be nearly spent."""
PENNY = 1e-9
"""What sums of prices may be off by."""


class Purse(StrEnum):
    """How the day's money stands."""

    FULL = "full"
    LOW = "low"
    DANGER_ONLY = "danger_only"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class SmsLimits:
    """What one city may send. A long code takes 1 segment a second, a toll-free number about 3, a short code 100.

    `cap` is money a day, in the currency of `price`, the price of a segment; 0 lifts it. `danger_share` of it is kept for words about
    danger. `countries` (`US`) may be written to, and `prefixes` narrow them further (`channels.sms.numbers`); empty allows all.
    """

    segments_per_second: float = 1.0
    burst: int = 10
    price: float = 0.0083
    cap: float = 25.0
    countries: tuple[str, ...] = ("US", "CA")
    prefixes: tuple[str, ...] = ()
    danger_share: float = 0.2

    def has_money(self, spent: float, cost: float, *, urgent: bool) -> bool:
        """Whether a text of this cost may go out after `spent` was spent today."""
        return not self.cap or spent + cost <= (self.cap if urgent else self.everyday) + PENNY

    @property
    def everyday(self) -> float:
        """The part of the day's money that any text may use."""
        return self.cap * (1 - self.danger_share)

    def purse(self, spent: float) -> Purse:
        """How much is left of the day's money."""
        if not self.has_money(spent, self.price, urgent=True):
            return Purse.EMPTY
        if not self.has_money(spent, self.price, urgent=False):
            return Purse.DANGER_ONLY
        return Purse.LOW if self.cap and spent >= LOW_FROM * self.everyday else Purse.FULL

    def reaches(self, number: str) -> bool:
        """Whether this number may be written to."""
        return is_reached(number, self.countries, self.prefixes)


class Spend(Protocol):
    """What sending has cost; kept where a restart and other processes find it."""

    def spent_today(self) -> float:
        """Money spent since midnight UTC."""
        ...

    def add(self, key: str, segments: int, cost: float) -> None:
        """Note what the delivery of this key cost. The same key again replaces nothing: each attempt that may have gone
        out is paid for.
        """
        ...


@dataclass
class MemorySpend:
    """A `Spend` for tests and for one process that does not mind forgetting."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    entries: list[tuple[datetime, str, int, float]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def spent_today(self) -> float:
        """Money spent since midnight UTC."""
        today = self.clock().date()
        with self._lock:
            return sum(cost for at, _, _, cost in self.entries if at.date() == today)

    def add(self, key: str, segments: int, cost: float) -> None:
        """Note what a delivery cost."""
        with self._lock:
            self.entries.append((self.clock(), key, segments, cost))


def until_midnight(now: datetime) -> float:
    """Seconds until the day ends, in UTC."""
    now = now.astimezone(UTC)
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()


class SegmentPace:
    """Gives each delivery its place in time. Who comes too early is told how long to wait and finds its place kept.

    Without kept places all that wait would come back at once, and all but one would be sent away again. One process counts
    for itself: with several senders, divide the rate by their number.
    """

    def __init__(self, rate: float, burst: int, ticking: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._ticking = ticking
        self._free_at = ticking() - burst / rate
        self._rests_until = 0.0
        self._places: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, segments: int, *, urgent: bool = False) -> float:
        """Seconds until this delivery may go out; 0 when it may go now, and its place is then used up. What is urgent goes before all
        that waits.
        """
        with self._lock:
            now = self._ticking()
            self._forget_old_places(now)
            if urgent:
                self._free_at += segments / self._rate
                return max(0.0, self._rests_until - now)
            place = self._places.get(key)
            if place is None:
                # Earlier silence saves up at most one burst.
                start = max(self._free_at, now - self._burst / self._rate)
                self._free_at = start + segments / self._rate
                place = self._places[key] = max(now, self._free_at)
            place = max(place, self._rests_until)
            if place > now + SHORTEST_WAIT:
                return place - now
            del self._places[key]
            return 0.0

    def rest(self, seconds: float) -> None:
        """Let nothing out for this long: the provider asked for it."""
        with self._lock:
            self._rests_until = max(self._rests_until, self._ticking() + seconds)

    def resting(self) -> float:
        """Seconds that the provider still wants to be left alone."""
        return max(0.0, self._rests_until - self._ticking())

    def _forget_old_places(self, now: float) -> None:
        """Drop places whose time is long past: their delivery was taken over or given up."""
        while self._places:
            key, place = next(iter(self._places.items()))
            if place > now - KEPT_SECONDS and len(self._places) < MOST_PLACES:
                return
            del self._places[key]
