"""Fetching updates on a laptop, and telling Telegram about the bot."""

from __future__ import annotations

import threading

import pytest

from channels.telegram.fake import Fault, Mishap
from channels.telegram.fake_resident import Resident
from channels.telegram.poll import Poller, poll_updates
from channels.telegram.setup import (
    ALLOWED_UPDATES,
    Introduction,
    announce_webhook,
    introduce_bot,
    webhook_address,
    withdraw_webhook,
)
from channels.telegram.waiting import TypingHint
from core.errors import SettingsError
from tests.support.loopback import wait_until
from tests.support.telegram import SECRET, TEXTS

ABOUT = Introduction(TEXTS, "Penstock", ("en", "es"))


@pytest.fixture
def ana(line) -> Resident:
    return Resident(line.fake, line.fake.queue)


def test_an_update_is_confirmed_only_after_it_is_durable(line, ana):
    poller = Poller(line.door, wait_seconds=0)
    ana.write("one")
    ana.write("two")
    line.inbox.failures.append(RuntimeError("disk full"))
    with pytest.raises(RuntimeError):
        poller.step()
    assert (poller.offset, len(line.fake.waiting)) == (0, 2)
    assert poller.step() == 2
    assert len(line.fake.waiting) == 2
    assert poller.step() == 0
    assert len(line.fake.waiting) == 0
    assert [message.text for message in line.inbox.accepted] == ["one", "two"]


def test_polling_goes_on_after_failures_until_it_is_stopped(line, ana):
    stop = threading.Event()
    line.fake.fail(
        *(Fault(mishap, "getUpdates") for mishap in (Mishap.SERVER_ERROR, Mishap.CUT, Mishap.RUBBISH))
    )
    runs = threading.Thread(
        target=poll_updates, args=(line.door, stop), kwargs={"wait_seconds": 1, "shortest_backoff": 0.01}
    )
    runs.start()
    try:
        ana.write("hello")
        wait_until(lambda: line.inbox.accepted)
    finally:
        stop.set()
        runs.join()
    assert [message.text for message in line.inbox.accepted] == ["hello"]


def test_an_update_that_cannot_be_read_does_not_stop_the_ones_behind_it(line, ana):
    line.fake.queue({"update_id": line.fake.number(), "message": {"text": "broken"}})
    ana.write("hello")
    Poller(line.door, wait_seconds=0).step()
    assert [message.text for message in line.inbox.accepted] == ["hello"]


def test_polling_refuses_to_fight_with_a_webhook(line):
    announce_webhook(line.bot.api, ABOUT, public_url="https://penstock.example", secret=SECRET)
    with pytest.raises(SettingsError):
        poll_updates(line.door, threading.Event())
    withdraw_webhook(line.bot.api)
    assert Poller(line.door, wait_seconds=0).step() == 0


def test_announcing_sets_the_webhook_its_secret_and_only_the_updates_that_are_read(line):
    state = announce_webhook(line.bot.api, ABOUT, public_url="https://penstock.example/", secret=SECRET)
    assert state["url"] == "https://penstock.example/channels/telegram/webhook"
    assert line.fake.webhook["secret_token"] == SECRET
    assert line.fake.webhook["allowed_updates"] == ALLOWED_UPDATES
    assert line.fake.webhook["drop_pending_updates"] is False


def test_the_bot_introduces_itself_in_every_language(line):
    introduce_bot(line.bot.api, ABOUT)
    assert set(line.fake.commands) == {"", "en", "es"}
    assert {"command": "report", "description": "Reportar un problema"} in line.fake.commands["es"]
    assert "Penstock" in line.fake.descriptions["description es"]
    assert set(line.fake.descriptions) == {
        f"{kind}{language}"
        for kind in ("description", "short_description")
        for language in ("", " en", " es")
    }


def test_every_command_is_known_to_the_gate():
    words = {word for language in TEXTS.lists.values() for listed in language.values() for word in listed}
    from channels.telegram.setup import COMMANDS

    assert {f"/{command}" for command in COMMANDS} <= words


@pytest.mark.parametrize(
    "address",
    ["http://penstock.example", "https://penstock.example:8000", "penstock.example", "https://", ""],
)
def test_an_address_that_telegram_would_not_go_to_is_a_wrong_setting(address):
    with pytest.raises(SettingsError):
        webhook_address(address)


@pytest.mark.parametrize("address", ["https://penstock.example:8443", "https://penstock.example:443/"])
def test_an_address_that_telegram_goes_to_is_taken(address):
    assert webhook_address(address).endswith("/channels/telegram/webhook")


def test_a_bad_secret_is_not_announced(line):
    with pytest.raises(SettingsError):
        announce_webhook(line.bot.api, ABOUT, public_url="https://penstock.example", secret="short")
    assert line.fake.webhook == {}


def test_who_waits_too_long_sees_typing(line):
    hint = TypingHint(line.bot.show_typing, after=0.01)
    hint.start()
    hint.expect("5001")
    hint.expect("-100/5002")
    try:
        wait_until(lambda: len(line.fake.calls) == 2)
    finally:
        hint.stop()
    assert line.fake.calls == [
        ("sendChatAction", {"chat_id": chat, "action": "typing"}) for chat in ("5001", "-100")
    ]
