"""The door for text messages, built from settings and joined to the conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from channels.sms.api import Account
from channels.sms.door import SmsDoor
from channels.sms.limits import SmsLimits
from channels.sms.numbers import checked_countries, countries_meant
from channels.sms.render import MOST_PICTURES, Style
from channels.sms.routes import INBOUND_PATH, STATUS_PATH, sms_router
from channels.sms.settings import SmsSettings
from channels.sms.signature import Signatures
from channels.sms.traits import SMS, WHATSAPP
from channels.sms.twilio import TwilioSms
from channels.vendor import ChannelBinding, ChannelContext, DoorStatus
from core.model import Health, InboundMessage
from core.schedule import ScheduledTask
from core.settings import Settings

log = structlog.get_logger()

LOOK_FOR_MISSED = 300.0
"""Seconds between looks for texts whose webhook never reached us."""
MONEY = {
    "full": "",
    "low": "the day's money for texts is nearly spent; raise CITYLINE_TWILIO_DAILY_CAP, or see who is written to so much",
    "danger_only": "the day's money for texts is spent but for words about danger; other texts wait until midnight UTC, or are closed as expired",
    "empty": "the day's money for texts is spent, also what was kept for words about danger; nobody gets a text until midnight UTC",
}
"""What the health says of a purse (`channels.sms.limits.Purse`)."""


def open_texts(context: ChannelContext) -> ChannelBinding:
    """Text messages by Twilio, and WhatsApp where a number for it is set."""
    settings, public = SmsSettings.of(context.settings), str(context.settings.public_url or "").rstrip("/")
    account = Account(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_from_number,
        settings.twilio_messaging_service_sid,
        settings.twilio_whatsapp_from,
        settings.twilio_api_base,
        public + STATUS_PATH,
        settings.twilio_timeout,
    )
    signatures = Signatures(
        settings.twilio_auth_token, public, settings.twilio_shared_keys, settings.twilio_webhook_overrides
    )
    limits = SmsLimits(
        settings.twilio_segments_per_second,
        settings.twilio_burst,
        settings.twilio_segment_price,
        settings.twilio_daily_cap,
        countries_of(settings),
        settings.twilio_country_prefixes,
        settings.twilio_danger_share,
    )
    style = Style(
        context.texts,
        fold_accents=settings.twilio_fold_accents,
        pictures=MOST_PICTURES if settings.twilio_mms else 0,
    )
    make = partial(
        TwilioSms,
        account,
        style,
        context.deliveries,
        context.deliveries,
        limits,
        context.deliveries,
        now=context.now,
    )
    texting = make(name=SMS)
    channels = [texting] + ([make(name=WHATSAPP)] if settings.twilio_whatsapp_from else [])

    def health() -> Health:
        return money_health(SMS, limits, context.deliveries.spent_today())

    def end() -> None:
        for channel in channels:
            channel.close()

    missed = MissedTexts(context, "sms missed", texting.missed)
    return ChannelBinding(
        channels,
        sms_router(SmsDoor(context.inbox, context.deliveries, signatures, context.now)),
        [ScheduledTask("sms_missed", LOOK_FOR_MISSED, missed.fetch)],
        health=health,
        end=end,
    )


def money_health(part: str, limits: SmsLimits, spent: float) -> Health:
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


def countries_of(settings: SmsSettings) -> tuple[str, ...]:
    """The countries that texts go to; where only the former setting is there, those that its prefixes were meant for."""
    prefixes = settings.twilio_country_prefixes
    if not prefixes or "twilio_countries" in settings.model_fields_set:
        return checked_countries(settings.twilio_countries)
    meant = countries_meant(prefixes)
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

    context: ChannelContext
    mark: str
    missed: FetchMissed
    _begun: datetime = field(init=False)
    _is_first: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self._begun = self.context.now()

    def fetch(self) -> None:
        """Look once."""
        now, since = self.context.now(), self.context.marks.get(self.mark)
        if since:
            missed = self.missed(since, self._begun if self._is_first else None)
            fresh = [message for message in missed if not self.context.inbox.accept(message).repeat]
            if fresh:
                answered = sum(message.answered for message in fresh)
                log.warning("texts_were_missed", count=len(fresh), answered=answered)
        self._is_first = False
        self.context.marks.put(self.mark, now)


def check_account(settings: Settings) -> DoorStatus:
    """Whether texts can come and go, which settings are missing, and the address to enter at Twilio."""
    ours = SmsSettings.of(settings)
    if not ours.has_sms:
        return DoorStatus("SMS", "shut", "docs/channels-sms.md says how to open it")
    needed = {
        "CITYLINE_PUBLIC_URL": settings.public_url,
        "CITYLINE_TWILIO_ACCOUNT_SID": ours.twilio_account_sid,
        "CITYLINE_TWILIO_AUTH_TOKEN": ours.twilio_auth_token,
        "CITYLINE_TWILIO_FROM_NUMBER or CITYLINE_TWILIO_MESSAGING_SERVICE_SID": ours.twilio_from_number
        or ours.twilio_messaging_service_sid,
    }
    if lacking := [name for name, value in needed.items() if not value]:
        return DoorStatus("SMS", "not ready", f"set {', '.join(lacking)}")
    countries = ", ".join(countries_of(ours)) or "all countries"
    address = f"{str(settings.public_url).rstrip('/')}{INBOUND_PATH} (POST)"
    advice = f"{address}; writes to {countries}, for at most {ours.twilio_daily_cap:g} a day"
    return DoorStatus("SMS", "open", advice)
