"""Tells Telegram about the bot: where its updates go, its commands and how it introduces itself. Only when asked to.

Telegram limits how often these may be called, and remembers the answers; so no process does it just because it starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from channels.telegram.api import BotApi
from channels.telegram.lengths import shorten_units
from channels.telegram.routes import PATH, check_secret
from core.errors import SettingsError
from core.texts import Texts

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""All that `incoming` reads; Telegram keeps everything else to itself."""

PORTS = {None, 443, 80, 88, 8443}
COMMANDS = {
    "start": "telegram.command_start",
    "report": "telegram.command_report",
    "status": "telegram.command_status",
    "person": "telegram.command_person",
    "language": "telegram.command_language",
    "cancel": "telegram.command_cancel",
    "help": "telegram.command_help",
}
"""Commands as they are typed, the same in every language; the gate knows each of them."""

MOST_DESCRIPTION = 512
MOST_SHORT_DESCRIPTION = 120
MOST_COMMAND = 256


@dataclass(frozen=True, slots=True)
class Introduction:
    """What the bot's texts need: the city's name and the languages, the city's own first."""

    texts: Texts
    city: str
    languages: Sequence[str]

    def say(self, key: str, language: str, most: int) -> str:
        """A text with the city's name in it, no longer than Telegram takes."""
        return shorten_units(self.texts.say(key, language, city=self.city), most)


def webhook_address(public_url: str, *, is_public: bool = True) -> str:
    """Where Telegram is to bring updates; a `SettingsError` when Telegram would not go there."""
    parts = urlsplit(public_url)
    fits = parts.scheme == "https" and parts.hostname and parts.port in PORTS
    if is_public and not fits:
        raise SettingsError(
            "CITYLINE_PUBLIC_URL is not one that Telegram can reach; https and port 443, 80, 88 or 8443 were expected."
        )
    return public_url.rstrip("/") + PATH


def announce_webhook(
    api: BotApi, about: Introduction, *, public_url: str, secret: str, connections: int = 40
) -> dict[str, Any]:
    """Set the webhook and introduce the bot; returns what Telegram then says about the webhook. What waits there is kept."""
    api.call(
        "setWebhook",
        {
            "url": webhook_address(public_url, is_public=api.is_public),
            "secret_token": check_secret(secret),
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": connections,
            "drop_pending_updates": False,
        },
    )
    introduce_bot(api, about)
    return dict(api.call("getWebhookInfo"))


def withdraw_webhook(api: BotApi) -> None:
    """Remove the webhook, so that updates can be fetched by polling; what waits there is kept."""
    api.call("deleteWebhook", {"drop_pending_updates": False})


def introduce_bot(api: BotApi, about: Introduction) -> None:
    """Commands and descriptions, for everybody in the city's own language and then for each language."""
    for code, language in [("", about.languages[0]), *((code, code) for code in about.languages)]:
        commands = [
            {"command": command, "description": about.say(key, language, MOST_COMMAND)}
            for command, key in COMMANDS.items()
        ]
        api.call("setMyCommands", {"commands": commands, "language_code": code})
        description = about.say("telegram.description", language, MOST_DESCRIPTION)
        api.call("setMyDescription", {"description": description, "language_code": code})
        short = about.say("telegram.short_description", language, MOST_SHORT_DESCRIPTION)
        api.call("setMyShortDescription", {"short_description": short, "language_code": code})
