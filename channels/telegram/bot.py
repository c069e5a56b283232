"""The bot as the outbox sees it: sends replies, fetches pictures (`core.ports.PushChannel`), and knows its own name and state."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from channels.telegram.api import LATER_SECONDS, OUTAGE_SECONDS, PROVIDER, ApiError, BotApi, File
from channels.telegram.limiter import Limiter
from channels.telegram.outgoing import SendCall, render_reply, split_reply
from channels.telegram.traits import CHANNEL
from core.errors import BadUpload, SendCode, SendError, SendLater, SendRefused, SendUnknown
from core.model import Delivery, DeliveryReport, DeliveryStatus, Health, Receipt, RemoteMedia, Reply, Trouble
from core.ports import DeliveryReports, MapDrawer
from core.texts import Texts

log = structlog.get_logger()

MOST_KEPT = 5_000
MOST_CUT_SENDS = 2
PATIENCE = 0.25
"""Seconds that are waited for a place to send; more is left to the outbox, whose worker can do something else meanwhile."""
ASK_AGAIN_SECONDS = 60.0
HEALTH_SECONDS = 3.0
PROBE_SECONDS = 3.0
PROBE_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class TelegramPace:
    """Time, as the bot uses it: seconds that never go backwards, and a way to let some pass."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Recent(OrderedDict[str, int]):
    """The last few thousand keys with a number each; not safe on its own when several threads write."""

    def put(self, key: str, number: int) -> None:
        """Keep the number, forget the longest unused."""
        self[key] = number
        self.move_to_end(key)
        while len(self) > MOST_KEPT:
            self.popitem(last=False)


class TelegramBot:
    """Sends through the Bot API; all methods may be called from any thread.

    `reports` is told when a resident has blocked the bot. `limiter` and `pace` are replaced in tests. `answered` is called
    with the chat of every reply that went out. `picture` reads a picture of the house by its id: content and type. `maps` draws small
    maps.
    """

    name = CHANNEL

    def __init__(
        self,
        api: BotApi,
        texts: Texts,
        reports: DeliveryReports | None = None,
        *,
        per_second: int = 30,
        pace: TelegramPace | None = None,
        answered: Callable[[str], None] = lambda _chat: None,
        picture: Callable[[str], tuple[bytes, str] | None] = lambda _media_id: None,
        maps: MapDrawer | None = None,
    ) -> None:
        self.api = api
        self.texts = texts
        self.answered = answered
        self._picture = picture
        self._maps = maps
        self._reports = reports
        self._pace = pace or TelegramPace()
        self._limiter = Limiter(self._pace.clock, per_second)
        self._lock = threading.Lock()
        self._cut = Recent()
        self._keyboards = Recent()
        self._username = ""
        self._ask_at = 0.0
        self._health: tuple[float, Health] | None = None
        self._is_silent = False
        self._probe_at = 0.0

    def split(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply as one or more that each fit into one message."""
        return split_reply(reply, self.texts)

    def send(self, delivery: Delivery) -> Receipt:
        """Send one reply; a reply that was not split before goes out as several messages, the last of which is the receipt."""
        chat = delivery.recipient.partition("/")[0]
        self._check_cut(delivery.key)
        self._check_answers()
        calls = render_reply(delivery.reply, self.texts, private=not chat.startswith("-"))
        for number, call in enumerate(calls):
            try:
                receipt = self._send_call(delivery, chat, call)
            except SendLater as error:
                if number == 0:
                    raise
                in_part = SendUnknown(SendCode.IN_PART, cause=error.failure, sent=number, count=len(calls))
                raise self._was_cut(delivery.key, in_part) from None
            except SendUnknown as error:
                raise self._was_cut(delivery.key, error) from None
        self.answered(delivery.recipient)
        return receipt

    def find(self, delivery: Delivery) -> Receipt | None:
        """None once Telegram answers: it cannot be asked what it took. So a delivery is sent again once, and `send` refuses after that.

        The outbox asks only after a send whose fate it does not know, so that counts as cut, also in a process that just began. The one
        repeat is not wasted on a Telegram that takes calls and answers none: while that lasts, this raises `SendLater`.
        """
        with self._lock:
            self._is_silent = True
        self._check_answers()
        with self._lock:
            self._cut.put(delivery.key, max(1, self._cut.get(delivery.key, 0)))
        log.warning("telegram_sent_again", attempt=delivery.attempt)
        return None

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:
        """A picture that a resident sent: 20 MB at most, from the configured server only."""
        try:
            file = self.api.call("getFile", {"file_id": media.reference}, timeout=within)
            path = file.get("file_path") if isinstance(file, dict) else None
            if not isinstance(path, str) or not path:
                raise BadUpload("The Bot API named no path for the file; it cannot be fetched.")
            return self.api.download(path, within=within)
        except ApiError as error:
            if error.code == 400:
                too_big = "too big" in error.description
                trouble = Trouble.FILE_TOO_BIG if too_big else Trouble.BAD_FILE
                raise BadUpload(
                    f"Telegram does not hand out the file: {error.description}", trouble
                ) from None
            raise _send_later(error) from None
        except SendUnknown as error:
            raise SendLater(SendCode.FILE_LATE, LATER_SECONDS, detail=str(error)) from None

    def username(self) -> str:
        """The bot's own name, asked for once; empty while Telegram cannot be asked."""
        if self._username or self._pace.clock() < self._ask_at:
            return self._username
        try:
            me = self.api.call("getMe", timeout=HEALTH_SECONDS)
            self._username = str(me["username"])
        except (ApiError, SendError, KeyError, TypeError) as error:
            self._ask_at = self._pace.clock() + ASK_AGAIN_SECONDS
            log.warning("telegram_name_unknown", reason=str(error))
        return self._username

    def show_typing(self, recipient: str) -> None:
        """Show that an answer is being written; nothing happens when that fails."""
        self.courtesy("sendChatAction", {"chat_id": recipient.partition("/")[0], "action": "typing"})

    def courtesy(self, method: str, payload: dict[str, Any]) -> bool:
        """Call a method whose failure does no harm; returns whether it worked."""
        chat = str(payload.get("chat_id", ""))
        if self._limiter.is_resting(chat):
            return False
        try:
            self.api.call(method, payload)
        except (ApiError, SendError) as error:
            if isinstance(error, ApiError) and error.code == 429 and chat:
                self._limiter.rest(chat, error.retry_after)
            log.info("telegram_courtesy_failed", method=method, reason=str(error))
            return False
        return True

    def health(self) -> Health:
        """Whether Telegram can be asked, how many updates wait there and why, asked at most once a minute."""
        now = self._pace.clock()
        if self._health is None or now >= self._health[0] + ASK_AGAIN_SECONDS:
            self._health = (now, self._ask_health())
        return self._health[1]

    def _ask_health(self) -> Health:
        try:
            state = self.api.call("getWebhookInfo", timeout=HEALTH_SECONDS)
            waiting = int(state.get("pending_update_count", 0))
            trouble = str(state.get("last_error_message", "")) if waiting else ""
        except (ApiError, SendError, AttributeError, ValueError) as error:
            return Health(CHANNEL, ok=False, detail=str(error), needed=False)
        return Health(CHANNEL, ok=not trouble, detail=trouble, needed=False, facts={"pending": waiting})

    def _send_call(self, delivery: Delivery, chat: str, call: SendCall) -> Receipt:
        self._wait_for_a_place(chat)
        if call.has_buttons:
            self._put_keyboard_away(chat, delivery.reply.language)
        try:
            sent = self._either_way(chat, call)
        except ApiError as error:
            raise self._refusal_for(delivery, chat, error) from None
        self._note_keyboard(chat, call)
        return _receipt_of(sent)

    def _either_way(self, chat: str, call: SendCall) -> Any:
        """With marks for bold and links; without them when Telegram cannot read them, because words matter more."""
        try:
            return self._say_call(chat, call)
        except ApiError as error:
            if error.code != 400 or "can't parse" not in error.description:
                raise
            log.warning("telegram_sent_without_marks")
            return self._say_call(chat, call, plain=True)

    def _say_call(self, chat: str, call: SendCall, *, plain: bool = False) -> Any:
        """With its picture; without it when that is gone or not taken, unless there are no other words than its caption."""
        found = self._picture_of(call)
        if found:
            photo = {"photo": found}
            try:
                return self.api.call("sendPhoto", call.photo_fields(chat, plain=plain), files=photo)
            except ApiError as error:
                if error.code != 400 or "can't parse" in error.description or call.bare:
                    raise
                log.warning("telegram_sent_without_picture", reason=error.description)
        elif call.picture and call.bare:
            raise ApiError(400, "the picture is not there any more")
        return self.api.call("sendMessage", call.payload(chat, plain=plain))

    def _picture_of(self, call: SendCall) -> File | None:
        """The picture that stands above the words: one of the house, or a map that is drawn now."""
        if call.map and self._maps:
            drawn = self._maps.draw(call.map, call.language)
            return ("map.png", drawn, "image/png") if drawn else None
        found = self._picture(call.picture) if call.picture else None
        return ("picture.jpg", *found) if found else None

    def _wait_for_a_place(self, chat: str) -> None:
        wait = self._limiter.claim(chat)
        if 0 < wait <= PATIENCE:
            self._pace.sleep(wait)
            wait = self._limiter.claim(chat)
        if wait > 0:
            raise SendLater(SendCode.PACE, wait, provider=PROVIDER)

    def _refusal_for(self, delivery: Delivery, chat: str, error: ApiError) -> SendError:
        """What a no of the Bot API means for the delivery."""
        if error.code == 429:
            self._limiter.rest(chat, error.retry_after)
        if error.code == 403:
            if self._reports:
                report = DeliveryReport(
                    CHANNEL, delivery.key, DeliveryStatus.FAILED, str(error.code), opted_out=True
                )
                self._reports.note(report)
            return _refused(SendCode.OPTED_OUT, error)
        if error.code == 400:
            return _refused(SendCode.DECLINED, error)
        return _send_later(error)

    def _check_answers(self) -> None:
        """After a cut send, ask for something harmless before anything is sent again; `SendLater` while that is not answered."""
        with self._lock:
            if not self._is_silent:
                return
            now = self._pace.clock()
            if now < self._probe_at:
                raise SendLater(SendCode.SILENT, self._probe_at - now, provider=PROVIDER)
            self._probe_at = now + PROBE_AGAIN_SECONDS  # one asks, the others wait for what it hears
        try:
            self.api.call("getMe", timeout=PROBE_SECONDS)
        except SendError as error:
            raise SendLater(
                SendCode.SILENT, PROBE_AGAIN_SECONDS, provider=PROVIDER, cause=error.failure
            ) from None
        except ApiError as error:
            raise _send_later(error) from None
        with self._lock:
            self._is_silent, self._probe_at = False, 0.0

    def _check_cut(self, key: str) -> None:
        with self._lock:
            if self._cut.get(key, 0) >= MOST_CUT_SENDS:
                raise SendRefused(SendCode.CUT_TWICE)

    def _was_cut(self, key: str, error: SendUnknown) -> SendUnknown:
        with self._lock:
            self._cut.put(key, self._cut.get(key, 0) + 1)
            self._is_silent = True
        return error

    def _put_keyboard_away(self, chat: str, language: str) -> None:
        """One message cannot both bring buttons and put a position button away, so a short one goes before it.

        It may fail, and it is not counted as a message of its own: Telegram allows short bursts.
        """
        with self._lock:
            is_open = self._keyboards.pop(chat, 0)
        if is_open:
            thanks = self.texts.say("telegram.thanks", language)
            call = SendCall(thanks, thanks, {"remove_keyboard": True})
            self.courtesy("sendMessage", call.payload(chat))

    def _note_keyboard(self, chat: str, call: SendCall) -> None:
        with self._lock:
            if call.opens_keyboard:
                self._keyboards.put(chat, 1)
            else:
                self._keyboards.pop(chat, None)


def _receipt_of(sent: Any) -> Receipt:
    number = sent.get("message_id") if isinstance(sent, dict) else None
    if not isinstance(number, int):
        raise SendUnknown(SendCode.UNNAMED, provider=PROVIDER)
    return Receipt(str(number))


def _send_later(error: ApiError) -> SendLater:
    """Everything else passes by itself, or when somebody mends it: nothing is thrown away."""
    if error.code in {401, 404}:
        log.error("telegram_token_refused", code=error.code)
        return SendLater(SendCode.LOGIN, OUTAGE_SECONDS, provider=PROVIDER, setting="CITYLINE_TELEGRAM_TOKEN")
    return SendLater(
        SendCode.NOT_NOW,
        error.retry_after or LATER_SECONDS,
        provider=PROVIDER,
        detail=error.description,
        number=error.code,
    )


def _refused(code: SendCode, error: ApiError) -> SendRefused:
    return SendRefused(code, provider=PROVIDER, detail=error.description, number=error.code)
