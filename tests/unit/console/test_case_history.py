"""The history of a case in words: who did what, when it was, and what somebody missed who looks at an older page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from city.records.tables import DepartmentRow, ServiceRow
from city.requests.tables import RequestUpdateRow, ServiceRequestRow
from console.cases.history import SENTENCES, answers_to_questions, case_history, history_since
from console.shared.pages import LANGUAGES
from tests.support.builders import NOON
from tests.support.staff_visits import console_pages, open_memory_session, visit_of

LATE = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
"""The last minute of a day in Berlin, which in Kiritimati is the next one."""


@pytest.fixture
def session():
    with open_memory_session() as session:
        session.add(DepartmentRow(code="parks", definition={"name": {"en": "Parks", "es": "Parques"}}))
        session.add(
            ServiceRow(
                code="pothole",
                department_code="parks",
                position=1,
                definition={
                    "name": {"en": "Pothole"},
                    "attributes": [
                        {
                            "code": "SIZE",
                            "description": {"en": "How large is it?", "es": "¿De qué tamaño?"},
                            "values": [
                                {"key": "s", "name": {"en": "small", "es": "pequeño"}},
                                {"key": "l", "name": {"en": "large"}},
                            ],
                        },
                        {"code": "NOTE", "description": {"en": "Anything else?"}},
                    ],
                },
            )
        )
        session.flush()
        yield session


def case(*updates: RequestUpdateRow, **fields: object) -> ServiceRequestRow:
    row = ServiceRequestRow(
        number="SR-00001",
        channel="sms",
        service_code="pothole",
        requested_at=NOON,
        answers={},
        version=0,
        **fields,
    )
    for update in updates:
        row.updates.append(update)
    return row


def done(kind: str, *, author: str = "staff", status: str | None = None, **details: str) -> RequestUpdateRow:
    return RequestUpdateRow(
        kind=kind, author=author, staff_name="Ana" if author == "staff" else "", status=status,
        text="because", told="", details=details, created_at=NOON + timedelta(hours=1),
    )  # fmt: skip


def said(session: Session, update: RequestUpdateRow, **who: str) -> str:
    line = case_history(visit_of("agent", **who), session, case(update))[0]
    return f"{line.who} {line.what}"


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (done("status", status="fixed"), "Ana set the status to Fixed."),
        (done("assigned", after="Ben"), "Ana gave it to Ben."),
        (done("assigned", after="Ana", before="Ben"), "Ana took it over from Ben."),
        (done("assigned", after="Cleo", before="Ben"), "Ana gave it to Cleo; Ben had it."),
        (done("assigned", after="", before="Ben"), "Ana took it from whoever had it."),
        (done("department", before="water", after="parks"), "Ana handed it over to Parks."),
        (done("department", after="gone"), "Ana handed it over to gone."),
        (done("due", after=LATE.isoformat()), "Ana set the day to Jun 30, 2026."),
        (done("due", after=""), "Ana took the day back."),
        (done("merged", other="SR-00002"), "Ana merged SR-00002 into this case."),
        (done("merged", into="SR-00003"), "Ana made it a duplicate of SR-00003."),
        (done("unmerged", other="SR-00003"), "Ana took it apart from SR-00003."),
        (done("photo", count="3"), "Ana added photos of the work: 3."),
        (done("photo"), "Ana added photos of the work: 1."),
        (done("note"), "Ana noted, for colleagues only:"),
        (done("comment", author="reporter"), "The resident added:"),
        (done("confirmed", author="reporter"), "The resident says that it is fixed."),
        (done("not_fixed", author="reporter"), "The resident says that it is not fixed."),
    ],
    ids=[
        "a status", "given to a colleague", "taken over", "from one to another", "from somebody to nobody", "another department",
        "a department that is gone", "a day", "no day any more", "a duplicate of this", "this as a duplicate", "no duplicate",
        "photos", "a photo of an earlier release", "a note", "a comment", "confirmed", "not fixed",
    ],
)  # fmt: skip
def test_what_was_done_is_told_in_a_sentence(update, words, session):
    assert said(session, update) == words


def test_who_did_it_without_a_name_was_staff(session):
    update = done("note")
    update.staff_name = ""
    assert said(session, update) == "Staff noted, for colleagues only:"


@pytest.mark.parametrize(
    ("timezone", "day"), [("Europe/Berlin", "Jun 30, 2026"), ("Pacific/Kiritimati", "Jul 1, 2026")]
)
def test_a_promised_day_is_the_day_in_the_city(timezone, day, session):
    assert (
        said(session, done("due", after=LATE.isoformat()), timezone=timezone) == f"Ana set the day to {day}."
    )


def test_whoever_reads_spanish_reads_names_and_days_in_spanish(session):
    assert "Parques" in said(session, done("department", after="parks"), language="es")
    assert "30 jun 2026" in said(session, done("due", after=LATE.isoformat()), language="es")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(SENTENCES.values()))
def test_everything_that_can_be_done_has_its_words(key, language):
    assert key in console_pages().texts.sentences[language]


def test_a_history_begins_at_its_end_with_the_report(session):
    lines = case_history(visit_of("viewer"), session, case(done("note"), done("status", status="closed")))
    assert [line.kind for line in lines] == ["status", "note", "reported"]
    assert (lines[-1].by_resident, lines[-1].at) == (True, NOON)


def test_a_line_says_why_it_was_done_and_what_the_resident_got(session):
    told, untold = done("status", status="fixed"), done("status", status="closed", not_told="stopped")
    told.told = "It is fixed."
    lines = case_history(visit_of("viewer"), session, case(told, untold))
    assert [(line.text, line.told, line.not_told) for line in lines[:2]] == [
        ("because", "", "stopped"),
        ("because", "It is fixed.", ""),
    ]


@pytest.mark.parametrize(
    ("version", "missed"),
    [
        ("2", []),
        ("1", ["status"]),
        ("0", ["status", "note"]),
        ("3", []),
        ("", []),
        ("-1", []),
        ("1.0", []),
        ("²", []),
        ("١", []),
        ("9" * 5000, []),
        ("1; drop", []),
    ],
)
def test_whoever_looks_at_an_older_page_is_told_what_happened_since(version, missed, session):
    row = case(done("note"), done("status", status="closed"))
    assert [line.kind for line in history_since(visit_of("viewer"), session, row, version)] == missed


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, []),
        ({"SIZE": "s"}, [("How large is it?", "small")]),
        ({"SIZE": ["s", "l"]}, [("How large is it?", "small, large")]),
        ({"SIZE": "xl"}, [("How large is it?", "xl")]),
        ({"NOTE": "near the gate"}, [("Anything else?", "near the gate")]),
        ({"GONE": "yes"}, [("GONE", "yes")]),
        ({"NOTE": 7}, [("Anything else?", "7")]),
        ({"SIZE": []}, [("How large is it?", "")]),
    ],
    ids=[
        "none", "one of several", "two of several", "one that is no longer offered", "words", "a question that is gone",
        "a number", "nothing was ticked",
    ],
)  # fmt: skip
def test_answers_stand_beside_their_questions(answers, shown, session):
    row = case()
    row.answers = answers
    assert answers_to_questions(visit_of("viewer"), session, row) == shown


def test_what_has_no_spanish_name_is_shown_in_another_language(session):
    row = case()
    row.answers = {"SIZE": ["s", "l"]}
    assert answers_to_questions(visit_of("viewer", language="es"), session, row) == [
        ("¿De qué tamaño?", "pequeño, large")
    ]


def test_answers_of_a_service_that_is_gone_keep_their_codes(session):
    row = case()
    row.service_code, row.answers = "gone", {"SIZE": "s"}
    assert answers_to_questions(visit_of("viewer"), session, row) == [("SIZE", "s")]
