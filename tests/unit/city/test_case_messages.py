"""What residents are told: staff's words before the catalogue's; and saved views."""

from __future__ import annotations

import pytest

from city.requests.casework import CaseRefused
from city.requests.messages import KINDS, fill_message, keep_message, message_for, own_messages
from city.requests.saved_views import drop_view, save_view, views_of
from core.texts import load_texts
from tests.support.builders import NOON
from tests.support.languages import EVERY_LANGUAGE

TEXTS = load_texts()


@EVERY_LANGUAGE
@pytest.mark.parametrize("kind", KINDS)
def test_the_catalogue_has_words_for_every_kind_of_news(session, kind, language):
    words = message_for(session, TEXTS, kind, "pothole", language)
    assert not words.own
    assert "{number}" in words.text


def test_the_words_for_a_service_go_before_those_for_all(session):
    keep_message(session, "fixed", "", "en", "All done: {number}")
    assert message_for(session, TEXTS, "fixed", "pothole", "en").text == "All done: {number}"
    keep_message(session, "fixed", "pothole", "en", "Filled: {number}")
    assert message_for(session, TEXTS, "fixed", "pothole", "en").text == "Filled: {number}"
    assert message_for(session, TEXTS, "fixed", "tree", "en").text == "All done: {number}"
    assert message_for(session, TEXTS, "fixed", "tree", "es").text != "All done: {number}"
    assert [(words.service, words.text) for words in own_messages(session)] == [
        ("", "All done: {number}"),
        ("pothole", "Filled: {number}"),
    ]


def test_empty_words_mean_the_general_ones_again(session):
    keep_message(session, "fixed", "", "en", "All done")
    keep_message(session, "fixed", "", "en", "  ")
    assert own_messages(session) == []
    assert message_for(session, TEXTS, "fixed", "", "en").text == TEXTS.sentences["en"]["news.case_fixed"]


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("fixed", "{nummer}", "unknown_place"),
        ("fixed", "{number.__class__}", "unknown_place"),
        ("fixed", "{}", "unknown_place"),
        ("fixed", "x" * 4001, "too_long"),
        ("lost", "x", "unknown_status"),
    ],
)
def test_words_that_cannot_be_filled_are_refused(session, kind, text, why):
    with pytest.raises(CaseRefused) as refused:
        keep_message(session, kind, "", "en", text)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{number} is done. {reason}", "KR-1 is done. {number}!"),
        ("{place}", "{place}"),
        ("a  b\n\n c {day}", "a b\n\nc"),
    ],
)
def test_values_are_put_in_as_they_are(text, filled):
    assert fill_message(text, {"number": "KR-1", "reason": "{number}!", "day": ""}) == filled


def test_views_are_ones_own_or_everybodys(session):
    save_view(session, "ana", "Mine", "assignee=me", shared=False, now=NOON)
    save_view(session, "ben", "Late ones", "late=yes", shared=True, now=NOON)
    save_view(session, "ben", "Secret", "q=x", shared=False, now=NOON)
    assert [view.name for view in views_of(session, "ana")] == ["Late ones", "Mine"]


def test_the_same_name_replaces_a_view_and_only_its_owner_drops_it(session):
    first = save_view(session, "ana", " My  view ", "a=1", shared=False, now=NOON)
    again = save_view(session, "ana", "My view", "a=2", shared=True, now=NOON)
    assert (first.id, again.query, again.shared) == (again.id, "a=2", True)
    assert not drop_view(session, again.id, "ben")
    assert drop_view(session, again.id, "ana")
    assert views_of(session, "ana") == []
    assert not drop_view(session, 999, "ana")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_view_needs_a_short_name(session, name):
    with pytest.raises(CaseRefused):
        save_view(session, "ana", name, "", shared=False, now=NOON)
