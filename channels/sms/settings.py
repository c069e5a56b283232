"""The settings of the account at Twilio."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from core.settings import SettingsSection, split_list


class SmsSettings(SettingsSection):
    """SMS, and WhatsApp on the same account. Without account and token the door stays shut (docs/channels-sms.md)."""

    twilio_account_sid: str = Field("", description="SMS: the account at Twilio; empty means no SMS.")
    twilio_auth_token: str = Field("", repr=False, description="SMS: its token, which also proves webhooks.")
    twilio_from_number: str = Field(
        "", description="SMS: the number that texts come from.", examples=["+15550100000"]
    )
    twilio_messaging_service_sid: str = Field(
        "", description="SMS: a Messaging Service that picks the number instead."
    )
    twilio_whatsapp_from: str = Field("", description="The number for WhatsApp; empty means no WhatsApp.")
    twilio_api_base: str = Field(
        "https://api.twilio.com", description="SMS: Twilio's address, or that of a stand-in."
    )
    twilio_webhook_overrides: str = Field(
        "", description="SMS: what follows `#` in the webhook's address at Twilio, if anything."
    )
    twilio_shared_keys: Annotated[dict[str, str], NoDecode] = Field(
        {}, repr=False, description="SMS: secrets of signing keys as `id=secret`, separated by commas."
    )
    twilio_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        10.0, description="SMS: seconds until a request to Twilio is given up."
    )
    twilio_segments_per_second: Annotated[float, Field(gt=0)] = Field(
        1.0, description="SMS: rate of the sending number; long code 1, toll-free 3, short code 100."
    )
    twilio_burst: Annotated[int, Field(ge=1)] = Field(
        10, description="SMS: segments that may go out at once after silence."
    )
    twilio_segment_price: Annotated[float, Field(ge=0)] = Field(
        0.0083, description="SMS: price of one segment, in your currency."
    )
    twilio_daily_cap: Annotated[float, Field(ge=0)] = Field(
        25.0, description="SMS: money that texts may cost a day (UTC); 0 lifts it."
    )
    twilio_danger_share: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.2, description="SMS: part of that money which is kept for words about danger."
    )
    twilio_number_segments_per_hour: Annotated[int, Field(ge=0)] = Field(
        90,
        description="SMS: segments of the bot's answers to one number in an hour; then it is told so once and not answered; 0 lifts it.",
    )
    twilio_number_segments_per_day: Annotated[int, Field(ge=0)] = Field(
        240, description="SMS: the same for a day (UTC); 0 lifts it."
    )
    twilio_countries: Annotated[tuple[str, ...], NoDecode] = Field(
        ("US", "CA"),
        description="SMS: countries whose numbers are written to, by their two letters, separated by commas; empty: all. Premium-rate and shared-cost numbers never are.",
    )
    twilio_country_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="SMS: the former way to name countries, by beginnings of numbers such as `+1`; still narrows what is written to.",
    )
    twilio_fold_accents: bool = Field(
        False,
        description="SMS: drop the accents that make a text dearer (docs/channels-sms.md).",
    )
    twilio_mms: bool = Field(
        False,
        description="SMS: send photos in the message itself (MMS), where the number can; off: as a link.",
    )

    @field_validator("twilio_countries", "twilio_country_prefixes", mode="before")
    @classmethod
    def _split_prefixes(cls, value: object) -> object:
        return split_list(value)

    @field_validator("twilio_shared_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        parts = split_list(value)
        return (
            dict(part.split("=", 1) for part in parts if "=" in part) if isinstance(parts, tuple) else parts
        )

    @property
    def has_sms(self) -> bool:
        """Whether text messages are set up."""
        return bool(self.twilio_account_sid or self.twilio_auth_token)
