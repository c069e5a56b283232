"""The page without JavaScript: which choices still wait for an answer, and what the form that comes back says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from starlette.datastructures import FormData

from channels.web.errors import WebRefusal
from channels.web.plain import PlainPage, offered_reply
from core.model import Choice, Reply, TranscriptEntry

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
YES_NO = (Choice("ask.yes", "Yes"), Choice("ask.no", "No"))
PARKS = (Choice("q.a", "Oak Park"), Choice("q.b", "Heron Park"), Choice("q.c", "None"))
PAGE = PlainPage(cast("Any", None), cast("Any", None))


def line(sender: str, *choices: Choice) -> TranscriptEntry:
    return TranscriptEntry(1, sender, NOON, None, Reply("words", choices=choices))


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ([], []),
        ([line("city")], []),
        ([line("city", *YES_NO)], ["ask.yes", "ask.no"]),
        ([line("city", *YES_NO), line("city")], ["ask.yes", "ask.no"]),
        ([line("city", *PARKS), line("city", *YES_NO)], ["ask.yes", "ask.no"]),
        ([line("city", *YES_NO), line("staff")], ["ask.yes", "ask.no"]),
        ([line("city", *YES_NO), line("resident")], []),
        ([line("city", *YES_NO), line("resident"), line("city")], []),
        ([line("city", *YES_NO), line("resident"), line("city", *PARKS)], ["q.a", "q.b", "q.c"]),
    ],
)
def test_choices_wait_until_the_resident_has_spoken(lines, keys):
    reply = offered_reply(lines)
    assert [choice.key for choice in reply.choices] == keys if reply else keys == []


@pytest.mark.parametrize(
    ("fields", "text", "choice"),
    [
        ([("text", "a hole")], "a hole", None),
        ([("choice", "q.a")], "Oak Park", "q.a"),
        ([("choice", "q.a"), ("choice", "q.c")], "Oak Park, None", "q.a,q.c"),
        # who writes and ticks means the words
        ([("text", "both of them"), ("choice", "q.a")], "both of them", None),
        ([("text", "  "), ("choice", "q.b")], "Heron Park", "q.b"),
        # a page that was left open offers what nobody offers any more
        ([("choice", "old.key")], "old.key", "old.key"),
        ([("choice", "")], "", None),
        ([], "", None),
    ],
)
def test_a_form_says_what_was_written_or_else_what_was_ticked(fields, text, choice):
    message = PAGE.read(FormData([("id", "m1"), *fields]), [line("city", *PARKS)], [])
    assert (message.id, message.text, message.choice) == ("m1", text, choice)


def test_a_picture_goes_along_with_the_words():
    message = PAGE.read(FormData([("id", "m1"), ("text", "look")]), [], ["handle"])
    assert (message.text, message.attachments) == ("look", ["handle"])


@pytest.mark.parametrize("made_up", ["", "a b", "x" * 65, "<b>"])
def test_a_form_whose_id_is_not_ours_is_refused(made_up):
    with pytest.raises(WebRefusal):
        PAGE.read(FormData([("id", made_up), ("text", "hello")]), [], [])


@pytest.mark.parametrize(
    ("written", "language", "shown"),
    [
        ("2026-03-14", "en", "March 14, 2026"),
        ("2026-03-14", "es", "14 de marzo de 2026"),
        ("last spring", "en", "last spring"),
        ("", "en", ""),
    ],
)
def test_a_day_is_shown_in_words_where_it_is_one(written, language, shown):
    assert PAGE.day(written, language) == shown
