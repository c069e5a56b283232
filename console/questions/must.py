"""The list of questions that must be answered so: write, take over from a group, run all now, take off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from console.questions.common import (
    MOST_ID,
    EditsQuestions,
    RowNumber,
    SeesQuestions,
    Text,
    answer_languages,
    page_names,
    the_group,
)
from console.shared.covering import covered_text
from console.shared.request_context import RequestContext
from knowledge.documents.documents import NoSuchDocument, number_of, row_of
from knowledge.questions import must_answer
from knowledge.questions.must_answer import EXPECTATIONS, MustAnswer

router = APIRouter()


@router.get("/questions/must")
def must_list(visit: SeesQuestions, group: Annotated[int | None, Query(le=MOST_ID)] = None) -> Response:
    """The list, and the form for one more; `group` fills it in from a group of questions."""
    typed = {}
    if group is not None:
        with visit.console.database.reading() as session:
            found = the_group(visit, session, group)
        typed = {"question": covered_text(visit, found.question), "language": found.language}
    return _must_response(visit, typed)


@router.post("/questions/must")
def write_question(
    visit: EditsQuestions,
    question: Text = "",
    language: Text = "",
    expects: Text = "words",
    expected: Text = "",
) -> Response:
    """Add a question, or change what is expected of it, and check it at once."""
    typed = {"question": question, "language": language, "expects": expects, "expected": expected}
    console = visit.console
    try:
        with console.database.writing() as session:
            wanted = _library_id(visit, expected) if expects == "document" else expected
            entry_id = must_answer.write_entry(
                session, question, language, expects, wanted, by=visit.staff.name, now=console.now()
            )
            visit.record(session, "must_answer.written", str(entry_id), expects=expects)
    except ValueError:
        return _must_response(visit, typed, error=visit.say("questions.must_incomplete"), status=422)
    _run_checks(visit, only=entry_id)
    return visit.go("/questions/must", said="questions.must_written")


@router.post("/questions/must/run")
def run_all(visit: EditsQuestions) -> Response:
    """Ask all of them now."""
    failed = _run_checks(visit)
    return visit.go(
        "/questions/must", said="questions.must_ran_bad" if failed else "questions.must_ran", failed=failed
    )


@router.post("/questions/must/{entry_id:int}/remove")
def take_off(visit: EditsQuestions, entry_id: RowNumber) -> Response:
    """It need not be answered so any more."""
    with visit.console.database.writing() as session:
        if not must_answer.remove_entry(session, entry_id):
            visit.not_found()
        visit.record(session, "must_answer.removed", str(entry_id))
    return visit.go("/questions/must", said="questions.must_removed")


def _run_checks(visit: RequestContext, only: int | None = None) -> int:
    """Ask the library in use, keep what came out, and say how many failed."""
    console = visit.console
    with console.database.reading() as session:
        entries = [one for one in must_answer.all_entries(session) if only in {None, one.entry_id}]
    version = console.library.version
    checked = must_answer.check_entries(entries, console.library)
    with console.database.writing() as session:
        if only is not None:
            must_answer.note_checks(session, checked, console.now())
        else:
            must_answer.note_run(session, checked, version, console.now())
            visit.record(session, "must_answer.run", questions=len(checked))
    return sum(not one.passed for one in checked)


def _must_response(
    visit: RequestContext, typed: dict[str, str], error: str = "", status: int = 200
) -> Response:
    version = visit.console.library.version
    with visit.console.database.reading() as session:
        entries = must_answer.all_entries(session)
        run, due = must_answer.last_run(session), must_answer.is_due(session, version)
        documents = {
            one.expected: number_of(session, one.expected) for one in entries if one.expects == "document"
        }
        titles = {
            library_id: row_of(session, number).title for library_id, number in documents.items() if number
        }
    return visit.page(
        "questions/must.html",
        status=status,
        entries=entries,
        run=run,
        due=due,
        failed=sum(one.passed is False for one in entries),
        documents=documents,
        titles=titles,
        missing=_missing_words,
        typed=typed,
        error=error,
        languages=answer_languages(visit),
        kinds=[(kind, visit.say(f"questions.expects_{kind}")) for kind in EXPECTATIONS],
        **page_names(visit),
    )


def _missing_words(entry: MustAnswer) -> list[str]:
    """The expected words that were not said at the last check."""
    return must_answer.missing_words(entry.expected, entry.answer)


def _library_id(visit: RequestContext, expected: str) -> str:
    """What the library calls the document of this number, as staff see it in its address. `ValueError` when there is none."""
    number = expected.strip().rstrip("/").rpartition("/")[2]
    try:
        with visit.console.database.reading() as session:
            return row_of(session, int(number)).library_id
    except (NoSuchDocument, OverflowError):
        raise ValueError(number) from None
