"""From a group of questions to an answer: a fixed answer at once, or a document to write; and telling those who asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from city.people.identities import main_identities
from console.knowledge.publishing import publish_or_ask
from console.questions.common import EditsQuestions, PublishesAnswers, RowNumber, the_group
from console.questions.groups import show_group
from console.shared.covering import published_in
from console.shared.request_context import RequestContext
from conversation.staff.late_answers import answers_now, tell_who_asked
from core.covering import cover_contacts
from knowledge.documents.documents import create_draft
from knowledge.questions import must_answer
from knowledge.questions.groups import Group, note_document, set_state, waiting_of, wordings_of

router = APIRouter()
LONGEST = 5000
TITLE = 200
KEYWORDS = 12
MUST_HOLD = 120
"""Characters of a fixed answer that must be said from now on."""
Sure = Annotated[str, Form()]


@router.post("/questions/{group_id:int}/draft")
def write_document(visit: EditsQuestions, group_id: RowNumber) -> Response:
    """A draft that begins with the questions, to be written in the editor."""
    console = visit.console
    with console.database.writing() as session:
        group = the_group(visit, session, group_id)
        own = published_in(visit, session)
        wordings = [
            cover_contacts(one, (), own) for one in wordings_of(session, group_id, group.language, KEYWORDS)
        ]
        number = create_draft(
            session,
            title=cover_contacts(group.question, (), own)[:TITLE],
            text=visit.say("questions.draft_text", questions="\n".join(f"- {one}" for one in wordings)),
            language=group.language,
            by=visit.staff.name,
            now=console.now(),
            department=_department_of(visit),
            keywords=tuple(wordings),
        )
        note_document(session, group_id, str(number))
        visit.record(session, "question.draft", str(group_id), document=number)
    return visit.go(f"/knowledge/documents/{number}/edit", said="questions.draft_made")


class Answers(BaseModel):
    """The form of a fixed answer: as many titles and answers as languages, in the same order."""

    language: list[str] = []
    title: list[str] = []
    answer: list[str] = []
    must: str = ""

    def filled(self, known: Sequence[str]) -> list[WrittenAnswer]:
        """What was written, in languages that residents are answered in."""
        rows = zip(self.language, self.title, self.answer, strict=False)
        return [
            WrittenAnswer(language, " ".join(title.split())[:TITLE], answer.strip()[:LONGEST])
            for language, title, answer in rows
            if answer.strip() and language in known
        ]


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """A fixed answer in one language."""

    language: str
    title: str
    answer: str


@router.post("/questions/{group_id:int}/answer")
def fixed_answer(visit: PublishesAnswers, group_id: RowNumber, form: Annotated[Answers, Form()]) -> Response:
    """Publish a short answer in each language that was filled in."""
    filled = form.filled(visit.console.languages)
    if not filled:
        missing = {"answer": visit.say("questions.answer_needed")}
        return show_group(visit, group_id, status=422, errors=missing)
    with visit.console.database.writing() as session:
        group = the_group(visit, session, group_id)
        numbers = [_draft_answer(visit, session, group, written) for written in filled]
        note_document(session, group_id, str(numbers[0]))
        if form.must == "yes":
            _add_must_answer(visit, session, group, filled)
        visit.record(session, "question.answer", str(group_id), documents=" ".join(map(str, numbers)))
    return _publish_answer(visit, group_id, numbers, sure=False)


@router.post("/questions/{group_id:int}/publish")
def publish_all_the_same(
    visit: PublishesAnswers,
    group_id: RowNumber,
    numbers: Annotated[list[int], Form()] = [],  # noqa: B006  FastAPI copies it
    sure: Sure = "",
) -> Response:
    """Publish although a question of the must-answer list will be answered otherwise."""
    return _publish_answer(visit, group_id, numbers, sure=bool(sure))


@router.post("/questions/{group_id:int}/tell")
def tell_waiting(visit: PublishesAnswers, group_id: RowNumber) -> Response:
    """Tell those who asked and wanted to know, each once; and the group is answered."""
    console = visit.console
    services = console.services
    with console.database.reading() as session:
        the_group(visit, session, group_id)
        waiting = waiting_of(session, group_id, main_identities)
    answers = answers_now(services.assistant.context, waiting, console.now())
    with console.database.writing() as session:
        still = waiting_of(
            session, group_id, main_identities
        )  # somebody else may have pressed the button meanwhile
        told = tell_who_asked(services, session, still, answers, console.now())
        set_state(session, group_id, "answered", by=visit.staff.name, now=console.now())
        visit.record(session, "question.told", str(group_id), people=told.told, stopped=told.stopped)
    console.wake_workers()
    return visit.go(f"/questions/{group_id}", said="questions.told", people=told.told, stopped=told.stopped)


def _draft_answer(visit: RequestContext, session: Session, group: Group, written: WrittenAnswer) -> int:
    own = published_in(visit, session)
    wordings = [
        cover_contacts(one, (), own)
        for one in wordings_of(session, group.group_id, written.language, KEYWORDS)
    ]
    return create_draft(
        session,
        title=written.title or (wordings or [cover_contacts(group.question, (), own)])[0][:TITLE],
        text=written.answer,
        language=written.language,
        by=visit.staff.name,
        now=visit.console.now(),
        department=_department_of(visit),
        reviewed_on=visit.console.figures.today,
        keywords=tuple(wordings),
    )


def _add_must_answer(
    visit: RequestContext, session: Session, group: Group, filled: Sequence[WrittenAnswer]
) -> None:
    """The question goes on the list of those that must be answered, with the first words of this answer."""
    for written in filled:
        must_answer.write_entry(
            session,
            written.title or cover_contacts(group.question, (), published_in(visit, session)),
            written.language,
            "words",
            _first_words(written.answer),
            by=visit.staff.name,
            now=visit.console.now(),
        )


def _first_words(answer: str) -> str:
    """The first sentence of an answer, or as many whole words of it as are worth checking."""
    first = re.split(r"(?<=[.!?])\s|\n", answer, maxsplit=1)[0]
    return first if len(first) <= MUST_HOLD else first[:MUST_HOLD].rsplit(" ", 1)[0]


def _publish_answer(visit: RequestContext, group_id: int, numbers: list[int], *, sure: bool) -> Response:
    back = f"/questions/{group_id}"
    with visit.console.database.reading() as session:
        the_group(visit, session, group_id)
    answer = publish_or_ask(visit, numbers, back, sure=sure, send_to=f"{back}/publish")
    if answer.status_code == 303:
        with visit.console.database.writing() as session:
            set_state(session, group_id, "answered", by=visit.staff.name, now=visit.console.now())
    return answer


def _department_of(visit: RequestContext) -> str:
    """Whose the document is: somebody with departments of their own writes for the first of them."""
    return visit.staff.departments[0] if visit.staff.departments else ""
