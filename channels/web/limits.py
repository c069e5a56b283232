"""How much one visitor, one conversation and one network may ask of the door; counted in memory, per process."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from channels.networks import prefix_of

MAX_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class WebLimits:
    """Every number of the web door. Rates are tokens a second with a burst; sizes are bytes unless named otherwise.

    `spare_loopback` lifts the limits by address for this machine itself: tests, benchmarks, and a proxy that does not
    pass the visitor's address on (behind one that does, the server must be told to trust it).
    """

    frame_bytes: int = 16 * 1024
    body_bytes: int = 64 * 1024
    upload_bytes: int = 10 * 1024 * 1024
    text_characters: int = 4096
    pictures: int = 5
    messages_per_second: float = 5.0
    message_burst: int = 10
    uploads_per_minute: float = 20.0
    upload_burst: int = 10
    network_uploads_per_hour: float = 60.0
    network_upload_burst: int = 60
    sessions_per_hour: float = 60.0
    session_burst: int = 20
    sessions_per_hour_of_a_wide_network: float = 600.0
    wide_session_burst: int = 100
    connections_per_address: int = 20
    connections_per_wide_network: int = 200
    connections: int = 500
    frames_per_second: float = 20.0
    frame_burst: int = 60
    frames_per_second_of_a_network: float = 100.0
    network_frame_burst: int = 400
    idle_seconds: float = 90.0
    longest_poll_seconds: float = 25.0
    typing_after_seconds: float = 0.4
    look_again_seconds: float = 15.0
    plain_wait_seconds: float = 2.0
    spare_loopback: bool = True


def network_of(address: str) -> str:
    """The network to count by: IPv4 as it is, IPv6 by its /64, which is what one household has."""
    return prefix_of(address, 32, 64)


def wide_network_of(address: str) -> str:
    """The network that one customer of a provider may have at most: IPv4 by its /24, IPv6 by its /48."""
    return prefix_of(address, 24, 48)


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` saved up. `clock` counts seconds."""

    rate: float
    burst: int
    clock: Callable[[], float]
    tokens: float = field(init=False)
    filled: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.burst
        self.filled = self.clock()

    def take(self) -> bool:
        """Take a token; False when there is none."""
        self._fill_bucket()
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def spend(self) -> None:
        """Take a token in any case, on credit when there is none."""
        self._fill_bucket()
        self.tokens -= 1

    @property
    def owed(self) -> float:
        """Seconds until what was taken on credit is paid."""
        self._fill_bucket()
        return max(0.0, -self.tokens / self.rate)

    def _fill_bucket(self) -> None:
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
        self.filled = now

    @property
    def wait(self) -> int:
        """Whole seconds after which there is a token: who comes back then is let in."""
        self._fill_bucket()
        return max(1, math.ceil((1 - self.tokens) / self.rate))


@dataclass(slots=True)
class Buckets:
    """A bucket for each key, the longest unused forgotten first."""

    rate: float
    burst: int
    clock: Callable[[], float]
    kept: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def of(self, key: str) -> Bucket:
        """The bucket of this key, new and full when it was not seen lately."""
        bucket = self.kept.pop(key, None) or Bucket(self.rate, self.burst, self.clock)
        self.kept[key] = bucket
        while len(self.kept) > MAX_KEPT:
            self.kept.popitem(last=False)
        return bucket


@dataclass(frozen=True, slots=True)
class RequestPace:
    """How fast one connection may send: too fast is held up, not lost. Its network's bucket counts too, where there is one."""

    buckets: Sequence[Bucket]

    async def keep(self, count: int = 1) -> None:
        """Wait as long as this many more frames have to."""
        for bucket in self.buckets:
            for _ in range(count):
                bucket.spend()
        if owed := max(bucket.owed for bucket in self.buckets):
            await asyncio.sleep(owed)


Seat = Mapping[str, int]
"""What an open connection is counted under, each with how many there may be."""


@dataclass(slots=True)
class ConnectionPlaces:
    """Counts what is open at the same time."""

    taken: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def enter(self, seat: Seat) -> bool:
        """Take a place; False when one of those that it counts under is full."""
        if any(self.taken.get(key, 0) >= most for key, most in seat.items()):
            return False
        for key in seat:
            self.taken[key] += 1
        return True

    def leave(self, seat: Seat) -> None:
        """Give the place back."""
        for key in seat:
            self.taken[key] -= 1
            if self.taken[key] <= 0:
                del self.taken[key]
