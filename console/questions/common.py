"""What the pages about questions share: who may do what, languages and channels by name, what the library answers now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Path
from sqlalchemy import Select
from sqlalchemy.orm import Session

from city.requests.residents import residents_seen_by
from console.shared.access import Permission, require_permission
from console.shared.names import channel_names, language_name
from console.shared.request_context import RequestContext
from knowledge.questions.groups import Group, find_group

SeesQuestions = Annotated[RequestContext, require_permission(Permission.SEE_KNOWLEDGE)]
EditsQuestions = Annotated[RequestContext, require_permission(Permission.EDIT_KNOWLEDGE)]
PublishesAnswers = Annotated[RequestContext, require_permission(Permission.PUBLISH_KNOWLEDGE)]
Text = Annotated[str, Form()]
MOST_ID = 2**31 - 1
RowNumber = Annotated[int, Path(le=MOST_ID)]
"""A number in an address that a database can hold."""


@dataclass(frozen=True, slots=True)
class AnsweredNow:
    """What residents are answered to a question right now: the passage's title, empty for "I don't know".

    `unsure`: it is shown with a word that it may not be the answer.
    """

    question: str
    language: str
    title: str = ""
    score: float = 0.0
    unsure: bool = False


def seen_by(visit: RequestContext) -> Select[Any] | None:
    """The residents whose questions this colleague may see; None means everybody's."""
    return residents_seen_by(visit.staff.departments)


def the_group(visit: RequestContext, session: Session, group_id: int) -> Group:
    """The group; the page "there is nothing here" when it is none, or not theirs to see."""
    return find_group(session, group_id, seen_by(visit)) or visit.not_found()


def answer_languages(visit: RequestContext) -> list[tuple[str, str]]:
    """The languages that residents are answered in, with their names."""
    return [(code, language_name(visit, code)) for code in visit.console.languages]


def language_names(visit: RequestContext, codes: Sequence[str]) -> dict[str, str]:
    """Languages by name; a code of the city's and any other that was asked in."""
    return {code: language_name(visit, code) for code in {*codes, *visit.console.languages}}


def answered_now(visit: RequestContext, asked: Sequence[tuple[str, str]]) -> list[AnsweredNow]:
    """What the library answers now to these (question, language) pairs; some 20 ms for each that is new to it."""
    found = []
    for question, language in asked:
        answer = visit.console.library.ask(question, language, 1)
        best = answer.found[0] if answer.found else None
        title = best.passage.title if best and answer.is_shown else ""
        found.append(AnsweredNow(question, language, title, best.score if best else 0.0, answer.maybe))
    return found


def page_names(visit: RequestContext) -> dict[str, Any]:
    """What every page about questions needs to name things."""
    return {"channels": channel_names(visit), "languages_named": language_names(visit, ())}
