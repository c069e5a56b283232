"""The list of surveys, and beginning a new one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from city.surveys.editing import copy_survey, create_survey, delete_unused, list_surveys, move_survey
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.common import EditsSurveys, SeesSurveys, editor_of, languages_of, state_of, the_survey

router = APIRouter(prefix="/surveys")


@router.get("")
def surveys_page(visit: SeesSurveys) -> Response:
    """All surveys, in the order in which residents are shown them."""
    return _surveys_response(visit)


@router.post("")
def create_by_name(visit: EditsSurveys, form: sent.Form) -> Response:
    """Begin a survey by its name."""
    title = form.local("title", languages_of(visit))
    if not title:
        return _surveys_response(visit, error=visit.say("surveys.title_needed"), status=422)
    with visit.console.database.writing() as session:
        taken = {found.survey.code for found in list_surveys(session)}
        code = sent.new_code(next(iter(title.values())), taken, upper=False)
        create_survey(session, code, title, editor_of(visit), visit.console.now())
        visit.record(session, "surveys.created", code)
    return visit.go(f"/surveys/{code}", said="surveys.was_created")


@router.post("/{code}/move")
def move_in_list(visit: EditsSurveys, code: str, step: Annotated[int, Form()] = 0) -> Response:
    """One place up or down."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        move_survey(session, code, 1 if step > 0 else -1)
        visit.record(session, "surveys.moved", code)
    return visit.go("/surveys")


@router.post("/{code}/copy")
def copy_as_new(visit: EditsSurveys, code: str) -> Response:
    """A new survey with the same questions."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        made = sent.new_code(code, {found.survey.code for found in list_surveys(session)}, upper=False)
        copy_survey(session, code, made, editor_of(visit), visit.console.now())
        visit.record(session, "surveys.created", made, copied=code)
    return visit.go(f"/surveys/{made}", said="surveys.was_copied")


@router.post("/{code}/delete")
def delete_survey(visit: EditsSurveys, code: str) -> Response:
    """Take away a survey that was never open."""
    with visit.console.database.writing() as session:
        the_survey(visit, session, code)
        deleted = delete_unused(session, code)
        if deleted:
            visit.record(session, "surveys.deleted", code)
    if not deleted:
        return visit.go(f"/surveys/{code}", said="surveys.not_deleted")
    return visit.go("/surveys", said="surveys.was_deleted")


def _surveys_response(visit: RequestContext, *, error: str = "", status: int = 200) -> Response:
    with visit.console.database.reading() as session:
        found = list_surveys(session)
    surveys = [(one, state_of(visit, one)) for one in found]
    return visit.page(
        "surveys/list.html", status=status, surveys=surveys, error=error, languages=languages_of(visit)
    )
