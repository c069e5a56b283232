"""How much one visitor, one conversation and one network may ask of the door; counted in memory, per process."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
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
    sessions_per_hour: float = 60.0
    session_burst: int = 20
    connections_per_address: int = 20
    idle_seconds: float = 90.0
    longest_poll_seconds: float = 25.0
    typing_after_seconds: float = 0.4
    look_again_seconds: float = 15.0
    plain_wait_seconds: float = 2.0
    spare_loopback: bool = True


def network_of(address: str) -> str:
    """The address to count by: IPv4 as it is, IPv6 by its /64, which is what one household has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def is_loopback(address: str) -> bool:
    """Whether the address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


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
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @property
    def wait(self) -> int:
        """Whole seconds until there is a token."""
        return max(1, round((1 - self.tokens) / self.rate))


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


@dataclass(slots=True)
class Places:
    """Counts what is open at the same time for each key, up to `most`."""

    most: int
    taken: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def enter(self, key: str) -> bool:
        """Take a place; False when all are taken."""
        if self.taken[key] >= self.most:
            return False
        self.taken[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Give the place back."""
        self.taken[key] -= 1
        if self.taken[key] <= 0:
            del self.taken[key]
