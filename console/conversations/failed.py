"""Failed messages: what could not be answered or sent, why, and trying it again."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from console.conversations.common import AnswersConversations, SeesConversations
from console.shared.failures import say_failure
from console.shared.request_context import RequestContext
from conversation.staff.failed import Failed, failed_one, failed_page
from core.queue_repair import retry_failed

router = APIRouter(prefix="/conversations/failed")


@router.get("")
def failed_messages_page(visit: SeesConversations, behind: int = 0) -> Response:
    """All that failed, the newest first."""
    whose = (visit.staff.departments, visit.staff.staff_id)
    behind = behind if 0 < behind < 2**62 else 0
    with visit.console.database.reading() as session:
        page = failed_page(session, *whose, behind=behind)
    return visit.page(
        "conversations/failed.html", page=page, behind=behind, why=lambda one: reason_of(visit, one)
    )


@router.post("/{item_id:int}/retry")
def try_again(visit: AnswersConversations, item_id: int) -> Response:
    """Try one again at once."""
    whose = (visit.staff.departments, visit.staff.staff_id)
    with visit.console.database.writing() as session:
        found = failed_one(session, item_id, *whose) if item_id < 2**62 else None
        if found is None:
            visit.not_found()
        (retried,) = retry_failed(session, [item_id])
        if retried.refusal is None:
            details = {"item": item_id, "queue": retried.queue}
            visit.record(session, "message.retried", found.conversation_id, **details)
    if retried.refusal:
        visit.not_found()
    visit.console.wake_workers()
    said = "conversations.retried_late" if retried.went_on else "conversations.retried"
    return visit.go("/conversations/failed", said=said)


def reason_of(visit: RequestContext, one: Failed) -> str:
    """Why it failed, in plain words; no more than which way it failed of what an earlier release has written."""
    if one.failure.code:
        return say_failure(visit, one.failure)
    return visit.say("conversations.failed_fault" if one.queue == "inbox" else "conversations.failed_unsent")
