"""Before many cases are changed: how many residents are told by which channel and in which words, and who is not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from city.requests.messages import keep_message
from city.requests.tables import ServiceRequestRow
from console.cases import bulk_message
from console.cases.bulk_form import Bulk
from console.cases.bulk_message import summary_of
from conversation.delivery.recipients import NotTold, Reach
from core.model import Reply
from core.preview import Shown
from core.texts import load_texts
from tests.support.staff_visits import open_memory_session, visit_of

FIXED = Bulk(do="status", status="fixed", reason="done")


def told(conversation: str, channel: str = "sms", language: str = "en") -> Reach:
    return Reach(conversation, channel, Reply(f"words for {conversation}", language=language))


def untold(conversation: str, why: NotTold = NotTold.STOPPED) -> Reach:
    return Reach(conversation, "sms", Reply("", language="en"), why)


@pytest.fixture
def session():
    with open_memory_session() as session:
        yield session


@pytest.fixture
def summary(session, monkeypatch):
    """The summary of cases, each given as its service and whom its news would reach."""

    def of(*cases: tuple[str, list[Reach]]):
        rows = [
            ServiceRequestRow(number=f"SR-{at}", service_code=service)
            for at, (service, _) in enumerate(cases)
        ]
        reached = {row.number: reach for row, (_, reach) in zip(rows, cases, strict=True)}
        monkeypatch.setattr(bulk_message, "tell_reporters", lambda _context, _session, row, _news: row.number)
        monkeypatch.setattr(bulk_message, "reach_of", lambda _services, _session, number: reached[number])
        visit = visit_of(
            "agent",
            texts=load_texts(),
            services=SimpleNamespace(assistant=SimpleNamespace(context=None)),
            preview=lambda channel, reply: [Shown(f"{channel}: {reply.text}")],
        )
        return summary_of(visit, session, rows, FIXED)

    return of


def test_without_a_case_nobody_is_told(summary):
    found = summary()
    assert (found.told, found.messages, found.not_told, found.wordings) == (0, 0, {}, [])


def test_residents_are_counted_by_channel_the_busiest_first(summary):
    found = summary(("a", [told("1", "web")]), ("a", [told("2")]), ("a", [told("3")]))
    assert list(found.channels.items()) == [("sms", 2), ("web", 1)]
    assert (found.told, found.messages) == (3, 3)


def test_a_resident_with_two_cases_is_one_resident_and_gets_two_messages(summary):
    found = summary(("a", [told("1")]), ("a", [told("1")]))
    assert (found.told, found.messages) == (1, 2)
    assert [dict(wording.people) for wording in found.wordings] == [{"sms": 1}]


def test_who_is_not_told_is_counted_by_the_reason_and_gets_no_message(summary):
    found = summary(("a", [untold("1"), told("2")]), ("a", [untold("3", NotTold.GONE)]), ("a", [untold("1")]))
    assert found.not_told == {NotTold.STOPPED: 1, NotTold.GONE: 1}
    assert (found.told, found.messages) == (1, 1)


def test_each_language_is_shown_for_itself_that_of_the_most_residents_first(summary):
    found = summary(
        ("a", [told("1", language="en")]), ("a", [told("2", language="es"), told("3", language="es")])
    )
    assert [(wording.language, wording.people.total()) for wording in found.wordings] == [
        ("es", 2),
        ("en", 1),
    ]


def test_a_service_with_words_of_its_own_is_shown_for_itself(session, summary):
    keep_message(session, "fixed", "tree", "en", "The tree is cut.")
    found = summary(("tree", [told("1")]), ("pothole", [told("1")]), ("light", [told("1")]))
    assert [(wording.number, wording.people.total()) for wording in found.wordings] == [
        ("SR-0", 1),
        ("SR-1", 1),
    ]
    assert (found.told, found.messages) == (1, 3)


def test_of_each_wording_one_example_is_shown_at_each_channel(summary):
    found = summary(("a", [told("1"), told("2"), told("3", "web")]))
    shown = found.wordings[0].shown
    assert {channel: [each.text for each in messages] for channel, messages in shown.items()} == {
        "sms": ["sms: words for 1"],
        "web": ["web: words for 3"],
    }
