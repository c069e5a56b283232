"""Canned replies: what is wrong with one, how it is kept, and what stands in the box when a colleague picks it."""

from __future__ import annotations

import pytest

from conversation.staff.canned_replies import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    CannedReply,
    canned_replies,
    drop_reply,
    keep_reply,
    trouble_with,
)
from tests.support.builders import NOON


def keep(session, title, number=None, **texts):
    return keep_reply(session, number, title, texts or {"en": "Hello"}, NOON)


def number_of(session, title):
    return next(one.reply_id for one in canned_replies(session) if one.title == title)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("I am {name} of {city}.", "I am Ana of Penstock."),
        ("{name}, {name}", "Ana, Ana"),
        ("{NAME} {phone} {} {name", "{NAME} {phone} {} {name"),
        ("100 % {city}", "100 % Penstock"),
        ("", ""),
    ],
    ids=["both places", "twice", "no other places", "other signs", "nothing"],
)
def test_places_are_filled_in(text, filled):
    assert CannedReply(1, "x", {"en": text}).filled("en", name="Ana", city="Penstock") == filled


def test_a_name_that_looks_like_a_place_stays_a_name():
    reply = CannedReply(1, "x", {"en": "{name} of {city}"})
    assert reply.filled("en", name="{city}", city=r"\1") == r"{city} of \1"


@pytest.mark.parametrize(
    ("texts", "language", "said"),
    [
        ({"en": "Hello", "es": "Hola"}, "es", "Hola"),
        ({"en": "Hello"}, "es", "Hello"),
        ({"vi": "Chào"}, "es", "Chào"),
        ({}, "es", ""),
    ],
    ids=["their language", "English", "whichever there is", "none"],
)
def test_words_in_the_residents_language_come_first(texts, language, said):
    assert CannedReply(1, "x", texts).filled(language, name="", city="") == said


@pytest.mark.parametrize(
    ("title", "texts", "wrong"),
    [
        ("Thanks", {"en": "Thank you"}, {}),
        ("", {"en": "Thank you"}, {"title": "missing"}),
        ("   ", {"en": "Thank you"}, {"title": "missing"}),
        ("x" * LONGEST_TITLE, {"en": "Thank you"}, {}),
        (f"  {'x' * LONGEST_TITLE}  ", {"en": "Thank you"}, {}),
        ("x" * (LONGEST_TITLE + 1), {"en": "Thank you"}, {"title": "too_long"}),
        ("Greeting", {"en": "Hi"}, {"title": "taken"}),
        (" Greeting ", {"en": "Hi"}, {"title": "taken"}),
        ("Thanks", {}, {"texts": "missing"}),
        ("Thanks", {"en": " ", "es": "\n"}, {"texts": "missing"}),
        ("Thanks", {"en": "", "es": "Gracias"}, {}),
        ("Thanks", {"en": "x" * LONGEST_TEXT}, {}),
        ("Thanks", {"en": "ok", "es": "x" * (LONGEST_TEXT + 1)}, {"texts": "too_long"}),
        ("Thanks", {"en": "x" * LONGEST_TEXT + "\r\n\r\n"}, {}),
        ("Thanks", {"en": "\r\n".join("x" * 9 for _ in range(100))}, {}),
        ("", {}, {"title": "missing", "texts": "missing"}),
    ],
)
def test_what_is_wrong_is_said_by_field(session, title, texts, wrong):
    keep(session, "Greeting")
    assert trouble_with(session, None, title, texts) == wrong


def test_a_reply_may_keep_its_own_title_but_not_take_anothers(session):
    keep(session, "Greeting")
    keep(session, "Thanks")
    number = number_of(session, "Greeting")
    assert trouble_with(session, number, "Greeting", {"en": "Hi"}) == {}
    assert trouble_with(session, number, "Thanks", {"en": "Hi"}) == {"title": "taken"}


def test_replies_are_kept_trimmed_and_listed_by_title(session):
    keep(session, " Thanks ", en=" Thank you \n", es="  ")
    keep(session, "Greeting", es="Hola")
    assert [(one.title, one.texts) for one in canned_replies(session)] == [
        ("Greeting", {"es": "Hola"}),
        ("Thanks", {"en": "Thank you"}),
    ]


def test_lines_of_a_reply_end_as_everywhere(session):
    keep(session, "Greeting", en="Hello.\r\nI am {name}.")
    assert canned_replies(session)[0].texts == {"en": "Hello.\nI am {name}."}


def test_a_changed_reply_stays_one_reply(session):
    keep(session, "Greeting", en="Hello")
    number = number_of(session, "Greeting")
    assert keep(session, "Welcome", number, es="Hola")
    assert canned_replies(session) == [CannedReply(number, "Welcome", {"es": "Hola"})]


def test_a_reply_that_is_gone_cannot_be_changed_or_dropped(session):
    keep(session, "Greeting")
    number = number_of(session, "Greeting")
    assert drop_reply(session, number)
    assert not drop_reply(session, number)
    assert not keep(session, "Greeting", number)
    assert canned_replies(session) == []
