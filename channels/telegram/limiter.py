"""How fast Telegram lets a bot speak: 30 messages a second in all, one a second to a person, 20 a minute to a group.

Counted in this process. Where several processes send, each is given its share of `per_second`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 1.0
PERSON_SECONDS = 1.0
GROUP_SECONDS = 3.0
MOST_KEPT = 20_000


@dataclass
class Limiter:
    """Gives a place to send, or the seconds to wait for one. `clock` counts seconds and never goes backwards."""

    clock: Callable[[], float]
    per_second: int = 30
    person_seconds: float = PERSON_SECONDS
    group_seconds: float = GROUP_SECONDS
    _sent: deque[float] = field(default_factory=deque, repr=False)
    _free_at: OrderedDict[str, float] = field(default_factory=OrderedDict, repr=False)
    _rests_until: OrderedDict[str, float] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def claim(self, chat: str) -> float:
        """0 when the chat may be written to now, which then counts as done; else the exact seconds until it may."""
        with self._lock:
            now = self.clock()
            while self._sent and self._sent[0] <= now - WINDOW:
                self._sent.popleft()
            wait = self._free_at.get(chat, now) - now
            if len(self._sent) >= self.per_second:
                wait = max(wait, self._sent[0] + WINDOW - now)
            if wait > 0:
                return wait
            self._sent.append(now)
            is_group = chat.startswith("-")
            self._set_free(chat, now + (self.group_seconds if is_group else self.person_seconds))
            return 0.0

    def rest(self, chat: str, seconds: float) -> None:
        """Telegram itself asked to leave this chat alone for so long."""
        with self._lock:
            until = max(self._free_at.get(chat, 0.0), self.clock() + seconds)
            self._set_free(chat, until)
            _keep_times(self._rests_until, chat, until)

    def is_resting(self, chat: str) -> bool:
        """Whether Telegram asked to leave this chat alone, also with what is no message."""
        with self._lock:
            return self._rests_until.get(chat, 0.0) > self.clock()

    def _set_free(self, chat: str, at: float) -> None:
        _keep_times(self._free_at, chat, at)


def _keep_times(times: OrderedDict[str, float], chat: str, at: float) -> None:
    times[chat] = at
    times.move_to_end(chat)
    while len(times) > MOST_KEPT:
        times.popitem(last=False)
