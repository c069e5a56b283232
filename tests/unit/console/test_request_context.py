"""One request: the page and the sentence it says first, where it leads, what is written down; and the history of what staff define."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.requests import Request

from city.definitions.history import DefinitionChange
from console.shared import changes
from console.shared.changes import PARTS, part_name, shown_changes
from console.shared.errors import (
    Busy,
    ConsoleRefused,
    Forbidden,
    ForeignForm,
    NotSignedIn,
    NotThere,
    TooLarge,
)
from console.shared.pages import LANGUAGES
from console.shared.tables import AuditRow
from core.database import Base, Database, NestedWrite
from tests.support.builders import NOON
from tests.support.staff_visits import console_pages, open_memory_session, request_of, visit_of

SAID = {"key": "team.saved", "values": {"name": "Ben <b>"}}
LIVE = {"x_cityline_live": "1"}


class Quiet:
    """A database in which nobody writes."""

    def refuse_within_a_write(self) -> None:
        return


def visit(said: dict | None = None, request: Request | None = None):
    """Somebody whose session keeps what it is to say next in `kept`."""
    kept: list[dict] = []
    made = visit_of("administrator", request=request, database=Quiet())
    made.said, made.keep_said = said or {}, kept.append
    return made, kept


def test_a_change_leads_on_and_says_what_was_done_on_the_next_page():
    made, kept = visit()
    answer = made.go("/team", said="team.saved", name="Ben", changed=3)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/team")
    assert kept == [{"key": "team.saved", "values": {"name": "Ben", "changed": "3"}}]


def test_whoever_is_led_on_without_a_word_hears_what_was_said_before():
    made, kept = visit(SAID)
    made.go("/cases")
    assert kept == []


def test_a_sentence_is_said_once_and_as_text():
    made, kept = visit(SAID)
    page = made.page("refused.html", reason="not_found").body.decode()
    assert "Ben &lt;b&gt;" in page
    assert kept == [{}]


def test_what_a_page_fetches_by_itself_leaves_the_sentence_to_the_next_page():
    made, kept = visit(SAID, request_of("/overview/now", **LIVE))
    assert made.is_live
    assert "Ben" not in made.page("refused.html", reason="not_found").body.decode()
    assert kept == []


@pytest.mark.parametrize(
    "answer", [lambda made: made.go("/cases"), lambda made: made.page("refused.html", reason="refused")]
)
def test_no_page_is_made_within_a_write(answer, tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'console.sqlite'}")
    Base.metadata.create_all(database.engine)
    made = visit_of("viewer", database=database)
    with database.writing(), pytest.raises(NestedWrite):
        answer(made)
    assert made.go("/cases").status_code == 303
    database.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "refused", [ConsoleRefused, NotSignedIn, Forbidden, ForeignForm, TooLarge, Busy, NotThere]
)
def test_every_refusal_has_a_page_that_says_what_to_do(refused, language):
    made = visit_of(language=language, database=Quiet())
    answer = made.page("refused.html", status=refused.status, reason=refused.page)
    sentences = console_pages().texts.sentences[language]
    assert answer.status_code == refused.status
    assert {f"refused.{refused.page}", f"refused.{refused.page}_help"} <= sentences.keys()


def test_what_is_done_is_written_down_in_ones_own_name():
    with open_memory_session() as session:
        visit_of("agent").record(session, "case.merge", "SR-00001", main="SR-00002", told=True, count=3)
        row = session.scalars(select(AuditRow)).one()
    assert (row.staff_id, row.name, row.action, row.subject, row.at) == (
        "ana",
        "Ana",
        "case.merge",
        "SR-00001",
        NOON,
    )
    assert row.details == {"main": "SR-00002", "told": "True", "count": "3"}


def change(before: dict | None, after: dict, how: str = "edited") -> DefinitionChange:
    return DefinitionChange(
        7, "service", "pothole", how, 3, "Ana", "as the council decided", NOON, before, after
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"name": {"en": "Hole"}}, {"name": {"en": "Pothole"}}, [("Name › en", "Hole", "Pothole")]),
        ({"phone": "1"}, {}, [("Phone", "1", "")]),
        ({}, {"phone": "1"}, [("Phone", "", "1")]),
        ({"phone": "1"}, {"phone": "1"}, []),
        ({"strange": "1"}, {"strange": "2"}, [("strange", "1", "2")]),
    ],
    ids=["changed", "taken away", "added", "as it was", "a part of another release"],
)
def test_a_change_says_what_stood_there_before_and_what_does_now(before, after, lines):
    shown = shown_changes(visit_of("administrator"), [change(before, after)])[0]
    assert (shown.lines, shown.more, shown.has_before) == (lines, 0, True)
    assert (shown.how, shown.staff_name, shown.note) == ("Changed", "Ana", "as the council decided")


def test_of_a_change_of_many_things_the_first_are_shown_and_the_others_counted():
    after = {"name": {f"l{number}": "x" for number in range(changes.MOST + 5)}}
    shown = shown_changes(visit_of("administrator"), [change(None, after, "created")])[0]
    assert (len(shown.lines), shown.more, shown.has_before) == (changes.MOST, 5, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_definition_has_a_name(part, language):
    assert part_name(visit_of(language=language), [part]) != f"changes.part_{part}"


@pytest.mark.parametrize(
    ("path", "name"), [((), ""), (("questions", "OFTEN", "text", "es"), "Questions › OFTEN › Words › es")]
)
def test_where_something_stands_in_a_definition(path, name):
    assert part_name(visit_of(), path) == name
