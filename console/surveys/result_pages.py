"""Results of a survey: charts and tables that follow the answers as they come, side by side by group, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from fastapi import APIRouter
from fastapi.responses import Response

from city.records.model import Local, Survey, SurveyQuestion, text_in
from city.surveys.editing import versions_of
from city.surveys.networks import Crowding, crowded_days
from city.surveys.results import GROUPINGS, Comparison, QuestionResult, SurveyResults, survey_results
from city.surveys.rows import SKIPPED
from console.shared.covering import covered_text
from console.shared.names import channel_name, language_name
from console.shared.request_context import RequestContext
from console.surveys.common import SeesSurveys, the_survey
from console.surveys.spreadsheet import as_csv

router = APIRouter(prefix="/surveys/{code}/results")

Line = Sequence[str | float | None]


@router.get("")
def result_page(visit: SeesSurveys, code: str, version: int = 0, by: str = "") -> Response:
    """The page, with what changes in a piece that is fetched again."""
    return _results_response(visit, code, version, by, "surveys/results.html")


@router.get("/live")
def live_numbers(visit: SeesSurveys, code: str, version: int = 0, by: str = "") -> Response:
    """The numbers alone."""
    return _results_response(visit, code, version, by, "surveys/numbers.html")


@router.get("/file")
def as_file(visit: SeesSurveys, code: str, version: int = 0, by: str = "") -> Response:
    """The same numbers for a spreadsheet."""
    looked = _looked_results(visit, code, version, by)
    found, chosen = looked.found, looked.version
    headers = {
        "content-disposition": f'attachment; filename="survey-{chosen}.csv"',
        "x-content-type-options": "nosniff",
    }
    return Response(
        as_csv(_file_lines(visit, found, looked.crowding)),
        media_type="text/csv; charset=utf-8",
        headers=headers,
    )


def answer_name(visit: RequestContext, question: SurveyQuestion, key: str) -> str:
    """What an answer is called: its words, the number, or that the question was skipped."""
    if key == SKIPPED:
        return visit.say("surveys.skipped")
    if question.kind == "text":
        return visit.say("surveys.answered")
    names: dict[str, Local] = {value.key: value.name for value in question.values}
    name = text_in(names.get(key, {}), visit.language)
    if question.kind == "scale" and name:
        return f"{key} - {name}"
    return name or key


def group_name(visit: RequestContext, survey: Survey, by: str, group: Sequence[str]) -> str:
    """What a group of people is called, several that stand together with a plus between."""
    area = next((question for question in survey.questions if question.code == survey.area), None)

    def one(key: str) -> str:
        if not key:
            return visit.say("surveys.not_known")
        if by == "channel":
            return channel_name(visit, key)
        if by == "language":
            return language_name(visit, key)
        return answer_name(visit, area, key) if area else key

    return " + ".join(one(key) for key in group)


SECONDS, SECONDS_OF_MANY, MANY = 5, 30, 3_000
"""How often the numbers are looked at again: counting takes 0.4 s of a processor for twenty thousand people."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to show: the numbers, of which version of which, and where many answers came from one network."""

    found: SurveyResults
    version: int
    versions: list[int]
    crowding: list[Crowding]


def _looked_results(visit: RequestContext, code: str, version: int, by: str) -> Looked:
    with visit.console.database.reading() as session:
        found = the_survey(visit, session, code)
        versions = list(versions_of(session, code))
        chosen = version if version in versions else found.version
        counted = survey_results(session, code, chosen, by if by in GROUPINGS else "")
        crowded = crowded_days(session, code)
    return Looked(counted or visit.not_found(), chosen, versions, crowded)


def _results_response(visit: RequestContext, code: str, version: int, by: str, template: str) -> Response:
    looked = _looked_results(visit, code, version, by)
    found, chosen = looked.found, looked.version
    survey = found.survey
    by = by if by in GROUPINGS else ""
    query = f"version={chosen}&by={by}"
    return visit.page(
        template,
        survey=survey,
        results=found,
        version=chosen,
        versions=looked.versions,
        crowding=[(_day_in_words(visit, one.day), one) for one in looked.crowding],
        by=by,
        groupings=[("", visit.say("surveys.by_nothing")), *_grouping_choices(visit, survey)],
        questions=[_question_chart(visit, part) for part in found.questions],
        reached=[
            (text_in(part.question.text, visit.language), part.people)
            for part in found.reached
            if part.people is not None
        ],
        steps_hidden=any(part.people is None for part in found.reached),
        groups=[(group_name(visit, survey, by, row.keys), row.count) for row in found.groups],
        tables={part.question.code: _question_table(visit, survey, by, part) for part in found.comparisons},
        every=SECONDS if (found.started or found.finished or 0) < MANY else SECONDS_OF_MANY,
        live=visit.path(f"/surveys/{code}/results/live?{query}"),
        file=visit.path(f"/surveys/{code}/results/file?{query}"),
    )


def _grouping_choices(visit: RequestContext, survey: Survey) -> list[tuple[str, str]]:
    shown = [by for by in GROUPINGS if by != "area" or survey.area]
    return [(by, visit.say(f"surveys.by_{by}")) for by in shown]


def _day_in_words(visit: RequestContext, day: date) -> str:
    return format_date(day, "long", locale=visit.language)


def _question_chart(visit: RequestContext, part: QuestionResult) -> dict[str, object]:
    """A question as a page shows it: a bar for each answer, one for those that are only shown together, and what is hidden."""
    bars: list[tuple[str, int | None]] = []
    hidden: list[str] = []
    for row in part.rows:
        names = ", ".join(answer_name(visit, part.question, key) for key in row.keys)
        if row.count is None:
            hidden.append(names)
        elif len(row.keys) == 1:
            bars.append((names, row.count))
        else:
            bars.append((visit.say("surveys.together", answers=names), row.count))
    return {"part": part, "bars": bars, "hidden": hidden}


def _question_table(visit: RequestContext, survey: Survey, by: str, part: Comparison) -> dict[str, object]:
    heads = [group_name(visit, survey, by, group) for group in part.groups]
    rows = [
        (", ".join(answer_name(visit, part.question, key) for key in keys), numbers)
        for keys, numbers in part.rows
    ]
    return {"heads": heads, "people": part.people, "rows": rows}


def _file_lines(visit: RequestContext, found: SurveyResults, crowded: Sequence[Crowding]) -> Iterator[Line]:
    """The file's lines: question, answer, how many; hidden numbers say so."""
    say = visit.say
    hidden = say("surveys.hidden")
    yield (say("surveys.file_question"), say("surveys.file_answer"), say("surveys.file_count"))
    yield (say("surveys.started"), "", hidden if found.started is None else found.started)
    yield (say("surveys.finished"), "", hidden if found.finished is None else found.finished)
    for one in crowded:
        yield (say("surveys.file_crowding", day=_day_in_words(visit, one.day)), "", one.begun)
    for part in found.questions:
        yield from _lines_of(visit, part)


def _lines_of(visit: RequestContext, part: QuestionResult) -> Iterator[Line]:
    """The lines of one question."""
    text = text_in(part.question.text, visit.language)
    if part.people is None:
        yield (text, "", visit.say("surveys.hidden"))
    for row in part.rows:
        names = [answer_name(visit, part.question, key) for key in row.keys]
        yield from ((text, answer, count) for answer, count in _counted(visit, names, row.count))
    for words in part.texts:
        yield (text, covered_text(visit, words), 1)


def _counted(visit: RequestContext, names: list[str], count: int | None) -> Iterator[tuple[str, int | str]]:
    """One answer with its number, or several whose numbers would give few people away: each hidden, then all together."""
    hidden = visit.say("surveys.hidden")
    if len(names) == 1:
        yield names[0], hidden if count is None else count
        return
    yield from ((name, hidden) for name in names)
    if count is not None:
        yield visit.say("surveys.together", answers=", ".join(names)), count
