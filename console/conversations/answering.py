"""Taking a conversation over, answering in it, handing it back, and settling a wish for a person otherwise."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from console.conversations.common import AnswersConversations, find_conversation, this_colleague
from console.conversations.transcript import show_conversation
from console.shared.request_context import RequestContext
from conversation.staff import takeover
from conversation.staff.takeover import LONGEST_ANSWER, TakeoverOutcome

router = APIRouter(prefix="/conversations")


@router.post("/{conversation_id}/take")
def take_over(visit: AnswersConversations, conversation_id: str) -> Response:
    """Answer in the bot's place from now on."""
    with visit.console.database.writing() as session:
        find_conversation(visit, session, conversation_id)
        outcome = takeover.take_over(visit.console.services, session, conversation_id, this_colleague(visit))
        if outcome is TakeoverOutcome.DONE:
            visit.record(session, "conversation.taken", conversation_id)
    return _page_after(visit, conversation_id, outcome, "conversations.taken_now", place="#answer")


@router.post("/{conversation_id}/answer")
def answer_resident(
    visit: AnswersConversations, conversation_id: str, text: Annotated[str, Form()] = ""
) -> Response:
    """Say something to the resident; what was typed is kept when it cannot be sent."""
    with visit.console.database.writing() as session:
        find_conversation(visit, session, conversation_id)
        outcome = takeover.answer_resident(
            visit.console.services, session, conversation_id, this_colleague(visit), text
        )
        if outcome is TakeoverOutcome.DONE:
            visit.record(session, "conversation.answered", conversation_id)
    return _page_after(visit, conversation_id, outcome, "", typed=text, place="#answer")


@router.post("/{conversation_id}/back")
def hand_back(visit: AnswersConversations, conversation_id: str) -> Response:
    """Let the bot answer again."""
    with visit.console.database.writing() as session:
        find_conversation(visit, session, conversation_id)
        outcome = takeover.hand_back(visit.console.services, session, conversation_id, this_colleague(visit))
        if outcome is TakeoverOutcome.DONE:
            visit.record(session, "conversation.handed_back", conversation_id)
    return _page_after(visit, conversation_id, outcome, "conversations.handed_back")


@router.post("/{conversation_id}/settle")
def settle_wish(visit: AnswersConversations, conversation_id: str) -> Response:
    """The resident does not wait any more, because somebody called them for instance."""
    with visit.console.database.writing() as session:
        find_conversation(visit, session, conversation_id)
        settled = takeover.settle_otherwise(
            visit.console.services, session, conversation_id, this_colleague(visit)
        )
        if settled:
            visit.record(session, "conversation.settled", conversation_id)
    said = "conversations.settled" if settled else "conversations.settled_before"
    return visit.go(f"/conversations/{conversation_id}", said=said)


def _page_after(
    visit: RequestContext,
    conversation_id: str,
    outcome: TakeoverOutcome,
    said: str,
    typed: str = "",
    place: str = "",
) -> Response:
    if outcome is TakeoverOutcome.GONE:
        visit.not_found()
    if outcome is TakeoverOutcome.DONE:
        visit.console.wake_workers()
        return visit.go(f"/conversations/{conversation_id}{place}", said=said)
    error = visit.say(f"conversations.error_{outcome.value}", most=LONGEST_ANSWER)
    return show_conversation(visit, conversation_id, typed=typed, error=error)
