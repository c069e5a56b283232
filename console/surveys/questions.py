"""One question of a survey: its words, answers, limits, and for whom it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from city.definitions.history import Problem
from city.records.model import AttributeValue, Local, Survey, SurveyQuestion, text_in
from city.surveys.checks import keys_of
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.builder import keep_draft
from console.surveys.common import KINDS, EditsSurveys, in_words, languages_of, problems_of, the_survey

router = APIRouter(prefix="/surveys/{code}/questions")

BLANK_ROWS = 3
NEW = "new"


@router.get("/{question}")
def question_page(visit: EditsSurveys, code: str, question: str, kind: str = "single") -> Response:
    """The form of a question; `new` is one that is not there yet."""
    with visit.console.database.reading() as session:
        survey = the_survey(visit, session, code).survey
    if question == NEW:
        blank = SurveyQuestion("", kind if kind in KINDS else "single", {})
        limits = (1.0, 5.0) if blank.kind == "scale" else (None, None)
        return _question_response(
            visit, survey, replace(blank, minimum=limits[0], maximum=limits[1]), is_new=True
        )
    found = next((one for one in survey.questions if one.code == question), None)
    return _question_response(visit, survey, found or visit.not_found())


@router.post("/{question}")
def save_question(visit: EditsSurveys, code: str, question: str, form: sent.Form) -> Response:
    """Keep the question in the draft; with `more`, its page comes back with further empty rows."""
    with visit.console.database.writing() as session:
        survey = the_survey(visit, session, code).survey
        known = next((one for one in survey.questions if one.code == question), None)
        if known is None and question != NEW:
            visit.not_found()
        read = _read_question(form, survey, known, languages_of(visit))
        found: list[Problem] = []
        if read.text:
            changed = _with_question(survey, known, read)
            keep_draft(visit, session, changed)
            found = [
                one for one in problems_of(visit, session, changed) if one.where == read.code and one.blocking
            ]
    if not read.text:
        said = visit.say("surveys.problem_no_text")
        return _question_response(visit, survey, read, is_new=known is None, error=said, status=422)
    below = f"/surveys/{code}/questions/{read.code}"
    if form.text("then") == "more":
        return visit.go(below, said="surveys.kept")
    if found:
        names = {one.code: one.text for one in (*survey.questions, read)}
        return visit.go(below, said="surveys.kept_but", reason=in_words(visit, found[:1], names)[0][2])
    return visit.go(f"/surveys/{code}#question-{read.code}", said="surveys.question_kept")


def _with_question(survey: Survey, known: SurveyQuestion | None, read: SurveyQuestion) -> Survey:
    """The survey with this question in the place of the known one, or as its last."""
    if known is None:
        return replace(survey, questions=(*survey.questions, read))
    return replace(survey, questions=tuple(read if one is known else one for one in survey.questions))


def _read_question(
    form: sent.SentForm, survey: Survey, known: SurveyQuestion | None, languages: Sequence[str]
) -> SurveyQuestion:
    taken = {one.code for one in survey.questions} | {NEW}
    text = form.local("text", languages)
    code = known.code if known else sent.new_code(" ".join(text_in(text, "en").split()[:3]), taken)
    kind = form.text("kind")
    kind = kind if kind in KINDS else "text"
    before = known or SurveyQuestion(code, kind, {})
    limits = kind in {"scale", "number"}
    return replace(
        before,
        code=code,
        kind=kind,
        text=_other_languages(before.text, languages) | text,
        required=not form.is_checked("optional"),
        values=_read_values(form, before, kind, languages),
        minimum=form.number("minimum") if limits else None,
        maximum=form.number("maximum") if limits else None,
        skip_unless=form.rules(),
        why=_other_languages(before.why, languages) | form.local("why", languages),
    )


def _read_values(
    form: sent.SentForm, before: SurveyQuestion, kind: str, languages: Sequence[str]
) -> tuple[AttributeValue, ...]:
    """Answers to choose from, or the names of a scale's ends."""
    if kind in {"single", "multiple"}:
        return form.values(languages, before.values)
    if kind != "scale":
        return ()
    ends = (("minimum", "lowest"), ("maximum", "highest"))
    named = [(form.number(number), form.local(name, languages)) for number, name in ends]
    return tuple(AttributeValue(f"{step:g}", name) for step, name in named if step is not None and name)


def _other_languages(text: Local, languages: Sequence[str]) -> Local:
    return {language: words for language, words in text.items() if language not in languages}


def _question_response(
    visit: RequestContext,
    survey: Survey,
    question: SurveyQuestion,
    *,
    is_new: bool = False,
    error: str = "",
    status: int = 200,
) -> Response:
    here = next((i for i, one in enumerate(survey.questions) if one.code == question.code), None)
    earlier = survey.questions if here is None else survey.questions[:here]
    ends = {value.key: value.name for value in question.values}
    blank = AttributeValue("", {})
    return visit.page(
        "surveys/question.html",
        status=status,
        survey=survey,
        question=question,
        is_new=is_new,
        error=error,
        languages=languages_of(visit),
        kinds=[(kind, visit.say(f"surveys.kind_{kind}")) for kind in KINDS],
        rows=[*question.values, *[blank] * BLANK_ROWS] if question.kind in {"single", "multiple"} else [],
        lowest=ends.get(f"{question.minimum:g}", {}) if question.minimum is not None else {},
        highest=ends.get(f"{question.maximum:g}", {}) if question.maximum is not None else {},
        earlier=[(one, _rule_answers(one)) for one in earlier if keys_of(one)],
        language_count=len(languages_of(visit)),
    )


def _rule_answers(question: SurveyQuestion) -> list[tuple[str, Local]]:
    """The answers of an earlier question that a rule may look for."""
    names = {value.key: value.name for value in question.values}
    if question.kind != "scale":
        return list(names.items())
    steps = sorted(keys_of(question), key=int)
    return [
        (
            step,
            {language: f"{step} - {name}" for language, name in names.get(step, {}).items()} or {"en": step},
        )
        for step in steps
    ]
