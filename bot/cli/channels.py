"""The command line of the doors: tell Telegram about the bot, and see what each door still lacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.channels import countries_of
from bot.cli.start import start_settings
from core.errors import CitylineError
from core.logs import configure_logs
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from channels.telegram import BotApi

channels_cli = typer.Typer(no_args_is_help=True, help="The doors: SMS, Telegram, web chat.")
out = Console()


@channels_cli.command("check")
def check() -> None:
    """Say for each door whether it is open, what it lacks, and the address to enter at the provider."""
    settings = _settings()
    table = Table("door", "state", "to do, or the address to enter at the provider")
    for row in (_web(settings), _sms(settings), _telegram(settings)):
        table.add_row(*map(escape, row))
    out.print(table)


@channels_cli.command("telegram-announce")
def announce() -> None:
    """Tell Telegram where to bring updates, the commands in every language, and how the bot introduces itself."""
    from bot.app import App
    from channels import telegram

    settings = start_settings()
    api = _api(settings)
    app = App(settings)
    app.migrate()
    about = telegram.Introduction(app.texts, app.city.profile.name, app.languages)
    public = str(settings.public_url or "")
    with _telegrams_word():
        state = telegram.announce(api, about, public_url=public, secret=settings.telegram_secret)
    out.print(
        f"Telegram brings updates to {escape(str(state.get('url')))}; {state.get('pending_update_count', 0)} are waiting there."
    )


@channels_cli.command("telegram-withdraw")
def withdraw() -> None:
    """Remove the webhook, so that updates can be fetched by polling; what waits at Telegram is kept."""
    from channels import telegram

    with _telegrams_word():
        telegram.withdraw(_api(_settings()))
    out.print("Telegram brings no updates any more; set CITYLINE_TELEGRAM_POLLING=true to fetch them.")


def _api(settings: Settings) -> BotApi:
    from channels import telegram

    if not settings.has_telegram:
        raise CitylineError("There is no bot to speak for; set CITYLINE_TELEGRAM_TOKEN to BotFather's token.")
    return telegram.BotApi(settings.telegram_token, settings.telegram_api_base)


@contextmanager
def _telegrams_word() -> Iterator[None]:
    """A no of Telegram as one sentence."""
    from channels.telegram.api import ApiError

    try:
        yield
    except ApiError as error:
        raise CitylineError(
            f"Telegram said no ({error.code}: {error.description}); check CITYLINE_TELEGRAM_TOKEN and CITYLINE_PUBLIC_URL."
        ) from None


def _web(settings: Settings) -> tuple[str, str, str]:
    own = str(settings.public_url or f"http://{settings.host}:{settings.port}/")
    others = ", ".join(settings.allowed_origins) or "no other website"
    return "web chat", "open", f"{own} (embedded on: {others})"


def _sms(settings: Settings) -> tuple[str, str, str]:
    lacking = [
        name
        for name, value in (
            ("CITYLINE_PUBLIC_URL", settings.public_url),
            ("CITYLINE_TWILIO_ACCOUNT_SID", settings.twilio_account_sid),
            ("CITYLINE_TWILIO_AUTH_TOKEN", settings.twilio_auth_token),
            (
                "CITYLINE_TWILIO_FROM_NUMBER or CITYLINE_TWILIO_MESSAGING_SERVICE_SID",
                settings.twilio_from_number or settings.twilio_messaging_service_sid,
            ),
        )
        if not value
    ]
    if not settings.has_sms:
        return "SMS", "shut", "docs/channels-sms.md says how to open it"
    if lacking:
        return "SMS", "not ready", f"set {', '.join(lacking)}"
    countries = ", ".join(countries_of(settings)) or "all countries"
    address = f"{str(settings.public_url).rstrip('/')}/channels/sms/inbound (POST)"
    return "SMS", "open", f"{address}; writes to {countries}, for at most {settings.twilio_daily_cap:g} a day"


def _telegram(settings: Settings) -> tuple[str, str, str]:
    if not settings.has_telegram:
        return "Telegram", "shut", "docs/channels-telegram.md says how to open it"
    if settings.telegram_polling:
        return "Telegram", "open", "polling; no address is needed"
    lacking = [
        name
        for name, value in (
            ("CITYLINE_PUBLIC_URL", settings.public_url),
            ("CITYLINE_TELEGRAM_SECRET", settings.telegram_secret),
        )
        if not value
    ]
    if lacking:
        return (
            "Telegram",
            "not ready",
            f"set {', '.join(lacking)}, or CITYLINE_TELEGRAM_POLLING=true on a laptop",
        )
    return "Telegram", "open", "announced by `cityline channels telegram-announce`"


def _settings() -> Settings:
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    return settings
