"""The Telegram door: webhook or polling in, the Bot API out. docs/channels-telegram.md describes it.

`bot.TelegramBot` sends (`core.ports.PushChannel`); `door.TelegramDoor` takes updates, which `routes.sms_router` or `poll.poll_updates` bring to it;
`opening` joins them to the conversation; `setup.announce_webhook` tells Telegram about the bot. `fake` is a Bot API for tests. What needs
python-telegram-bot is imported only when it is called: the library takes a second.
"""

from collections.abc import Callable

from channels.telegram.settings import TelegramSettings
from channels.telegram.traits import TELEGRAM
from channels.vendor import (
    ChannelBinding,
    ChannelContext,
    CityIntroduction,
    DoorCommand,
    DoorStatus,
    Vendor,
)
from core.model import Reply
from core.preview import Shown
from core.settings import Settings
from core.texts import Texts


def is_open(settings: Settings) -> bool:
    """Whether there is a bot."""
    return TelegramSettings.of(settings).has_telegram


def open_door(context: ChannelContext) -> ChannelBinding:
    """The bot, with its webhook or polling."""
    from channels.telegram.opening import open_bot

    return open_bot(context)


def check(settings: Settings) -> DoorStatus:
    """Whether messages can come and go, and what is missing."""
    from channels.telegram.opening import check_bot

    return check_bot(settings)


def look(reply: Reply, texts: Texts, settings: Settings) -> list[Shown]:  # noqa: ARG001
    """The messages that would be sent, with their buttons."""
    from channels.telegram.outgoing import render_reply

    calls = render_reply(reply, texts)
    return [Shown(call.plain, tuple(_buttons(call.markup or {}))) for call in calls]


def _buttons(markup: dict[str, list[list[dict[str, str]]]]) -> list[str]:
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [button["text"] for row in rows for button in row]


def announce(settings: Settings, introduce: Callable[[], CityIntroduction]) -> str:
    """Tell Telegram where to bring updates, the commands in every language, and how the bot introduces itself."""
    from channels.telegram.opening import announce_bot

    return announce_bot(settings, introduce)


def withdraw(settings: Settings, introduce: Callable[[], CityIntroduction]) -> str:  # noqa: ARG001
    """Remove the webhook, so that updates can be fetched by polling; what waits at Telegram is kept."""
    from channels.telegram.opening import withdraw_bot

    return withdraw_bot(settings)


VENDOR = Vendor(
    (TELEGRAM,),
    TelegramSettings,
    is_open,
    open_door,
    check,
    look,
    commands=(DoorCommand("telegram-announce", announce), DoorCommand("telegram-withdraw", withdraw)),
)
