"""What channels are, as the house sees it: a table to read, and the texts that every channel needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from channels.registry import TRAITS, InstallationSettings, shown_channels, traits_of
from channels.traits import AddressKind
from console.shared.pages import HERE as CONSOLE
from core.settings import Settings
from core.texts import load_texts

ROOT = Path(__file__).parents[3]


def those(what):
    return {name for name, traits in TRAITS.items() if what(traits)}


@pytest.mark.parametrize(
    ("what", "channels"),
    [
        (lambda one: one.is_pulled, {"web", "rasa", "terminal"}),
        (lambda one: one.has_carrier_rules, {"sms", "whatsapp"}),
        (lambda one: one.has_numbered_choices, {"sms", "whatsapp", "terminal"}),
        (lambda one: one.has_plain_letters, {"sms", "whatsapp"}),
        (lambda one: one.has_links_for_pictures and one.photo_link_text, {"sms", "whatsapp"}),
        (lambda one: one.list_length < 8, {"sms", "whatsapp"}),
        (lambda one: one.is_paid_by_segment, {"sms"}),
        (lambda one: one.can_be_edited, {"telegram"}),
        (lambda one: one.has_address, {"sms", "whatsapp", "telegram", "echo"}),
        (lambda one: one.address is AddressKind.PHONE_NUMBER, {"sms", "whatsapp"}),
        (lambda one: one.listens_for is not None, {"whatsapp"}),
        (lambda one: one.shows_writer, {"web", "terminal"}),
        (lambda one: not one.is_limited, {"terminal"}),
    ],
)
def test_which_channels_are_so(what, channels):
    assert those(what) == channels


def test_staff_see_the_channels_in_one_order():
    shown = [traits.name for traits in shown_channels(Settings(_env_file=None))]
    assert shown == ["web", "sms", "whatsapp", "telegram", "rasa", "terminal"]


def test_the_example_is_shown_once_it_is_open():
    opened = InstallationSettings(_env_file=None, echo_secret="s" * 32)
    assert [traits.name for traits in shown_channels(opened)][-1] == "echo"


def test_a_channel_that_is_gone_is_any_chat():
    gone = traits_of("fax")
    assert (gone.name, gone.is_pulled, gone.has_address, gone.is_limited) == ("fax", False, False, True)


@pytest.mark.parametrize("name", TRAITS)
def test_a_channel_is_named_to_staff_in_every_language(name):
    texts = load_texts(CONSOLE / "catalogue")
    assert all(f"channel.{name}" in said for said in texts.sentences.values())


@pytest.mark.parametrize("name", sorted(those(lambda one: one.is_for_residents)))
def test_a_channel_is_named_to_residents_in_every_language(name):
    assert all(f"survey.on_{name}" in said for said in load_texts().sentences.values())


def test_every_vendors_settings_are_the_installations(monkeypatch):
    monkeypatch.setenv("CITYLINE_TELEGRAM_TOKEN", "1:x")
    assert (
        InstallationSettings(_env_file=None, twilio_account_sid="AC1").model_dump().items()
        >= {
            "telegram_token": "1:x",
            "twilio_account_sid": "AC1",
        }.items()
    )


def test_asking_what_a_channel_is_loads_no_vendors_library():
    """Everybody asks, and each of these takes up to a second."""
    code = "import sys, channels.registry; print(*(set(sys.modules) & {'twilio', 'telegram', 'phonenumbers', 'httpx', 'fastapi'}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
