"""Sending through Twilio, and asking it what it took: `core.ports.PushChannel` for SMS, and for WhatsApp on the same account."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog

from channels.sms.api import PROVIDER, Account, Declined, NotSent, Throttled, Unanswered, open_client
from channels.sms.codes import OPTED_OUT, WAITS, CodeMeaning, meaning_of, sentence_of
from channels.sms.limits import SegmentPace, SmsLimits, Spend, until_midnight
from channels.sms.media import MediaFetcher
from channels.sms.missed import LostAnswers, missed_messages
from channels.sms.render import Style, render_reply, split_reply, without_pictures
from channels.sms.traits import SMS, WHATSAPP
from core.errors import SendCode, SendLater, SendRefused, SendUnknown
from core.model import Delivery, DeliveryReport, DeliveryStatus, InboundMessage, Receipt, RemoteMedia, Reply
from core.ports import DeliveryReports
from core.segments import count_segments

log = structlog.get_logger(__name__)

OFFLINE_WAIT = 5.0
LOOK_BACK = timedelta(hours=24)
SLACK = timedelta(minutes=2)
MOST_LISTED = 400
MOST_REMEMBERED = 20_000
PICTURE_SEGMENTS = 3
"""Segments that a message with pictures counts for at least, in price and pace; carriers charge it as about three texts."""
TRIAL_PREFIX = "Sent from your Twilio trial account - "


class KnownReceipts(Protocol):
    """The provider ids that other deliveries already have, so that none is taken for a second one's."""

    def belongs_to_another(self, provider_id: str, key: str) -> bool:
        """Whether this message at the provider is the receipt of a delivery other than `key`."""
        ...


class NoReceipts:
    """A `KnownReceipts` that knows none: fine for tests, and where no text is ever sent twice to one number."""

    def belongs_to_another(self, provider_id: str, key: str) -> bool:  # noqa: ARG002
        """Never."""
        return False


@dataclass
class TwilioSms:
    """The sending side of the door. `name` is `sms` or `whatsapp`; each is a channel of its own in the conversation.

    `settle_seconds` is how long after a cut send Twilio's list is trusted to show it. `now` and `ticking` are clocks.
    """

    account: Account
    style: Style
    spend: Spend
    reports: DeliveryReports
    limits: SmsLimits = field(default_factory=SmsLimits)
    known: KnownReceipts = field(default_factory=NoReceipts)
    name: str = SMS
    settle_seconds: float = 5.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ticking: Callable[[], float] = time.monotonic
    fetcher: MediaFetcher = field(init=False, repr=False)
    _client: Any = field(init=False, repr=False)
    _pace: SegmentPace = field(init=False, repr=False)
    _tried: OrderedDict[str, tuple[datetime, float]] = field(default_factory=OrderedDict, repr=False)
    _adopted: OrderedDict[str, str] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._client = open_client(self.account, self.now)
        self._pace = SegmentPace(self.limits.segments_per_second, self.limits.burst, self.ticking)
        self.fetcher = MediaFetcher(self.account, ticking=self.ticking)
        if self.name == WHATSAPP:
            self.style = Style(self.style.texts, segments=0, pictures=1)

    def close(self) -> None:
        """Close the connections to Twilio."""
        self._client.http_client.close()

    def split(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply as texts of at most three segments (WhatsApp: 1,600 characters)."""
        return split_reply(reply, self.style)

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:
        """A picture that a resident sent. Raises `BadUpload` or `SendLater`."""
        return self.fetcher.fetch(media, within)

    def missed(self, since: datetime, answered_until: datetime | None = None) -> list[InboundMessage]:
        """What residents sent since then, oldest first, whether or not its webhook came. Raises `SendLater`.

        With `answered_until`, those that were answered up to then by texts which we have no receipt of are marked so.
        """
        self._check_rest()
        lost = None
        if answered_until:
            lost = LostAnswers(answered_until, lambda sid: self.known.belongs_to_another(sid, ""))
        try:
            return missed_messages(self._client, self.account, since, lost)
        except (NotSent, Unanswered, Throttled, Declined) as error:
            raise self._exception_unasked("for missed texts", error) from error

    def send(self, delivery: Delivery) -> Receipt:
        """Hand a text to Twilio. `SendRefused` has the code `OPTED_OUT` where the resident said STOP."""
        text = render_reply(delivery.reply, self.style)
        count = self._count_segments(delivery, text)
        self._check_allowed(delivery, count)
        self._remember_try(delivery.key)
        try:
            message = self._create_message(delivery, text)
        except NotSent as error:
            raise SendLater(
                SendCode.UNREACHABLE, OFFLINE_WAIT, provider=PROVIDER, detail=str(error)
            ) from error
        except Throttled as error:
            self._pace.rest(error.after)
            raise _throttled(error) from error
        except Declined as error:
            raise self._exception_for_refusal(delivery, error) from error
        except (Unanswered, ValueError) as error:
            self._pay_for(delivery, count)
            raise SendUnknown(SendCode.CUT, provider=PROVIDER, detail=str(error)) from error
        self._pay_for(delivery, count)
        if not message.sid:
            raise SendUnknown(SendCode.UNNAMED, provider=PROVIDER)
        log.info("sms_sent", provider_id=message.sid, segments=count)
        return Receipt(str(message.sid))

    def find(self, delivery: Delivery) -> Receipt | None:
        """The receipt of a text that may have been taken. Raises `SendLater` while Twilio cannot be asked, or too early."""
        self._check_rest()
        tried_at, ticked_at = self._tried.get(delivery.key, (None, None))
        if ticked_at is not None and (early := ticked_at + self.settle_seconds - self.ticking()) > 0:
            raise SendLater(SendCode.NOT_LISTED, early, provider=PROVIDER)
        since = (tried_at or self.now() - LOOK_BACK) - SLACK
        texts = {render_reply(delivery.reply, self.style), without_pictures(delivery.reply, self.style)}
        try:
            # Not filtered by the date of sending: a text that is still in Twilio's queue has none.
            listed = list(
                self._client.messages.stream(
                    to=self._recipient_address(delivery), limit=MOST_LISTED, page_size=100
                )
            )
        except (NotSent, Unanswered, Throttled, Declined, ValueError) as error:
            raise self._exception_unasked("what it took", error) from error
        for record in reversed(listed):
            if _is_ours(record, texts, since) and self._adopt_message(str(record.sid), delivery.key):
                log.info("sms_found", provider_id=record.sid)
                return Receipt(str(record.sid))
        return None

    def _check_rest(self) -> None:
        """Raise while Twilio wants to be left alone, whatever it is to be asked."""
        if rest := self._pace.resting():
            raise _throttled(Throttled(rest))

    def _check_allowed(self, delivery: Delivery, count: int) -> None:
        """Raise where the text may not go out, or not yet."""
        if not self.limits.reaches(delivery.recipient):
            raise SendRefused(SendCode.ABROAD)
        urgent, cost = delivery.reply.urgent, count * self.limits.price
        if not self.limits.has_money(self.spend.spent_today(), cost, urgent=urgent):
            log.error("sms_daily_cap_reached", cap=self.limits.cap, urgent=urgent)
            raise SendLater(SendCode.NO_MONEY, until_midnight(self.now()))
        if wait := self._pace.wait(delivery.key, count, urgent=urgent):
            raise SendLater(SendCode.PACE, wait, provider=PROVIDER)

    def _count_segments(self, delivery: Delivery, text: str) -> int:
        """Segments that are paid for."""
        if self.name != SMS:
            return 1
        return max(count_segments(text).count, PICTURE_SEGMENTS if delivery.reply.pictures else 0)

    def _create_message(self, delivery: Delivery, text: str) -> Any:
        """Hand it over; where the pictures are what is refused, the words with a link to them."""
        create = self._client.messages.create
        try:
            return create(**self._message_fields(delivery, text))
        except Declined as error:
            meaning = meaning_of(error.status, error.number)
            if not delivery.reply.pictures or meaning is not CodeMeaning.REFUSED:
                raise
            log.warning("sms_sent_without_pictures", code=error.number)
        bare = replace(delivery, reply=replace(delivery.reply, pictures=()))
        return create(**self._message_fields(bare, without_pictures(delivery.reply, self.style)))

    def _message_fields(self, delivery: Delivery, text: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"to": self._recipient_address(delivery), "body": text}
        if delivery.reply.pictures:
            fields["media_url"] = [picture.address for picture in delivery.reply.pictures]
        if self.name == WHATSAPP:
            fields["from_"] = f"whatsapp:{self.account.whatsapp_from or self.account.from_number}"
        elif self.account.messaging_service_sid:
            fields["messaging_service_sid"] = self.account.messaging_service_sid
        else:
            fields["from_"] = self.account.from_number
        if self.account.status_url:
            fields["status_callback"] = self.account.status_url
        return fields

    def _recipient_address(self, delivery: Delivery) -> str:
        return f"whatsapp:{delivery.recipient}" if self.name == WHATSAPP else delivery.recipient

    def _exception_for_refusal(self, delivery: Delivery, error: Declined) -> SendRefused | SendLater:
        """The exception that Twilio's refusal calls for; an opt-out is reported as well."""
        meaning = meaning_of(error.status, error.number)
        detail, number = sentence_of(error.number), error.number or error.status
        if meaning in WAITS:
            log.error("sms_cannot_send", status=error.status, code=error.number, reason=detail)
            wait = WAITS[meaning]
            return SendLater(SendCode.NOT_NOW, wait, provider=PROVIDER, detail=detail, number=number)
        if meaning is CodeMeaning.OPTED_OUT:
            # A refused text has no SID, so the report names our own key.
            report = DeliveryReport(
                self.name, delivery.key, DeliveryStatus.FAILED, str(error.number), opted_out=True
            )
            self.reports.note(report)
            return SendRefused(SendCode.OPTED_OUT, provider=PROVIDER, detail=detail, number=number)
        return SendRefused(SendCode.DECLINED, provider=PROVIDER, detail=detail, number=number)

    def _exception_unasked(self, what: str, error: Exception) -> SendLater:
        """The exception for a question that Twilio did not answer."""
        wait = OFFLINE_WAIT
        if isinstance(error, Throttled):
            wait = error.after
            self._pace.rest(wait)
        elif isinstance(error, Declined):
            wait = WAITS[CodeMeaning.SETUP]
        return SendLater(SendCode.NOT_ASKED, wait, provider=PROVIDER, what=what, detail=str(error))

    def _pay_for(self, delivery: Delivery, count: int) -> None:
        self.spend.add(delivery.key, count, count * self.limits.price)

    def _remember_try(self, key: str) -> None:
        with self._lock:
            first, _ = self._tried.pop(key, (self.now(), 0.0))
            self._tried[key] = (first, self.ticking())
            while len(self._tried) > MOST_REMEMBERED:
                self._tried.popitem(last=False)

    def _adopt_message(self, provider_id: str, key: str) -> bool:
        """Take a message at Twilio as this delivery's, unless it is another's."""
        if self.known.belongs_to_another(provider_id, key):
            return False
        with self._lock:
            if self._adopted.setdefault(provider_id, key) != key:
                return False
            while len(self._adopted) > MOST_REMEMBERED:
                self._adopted.popitem(last=False)
            return True


def _throttled(error: Throttled) -> SendLater:
    return SendLater(SendCode.THROTTLED, error.after, provider=PROVIDER, seconds=f"{error.after:.3g}")


def _is_ours(record: Any, texts: set[str], since: datetime) -> bool:
    """Whether a listed message may be the one that was cut."""
    body = str(record.body or "").removeprefix(TRIAL_PREFIX)
    if not str(record.direction or "").startswith("outbound") or body not in texts:
        return False
    if record.error_code in OPTED_OUT:
        return False
    return record.date_created is None or record.date_created >= since
