"""Questions without a good answer, put together by meaning: the list, one group, and what becomes of it without an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.people.identities import main_identities
from console.questions.common import (
    MOST_ID,
    EditsQuestions,
    RowNumber,
    SeesQuestions,
    Text,
    answer_languages,
    answered_now,
    page_names,
    seen_by,
    the_group,
)
from console.shared.access import Permission
from console.shared.covering import covered_text
from console.shared.request_context import RequestContext
from conversation.staff.late_answers import Answers, answers_now
from knowledge.documents.documents import NoSuchDocument, row_of
from knowledge.documents.tables import DocumentRow
from knowledge.questions.groups import (
    ORDERS,
    PAGE,
    STATES,
    Group,
    count_by_state,
    find_group,
    groups_page,
    questions_of,
    set_state,
    waiting_of,
    wordings_of,
)

router = APIRouter()
GROUPED_AT_ONCE = 20
"""New questions that are put into groups when the list is opened; more are left to the background."""
SHOWN = 100
"""Characters of a question in a choice."""
WORDINGS = 3
"""Ways of asking, for each language, that are asked again to see what is answered now."""


@router.get("/questions")
def group_list(
    visit: SeesQuestions,
    state: Annotated[str, Query()] = "open",
    order: Annotated[str, Query()] = "often",
    after: Annotated[str, Query()] = "",
) -> Response:
    """The groups of one state, those that were asked most often first, or the newest."""
    visit.console.question_groups.group_new(GROUPED_AT_ONCE)
    state, order = (state if state in STATES else "open"), (order if order in ORDERS else "often")
    with visit.console.database.reading() as session:
        groups, next_page = groups_page(
            session, state, order, after=_read_place(after, order), askers=seen_by(visit)
        )
        counts = count_by_state(session, seen_by(visit))
    place = {"state": state, "order": order}
    older = (
        visit.path(f"/questions?{urlencode(place | {'after': _written_place(next_page)})}")
        if next_page
        else ""
    )
    return visit.page(
        "questions/list.html",
        groups=groups,
        counts=counts,
        state=state,
        order=order,
        older=older,
        newer=visit.path(f"/questions?{urlencode(place)}") if after else "",
        **page_names(visit),
    )


@router.get("/questions/{group_id:int}")
def group_page(
    visit: SeesQuestions, group_id: RowNumber, before: Annotated[int | None, Query(le=MOST_ID)] = None
) -> Response:
    """One group: how it was asked, what is answered now, who waits."""
    return show_group(visit, group_id, before)


@router.post("/questions/{group_id:int}/set-aside")
def put_aside(visit: EditsQuestions, group_id: RowNumber, reason: Text = "") -> Response:
    """Nothing will be written about this, for a reason."""
    if not reason.strip():
        return show_group(
            visit, group_id, status=422, errors={"reason": visit.say("questions.reason_needed")}
        )
    return _change_group(visit, group_id, "set_aside", "questions.set_aside_done", reason[:500])


@router.post("/questions/{group_id:int}/open")
def open_again(visit: EditsQuestions, group_id: RowNumber) -> Response:
    """It needs an answer after all."""
    return _change_group(visit, group_id, "open", "questions.opened_again")


@router.post("/questions/{group_id:int}/answered")
def call_answered(visit: EditsQuestions, group_id: RowNumber) -> Response:
    """It is answered by what is there now."""
    return _change_group(visit, group_id, "answered", "questions.answered_done")


@router.post("/questions/{group_id:int}/move")
def move_to_another(
    visit: EditsQuestions,
    group_id: RowNumber,
    kept: Annotated[list[int], Form()] = [],  # noqa: B006  FastAPI copies it
    to: Text = "",
) -> Response:
    """Some of its questions mean something else: into a group of their own, or into another."""
    if not kept:
        return show_group(visit, group_id, status=422, errors={"move": visit.say("questions.none_ticked")})
    target = int(to) if to.isdecimal() and int(to) <= MOST_ID else None
    with visit.console.database.reading() as session:
        the_group(visit, session, group_id)
        reachable = target is None or find_group(session, target, seen_by(visit)) is not None
    moved_to = visit.console.question_groups.move(group_id, kept, target) if reachable else None
    if moved_to is None:
        return show_group(visit, group_id, status=422, errors={"move": visit.say("questions.not_moved")})
    with visit.console.database.writing() as session:
        visit.record(session, "question.moved", str(group_id), to=str(moved_to))
    return visit.go(f"/questions/{moved_to}", said="questions.moved")


def show_group(
    visit: RequestContext,
    group_id: int,
    before: int | None = None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    """The page of a group."""
    with visit.console.database.reading() as session:
        group = the_group(visit, session, group_id)
        asked = questions_of(session, group_id, before=before)
        wordings = {
            language: wordings_of(session, group_id, language) for language in _group_languages(visit, group)
        }
        waiting = waiting_of(session, group_id, main_identities)
        document = _group_document(session, group)
    again = [(one, language) for language, some in wordings.items() for one in some[:WORDINGS]]
    answers: Answers = answers_now(visit.console.services.assistant.context, waiting, visit.console.now())
    return visit.page(
        "questions/group.html",
        status=status,
        group=group,
        asked=asked,
        older=visit.path(f"/questions/{group_id}?before={asked[-1].id}") if len(asked) == PAGE else "",
        newer=visit.path(f"/questions/{group_id}") if before else "",
        answered=answered_now(visit, again),
        titles={
            language: covered_text(visit, some[0] if some else group.question)
            for language, some in wordings.items()
        },
        writes_in=[pair for pair in answer_languages(visit) if pair[0] in wordings]
        or answer_languages(visit),
        document=document,
        answers=list(answers.values()),
        ready=sum(known.people for known in answers.values() if known.answer),
        waiting=len(waiting),
        beside=_other_groups(visit, group),
        errors={"answer": "", "reason": "", "move": ""} | (errors or {}),
        **page_names(visit),
    )


def _group_languages(visit: RequestContext, group: Group) -> list[str]:
    """The languages that a group was asked in, as far as residents are answered in them, the commonest first."""
    known = visit.console.languages
    return [language for language in group.languages if language in known] or [known[0]]


def _group_document(session: Session, group: Group) -> DocumentRow | None:
    if not group.document_id.isdecimal():
        return None
    try:
        return row_of(session, int(group.document_id))
    except NoSuchDocument:
        return None


def _other_groups(visit: RequestContext, group: Group) -> list[tuple[str, str]]:
    """The groups that questions can be moved to, for a choice."""
    if not visit.may(Permission.EDIT_KNOWLEDGE):
        return []
    near = visit.console.question_groups.beside(group)
    if (askers := seen_by(visit)) is not None:
        with visit.console.database.reading() as session:
            near = [one for one in near if find_group(session, one.group_id, askers)]
    return [(str(one.group_id), " ".join(covered_text(visit, one.question).split())[:SHOWN]) for one in near]


def _change_group(visit: RequestContext, group_id: int, state: str, said: str, reason: str = "") -> Response:
    now = visit.console.now()
    with visit.console.database.writing() as session:
        the_group(visit, session, group_id)
        if not set_state(session, group_id, state, by=visit.staff.name, now=now, reason=reason):
            visit.not_found()
        visit.record(session, f"question.{state}", str(group_id))
    return visit.go(f"/questions/{group_id}", said=said)


def _read_place(after: str, order: str) -> tuple[str, int] | None:
    """Where a page begins, as `groups_page` said it; None for what is no such place."""
    value, _, number = after.rpartition("~")
    try:
        fits = 0 <= int(value) <= MOST_ID if order == "often" else _is_instant(value)
        return (value, int(number)) if fits and 0 <= int(number) <= MOST_ID else None
    except (ValueError, OverflowError):
        return None


def _is_instant(text: str) -> bool:
    """Whether it is a moment that a database can hold; `ValueError` or `OverflowError` where it is none at all."""
    moment = datetime.fromisoformat(text)
    return moment.tzinfo is not None and bool(moment.astimezone(UTC))


def _written_place(place: tuple[str, int]) -> str:
    return f"{place[0]}~{place[1]}"
