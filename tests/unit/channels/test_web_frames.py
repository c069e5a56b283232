"""The frames: what a client may say, what the inbox gets of it, and what a line looks like on the wire."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.web.errors import WebRefusal
from channels.web.frames import (
    Circumstances,
    ClientMessage,
    Hello,
    Ping,
    Typing,
    client_id,
    line_of,
    provider_id,
    read_frame,
    to_inbound,
)
from channels.web.keys import Keys
from core.model import Attachment, Choice, Position, Reply, SmallMap, Source, TranscriptEntry, Trouble, Want
from tests.support.builders import NOON
from tests.unit.channels.test_web_clean import json_values

AROUND = Circumstances("web", "anna", NOON, "es")
KEYS = Keys("a secret of at least thirty-two characters")


@pytest.mark.parametrize(
    ("value", "frame"),
    [
        ({"type": "hello"}, Hello()),
        (
            {"type": "hello", "last_sequence": 7, "language": "es-MX"},
            Hello(last_sequence=7, language="es-MX"),
        ),
        ({"type": "ping"}, Ping()),
        ({"type": "typing", "more": 1}, Typing()),
        ({"type": "message", "id": "a-1_B"}, ClientMessage(id="a-1_B")),
    ],
)
def test_a_frame_is_read(value, frame):
    assert read_frame(value) == frame


def outcome(value: dict) -> str:
    """What became of it: `read`, or the code of a refusal that says what is wrong."""
    try:
        read_frame(value)
    except WebRefusal as refusal:
        return refusal.code if refusal.detail else "silence"
    return "read"


@given(
    st.dictionaries(
        st.sampled_from(["type", "id", "text", "choice", "position", "attachments", "start"]), json_values
    )
)
def test_whatever_comes_is_read_or_refused(value):
    for kind in ("hello", "message", "typing", "ping", value.get("type")):
        assert outcome(value | {"type": kind}) in {"read", "bad_frame"}


def test_a_message_becomes_what_the_hall_knows():
    message = ClientMessage(id="m1", text=" hi\x00 ", choice="yes", start="survey-parks")
    inbound = to_inbound(message, AROUND, 4096)
    assert (inbound.provider_id, inbound.text, inbound.choice) == ("anna:m1", "hi", "yes")
    assert (inbound.language_hint, inbound.start, inbound.received_at) == ("es", "survey-parks", NOON)
    assert not inbound.greeted
    assert to_inbound(message.model_copy(update={"greeted": True}), AROUND, 4096).greeted


@pytest.mark.parametrize(
    ("length", "kept", "trouble"),
    [(4096, 4096, None), (4097, 4096, Trouble.TOO_LONG), (9000, 4096, Trouble.TOO_LONG)],
)
def test_a_long_text_is_cut_and_marked(length, kept, trouble):
    inbound = to_inbound(ClientMessage(id="m", text="x" * length), AROUND, 4096)
    assert (len(inbound.text), inbound.trouble) == (kept, trouble)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01", "\u202e\u200b"])
def test_a_message_with_nothing_in_it_is_refused(text):
    with pytest.raises(WebRefusal) as refused:
        to_inbound(ClientMessage(id="m", text=text), AROUND, 4096)
    assert (refused.value.code, refused.value.about) == ("empty", "m")


def test_the_clients_id_comes_back_with_the_line():
    assert client_id("anna", provider_id("anna", "m1")) == "m1"
    assert client_id("anna", None) is None


def test_a_line_carries_everything_that_the_city_said():
    reply = Reply(
        "Where?",
        language="es",
        choices=(Choice("a", "A"),),
        several=True,
        wants=(Want.POSITION, Want.PHOTO),
        source=Source("Title", "Section", "https://city.example", "2026-01-02"),
        phone="555-0100",
        urgent=True,
    )
    at = datetime(2026, 6, 1, 12, 0, 5, 999, tzinfo=UTC)
    entry = TranscriptEntry(
        9, "city", at, "anna:m1", reply, (Attachment("abc", "image/jpeg", 5, Position(1, 2)),)
    )
    frame = line_of(entry, "anna", KEYS)
    assert frame == {
        "sequence": 9,
        "sender": "city",
        "by": None,
        "at": "2026-06-01T12:00:05+00:00",
        "answers": "m1",
        "text": "Where?",
        "language": "es",
        "choices": [{"key": "a", "label": "A"}],
        "several": True,
        "wants": ["position", "photo"],
        "source": {
            "title": "Title",
            "section": "Section",
            "url": "https://city.example",
            "reviewed": "2026-01-02",
        },
        "phone": "555-0100",
        "urgent": True,
        "map": None,
        "attachments": [
            {"url": f"/chat/media/abc?key={KEYS.picture_key('abc')}", "content_type": "image/jpeg"}
        ],
    }


def test_a_line_with_a_map_names_its_address_and_says_it_in_words():
    shown = SmallMap((Position(41.5, -74.0), Position(41.6, -74.1)), "Map with numbered pins: 1. A; 2. B.")
    choices = (Choice("a", "A"), Choice("b", "B"), Choice("other", "None of these"))
    reply = Reply("Which?", language="es", choices=choices, map=shown)
    entry = TranscriptEntry(9, "city", datetime(2026, 6, 1, tzinfo=UTC), None, reply)
    frame = line_of(entry, "anna", KEYS)
    assert frame["map"]["alt"] == shown.caption
    prefix, _, sealed = frame["map"]["url"].rpartition("/")
    assert prefix == "/chat/map"
    assert KEYS.open_map(sealed) == (SmallMap(shown.pins, ""), "es")
    assert [choice["label"] for choice in frame["choices"]] == ["1. A", "2. B", "None of these"]
    assert line_of(entry, "anna", KEYS) == frame


def test_one_pin_leaves_the_buttons_as_they_are():
    reply = Reply("Here?", choices=(Choice("yes", "Yes"),), map=SmallMap((Position(41.5, -74.0),), "Map"))
    entry = TranscriptEntry(9, "city", datetime(2026, 6, 1, tzinfo=UTC), None, reply)
    assert line_of(entry, "anna", KEYS)["choices"] == [{"key": "yes", "label": "Yes"}]


def test_a_line_of_staff_carries_their_name():
    entry = TranscriptEntry(3, "staff", datetime(2026, 6, 1, tzinfo=UTC), None, Reply("On Friday.", by="Ana"))
    frame = line_of(entry, "anna", KEYS)
    assert (frame["sender"], frame["by"], frame["answers"]) == ("staff", "Ana", None)
