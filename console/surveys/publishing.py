"""Opening, publishing and closing a survey, and the history of its changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from city.definitions.history import changes_of, problems_that_block
from city.surveys.editing import close_survey, discard_draft, draft_from_history, publish_survey
from console.shared.changes import shown_changes
from console.shared.request_context import RequestContext
from console.surveys.common import EditsSurveys, SeesSurveys, editor_of, problems_of, the_survey

router = APIRouter(prefix="/surveys/{code}")
Text = Annotated[str, Form()]


@router.post("/publish")
def let_out(
    visit: EditsSurveys, code: str, then: Text = "", correction: Text = "", note: Text = ""
) -> Response:
    """Let residents meet the draft; with `then` open, open the survey, too."""
    opens = then == "open"
    version = 0
    with visit.console.database.writing() as session:
        found = the_survey(visit, session, code)
        if not problems_that_block(problems_of(visit, session, found.survey)):
            version = publish_survey(
                session,
                code,
                editor_of(visit),
                visit.console.now(),
                is_open=True if opens else None,
                correction=bool(correction),
                note=note.strip()[:500],
            )
            action = "surveys.opened" if opens else "surveys.published"
            visit.record(session, action, code, version=version, correction="yes" if correction else "no")
    if not version:
        return visit.go(f"/surveys/{code}", said="surveys.not_published")
    said = "surveys.was_opened" if opens else "surveys.was_published"
    return visit.go(f"/surveys/{code}", said=said, version=version)


@router.post("/close")
def end_survey(visit: EditsSurveys, code: str) -> Response:
    """Nobody can answer it any more."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        close_survey(session, code, editor_of(visit), visit.console.now())
        visit.record(session, "surveys.closed", code)
    return visit.go(f"/surveys/{code}", said="surveys.was_closed")


@router.post("/discard")
def discard_changes(visit: EditsSurveys, code: str) -> Response:
    """Forget what was changed and not published."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        discard_draft(session, code)
        visit.record(session, "surveys.discarded", code)
    return visit.go(f"/surveys/{code}", said="surveys.was_discarded")


@router.get("/history")
def survey_history(visit: SeesSurveys, code: str, older: int | None = None) -> Response:
    """Who changed what, and when."""
    return _history_response(visit, code, older)


@router.post("/history/{change}/restore")
def restore_draft(visit: EditsSurveys, code: str, change: int) -> Response:
    """Make an earlier state the draft."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        if not draft_from_history(session, code, change, editor_of(visit), visit.console.now()):
            visit.not_found()
        visit.record(session, "surveys.restored", code, change=change)
    return visit.go(f"/surveys/{code}", said="surveys.was_restored")


def _history_response(visit: RequestContext, code: str, older: int | None) -> Response:
    with visit.console.database.reading() as session:
        survey = the_survey(visit, session, code).survey
        found = changes_of(session, "survey", code, older)
    return visit.page(
        "surveys/history.html",
        survey=survey,
        changes=shown_changes(visit, found),
        older=visit.path(f"/surveys/{code}/history?older={found[-1].id}") if len(found) >= 50 else "",
    )
