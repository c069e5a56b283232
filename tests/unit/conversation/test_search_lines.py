"""The search in the transcript: who sees which line, what stands around it, and contacts that stay covered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.people.tables import PersonRequestRow
from conversation.staff.search import CONTEXT_LENGTH, Search, search_lines
from core.covering import keys_in
from tests.support.builders import NOON
from tests.unit.conversation.lines import converse


def found(session, words, limit=25, **more):
    """Where something was found, such as `a2`: the conversation and its line."""
    lines = search_lines(session, Search(words, **more), limit)
    return [f"{line.conversation_id}{line.sequence}" for line in lines]


@pytest.fixture
def said(session):
    converse(session, "a", ("resident", "The street lamp is broken"), ("city", "Which street lamp?"))
    later = NOON + timedelta(days=1)
    converse(session, "b", ("resident", "A lamp"), ("staff", "We mend the lamp"), channel="sms", at=later)
    converse(session, "c", ("resident", "El camión llegó"), at=NOON + timedelta(days=2), taken_by="ana")
    return session


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"words": "lamp"}, ["b2", "b1", "a2", "a1"]),
        ({"words": "LAMP street"}, ["a2", "a1"]),
        ({"words": '"street lamp"'}, ["a2", "a1"]),
        ({"words": '"lamp street"'}, []),
        ({"words": "lam*"}, ["b2", "b1", "a2", "a1"]),
        ({"words": "lam"}, []),
        ({"words": "camion"}, ["c1"]),
        ({"words": "CAMIÓN"}, ["c1"]),
        ({"words": "lamp", "sender": "resident"}, ["b1", "a1"]),
        ({"words": "lamp", "sender": "staff"}, ["b2"]),
        ({"words": "lamp", "channel": "sms"}, ["b2", "b1"]),
        ({"words": "lamp", "channel": "sms", "sender": "city"}, []),
        ({"words": "lamp", "since": NOON + timedelta(hours=1)}, ["b2", "b1"]),
        ({"words": "lamp", "until": NOON + timedelta(hours=1)}, ["a2", "a1"]),
        ({"words": "lamp", "since": NOON, "until": NOON}, []),
        ({"words": "lamp OR camion"}, []),
        ({"words": "resident"}, []),
        ({"words": "sms web bysms"}, []),
        ({"words": ""}, []),
        ({"words": 'lamp" OR "camion'}, []),
        ({"words": "words : lamp"}, []),
    ],
    ids=lambda value: " ".join(map(str, value.values()))[:40] if isinstance(value, dict) else None,
)
def test_lines_have_all_that_was_asked_for_the_newest_first(said, asked, lines):
    assert found(said, **asked) == lines


def test_who_has_departments_finds_only_what_they_may_see(said):
    assert found(said, "lamp", scope=("parks",)) == []
    assert found(said, "camion", scope=("parks",), staff_id="ben") == []
    assert found(said, "camion", scope=("parks",), staff_id="ana") == ["c1"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_pages_follow_one_another(said, size):
    seen, before = [], None
    for _ in range(5):
        lines = search_lines(said, Search("lamp", before=before), size)
        seen += [f"{line.conversation_id}{line.sequence}" for line in lines]
        before = lines[-1].line_id if lines else 1
    assert seen == ["b2", "b1", "a2", "a1"]


def test_what_stands_around_a_line_is_shown_as_far_as_there_is_any(session):
    converse(
        session, "a", ("resident", "x" * 500), ("city", "a lamp"), ("resident", "yes"), ("city", "a lamp")
    )
    converse(session, "b", ("staff", "of another"))
    last, first = search_lines(session, Search("lamp"))
    assert [one.text for one in first.around] == ["x" * CONTEXT_LENGTH + "…", "yes"]
    assert (last.around[0].text, last.around[1]) == ("yes", None)


def shown(line):
    return "".join(part for part, _ in line.parts)


def test_contacts_are_covered_in_the_line_and_around_it(session):
    converse(session, "a", ("resident", "I am at 217-555-0142"), ("resident", "the lamp, 217-555-0143"))
    (line,) = search_lines(session, Search("lamp"))
    assert "0143" not in shown(line)
    assert "0142" not in line.around[0].text


def test_a_contact_is_no_way_to_find_somebody_except_for_those_who_may(session):
    converse(session, "a", ("resident", "call 217-555-0142 about the lamp"))
    assert found(session, "0142") == []
    assert found(session, "lamp") == ["a1"]
    assert found(session, "lamp 0142") == []
    (line,) = search_lines(session, Search("0142", by_contacts=True))
    assert line.by_contact
    assert "0142" not in shown(line)
    assert not search_lines(session, Search("lamp", by_contacts=True))[0].by_contact


def test_what_a_resident_left_to_be_reached_at_is_a_contact_whatever_it_looks_like(session):
    converse(session, "a", ("resident", "ask for bluebird"))
    converse(session, "b", ("resident", "I saw a bluebird"))
    session.add(
        PersonRequestRow(language="en", channel="web", conversation="a", asked_at=NOON, reach="bluebird")
    )
    session.flush()
    assert found(session, "bluebird") == ["b1"]
    assert found(session, "bluebird", by_contacts=True) == ["b1", "a1"]


def test_the_citys_own_number_is_found_by_everybody(session):
    converse(session, "a", ("city", "Call 217-555-0100 in danger"))
    assert found(session, "0100") == []
    (line,) = search_lines(session, Search("0100", published=keys_in("217-555-0100")))
    assert (shown(line), line.by_contact) == ("Call 217-555-0100 in danger", False)


def test_lines_that_may_not_be_shown_do_not_end_the_search(session):
    converse(session, "old", ("resident", "house 0142 is dark"))
    converse(session, "new", *[("resident", f"call 217-555-0142, time {n}") for n in range(7)])
    assert found(session, "0142", limit=2) == ["old1"]
