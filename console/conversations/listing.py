"""The live list of conversations, and going on and off duty."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response

from channels.registry import TRAITS
from city.people.person_desk import come_on_duty, go_off_duty
from console.conversations.common import AnswersConversations, SeesConversations, desk_of, how_long
from console.shared.names import channel_names, language_name
from console.shared.request_context import RequestContext
from conversation.staff.conversation_list import Order, WantedConversations, Which, list_page

router = APIRouter(prefix="/conversations")


@router.get("")
def conversations_page(
    visit: SeesConversations,
    which: str = "",
    channel: str = "",
    language: str = "",
    order: str = "",
    behind: str = "",
) -> Response:
    """The list, with everything around it."""
    wanted = _wanted_conversations(visit, which, channel, language, order, behind)
    console = visit.console
    with console.database.reading() as session:
        desk = desk_of(visit, session)
        page = list_page(session, wanted)
    return visit.page(
        "conversations/list.html",
        **_shown_list(visit, wanted),
        page=page,
        desk=desk,
        channels=[("", visit.say("conversations.any_channel")), *channel_names(visit).items()],
        languages=[("", visit.say("conversations.any_language"))]
        + [(code, language_name(visit, code)) for code in visit.console.languages],
    )


@router.get("/live")
def live_list(
    visit: SeesConversations,
    which: str = "",
    channel: str = "",
    language: str = "",
    order: str = "",
    behind: str = "",
) -> Response:
    """The list alone, for a page that is open."""
    wanted = _wanted_conversations(visit, which, channel, language, order, behind)
    with visit.console.database.reading() as session:
        page = list_page(session, wanted)
        desk = desk_of(visit, session)
    return visit.page("conversations/cards.html", **_shown_list(visit, wanted), page=page, desk=desk)


@router.post("/duty")
def change_duty(visit: AnswersConversations, on: Annotated[str, Form()] = "") -> Response:
    """Say that one is there to answer, or not any more."""
    now = visit.console.now()
    with visit.console.database.writing() as session:
        if on:
            come_on_duty(session, visit.staff.staff_id, visit.staff.name, now)
        else:
            go_off_duty(session, visit.staff.staff_id, now)
        visit.record(session, "desk.on_duty" if on else "desk.off_duty")
    return visit.go("/conversations", said="conversations.now_on" if on else "conversations.now_off")


def _wanted_conversations(
    visit: RequestContext, which: str, channel: str, language: str, order: str, behind: str
) -> WantedConversations:
    chosen = Which(which) if which in set(Which) else Which.ALL
    usual = Order.LONGEST if chosen is Which.WAITING else Order.NEWEST
    return WantedConversations(
        which=chosen,
        channel=channel if channel in TRAITS else "",
        language=language if language in visit.console.languages else "",
        order=Order(order) if order in set(Order) else usual,
        staff_id=visit.staff.staff_id,
        behind=behind[:100],
        scope=visit.staff.departments,
    )


def _shown_list(visit: RequestContext, wanted: WantedConversations) -> dict[str, Any]:
    """What the list needs beside its rows."""

    def query(**changed: str) -> str:
        fields = {
            "which": wanted.which.value,
            "channel": wanted.channel,
            "language": wanted.language,
            "order": wanted.order.value,
            "behind": wanted.behind,
        }
        return urlencode({name: value for name, value in (fields | changed).items() if value})

    return {
        "wanted": wanted,
        "query": query,
        "how_long": lambda since: how_long(visit, since),
    }
