"""The words that residents are told when a case changes: for all services, or for one, in each language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from city.requests.casework import CaseRefused
from city.requests.messages import KINDS, PLACES, keep_message, message_for, usual_words
from console.cases import filters
from console.shared.access import Permission, require_permission
from console.shared.request_context import RequestContext

router = APIRouter(prefix="/cases/messages")
EditsServices = Annotated[RequestContext, require_permission(Permission.EDIT_SERVICES)]


@router.get("")
def messages_page(visit: EditsServices, service: str = "") -> Response:
    """All of them, for one service or for all."""
    return _messages_response(visit, service, {}, {})


@router.post("")
async def save_messages(visit: EditsServices, request: Request) -> Response:
    """Keep what was put in other words; what is as usual stays as usual."""
    from starlette.concurrency import run_in_threadpool

    form = await request.form()
    typed = {name: str(value) for name, value in form.items() if name.startswith("text.")}
    return await run_in_threadpool(_save_typed, visit, str(form.get("service", "")), typed)


def _save_typed(visit: RequestContext, service: str, typed: dict[str, str]) -> Response:
    errors: dict[str, str] = {}
    with visit.console.database.writing() as session:
        if service and service not in dict(filters.service_options(visit, session)):
            visit.not_found()
        for name, text in typed.items():
            kind, _, language = name.removeprefix("text.").partition(".")
            if kind not in KINDS or language not in visit.console.languages:
                visit.not_found()
            said = "\n".join(text.split("\r\n")).strip()
            own = "" if said == usual_words(session, visit.console.texts, kind, service, language) else said
            try:
                keep_message(session, kind, service, language, own)
            except CaseRefused as refused:
                places = ", ".join(f"{{{place}}}" for place in PLACES)
                errors[name] = visit.say(f"cases.refused_{refused.why}", places=places)
        visit.record(session, "messages.saved", subject=service)
    if errors:
        return _messages_response(visit, service, typed, errors)
    return visit.go(
        f"/cases/messages?service={service}" if service else "/cases/messages", said="cases.messages_saved"
    )


def _messages_response(
    visit: RequestContext, service: str, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    texts, languages = visit.console.texts, visit.console.languages
    with visit.console.database.reading() as session:
        services = filters.service_options(visit, session)
        rows = [
            (
                kind,
                [
                    (
                        f"text.{kind}.{language}",
                        language,
                        typed.get(f"text.{kind}.{language}")
                        or message_for(session, texts, kind, service, language).text,
                    )
                    for language in languages
                ],
            )
            for kind in KINDS
        ]
    return visit.page(
        "cases/messages.html",
        status=422 if errors else 200,
        rows=rows,
        service=service,
        services=[("", visit.say("cases.all_services")), *services],
        names=PLACES,
        errors=errors,
    )
