"""The doors that need an account somewhere, built from settings and joined to the conversation. Part of the composition root.

A vendor's library is imported only when its door is set up: each takes a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog
from fastapi import APIRouter

from conversation.delivery.receipts import Deliveries
from core.errors import CitylineError, SettingsError
from core.model import Health, InboundMessage
from core.ports import Inbox, MediaStore, PushChannel
from core.schedule import Marks, ScheduledTask
from core.settings import Settings
from core.texts import Texts

if TYPE_CHECKING:
    from channels import sms
    from channels.telegram import TelegramDoor

log = structlog.get_logger()

LOOK_FOR_MISSED = 300.0
"""Seconds between looks for texts whose webhook never reached us."""
MONEY = {
    "full": "",
    "low": "the day's money for texts is nearly spent; raise CITYLINE_TWILIO_DAILY_CAP, or see who is written to so much",
    "danger_only": "the day's money for texts is spent but for words about danger; other texts wait until midnight UTC, or are closed as expired",
    "empty": "the day's money for texts is spent, also what was kept for words about danger; nobody gets a text until midnight UTC",
}
"""What the health says of a purse (`channels.sms.Purse`)."""


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """What the conversation hands to a door."""

    settings: Settings
    texts: Texts
    inbox: Inbox
    deliveries: Deliveries
    marks: Marks
    media: MediaStore
    now: Callable[[], datetime]


@dataclass
class ChannelBinding:
    """One vendor's door: what the outbox sends through, what the web serves, what is done now and then."""

    channels: Sequence[PushChannel]
    routes: APIRouter | None = None
    rounds: Sequence[ScheduledTask] = ()
    health: Callable[[], Health] | None = None
    begin: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None


def open_doors(hall: ChannelContext) -> tuple[ChannelBinding, ...]:
    """Every door that settings have an account for."""
    doors = []
    if hall.settings.has_sms:
        doors.append(sms_door(hall))
    if hall.settings.has_telegram:
        doors.append(telegram_door(hall))
    return tuple(doors)


def sms_door(hall: ChannelContext) -> ChannelBinding:
    """Text messages by Twilio, and WhatsApp where a number for it is set."""
    from channels import sms

    settings, public = hall.settings, str(hall.settings.public_url or "").rstrip("/")
    account = sms.Account(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_from_number,
        settings.twilio_messaging_service_sid,
        settings.twilio_whatsapp_from,
        settings.twilio_api_base,
        public + sms.STATUS_PATH,
        settings.twilio_timeout,
    )
    signatures = sms.Signatures(
        settings.twilio_auth_token, public, settings.twilio_shared_keys, settings.twilio_webhook_overrides
    )
    limits = sms.SmsLimits(
        settings.twilio_segments_per_second,
        settings.twilio_burst,
        settings.twilio_segment_price,
        settings.twilio_daily_cap,
        countries_of(settings),
        settings.twilio_country_prefixes,
        settings.twilio_danger_share,
    )
    style = sms.Style(
        hall.texts,
        fold_accents=settings.twilio_fold_accents,
        pictures=sms.MOST_PICTURES if settings.twilio_mms else 0,
    )
    make = partial(
        sms.TwilioSms, account, style, hall.deliveries, hall.deliveries, limits, hall.deliveries, now=hall.now
    )
    texting = make(name=sms.SMS)
    channels = [texting] + ([make(name=sms.WHATSAPP)] if settings.twilio_whatsapp_from else [])

    def health() -> Health:
        return money_health(sms.SMS, limits, hall.deliveries.spent_today())

    def end() -> None:
        for channel in channels:
            channel.close()

    missed = MissedTexts(hall, "sms missed", texting.missed)
    return ChannelBinding(
        channels,
        sms.router(sms.SmsDoor(hall.inbox, hall.deliveries, signatures, hall.now)),
        [ScheduledTask("sms_missed", LOOK_FOR_MISSED, missed.fetch)],
        health=health,
        end=end,
    )


def money_health(part: str, limits: sms.SmsLimits, spent: float) -> Health:
    """How the day's money for texts stands; without it Cityline is ready all the same, as its other doors are."""
    purse = limits.purse(spent)
    facts: dict[str, str | int | float] = {
        "spent_today": round(spent, 4),
        "daily_cap": limits.cap,
    }
    return Health(
        part,
        ok=purse.value not in {"danger_only", "empty"},
        detail=MONEY[purse.value],
        needed=False,
        warning=purse.value == "low",
        facts=facts,
    )


def countries_of(settings: Settings) -> tuple[str, ...]:
    """The countries that texts go to; where only the former setting is there, those that its prefixes were meant for."""
    from channels import sms

    prefixes = settings.twilio_country_prefixes
    if not prefixes or "twilio_countries" in settings.model_fields_set:
        return sms.checked(settings.twilio_countries)
    meant = sms.countries_meant(prefixes)
    log.warning(
        "sms_countries_by_prefix",
        advice=f"Write CITYLINE_TWILIO_COUNTRIES={','.join(meant)} in place of CITYLINE_TWILIO_COUNTRY_PREFIXES={','.join(prefixes)}.",
    )
    return meant


class FetchMissed(Protocol):
    """What residents sent since a time; with `answered_until`, those that were answered by then although our records know nothing of it."""

    def __call__(self, since: datetime, answered_until: datetime | None = None) -> list[InboundMessage]: ...


@dataclass
class MissedTexts:
    """Takes in what residents sent since the last look, whether or not its webhook came: the inbox knows what it has.

    Without a last look nothing was missed: a new database knows nobody, and answers nobody out of the blue. The first look of a process
    may be that of a backup that was brought back; what was answered since it was made is written down and not answered again.
    """

    hall: ChannelContext
    mark: str
    missed: FetchMissed
    _begun: datetime = field(init=False)
    _is_first: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self._begun = self.hall.now()

    def fetch(self) -> None:
        """Look once."""
        now, since = self.hall.now(), self.hall.marks.get(self.mark)
        if since:
            missed = self.missed(since, self._begun if self._is_first else None)
            fresh = [message for message in missed if not self.hall.inbox.accept(message).repeat]
            if fresh:
                answered = sum(message.answered for message in fresh)
                log.warning("texts_were_missed", count=len(fresh), answered=answered)
        self._is_first = False
        self.hall.marks.put(self.mark, now)


def telegram_door(hall: ChannelContext) -> ChannelBinding:
    """Telegram: its webhook, or polling on a laptop."""
    from channels import telegram

    settings = hall.settings
    api = telegram.BotApi(settings.telegram_token, settings.telegram_api_base)
    bot = telegram.TelegramBot(
        api, hall.texts, hall.deliveries, per_second=settings.telegram_rate, picture=hall.media.read
    )
    typing = telegram.TypingHint(bot.show_typing)
    bot.answered = typing.answered
    door = telegram.TelegramDoor(hall.inbox, bot, settings.telegram_secret, hall.now, typing.expect)
    if not settings.telegram_polling and not settings.telegram_secret:
        raise SettingsError(
            "Telegram has a token and no way in; set CITYLINE_TELEGRAM_SECRET for its webhook, or CITYLINE_TELEGRAM_POLLING=true on a laptop."
        )
    stop = threading.Event()
    poller = threading.Thread(target=poll_safely, args=(door, stop), name="telegram-poll", daemon=True)

    def begin() -> None:
        typing.start()
        if settings.telegram_polling:
            poller.start()

    def end() -> None:
        stop.set()
        typing.stop()
        door.close()

    return ChannelBinding(
        [bot],
        None if settings.telegram_polling else telegram.router(door),
        health=bot.health,
        begin=begin,
        end=end,
    )


def poll_safely(door: TelegramDoor, stop: threading.Event) -> None:
    """Poll until it is time to stop; a webhook that stands in the way is told once and ends it."""
    from channels import telegram

    try:
        telegram.poll(door, stop)
    except CitylineError as error:
        log.error("telegram_is_not_polled", reason=str(error))  # noqa: TRY400  the sentence says it all
