"""The door itself: takes an update, however it came, into the inbox, and answers presses of buttons.

`take` returns only when the message is durable. What it does beside, it does afterwards and in the background: the press of
a button is answered, used buttons are removed, ticks are shown. All of that may fail without harm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from channels.telegram.bot import TelegramBot
from channels.telegram.incoming import (
    Unreadable,
    inbound_message,
    is_private,
    parse_update,
    plain_words,
    tap_of,
)
from channels.telegram.keyboard import Tap, Ticks, with_ticks
from channels.together import accept_all
from core.model import Accepted, InboundMessage
from core.ports import Inbox

log = structlog.get_logger()

MOST_PENDING = 200


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in an update."""

    message: InboundMessage | None
    tap: Tap | None


@dataclass
class TelegramDoor:
    """What the door is handed. `secret` proves that an update comes from Telegram; `expects` is told whose message was taken."""

    inbox: Inbox
    bot: TelegramBot
    secret: str = field(default="", repr=False)
    clock: Callable[[], datetime] = utc_now
    expects: Callable[[str], None] = lambda _sender: None
    ticks: Ticks = field(default_factory=Ticks)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="telegram-courtesy"), repr=False
    )
    _places: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(MOST_PENDING), repr=False
    )

    def take(self, payload: Mapping[str, Any]) -> None:
        """Take one update; when this returns, what a resident said in it is durable.

        Raises `Unreadable` when the payload has no `update_id`. An update that has one and cannot be read is noted and
        dropped: refusing it would make Telegram send it again for a day, before everything newer of the same chat.
        """
        (outcome,) = self.take_all([payload])
        if outcome:
            raise outcome

    def take_all(self, payloads: Sequence[Mapping[str, Any]]) -> list[Exception | None]:
        """`take` for several at once: for each None, or what `take` would raise."""
        read = [self._read_update(payload) for payload in payloads]
        said = [found.message for found in read if isinstance(found, _Read) and found.message]
        accepted = iter(accept_all(self.inbox, said))
        return [self._finish_update(found, accepted) for found in read]

    def _read_update(self, payload: Mapping[str, Any]) -> _Read | Exception:
        """What is said and pressed in an update; nothing at all in one that cannot be read."""
        try:
            number = _update_number(payload)
        except Unreadable as error:
            return error
        if said := plain_words(payload, at=self.clock()):
            return _Read(said, None)
        try:
            update = parse_update(payload)
            tap = tap_of(update)
            ticked = self.ticks.known(tap) if tap else None
            name = "" if is_private(update) else self.bot.username()
            return _Read(inbound_message(update, name, at=self.clock(), ticked=ticked), tap)
        except Unreadable as error:
            log.error("telegram_update_unreadable", update=number, reason=str(error))  # noqa: TRY400  words of residents
            return _Read(None, None)

    def _finish_update(
        self, read: _Read | Exception, accepted: Iterator[Accepted | Exception]
    ) -> Exception | None:
        """What follows once a message is durable: typing is shown, a press is answered."""
        if isinstance(read, Exception):
            return read
        if message := read.message:
            outcome = next(accepted)
            if isinstance(outcome, Exception):
                return outcome
            if not outcome.repeat and not message.consent:
                self.expects(message.sender)
        if read.tap:
            self._run_later(self._answer_press, read.tap, read.message)
        return None

    def close(self) -> None:
        """Finish the courtesies in hand."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run_later(self, work: Callable[[Tap, InboundMessage | None], None], tap: Tap, said: Any) -> None:
        """In the background; a flood of presses beyond what can be answered is left unanswered."""
        if not self._places.acquire(blocking=False):
            return
        try:
            self._pool.submit(work, tap, said).add_done_callback(lambda _done: self._places.release())
        except RuntimeError:
            self._places.release()

    def _answer_press(self, tap: Tap, message: InboundMessage | None) -> None:
        if tap.is_tick:
            self._tick_choice(tap)
            return
        nothing_ticked = tap.is_done and message is None
        text = self._words_for("telegram.choose_first", tap.language) if nothing_ticked else ""
        self.bot.courtesy("answerCallbackQuery", {"callback_query_id": tap.query_id, "text": text})
        if not nothing_ticked:
            self.ticks.forget(tap)
            place = {"chat_id": tap.chat_id, "message_id": tap.message_id}
            self.bot.courtesy("editMessageReplyMarkup", place)

    def _tick_choice(self, tap: Tap) -> None:
        ticked = self.ticks.toggle(tap) if tap.keyboard else None
        self.bot.courtesy("answerCallbackQuery", {"callback_query_id": tap.query_id})
        if ticked is None or tap.keyboard is None:
            return
        keyboard = with_ticks(tap.keyboard, ticked)
        place = {"chat_id": tap.chat_id, "message_id": tap.message_id, "reply_markup": keyboard}
        if not self.bot.courtesy("editMessageReplyMarkup", place):
            self.ticks.forget(tap)

    def _words_for(self, key: str, hint: str | None) -> str:
        return self.bot.texts.say(key, (hint or "")[:2].lower())


def _update_number(payload: Mapping[str, Any]) -> int:
    """The update's number; `Unreadable` for something that is no update at all."""
    number = payload.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Unreadable("The payload has no update_id; an Update of the Bot API was expected.")
    return number
