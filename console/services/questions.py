"""One question of a service: words, kind, answers with words for danger, and for whom it is asked. Kept only when it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from city.definitions.history import Problem
from city.records.model import AttributeValue, Local, Service, ServiceAttribute, text_in
from city.services.editing import DATATYPES, LISTS, service_problems
from console.services.common import EditsServices, keep_service, languages_of, said_of, the_service
from console.shared.request_context import RequestContext
from console.surveys import sent

router = APIRouter(prefix="/services/{code}/questions")

BLANK_ROWS = 3
NEW = "new"
NOTICE = "notice"
"""The kind of a question that is only said; Open311 has no answer for it (`variable` false)."""


@router.get("/{question}")
def question_page(visit: EditsServices, code: str, question: str, kind: str = DATATYPES[0]) -> Response:
    """The form of a question; `new` is one that is not there yet."""
    with visit.console.database.reading() as session:
        service = the_service(visit, session, code).service
    found = next((one for one in service.attributes if one.code == question), None)
    if found is None and question != NEW:
        visit.not_found()
    blank = ServiceAttribute(
        "",
        kind if kind in DATATYPES else "string",
        required=False,
        order=0,
        description={},
        variable=kind != NOTICE,
    )
    return _question_response(visit, service, found or blank, is_new=found is None)


@router.post("/{question}")
def save_question(visit: EditsServices, code: str, question: str, form: sent.Form) -> Response:
    """Keep the question, effective at once; with `more`, its page comes back with further empty rows."""
    with visit.console.database.writing() as session:
        found = the_service(visit, session, code)
        service = found.service
        known = next((one for one in service.attributes if one.code == question), None)
        if known is None and question != NEW:
            visit.not_found()
        read = _read_question(form, service, known, languages_of(visit))
        changed = _with_question(service, known, read)
        wrong = [words for _, words in said_of(visit, changed, _blocking_problems(changed))]
        if not wrong:
            keep_service(visit, session, changed, active=found.active)
    if wrong:
        return _question_response(visit, service, read, is_new=known is None, wrong=wrong)
    if form.text("then") == "more":
        return visit.go(f"/services/{code}/questions/{read.code}", said="services.kept")
    return visit.go(f"/services/{code}#question-{read.code}", said="services.kept")


@router.post("/{question}/move")
def move_question(
    visit: EditsServices, code: str, question: str, step: Annotated[int, Form()] = 0
) -> Response:
    """One place up or down, unless a rule would then look at a later question."""
    with visit.console.database.writing() as session:
        found = the_service(visit, session, code)
        attributes = list(found.service.attributes)
        here = next((index for index, one in enumerate(attributes) if one.code == question), -1)
        if here < 0:
            visit.not_found()
        there = min(max(here + (1 if step > 0 else -1), 0), len(attributes) - 1)
        attributes.insert(there, attributes.pop(here))
        changed = replace(found.service, attributes=_in_order(attributes))
        fits = not _blocking_problems(changed)
        if fits:
            keep_service(visit, session, changed, active=found.active)
    return visit.go(f"/services/{code}#question-{question}", said="" if fits else "services.not_moved")


@router.post("/{question}/remove")
def remove_question(visit: EditsServices, code: str, question: str) -> Response:
    """Take a question out, and the rules that look at it."""
    with visit.console.database.writing() as session:
        found = the_service(visit, session, code)
        left = [
            replace(one, skip_unless={key: keys for key, keys in one.skip_unless.items() if key != question})
            for one in found.service.attributes
            if one.code != question
        ]
        keep_service(visit, session, replace(found.service, attributes=_in_order(left)), active=found.active)
    return visit.go(f"/services/{code}", said="services.question_removed")


def _blocking_problems(service: Service) -> list[Problem]:
    return [one for one in service_problems(service, ()) if one.blocking]


def _in_order(attributes: Sequence[ServiceAttribute]) -> tuple[ServiceAttribute, ...]:
    return tuple(replace(one, order=order) for order, one in enumerate(attributes, start=1))


def _with_question(service: Service, known: ServiceAttribute | None, read: ServiceAttribute) -> Service:
    """The service with this question in the place of the known one, or as its last."""
    if known is None:
        return replace(service, attributes=_in_order([*service.attributes, read]))
    attributes = [read if one is known else one for one in service.attributes]
    return replace(service, attributes=_in_order(attributes))


def _read_question(
    form: sent.SentForm, service: Service, known: ServiceAttribute | None, languages: Sequence[str]
) -> ServiceAttribute:
    taken = {one.code for one in service.attributes} | {NEW}
    text = form.local("text", languages)
    code = known.code if known else sent.new_code(" ".join(text_in(text, "en").split()[:3]), taken)
    kind = form.text("kind")
    before = known or ServiceAttribute(code, "string", required=False, order=0, description={})
    datatype = kind if kind in DATATYPES else "string"
    is_list = kind in LISTS
    return replace(
        before,
        code=code,
        datatype=datatype,
        variable=kind != NOTICE,
        required=form.is_checked("required") and kind != NOTICE,
        description=_other_languages(before.description, languages) | text,
        values=form.values(languages, before.values) if is_list else (),
        skip_unless=form.rules(),
        why=_other_languages(before.why, languages) | form.local("why", languages),
    )


def _other_languages(text: Local, languages: Sequence[str]) -> Local:
    return {language: words for language, words in text.items() if language not in languages}


def _question_response(
    visit: RequestContext,
    service: Service,
    question: ServiceAttribute,
    *,
    is_new: bool = False,
    wrong: Sequence[str] = (),
) -> Response:
    here = next((i for i, one in enumerate(service.attributes) if one.code == question.code), None)
    earlier = service.attributes if here is None else service.attributes[:here]
    blank = AttributeValue("", {})
    kind = question.datatype if question.variable else NOTICE
    return visit.page(
        "services/question.html",
        status=422 if wrong else 200,
        service=service,
        question=question,
        kind=kind,
        is_new=is_new,
        wrong=wrong,
        languages=languages_of(visit),
        kinds=[(one, visit.say(f"services.kind_{one}")) for one in (*DATATYPES, NOTICE)],
        rows=[*question.values, *[blank] * BLANK_ROWS] if kind in LISTS else [],
        earlier=[one for one in earlier if one.values],
    )
