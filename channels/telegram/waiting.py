"""Shows "typing" to residents who have waited for more than a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_WAITING = 1_000


class TypingHint:
    """Told of every message taken (`expect`) and every reply sent (`answered`); calls `show` once for whoever waits too long.

    One thread for all of them, and nothing kept: where another process sends the replies, leave it out.
    """

    def __init__(
        self, show: Callable[[str], None], after: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._show = show
        self._after = after
        self._clock = clock
        self._due: dict[str, float] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run_hint, name="telegram-typing", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident:
            self._thread.join()

    def expect(self, chat: str) -> None:
        """A message of this chat was taken; a reply should follow."""
        with self._changed:
            if len(self._due) < MOST_WAITING:
                self._due.setdefault(chat, self._clock() + self._after)
                self._changed.notify()

    def answered(self, chat: str) -> None:
        """A reply went to this chat."""
        with self._changed:
            self._due.pop(chat, None)

    def take_due(self) -> list[str]:
        """The chats that have waited too long; each is named once. The wait is the same for all, so the oldest is first."""
        with self._changed:
            now = self._clock()
            due = [chat for chat, at in self._due.items() if at <= now]
            for chat in due:
                del self._due[chat]
            return due

    def _run_hint(self) -> None:
        while not self._stopping:
            for chat in self.take_due():
                self._show(chat)
            with self._changed:
                if not self._stopping:
                    self._changed.wait(self._rest_seconds())

    def _rest_seconds(self) -> float | None:
        first = next(iter(self._due.values()), None)
        return None if first is None else max(0.0, first - self._clock())
