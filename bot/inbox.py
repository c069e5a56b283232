"""The durable inbox: where the doors put messages."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.memory import Memory
from bot.model import Accepted, InboundMessage
from bot.queue import Queue


@dataclass(slots=True, eq=False)
class _Letter:
    """A message on its way into the database: `is_new` is known once it is there."""

    lane: str
    key: str
    payload: dict[str, Any]
    is_new: bool | None = None


class DurableInbox:
    """`bot.ports.Inbox`: a short transaction, then the workers are woken.

    Messages that come while one is being written down go together into the next transaction: what takes long is the disk, and it
    takes as long for ten as for one.
    """

    def __init__(self, database: Database, queue: Queue, memory: Memory, wake: Callable[[], None]) -> None:
        self._database = database
        self._queue = queue
        self._memory = memory
        self._wake = wake
        self._coming: deque[_Letter] = deque()
        self._one_writes = threading.Lock()

    def accept(self, message: InboundMessage) -> Accepted:
        """Store once; a repeat of the same (channel, provider id) changes nothing."""
        letter = _Letter(
            self._memory.lane(message.channel, message.sender),
            f"{message.channel} {message.provider_id}",
            self._memory.pack(message),
        )
        self._coming.append(letter)
        with self._one_writes:
            if letter.is_new is None:
                self._store_with_others(letter)
        if letter.is_new:
            self._wake()
        return Accepted(message.provider_id, repeat=not letter.is_new)

    def _store_with_others(self, letter: _Letter) -> None:
        """Store all that came until now; if that fails, this one alone, and the others try for themselves."""
        letters = [self._coming.popleft() for _ in range(len(self._coming))]
        if letter in letters and len(letters) > 1:
            try:
                self._store(letters)
            except (SQLAlchemyError, ValueError):
                self._store([letter])
        else:
            self._store([letter])

    def _store(self, letters: list[_Letter]) -> None:
        with self._database.noting() as transaction:
            are_new = [
                self._queue.put(transaction, letter.lane, letter.key, letter.payload) for letter in letters
            ]
        for letter, is_new in zip(letters, are_new, strict=True):
            letter.is_new = is_new
