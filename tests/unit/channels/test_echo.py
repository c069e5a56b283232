"""The example channel's wire: what proves a body, what is a message, what a reply looks like."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from channels.echo import VENDOR, EchoSettings
from channels.echo.door import is_safe_address
from channels.echo.wire import NotAMessageError, is_genuine, read, sign, signed_headers, write
from channels.registry import InstallationSettings
from core.model import Choice, Delivery, Reply, Source, Trouble
from core.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECRET = "a-secret-of-at-least-thirty-two-characters"
BODY = b'{"id": "1", "sender": "ana", "text": "hello"}'


def test_the_signature_is_the_hmac_of_time_and_body():
    """As `printf '1772625600.{}' | openssl dgst -sha256 -hmac secret` prints it."""
    expected = "2f6612c989416fe33d76e50b48aaa9be1eba60fbe2549fe008d4fbe93a76965c"
    assert sign("secret", "1772625600", b"{}") == expected


@pytest.mark.parametrize(
    ("seconds", "genuine"),
    [(0, True), (300, True), (-300, True), (301, False), (-301, False), (86_400, False)],
)
def test_a_proof_holds_for_five_minutes(seconds, genuine):
    headers = signed_headers(SECRET, NOW, BODY)
    assert is_genuine(SECRET, headers, BODY, NOW + timedelta(seconds=seconds)) is genuine


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Cityline-Signature": ""},
        {"X-Cityline-Signature": "é"},
        {"X-Cityline-Timestamp": ""},
        {"X-Cityline-Timestamp": "1772625601"},
        {"X-Cityline-Timestamp": "١٧٧٢٦٢٥٦٠٠"},
        {"X-Cityline-Timestamp": "1772625600.0"},
    ],
)
def test_a_changed_proof_proves_nothing(changed):
    assert not is_genuine(SECRET, signed_headers(SECRET, NOW, BODY) | changed, BODY, NOW)


def test_another_secret_or_body_is_not_proved():
    headers = signed_headers(SECRET, NOW, BODY)
    assert not is_genuine(SECRET + "x", headers, BODY, NOW)
    assert not is_genuine(SECRET, headers, BODY + b" ", NOW)


def test_a_body_is_a_message():
    body = {"id": "7", "sender": "ana", "text": " a\u202epothole ", "choice": "menu.report", "language": "es"}
    message = read(json.dumps(body).encode(), NOW)
    assert (message.channel, message.provider_id, message.sender) == ("echo", "7", "ana")
    assert (message.text, message.choice, message.language_hint) == ("apothole", "menu.report", "es")
    assert (message.received_at, message.trouble) == (NOW, None)


def test_a_text_that_is_too_long_is_cut_and_said_so():
    message = read(json.dumps({"id": "7", "sender": "ana", "text": "x" * 5000}).encode(), NOW)
    assert (len(message.text), message.trouble) == (4096, Trouble.TOO_LONG)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "text or choice"),
        (b'{"id": "1", "sender": "ana", "text": "\\u200b"}', "text or choice"),
        (b'{"sender": "ana", "text": "x"}', "id"),
        (b'{"id": 1, "sender": "ana", "text": "x"}', "id"),
        (b'{"id": "a b", "sender": "ana", "text": "x"}', "id"),
        (b'{"id": "1", "sender": "", "text": "x"}', "sender"),
        (b'{"id": "1", "sender": "\\n", "text": "x"}', "sender"),
        (b'{"id": "1", "sender": "ana", "text": ["x"]}', "text"),
        (b'{"id": "1", "sender": "ana", "choice": "' + b"x" * 201 + b'"}', "choice"),
    ],
)
def test_what_is_no_message_is_said_to_be_none(body, words):
    with pytest.raises(NotAMessageError, match=words):
        read(body, NOW)


def test_a_reply_is_written_with_its_key_choices_and_source():
    reply = Reply(
        "Tuesday.", "en", (Choice("a", "Thanks"),), source=Source("Trash", url="https://city.example/t")
    )
    said = json.loads(write(Delivery("echo k 0", "echo", "ana", reply)))
    assert (said["id"], said["recipient"], said["text"]) == ("echo k 0", "ana", "Tuesday.")
    assert said["choices"] == [{"key": "a", "label": "Thanks"}]
    assert said["source"]["url"] == "https://city.example/t"


def test_the_door_is_shut_without_a_secret_and_says_what_it_lacks():
    assert VENDOR.check(InstallationSettings(_env_file=None)) is None
    half = InstallationSettings(_env_file=None, echo_secret="s" * 32)
    assert (VENDOR.is_open(half), VENDOR.check(half).state) == (True, "not ready")
    whole = half.model_copy(update={"echo_send_url": "https://gateway.example"})
    assert VENDOR.check(whole).advice == "/channels/echo/messages (POST)"


def test_settings_without_the_vendors_are_read_anew(monkeypatch):
    monkeypatch.setenv("CITYLINE_ECHO_SEND_URL", "https://gateway.example")
    assert EchoSettings.of(Settings(_env_file=None)).echo_send_url == "https://gateway.example"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://gateway.example/replies", True),
        ("http://127.0.0.1:8080/replies", True),
        ("http://gateway.example", False),
        ("https://", False),
        ("https://gateway.example:99999999", False),
        ("file:///etc", False),
        ("", False),
    ],
)
def test_replies_are_posted_by_https_or_on_this_machine(url, safe):
    assert is_safe_address(url) is safe


def test_a_choice_is_cleaned_like_a_text():
    body = json.dumps({"id": "1", "sender": "ana", "choice": "q-size.big\x00\u202e"}).encode()
    assert read(body, NOW).choice == "q-size.big"
