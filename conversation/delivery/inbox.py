"""The durable inbox: where the doors put messages."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from conversation.delivery.alarm import Alarm, Alarms
from conversation.delivery.payload_marks import ALARMED, URGENT
from conversation.store.conversations import ConversationStore
from core.database import Database
from core.model import Accepted, InboundMessage
from core.queue import Put, Queue


@dataclass(slots=True, eq=False)
class _Letter:
    """A message on its way into the database: once it is there `is_new` is known, or `fault` says why it is not.

    `alarm` is what is said at once about a danger that it tells of; where nothing is, it is `urgent`.
    """

    message: InboundMessage
    lane: str = ""
    key: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    is_new: bool | None = None
    fault: Exception | None = None
    urgent: bool = False
    alarm: Alarm | None = None

    @property
    def outcome(self) -> Accepted | Exception:
        return self.fault or Accepted(self.message.provider_id, repeat=not self.is_new)


class DurableInbox:
    """`core.ports.InboxOfMany`: a short transaction, then the workers are woken.

    Messages that come while one is being written down go together into the next transaction: what takes long is the disk, and it
    takes as long for ten as for one.
    """

    def __init__(
        self,
        database: Database,
        queue: Queue,
        memory: ConversationStore,
        wake: Callable[[], None],
        alarms: Alarms | None = None,
    ) -> None:
        self._alarms = alarms
        self._database = database
        self._queue = queue
        self._memory = memory
        self._wake = wake
        self._coming: deque[_Letter] = deque()
        self._one_writes = threading.Lock()

    def accept(self, message: InboundMessage) -> Accepted:
        """Store once; a repeat of the same (channel, provider id) changes nothing."""
        (outcome,) = self.accept_all([message])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def accept_all(self, messages: Sequence[InboundMessage]) -> list[Accepted | Exception]:
        """`accept` for several at once; one that cannot be stored takes no other with it."""
        letters = [self._letter_of(message) for message in messages]
        mine = [letter for letter in letters if letter.fault is None]
        self._coming.extend(mine)
        with self._one_writes:
            if left := [letter for letter in mine if letter.is_new is None]:
                self._store_with_others(left)
        if any(letter.is_new for letter in mine):
            self._wake()
        for letter in mine:
            if self._alarms and letter.is_new and letter.alarm:
                self._alarms.ring(letter.message)
        return [letter.outcome for letter in letters]

    def _letter_of(self, message: InboundMessage) -> _Letter:
        try:
            lane = self._memory.lane(message.channel, message.sender)
            payload = self._memory.pack(message)
        except ValueError as error:
            return _Letter(message, fault=error)
        letter = _Letter(message, lane, f"{message.channel} {message.provider_id}", payload)
        if self._alarms and (danger := self._alarms.hears(message, lane)):
            letter.alarm = self._alarms.alarm(message, lane, danger)
            letter.urgent = letter.alarm is None  # what has been said needs to overtake nothing
            payload |= {URGENT: True, ALARMED: letter.alarm is not None}
        return letter

    def _store_with_others(self, mine: list[_Letter]) -> None:
        """Store all that came until now; if that fails, mine one by one, and the others try for themselves."""
        coming = [self._coming.popleft() for _ in range(len(self._coming))]
        try:
            self._store_letters(mine + [letter for letter in coming if letter not in mine])
        except (SQLAlchemyError, ValueError):
            for letter in mine:
                try:
                    self._store_letters([letter])
                except (SQLAlchemyError, ValueError) as error:
                    letter.fault = error

    def _store_letters(self, letters: list[_Letter]) -> None:
        items = [Put(letter.lane, letter.key, letter.payload, letter.urgent) for letter in letters]
        if any(letter.alarm for letter in letters):
            are_new = self._store_and_sound(letters, items)
        else:
            with self._database.noting() as transaction:
                are_new = self._queue.put_all(transaction, items)
        for letter, is_new in zip(letters, are_new, strict=True):
            letter.is_new = is_new

    def _store_and_sound(self, letters: list[_Letter], items: list[Put]) -> list[bool]:
        with self._database.writing() as session:
            are_new = self._queue.put_all(session, items)
            for letter, is_new in zip(letters, are_new, strict=True):
                if self._alarms and is_new and letter.alarm:
                    self._alarms.sound(session, letter.message, letter.alarm)
        return are_new
