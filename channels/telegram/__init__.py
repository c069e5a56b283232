"""The Telegram door: webhook or polling in, the Bot API out. docs/channels-telegram.md describes it.

`TelegramBot` sends (`core.ports.PushChannel`); `TelegramDoor` takes updates, which `router` or `poll` bring to it; `announce`
tells Telegram about the bot. `channels.telegram.fake` is a Bot API for tests. Importing this takes a second: PTB is large.
"""

from channels.telegram.api import BotApi
from channels.telegram.bot import TelegramBot
from channels.telegram.door import TelegramDoor
from channels.telegram.incoming import CHANNEL, Unreadable, read
from channels.telegram.outgoing import SendCall, render, split
from channels.telegram.poll import poll
from channels.telegram.routes import router
from channels.telegram.setup import Introduction, announce, introduce, withdraw
from channels.telegram.waiting import TypingHint

__all__ = [
    "CHANNEL",
    "BotApi",
    "Introduction",
    "SendCall",
    "TelegramBot",
    "TelegramDoor",
    "TypingHint",
    "Unreadable",
    "announce",
    "introduce",
    "poll",
    "read",
    "render",
    "router",
    "split",
    "withdraw",
]
