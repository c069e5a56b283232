"""The search over what was said. That somebody searched is written down; the words are not, they may be a resident's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from channels.registry import TRAITS
from console.conversations.common import SeesConversations
from console.shared.access import Permission
from console.shared.covering import published_contacts
from console.shared.names import channel_names
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext
from conversation.staff.conversation_list import label_of
from conversation.staff.search import PAGE, SENDERS, FoundLine, Search, read_terms, search_lines
from core.covering import contacts_in

router = APIRouter(prefix="/conversations")


@router.get("/search")
def search_said(
    visit: SeesConversations,
    words: str = "",
    channel: str = "",
    sender: str = "",
    since: str = "",
    until: str = "",
    before: int = 0,
) -> Response:
    """The form and, once something was asked for, what was found."""
    asked = {"words": words[:200], "channel": channel, "sender": sender, "since": since, "until": until}
    wanted = Search(
        asked["words"],
        channel if channel in TRAITS else "",
        sender if sender in SENDERS else "",
        _midnight_of(visit, since),
        _midnight_of(visit, until, days=1),
        before if 0 < before < 2**62 else None,
        by_contacts=visit.may(Permission.SEE_CONTACT),
        published=published_contacts(visit),
        scope=visit.staff.departments,
        staff_id=visit.staff.staff_id,
    )
    searched = bool(read_terms(wanted.words))
    with visit.console.database.reading() as session:
        found = search_lines(session, wanted, PAGE + 1) if searched else []
    if searched and not before:
        _record_search(visit, wanted, found)
    further = urlencode({**asked, "before": found[PAGE - 1].line_id}) if len(found) > PAGE else ""
    return visit.page(
        "conversations/search.html",
        asked=asked,
        searched=searched,
        found=found[:PAGE],
        further=further,
        label_of=label_of,
        channels=[("", visit.say("conversations.any_channel")), *channel_names(visit).items()],
        senders=[("", visit.say("conversations.anybody"))]
        + [(code, visit.say(f"conversations.by_{code}")) for code in SENDERS],
    )


def _record_search(visit: RequestContext, wanted: Search, found: Sequence[FoundLine]) -> None:
    narrowed = {"channel": wanted.channel, "sender": wanted.sender}
    period = {"since": wanted.since, "until": wanted.until}
    days = {name: at.astimezone(city_zone(visit)).date() for name, at in period.items() if at}
    details = narrowed | {name: day.isoformat() for name, day in days.items()}
    shown = {name: value for name, value in details.items() if value}
    by_contact = wanted.by_contacts and (contacts_in(wanted.words) or any(one.by_contact for one in found))
    action = "contact.searched" if by_contact else "conversations.searched"
    with visit.console.database.writing() as session:
        visit.record(session, action, found=min(len(found), PAGE), **shown)


def _midnight_of(visit: RequestContext, day: str, *, days: int = 0) -> datetime | None:
    """The beginning of a day in the city's zone; None for what is no day."""
    try:
        begins = date.fromisoformat(day) + timedelta(days=days)
        return datetime.combine(begins, time(), city_zone(visit)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
