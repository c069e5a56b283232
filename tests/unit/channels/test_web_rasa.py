"""What Rasa's widgets say and are told, as tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.web.errors import WebRefusal
from channels.web.rasa import bot_uttered, escape_markup, payload_of, read_session_request, read_utterance
from core.model import Choice, Reply, Source, TranscriptEntry
from core.texts import load_texts

TEXTS = load_texts()


def say(name: str) -> str:
    return TEXTS.say(
        f"web.{name}",
        "en",
        number="{number}",
        name="{name}",
        date="{date}",
        city="Penstock",
        phone="555-0100",
    )


def entry(reply: Reply, sequence: int = 3) -> TranscriptEntry:
    return TranscriptEntry(sequence, "city", datetime(2026, 6, 1, tzinfo=UTC), None, reply)


@pytest.mark.parametrize(
    ("message", "text", "choice"),
    [
        ("there is a hole", "there is a hole", None),
        (payload_of(Choice("pothole", "Pothole")), "Pothole", "pothole"),
        (payload_of(Choice("luz", "Luz dañada “A”")), "Luz dañada “A”", "luz"),
        ('/choice{"key":7}', "choice", None),
        ("/choice[]", "/choice[]", None),
        ("/choice" + "[" * 5000, "/choice" + "[" * 5000, None),
        ("/get_started", "/start", None),
        ('/restart{"x": 1}', "/start", None),
        ('/report_problem{"category":"pothole"}', "report problem", None),
        ("/report/pothole and more", "/report/pothole and more", None),
        ("and/or", "and/or", None),
    ],
)
def test_words_presses_and_payloads_of_a_rasa_model_are_told_apart(message, text, choice):
    read = read_utterance({"message": message}).message
    assert (read.text, read.choice) == (text, choice)


def test_what_else_came_with_a_message_is_read():
    read = read_utterance(
        {
            "message": "hola",
            "customData": {"language": "es"},
            "session_id": "abc",
            "id": "one",
            "position": {"latitude": 41.5, "longitude": -74.0},
            "attachments": ["handle"],
        }
    )
    assert (read.session_id, read.message.id, read.message.language) == ("abc", "one", "es")
    assert read.message.position
    assert read.message.position.latitude == 41.5
    assert read.message.attachments == ["handle"]


@pytest.mark.parametrize("custom", [None, "es", [], {}, {"language": 7}, {"language": "x" * 99}])
def test_a_language_that_cannot_be_read_is_no_reason_to_lose_a_message(custom):
    assert read_utterance({"message": "hello", "customData": custom}).message.language is None


def test_messages_without_an_id_are_different_messages():
    ids = {read_utterance({"message": "hello"}).message.id for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    "value",
    [
        None,
        "hello",
        [],
        7,
        {"message": None},
        {"message": ["a"]},
        {"message": "a", "id": "a b"},
        {"message": "a", "id": 7},
        {"message": "a", "position": "here"},
        {"message": "a", "attachments": [7]},
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(value):
    with pytest.raises(WebRefusal) as refused:
        read_utterance(value)
    assert refused.value.code == "bad_frame"
    assert refused.value.detail


@pytest.mark.parametrize("value", [None, "", "abc", [], {}, {"session_id": None}])
def test_a_session_may_be_asked_for_with_nothing(value):
    assert read_session_request(value).session_id is None


@pytest.mark.parametrize("value", [{"session_id": 7}, {"session_id": "x" * 600}, {"last_sequence": -1}])
def test_a_session_request_that_cannot_be_read_is_refused(value):
    with pytest.raises(WebRefusal, match="bad_frame"):
        read_session_request(value)


def test_a_text_has_no_key_beside_its_metadata_that_the_widget_would_stumble_over():
    frame = bot_uttered(entry(Reply("Hello.")), say)
    assert frame == {"text": "Hello.", "metadata": {"sequence": 3, "language": "en", "urgent": False}}


def test_what_a_person_of_the_city_writes_begins_with_their_name():
    frame = bot_uttered(entry(Reply("On <Friday>.", by="Ana")), say)
    assert frame["text"] == "Ana, city staff: On &#60;Friday&#62;."
    assert frame["metadata"]["by"] == "Ana"


def test_choices_become_quick_replies_that_come_back_as_choices():
    frame = bot_uttered(entry(Reply("What is it?", choices=(Choice("pothole", "Pothole"),))), say)
    (button,) = frame["quick_replies"]
    assert (button["content_type"], button["title"]) == ("text", "Pothole")
    assert read_utterance({"message": button["payload"]}).message.choice == "pothole"


def test_where_several_may_be_chosen_they_are_listed_to_be_answered_in_words():
    reply = Reply("Which?", choices=(Choice("a", "Paths"), Choice("b", "Courts")), several=True)
    frame = bot_uttered(entry(reply), say, plain=True)
    assert frame["text"] == "Which?\n\nChoose all that fit\n1. Paths\n2. Courts"
    assert "quick_replies" not in frame


def test_a_quoted_answer_names_its_source_and_a_number_can_be_called():
    source = Source("Library hours", "Main Library", "https://penstock.example/library", "2026-03-14")
    frame = bot_uttered(entry(Reply("Open 9 to 5.", source=source, phone="(555) 0100")), say)
    assert frame["text"].split("\n\n") == [
        "Open 9 to 5.",
        "From Library hours, Main Library  \nhttps://penstock.example/library  \nLast reviewed 2026-03-14",
        "[Call (555) 0100](tel:5550100)",
    ]


def test_a_source_that_is_not_on_the_web_gets_no_address():
    source = Source("Hours", url="javascript:alert(1)")
    assert "javascript" not in bot_uttered(entry(Reply("x", source=source)), say)["text"]


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("<img src=x onerror=alert(1)>", "&#60;img src=x onerror=alert(1)&#62;"),
        ("![x](https://evil.example/p.png)", "!&#91;x&#93;(https://evil.example/p.png)"),
        ("[a]: https://evil.example", "&#91;a&#93;: https://evil.example"),
        ("one\ntwo", "one  \ntwo"),
        ("R&D, 5*3, a_b", "R&D, 5&#42;3, a_b"),
    ],
)
def test_nothing_in_a_text_can_become_markup(hostile, harmless):
    assert escape_markup(hostile) == harmless


def test_a_client_that_shows_plain_text_gets_the_words_as_they_are():
    assert bot_uttered(entry(Reply("a < b\nc")), say, plain=True)["text"] == "a < b\nc"
