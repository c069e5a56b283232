"""What there is to choose from on the pages of cases, for whom, and what is written down of a search."""

from __future__ import annotations

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.tables import DepartmentRow, ServiceRow
from city.requests.casework import CaseRefused
from city.requests.messages import own_messages
from city.requests.tables import ServiceRequestRow
from console.cases import filters
from console.cases.common import case_worker, find_case
from console.cases.messages import _save_typed
from console.shared.errors import NotThere
from console.shared.pages import LANGUAGES
from console.shared.tables import AuditRow, StaffRow
from core.texts import load_texts
from tests.support.builders import NOON
from tests.support.staff_visits import open_memory_session, visit_of

NAMES = {"parks": ("Parks", "Zonas verdes"), "water": ("Water", "Agua"), "roads": ("roads", "Vías")}


@pytest.fixture
def session():
    with open_memory_session() as session:
        for code, (english, spanish) in NAMES.items():
            session.add(DepartmentRow(code=code, definition={"name": {"en": english, "es": spanish}}))
            session.add(
                ServiceRow(
                    code=f"{code}-1",
                    department_code=code,
                    position=1,
                    active=code != "water",
                    definition={"name": {"en": f"{english} trouble", "es": spanish}},
                )
            )
        hire(session, "Zoe", "agent")
        hire(session, "Ana", "agent", "editor", departments=["parks"])
        hire(session, "Wim", "agent", departments=["water", "roads"])
        hire(session, "Vera", "viewer")
        hire(session, "Gone", "agent", active=False)
        session.flush()
        yield session


def hire(session, name, *roles, departments=(), active=True):
    session.add(
        StaffRow(
            staff_id=name.lower(),
            email=f"{name}@city.example",
            name=name,
            language="en",
            roles=list(roles),
            departments=list(departments),
            password="-",
            recovery=[],
            active=active,
            created_at=NOON,
        )
    )


def asking(session: Session, *roles: str, **fields: object):
    """Somebody with these roles who asks this database; what fails is taken back."""

    @contextmanager
    def writing():
        with session.begin_nested():
            yield session

    @contextmanager
    def reading():
        yield session

    database = SimpleNamespace(writing=writing, reading=reading, refuse_within_a_write=lambda: None)
    return visit_of(*(roles or ("agent",)), database=database, texts=load_texts(), **fields)


@pytest.mark.parametrize(
    ("departments", "department", "names"),
    [
        ((), "", ["Ana", "Wim", "Zoe"]),
        ((), "parks", ["Ana", "Zoe"]),
        ((), "roads", ["Wim", "Zoe"]),
        (("parks",), "", ["Ana", "Zoe"]),
        (("parks", "water"), "", ["Ana", "Wim", "Zoe"]),
        (("parks",), "water", ["Wim", "Zoe"]),
    ],
    ids=[
        "every case",
        "of parks",
        "of roads",
        "whoever sees parks",
        "whoever sees two",
        "handed over to water",
    ],
)
def test_a_case_is_given_to_whoever_works_on_cases_and_sees_it(departments, department, names, session):
    found = filters.staff_options(session, visit_of("agent", departments=departments), department)
    assert [name for _, name in found] == names


@pytest.mark.parametrize(("staff_id", "name"), [("", None), ("zoe", "Zoe"), ("ana", "Ana")])
def test_who_a_case_of_parks_may_be_given_to(staff_id, name, session):
    found = case_worker(visit_of("agent"), session, staff_id, "parks")
    assert (found.name if found else None) == name


@pytest.mark.parametrize("staff_id", ["wim", "vera", "gone", "nobody", "' or 1=1"])
def test_nobody_else_is_given_a_case_of_parks(staff_id, session):
    with pytest.raises(CaseRefused) as refused:
        case_worker(visit_of("agent"), session, staff_id, "parks")
    assert (refused.value.why, refused.value.field) == ("unknown_person", "to")


@pytest.mark.parametrize(
    ("departments", "language", "own", "every"),
    [
        ((), "en", ["parks", "roads", "water"], ["parks", "roads", "water"]),
        ((), "es", ["water", "roads", "parks"], ["water", "roads", "parks"]),
        (("water",), "en", ["water"], ["parks", "roads", "water"]),
    ],
    ids=["by name", "by the name in Spanish", "one's own"],
)
def test_departments_are_listed_by_name(departments, language, own, every, session):
    visit = visit_of("agent", departments=departments, language=language)
    assert [code for code, _ in filters.department_options(visit, session)] == own
    assert [code for code, _ in filters.department_options(visit, session, every=True)] == every


def test_services_are_those_of_ones_departments_and_those_of_before_too(session):
    assert filters.service_options(visit_of("agent", departments=("water",)), session) == [
        ("water-1", "Water trouble")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_a_filter_has_a_label(language, session):
    settings = SimpleNamespace()
    visit = visit_of("agent", language=language, settings=settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filters, "channel_names", lambda _visit: {"sms": "SMS"})
        choices = filters.filter_choices(visit, session)
    assert set(choices) <= set(filters.FIELDS)
    for name, options in choices.items():
        labels = [label for _, label in options]
        assert all(labels), name
        assert len(set(labels)) == len(labels), name


def test_one_is_among_the_choices_as_oneself_and_not_by_name(session):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filters, "channel_names", lambda _visit: {})
        who = [key for key, _ in filters.filter_choices(visit_of("agent"), session)["who"]]
    assert who == ["", filters.ME, filters.NOBODY, "wim", "zoe"]


@pytest.mark.parametrize(
    ("roles", "given", "written"),
    [
        (("agent",), {"q": "217 555 0142"}, True),
        (("agent",), {"place": "anna@home.example"}, True),
        (("agent",), {"q": "pothole on 5th"}, False),
        (("agent",), {}, False),
        (("viewer",), {"q": "217 555 0142"}, False),
    ],
    ids=["by a number", "by an address", "by words", "by nothing", "by whoever finds nobody by it"],
)
def test_a_search_by_a_contact_is_written_down_without_it(roles, given, written, session):
    visit = asking(session, *roles)
    filters.record_search(visit, filters.read_filters(visit, given))
    entries = session.scalars(select(AuditRow)).all()
    assert [entry.action for entry in entries] == ["contact.searched"] * written
    assert not any(value in json.dumps(entry.details) for entry in entries for value in given.values())


def file_case(session: Session, department: str) -> None:
    session.add(
        ServiceRequestRow(
            number="SR-00001",
            dedupe_key="1",
            person_id="p",
            channel="sms",
            language="en",
            service_code=f"{department}-1",
            service_name={},
            department_code=department,
            department_name={},
            status="open",
            requested_at=NOON,
            updated_at=NOON,
        )
    )
    session.flush()


@pytest.mark.parametrize(
    ("departments", "number", "found"),
    [
        ((), "SR-00001", True),
        (("parks",), "SR-00001", True),
        (("water",), "SR-00001", False),
        ((), "SR-99999", False),
        ((), "", False),
    ],
)
def test_another_departments_case_is_not_there(departments, number, found, session):
    file_case(session, "parks")
    visit = visit_of("agent", departments=departments)
    if found:
        assert find_case(visit, session, number).number == "SR-00001"
        return
    with pytest.raises(NotThere):
        find_case(visit, session, number)


def save(session: Session, service: str = "", **typed: str):
    """What staff typed for some kinds of news in English, and what is kept afterwards."""
    visit = asking(session, "administrator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "console.cases.messages._messages_response", lambda _visit, _service, _typed, errors: errors
        )
        answer = _save_typed(visit, service, {f"text.{kind}.en": text for kind, text in typed.items()})
    return answer, {(row.service, row.kind): row.text for row in own_messages(session)}


def test_words_of_ones_own_are_kept_and_the_usual_ones_are_not(session):
    usual = load_texts().sentences["en"]["news.case_closed"]
    _, kept = save(session, fixed="Done:\r\n{number} ", closed=usual, open=" ")
    assert kept == {("", "fixed"): "Done:\n{number}"}


def test_the_words_of_a_service_stand_beside_those_of_all(session):
    save(session, fixed="Done.")
    _, kept = save(session, "parks-1", fixed="The tree is cut.", closed="")
    assert kept == {("", "fixed"): "Done.", ("parks-1", "fixed"): "The tree is cut."}
    _, kept = save(session, "parks-1", fixed="Done.")
    assert kept == {("", "fixed"): "Done."}


@pytest.mark.parametrize("text", ["Dear {name}", "{}", "{number} {reason!r}", "x" * 4001])
def test_words_that_cannot_be_said_are_told_at_their_field_and_the_others_kept(text, session):
    errors, kept = save(session, fixed=text, closed="Closed.")
    assert list(errors) == ["text.fixed.en"]
    assert kept == {("", "closed"): "Closed."}


@pytest.mark.parametrize(
    ("service", "field"),
    [
        ("gone-1", "text.fixed.en"), ("", "text.eaten.en"), ("", "text.fixed.tlh"), ("", "text.fixed"), ("", "text."),
        ("", "text.fixed.en.us"),
    ],
    ids=["a service that is gone", "no kind of news", "a language that is not spoken", "no language", "nothing", "too much"],
)  # fmt: skip
def test_a_form_that_is_none_of_ours_changes_nothing(service, field, session):
    with pytest.raises(NotThere):
        _save_typed(asking(session, "administrator"), service, {field: "Words."})
    assert own_messages(session) == []
