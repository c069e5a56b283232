"""The settings of the bot at Telegram."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.settings import SettingsSection


class TelegramSettings(SettingsSection):
    """Telegram. Without a token the door stays shut (docs/channels-telegram.md)."""

    telegram_token: str = Field("", repr=False, description="Telegram: the bot's token; empty: no Telegram.")
    telegram_secret: str = Field(
        "", repr=False, description="Telegram: 32 to 256 of `A-Z a-z 0-9 _ -` that prove its webhooks."
    )
    telegram_api_base: str = Field(
        "https://api.telegram.org", description="Telegram: the Bot API's address, or that of a stand-in."
    )
    telegram_polling: bool = Field(
        False, description="Telegram: fetch updates instead of waiting for them; for a laptop."
    )
    telegram_rate: Annotated[int, Field(ge=1, le=1000)] = Field(
        30, description="Telegram: messages a second that this process may send."
    )

    @property
    def has_telegram(self) -> bool:
        """Whether Telegram is set up."""
        return bool(self.telegram_token)
