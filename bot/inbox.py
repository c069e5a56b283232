"""The durable inbox: where the doors put messages."""

from __future__ import annotations

from collections.abc import Callable

from bot.database import Database
from bot.memory import Memory
from bot.model import Accepted, InboundMessage
from bot.queue import Queue


class DurableInbox:
    """`bot.ports.Inbox`: one short transaction, then the workers are woken."""

    def __init__(self, database: Database, queue: Queue, memory: Memory, wake: Callable[[], None]) -> None:
        self._database = database
        self._queue = queue
        self._memory = memory
        self._wake = wake

    def accept(self, message: InboundMessage) -> Accepted:
        """Store once; a repeat of the same (channel, provider id) changes nothing."""
        lane = self._memory.lane(message.channel, message.sender)
        key = f"{message.channel} {message.provider_id}"
        payload = self._memory.pack(message)
        with self._database.writing() as session:
            is_new = self._queue.put(session, lane, key, payload)
        if is_new:
            self._wake()
        return Accepted(message.provider_id, repeat=not is_new)
