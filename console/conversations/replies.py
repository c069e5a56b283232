"""The canned replies: what staff say often, in each language."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from console.conversations.common import AnswersConversations
from console.shared.names import language_name
from console.shared.request_context import RequestContext
from conversation.staff import canned_replies

router = APIRouter(prefix="/conversations/replies")


@router.get("")
def replies_page(visit: AnswersConversations) -> Response:
    """All of them, and a form for a new one."""
    return _replies_response(visit)


@router.post("")
async def add_reply(visit: AnswersConversations, request: Request) -> Response:
    """Keep a new one."""
    return await _keep_typed(visit, request, None)


@router.post("/{reply_id}")
async def change_reply(visit: AnswersConversations, request: Request, reply_id: int) -> Response:
    """Change one."""
    return await _keep_typed(visit, request, reply_id)


@router.post("/{reply_id}/drop")
def drop_reply(visit: AnswersConversations, reply_id: int) -> Response:
    """Delete one."""
    with visit.console.database.writing() as session:
        if not canned_replies.drop_reply(session, reply_id):
            visit.not_found()
        visit.record(session, "canned_reply.dropped", str(reply_id))
    return visit.go("/conversations/replies", said="conversations.reply_dropped")


async def _keep_typed(visit: RequestContext, request: Request, reply_id: int | None) -> Response:
    form = await request.form()
    typed = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_kept_or_page, visit, reply_id, typed)


def _kept_or_page(visit: RequestContext, reply_id: int | None, typed: dict[str, str]) -> Response:
    title = typed.get("title", "")
    texts = {language: typed.get(f"text_{language}", "") for language in visit.console.languages}
    with visit.console.database.writing() as session:
        wrong = canned_replies.trouble_with(session, reply_id, title, texts)
        if not wrong:
            if not canned_replies.keep_reply(session, reply_id, title, texts, visit.console.now()):
                visit.not_found()
            visit.record(session, "canned_reply.kept", title.strip())
    if wrong:
        return _replies_response(visit, wrong=wrong, at=reply_id or 0, title=title, texts=texts)
    return visit.go("/conversations/replies", said="conversations.reply_kept")


def _replies_response(
    visit: RequestContext,
    *,
    wrong: dict[str, str] | None = None,
    at: int = -1,
    title: str = "",
    texts: dict[str, str] | None = None,
) -> Response:
    """The page; after a mistake in the form of reply `at` (0: the new one) with what was typed there."""
    with visit.console.database.reading() as session:
        kept = canned_replies.canned_replies(session)
    errors = {name: visit.say(f"conversations.reply_{why}") for name, why in (wrong or {}).items()}
    return visit.page(
        "conversations/replies.html",
        status=422 if wrong else 200,
        kept=kept,
        languages=[(code, language_name(visit, code)) for code in visit.console.languages],
        errors=errors,
        at=at,
        title=title,
        texts=texts or {},
        longest=canned_replies.LONGEST_TEXT,
    )
