"""`cityline channels`: what each door lacks, and what its operator tells Telegram about the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import structlog
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.cli import cli
from channels.telegram import fake as telegram_fake
from channels.telegram.fake import FakeTelegram
from core.errors import CitylineError
from tests.support.installation import SAMPLE

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch, tmp_path) -> Run:
    """`cityline channels ...` with these settings and no others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.channels.out", Console(width=400))

    def run(command: str, **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(f"CITYLINE_{name.upper()}", value)
        try:
            return CliRunner().invoke(cli, ["channels", command])
        finally:
            structlog.reset_defaults()  # the command's logs go to the runner's streams, which are closed now

    return run


@pytest.fixture
def telegram() -> Iterator[tuple[FakeTelegram, dict[str, str]]]:
    """A Bot API, and the settings that lead to it."""
    fake = FakeTelegram()
    with telegram_fake.serving_fake(fake) as base:
        yield fake, {"telegram_token": fake.token, "telegram_api_base": base}


def lines_of(result: Result) -> list[list[str]]:
    """The cells of a table's rows."""
    assert result.exit_code == 0, result.output
    rows = [[cell.strip() for cell in line.split("\u2502")[1:-1]] for line in result.output.splitlines()]
    return [row for row in rows if row]


def test_at_first_only_the_web_chat_is_open(run):
    assert [row[:2] for row in lines_of(run("check"))] == [
        ["web chat", "open"],
        ["SMS", "shut"],
        ["Telegram", "shut"],
    ]


def test_half_a_set_up_says_what_is_missing(run):
    rows = lines_of(run("check", twilio_account_sid="AC1", telegram_token="1:x", echo_secret="s" * 32))
    assert rows[1:] == [
        [
            "SMS",
            "not ready",
            "set CITYLINE_PUBLIC_URL, CITYLINE_TWILIO_AUTH_TOKEN, CITYLINE_TWILIO_FROM_NUMBER or CITYLINE_TWILIO_MESSAGING_SERVICE_SID",
        ],
        [
            "Telegram",
            "not ready",
            "set CITYLINE_PUBLIC_URL, CITYLINE_TELEGRAM_SECRET, or CITYLINE_TELEGRAM_POLLING=true on a laptop",
        ],
        ["echo", "not ready", "set CITYLINE_ECHO_SEND_URL"],
    ]


def test_an_open_door_says_which_address_to_enter(run):
    rows = lines_of(
        run(
            "check",
            public_url="https://line.city.example",
            twilio_account_sid="AC1",
            twilio_auth_token="t",
            twilio_from_number="+15550100000",
            telegram_token="1:x",
            telegram_polling="true",
        )
    )
    assert rows[1][1:] == [
        "open",
        "https://line.city.example/channels/sms/inbound (POST); writes to US, CA, for at most 25 a day",
    ]
    assert rows[2][1:] == ["open", "polling; no address is needed"]


def test_telegram_is_told_of_the_bot_and_left_again(run, telegram):
    fake, settings = telegram
    about = {
        "public_url": "https://line.city.example",
        "telegram_secret": "s" * 40,
        "city_folder": str(SAMPLE),
    }
    told = run("telegram-announce", **settings, **about)
    assert told.exit_code == 0, told.output
    assert (
        "Telegram brings updates to https://line.city.example/channels/telegram/webhook; 0 are waiting"
        in told.output
    )
    left = run("telegram-withdraw")
    assert "CITYLINE_TELEGRAM_POLLING=true" in left.output
    assert [method for method, _ in fake.calls if method.endswith("Webhook")] == [
        "setWebhook",
        "deleteWebhook",
    ]


def test_without_a_bot_there_is_nobody_to_speak_for(run):
    result = run("telegram-withdraw")
    assert isinstance(result.exception, CitylineError)
    assert "CITYLINE_TELEGRAM_TOKEN" in str(result.exception)


def test_a_no_of_telegram_is_one_sentence(run, telegram):
    _, settings = telegram
    result = run("telegram-withdraw", **settings | {"telegram_token": "700:another-token"})
    assert isinstance(result.exception, CitylineError)
    assert "Telegram said no (401" in str(result.exception)
