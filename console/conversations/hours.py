"""The hours of the person desk: everybody sees them, administrators change them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from city.people.person_desk import Hours, HoursError, person_hours, read_span_list, set_hours
from console.conversations.common import ManagesStaff, SeesConversations, desk_of
from console.shared.request_context import RequestContext

router = APIRouter(prefix="/conversations/hours")

Text = Annotated[str, Form()]
MOST_HOLIDAYS = 200


@router.get("")
def show_hours(visit: SeesConversations) -> Response:
    """The timetable, and what a resident would be told right now."""
    with visit.console.database.reading() as session:
        kept = person_hours(session)
    typed = {f"day_{day}": ", ".join(map(str, kept.weekdays.get(day, ()))) for day in range(7)}
    typed["holidays"] = "\n".join(day.isoformat() for day in kept.holidays)
    return _hours_response(visit, typed)


@router.post("")
def change_hours(
    visit: ManagesStaff,
    day_0: Text = "",
    day_1: Text = "",
    day_2: Text = "",
    day_3: Text = "",
    day_4: Text = "",
    day_5: Text = "",
    day_6: Text = "",
    holidays: Text = "",
) -> Response:
    """A new timetable; it counts for the next resident who asks."""
    days = (day_0, day_1, day_2, day_3, day_4, day_5, day_6)
    typed = {f"day_{day}": text for day, text in enumerate(days)} | {"holidays": holidays}
    errors: dict[str, str] = {}
    weekdays = {}
    for day, text in enumerate(days):
        try:
            weekdays[day] = read_span_list(day, text)
        except HoursError:
            errors[f"day_{day}"] = visit.say("conversations.hours_wrong")
    closed, wrong = _read_dates(holidays)
    if wrong:
        errors["holidays"] = visit.say("conversations.holiday_wrong", text=wrong)
    if errors:
        return _hours_response(visit, typed, errors)
    with visit.console.database.writing() as session:
        set_hours(session, Hours(weekdays, closed))
        visit.record(session, "desk.hours", holidays=len(closed))
    return visit.go("/conversations/hours", said="conversations.hours_kept")


def _read_dates(text: str) -> tuple[tuple[date, ...], str]:
    """The days that are written there, and the first piece that is none."""
    days = []
    for piece in re.split(r"[\s,;]+", text.strip()):
        if not piece:
            continue
        try:
            days.append(date.fromisoformat(piece))
        except ValueError:
            return (), piece[:40]
    return tuple(sorted(set(days)))[:MOST_HOLIDAYS], ""


def _hours_response(
    visit: RequestContext, typed: dict[str, str], errors: dict[str, str] | None = None
) -> Response:
    with visit.console.database.reading() as session:
        desk = desk_of(visit, session)
    return visit.page(
        "conversations/hours.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        desk=desk,
        timezone=visit.console.city.profile.timezone,
    )
