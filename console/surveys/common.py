"""What the survey pages share: who may, finding a survey, its problems in words."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy.orm import Session

from channels.registry import shown_channels
from city.definitions.history import Editor, Problem
from city.records.model import Local, Survey, text_in
from city.surveys.checks import survey_problems
from city.surveys.editing import EditedSurvey, find_survey, list_surveys
from city.surveys.surveys import city_day, is_open_on
from console.shared.access import Permission, require_permission
from console.shared.names import language_name
from console.shared.request_context import RequestContext
from core.texts import plain_words

SeesSurveys = Annotated[RequestContext, require_permission(Permission.SEE_SURVEYS)]
EditsSurveys = Annotated[RequestContext, require_permission(Permission.EDIT_SURVEYS)]

KINDS = ("single", "multiple", "scale", "number", "text", "place")


def languages_of(visit: RequestContext) -> list[str]:
    """The languages of this installation."""
    return list(visit.console.languages)


def survey_channels(visit: RequestContext) -> list[str]:
    """The channels where a survey may be offered."""
    return [traits.name for traits in shown_channels(visit.console.settings) if traits.is_for_residents]


def editor_of(visit: RequestContext) -> Editor:
    """Whoever is at work, for the history."""
    return Editor(visit.staff.staff_id, visit.staff.name)


def the_survey(visit: RequestContext, session: Session, code: str) -> EditedSurvey:
    """The survey of this code, or the page that says that there is none."""
    return find_survey(session, code) or visit.not_found()


def problems_of(visit: RequestContext, session: Session, survey: Survey) -> list[Problem]:
    """What stands in the way of a survey, and what should be looked at."""
    others = [found.survey for found in list_surveys(session) if found.survey.code != survey.code]
    return survey_problems(survey, others, languages_of(visit), reserved_words(visit), plain_words)


def reserved_words(visit: RequestContext) -> frozenset[str]:
    """Words that the bot understands as something else, in every language."""
    texts = visit.console.texts
    keys = {key for lists in texts.lists.values() for key in lists if key.startswith("gate.")}
    return frozenset(plain_words(word) for key in keys for word in texts.words_of_all(key))


def in_words(
    visit: RequestContext, found: list[Problem], names: dict[str, Local]
) -> list[tuple[bool, str, str]]:
    """Problems as (does it stand in the way, where, sentence); `names` are questions by code."""
    said = []
    for problem in found:
        values = dict(_value_in_words(visit, name, value, names) for name, value in problem.values)
        where = name_of(visit, problem.where, names)
        said.append((problem.blocking, where, visit.say(f"surveys.problem_{problem.key}", **values)))
    return list(dict.fromkeys(said))


def name_of(visit: RequestContext, code: str, names: dict[str, Local]) -> str:
    """What a question is called on a page: its words, else its code."""
    words = text_in(names.get(code, {}), visit.language) or code
    return words if len(words) <= 80 else f"{words[:77]}..."


def state_of(visit: RequestContext, found: EditedSurvey) -> str:
    """What residents meet today: `new`, `open`, `waiting` for its first day, or `closed`."""
    if found.live is None:
        return "new"
    day = city_day(visit.console.now(), visit.console.city.profile.timezone)
    if is_open_on(found.live, day):
        return "open"
    waits = found.live.is_open and found.live.opens_on is not None and found.live.opens_on > day
    return "waiting" if waits else "closed"


def _value_in_words(visit: RequestContext, name: str, value: str, names: dict[str, Local]) -> tuple[str, str]:
    """A value of a problem as the catalogue's sentences call it, and as it is said."""
    if name == "language":
        return "spoken", language_name(visit, value)
    return name, name_of(visit, value, names) if name == "other" else value
