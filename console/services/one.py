"""One service: names, words, department, days, what a report of it needs, and its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.records.model import Local, Service
from city.services.editing import DATATYPES, EditedService, find_department, service_problems
from console.services.common import (
    EditsServices,
    departments_of,
    keep_service,
    languages_of,
    said_of,
    the_service,
)
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.common import name_of

router = APIRouter(prefix="/services/{code}")

PLACES = ("required", "optional", "none")


@router.get("")
def service_page(visit: EditsServices, code: str) -> Response:
    """The service as residents meet it."""
    with visit.console.database.reading() as session:
        return _service_response(visit, session, the_service(visit, session, code))


@router.post("")
def save_service(visit: EditsServices, code: str, form: sent.Form) -> Response:
    """Keep it, effective at once; what cannot be used is said and not kept."""
    with visit.console.database.writing() as session:
        found = the_service(visit, session, code)
        read = _read_service(visit, session, found.service, form)
        active = form.is_checked("active")
        wrong = said_of(visit, read, [one for one in service_problems(read, ()) if one.blocking])
        if not wrong:
            keep_service(visit, session, read, active=active)
    if wrong:
        with visit.console.database.reading() as session:
            return _service_response(visit, session, replace(found, service=read, active=active), wrong=wrong)
    return visit.go(f"/services/{code}", said="services.kept")


def _read_service(visit: RequestContext, session: Session, before: Service, form: sent.SentForm) -> Service:
    languages = languages_of(visit)
    owner = find_department(session, form.text("department"))
    days = form.number("days")
    place = form.text("place")
    return replace(
        before,
        name=_other_languages(before.name, languages) | form.local("name", languages),
        description=_other_languages(before.description, languages) | form.local("description", languages),
        notice=_other_languages(before.notice, languages) | form.local("notice", languages),
        keywords={language: words for language, words in before.keywords.items() if language not in languages}
        | form.words("keywords", languages),
        group=form.text("group"),
        department=owner if owner and visit.sees(owner.code) else before.department,
        days=int(days) if days is not None and 0 <= days <= 3650 else None,
        place=place if place in PLACES else before.place,
        photo=form.is_checked("photo"),
    )


def _other_languages(text: Local, languages: Sequence[str]) -> Local:
    return {language: words for language, words in text.items() if language not in languages}


def _service_response(
    visit: RequestContext, session: Session, found: EditedService, wrong: Sequence[tuple[str, str]] = ()
) -> Response:
    service = found.service
    looked_at = [one for one in service_problems(service, languages_of(visit)) if not one.blocking]
    return visit.page(
        "services/service.html",
        status=422 if wrong else 200,
        found=found,
        service=service,
        wrong=wrong,
        to_look_at=said_of(visit, service, looked_at),
        languages=languages_of(visit),
        departments=departments_of(visit, session),
        place_options=[(place, visit.say(f"services.place_{place}")) for place in PLACES],
        kinds=[(kind, visit.say(f"services.kind_{kind}")) for kind in (*DATATYPES, "notice")],
        rules={
            attribute.code: _rules_in_words(visit, service, attribute.skip_unless)
            for attribute in service.attributes
        },
    )


def _rules_in_words(visit: RequestContext, service: Service, rules: dict[str, list[str]]) -> list[str]:
    """Skip rules in words."""
    questions = {attribute.code: attribute for attribute in service.attributes}
    names = {attribute.code: attribute.description for attribute in service.attributes}
    said = []
    for code, keys in rules.items():
        values = {value.key: value.name for value in questions[code].values} if code in questions else {}
        answers = ", ".join(name_of(visit, key, values) for key in keys)
        said.append(visit.say("surveys.only_if", question=name_of(visit, code, names), answers=answers))
    return said
