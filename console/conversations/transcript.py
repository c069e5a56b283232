"""One conversation: everything that was said, who it is as far as staff may know, and what belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.turn.state import read_state
from channels.registry import traits_of
from city.people.identities import people_of
from city.records.model import text_in
from city.requests.residents import left_to_reach
from city.requests.tables import ServiceRequestRow
from console.conversations.common import SeesContact, SeesConversations, find_conversation, how_long
from console.conversations.why import explain_line
from console.shared.access import Permission
from console.shared.contact import ContactChannel, door_of, opened_contacts
from console.shared.request_context import RequestContext
from conversation.staff.canned_replies import CannedReply, canned_replies
from conversation.staff.conversation_list import Card, conversation_card
from conversation.staff.takeover import LONGEST_ANSWER, may_be_written_to
from conversation.staff.transcript import has_picture, read_piece, waiting_lines
from conversation.store.staff_tables import TakeoverRow
from conversation.store.tables import Conversation

router = APIRouter(prefix="/conversations")

MOST_CASES = 20
MOST_TAKEOVERS = 10
MEDIA_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")
FORMS = frozenset({"report", "survey", "person", "check"})


@dataclass(frozen=True, slots=True)
class TranscriptWindow:
    """What is known beside the words: the resident's door, their cases, what they are in the middle of, who answered before."""

    door: ContactChannel
    cases: list[ServiceRequestRow]
    in_the_middle_of: str
    survey_path: str
    left: str
    takeovers: list[TakeoverRow]
    canned: list[CannedReply]


@router.get("/{conversation_id}")
def conversation_page(
    visit: SeesConversations, conversation_id: str, at: int = 0, canned: int = 0
) -> Response:
    """The whole page; `at` is a line to begin around, `canned` a reply to put into the answer."""
    return show_conversation(visit, conversation_id, at=max(0, at), canned=canned)


@router.get("/{conversation_id}/lines")
def newest_lines(visit: SeesConversations, conversation_id: str) -> Response:
    """The newest lines alone, for a page that is open."""
    with visit.console.database.reading() as session:
        row = find_conversation(visit, session, conversation_id)
        context = _said_lines(visit, session, row, 0)
    return visit.page("conversations/lines.html", **context)


@router.get("/{conversation_id}/state")
def conversation_state(visit: SeesConversations, conversation_id: str, known: str = "") -> Response:
    """Who has the conversation, for a page that is open; `known` is who the page thinks has it."""
    with visit.console.database.reading() as session:
        find_conversation(visit, session, conversation_id)
        shown = conversation_card(session, conversation_id) or visit.not_found()
    return visit.page(
        "conversations/state.html", **_page_context(visit, shown), changed=known != shown.taken_by
    )


@router.get("/{conversation_id}/pictures/{media_id}")
def picture_response(visit: SeesConversations, conversation_id: str, media_id: str) -> Response:
    """A picture that was sent in this conversation."""
    if not MEDIA_ID.fullmatch(media_id):
        visit.not_found()
    with visit.console.database.reading() as session:
        find_conversation(visit, session, conversation_id)
        if not has_picture(session, conversation_id, media_id):
            visit.not_found()
    data, content_type = visit.console.media.read(media_id) or visit.not_found()
    return Response(data, media_type=content_type, headers={"Cache-Control": "private, max-age=3600"})


@router.post("/{conversation_id}/contact")
def open_contact(visit: SeesContact, conversation_id: str) -> Response:
    """The number or chat id, once, with an entry in the audit log."""
    with visit.console.database.writing() as session:
        row = find_conversation(visit, session, conversation_id)
        doors = opened_contacts(visit, session, [door_of(row)], conversation_id)
    return show_conversation(visit, conversation_id, doors=doors)


def show_conversation(
    visit: RequestContext,
    conversation_id: str,
    *,
    at: int = 0,
    canned: int = 0,
    typed: str = "",
    error: str = "",
    doors: list[ContactChannel] | None = None,
) -> Response:
    """The page of a conversation; with an `error` it keeps what was `typed`."""
    with visit.console.database.reading() as session:
        row = find_conversation(visit, session, conversation_id)
        shown = conversation_card(session, conversation_id) or visit.not_found()
        said = _said_lines(visit, session, row, at)
        around = _lines_around(visit, session, row)
    chosen = next((one for one in around.canned if one.reply_id == canned), None)
    return visit.page(
        "conversations/one.html",
        status=422 if error else 200,
        **_page_context(visit, shown),
        **said,
        around=around,
        doors=doors or [around.door],
        contact_shown=doors is not None,
        can_write=may_be_written_to(row),
        shows_writer=traits_of(row.channel).shows_writer,
        answer=typed or (_filled_reply(visit, chosen, row.language) if chosen else ""),
        filled=lambda reply: _filled_reply(visit, reply, row.language),
        longest=LONGEST_ANSWER,
        error=error,
        changed=False,
        chosen=str(canned or ""),
    )


def _page_context(visit: RequestContext, shown: Card) -> dict[str, Any]:
    return {
        "card": shown,
        "mine": shown.taken_by == visit.staff.staff_id,
        "how_long": lambda since: how_long(visit, since),
    }


def _said_lines(visit: RequestContext, session: Session, row: Conversation, at: int) -> dict[str, Any]:
    piece = read_piece(session, row, around=at)
    return {
        "conversation_id": row.id,
        "explain": lambda line: explain_line(visit, line),
        "piece": piece,
        "at": at,
        "waiting": [] if piece.later else waiting_lines(session, row),
        "left": left_to_reach(session, [row.person_id]).get(row.person_id, []),
        "last_sequence": row.last_sequence,
        "city": visit.console.city.profile.name,
    }


def _lines_around(visit: RequestContext, session: Session, row: Conversation) -> TranscriptWindow:
    cases: list[ServiceRequestRow] = []
    if visit.may(Permission.SEE_CASES):
        theirs = select(ServiceRequestRow).where(
            ServiceRequestRow.person_id.in_(people_of(session, row.person_id))
        )
        newest = session.scalars(theirs.order_by(ServiceRequestRow.requested_at.desc()).limit(MOST_CASES))
        cases = [case for case in newest if visit.sees(case.department_code)]
    left = ", ".join(left_to_reach(session, [row.person_id]).get(row.person_id, []))
    takeovers = session.scalars(
        select(TakeoverRow)
        .where(TakeoverRow.conversation_id == row.id)
        .order_by(TakeoverRow.taken_at.desc())
        .limit(MOST_TAKEOVERS)
    )
    return TranscriptWindow(
        door_of(row), cases, *_form_in_progress(visit, row), left, list(takeovers), canned_replies(session)
    )


def _form_in_progress(visit: RequestContext, row: Conversation) -> tuple[str, str]:
    """What form the resident is in the middle of, in words, and where its survey is kept; both empty when in none."""
    form = read_state(row.dialogue).form
    if form is None or form.name not in FORMS:
        return "", ""
    code = form.subject.partition("#")[0]  # behind it stands the survey's version
    survey = visit.console.city.surveys.get(code) if form.name == "survey" else None
    title = text_in(survey.title, visit.language) if survey else ""
    kept_at = f"/surveys/{survey.code}" if survey and visit.may(Permission.SEE_SURVEYS) else ""
    return visit.say(f"conversations.form_{form.name}", title=title), kept_at


def _filled_reply(visit: RequestContext, reply: CannedReply, language: str) -> str:
    return reply.filled(language, name=visit.staff.name, city=visit.console.city.profile.name)
