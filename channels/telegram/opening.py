"""The door for Telegram, built from settings and joined to the conversation, and what its operator tells Telegram about the bot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from channels.telegram.api import ApiError, BotApi
from channels.telegram.bot import TelegramBot
from channels.telegram.door import TelegramDoor
from channels.telegram.poll import poll_updates
from channels.telegram.routes import telegram_router
from channels.telegram.settings import TelegramSettings
from channels.telegram.setup import Introduction, announce_webhook, withdraw_webhook
from channels.telegram.waiting import TypingHint
from channels.vendor import ChannelBinding, ChannelContext, CityIntroduction, DoorStatus
from core.errors import CitylineError, SettingsError
from core.settings import Settings

log = structlog.get_logger()


def open_bot(context: ChannelContext) -> ChannelBinding:
    """Telegram: its webhook, or polling on a laptop."""
    settings = TelegramSettings.of(context.settings)
    api = BotApi(settings.telegram_token, settings.telegram_api_base)
    bot = TelegramBot(
        api,
        context.texts,
        context.deliveries,
        per_second=settings.telegram_rate,
        picture=context.media.read,
        maps=context.maps,
    )
    typing = TypingHint(bot.show_typing)
    bot.answered = typing.answered
    door = TelegramDoor(context.inbox, bot, settings.telegram_secret, context.now, typing.expect)
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
        None if settings.telegram_polling else telegram_router(door),
        health=bot.health,
        begin=begin,
        end=end,
    )


def poll_safely(door: TelegramDoor, stop: threading.Event) -> None:
    """Poll until it is time to stop; a webhook that stands in the way is told once and ends it."""
    try:
        poll_updates(door, stop)
    except CitylineError as error:
        log.error("telegram_is_not_polled", reason=str(error))  # noqa: TRY400  the sentence says it all


def check_bot(settings: Settings) -> DoorStatus:
    """Whether updates can come, and which settings are missing."""
    ours = TelegramSettings.of(settings)
    if not ours.has_telegram:
        return DoorStatus("Telegram", "shut", "docs/channels-telegram.md says how to open it")
    if ours.telegram_polling:
        return DoorStatus("Telegram", "open", "polling; no address is needed")
    needed = {"CITYLINE_PUBLIC_URL": settings.public_url, "CITYLINE_TELEGRAM_SECRET": ours.telegram_secret}
    if lacking := [name for name, value in needed.items() if not value]:
        advice = f"set {', '.join(lacking)}, or CITYLINE_TELEGRAM_POLLING=true on a laptop"
        return DoorStatus("Telegram", "not ready", advice)
    return DoorStatus("Telegram", "open", "announced by `cityline channels telegram-announce`")


def announce_bot(settings: Settings, introduce: Callable[[], CityIntroduction]) -> str:
    """Set the webhook and introduce the bot; a sentence about what Telegram then says. Raises `CitylineError` where it says no."""
    secret = TelegramSettings.of(settings).telegram_secret
    with _called(settings) as api:
        city = introduce()
        about = Introduction(city.texts, city.city, city.languages)
        state = announce_webhook(api, about, public_url=str(settings.public_url or ""), secret=secret)
    waiting = state.get("pending_update_count", 0)
    return f"Telegram brings updates to {state.get('url')}; {waiting} are waiting there."


def withdraw_bot(settings: Settings) -> str:
    """Remove the webhook. Raises `CitylineError` where Telegram says no."""
    with _called(settings) as api:
        withdraw_webhook(api)
    return "Telegram brings no updates any more; set CITYLINE_TELEGRAM_POLLING=true to fetch them."


@contextmanager
def _called(settings: Settings) -> Iterator[BotApi]:
    """The Bot API until the block ends; a no of Telegram becomes one sentence."""
    ours = TelegramSettings.of(settings)
    if not ours.has_telegram:
        raise CitylineError("There is no bot to speak for; set CITYLINE_TELEGRAM_TOKEN to BotFather's token.")
    api = BotApi(ours.telegram_token, ours.telegram_api_base)
    try:
        yield api
    except ApiError as error:
        raise CitylineError(
            f"Telegram said no ({error.code}: {error.description}); check CITYLINE_TELEGRAM_TOKEN and CITYLINE_PUBLIC_URL."
        ) from None
    finally:
        api.close()
