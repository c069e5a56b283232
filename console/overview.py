"""The overview: the day at a glance, thirty days as lines, what is busiest, and the health of every part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.records.model import text_in
from console.shared.access import Permission, require_permission
from console.shared.covering import covered_text
from console.shared.names import channel_names, language_name
from console.shared.request_context import RequestContext
from conversation.staff.daily_figures import Name
from conversation.staff.dashboard import (
    CASES,
    DAYS,
    MESSAGES,
    Totals,
    days_until,
    messages_by,
    month_of,
    open_now,
    totals_of,
)
from conversation.staff.failed import failed_count
from core.health import health_report

EARLIEST = date(1970, 1, 1)
"""Nothing was counted before, and a month before it are days that a calendar knows."""

router = APIRouter()
SeesOverview = Annotated[RequestContext, require_permission(Permission.SEE_OVERVIEW)]


@router.get("/")
def overview_page(visit: SeesOverview, day: Annotated[str, Query()] = "") -> Response:
    """The day, today unless another is asked for."""
    return visit.page("overview/overview.html", **_page_context(visit, day))


@router.get("/overview/now")
def live_part(visit: SeesOverview, day: Annotated[str, Query()] = "") -> Response:
    """The part of the page that is fetched again by itself."""
    return visit.page("overview/now.html", **_page_context(visit, day))


def _page_context(visit: RequestContext, wanted: str) -> dict[str, Any]:
    console = visit.console
    console.figures.catch_up()
    today = console.figures.today
    day = _wanted_day(wanted, today)
    theirs = visit.staff.departments
    with console.database.reading() as session:
        month = month_of(session, console.figures.kept, days := days_until(day), theirs)
        context: dict[str, Any] = {
            "totals": totals_of(session, day, theirs),
            "before": totals_of(session, day - timedelta(days=1), theirs),
            "open": open_now(session, console.now(), theirs),
            "services": [(_service_name(visit, code), count) for code, count in month.services],
            "streets": [(covered_text(visit, place), count) for place, count in month.places],
            "tables": _totals_by(visit, session, day),
            "failed": _failed_messages(visit, session),
        }
    return context | {
        "day": day,
        "today": today,
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1) if day < today else None,
        "days": days,
        "message_lines": _chart_lines(visit, month.series, MESSAGES),
        "case_lines": _chart_lines(visit, month.series, CASES),
        "health": _health_parts(visit),
        "departments": bool(theirs),
        "count_of_days": DAYS,
    }


def _totals_by(
    visit: RequestContext, session: Session, day: date
) -> list[tuple[str, list[tuple[str, Totals]]]]:
    """The day's messages by channel and by language, each with its name."""
    channels = channel_names(visit)
    by_channel = messages_by(session, day, "channel")
    by_language = messages_by(session, day, "language")
    return [
        ("channel", [(channels.get(one, one), totals) for one, totals in by_channel.items()]),
        ("language", [(language_name(visit, one), totals) for one, totals in by_language.items()]),
    ]


def _failed_messages(visit: RequestContext, session: Session) -> int:
    """How many messages failed, for those who may go and see them."""
    if not visit.may(Permission.SEE_CONVERSATIONS):
        return 0
    return failed_count(session, visit.staff.departments, visit.staff.staff_id)


def _chart_lines(
    visit: RequestContext, series: dict[str, list[int]], names: Sequence[Name]
) -> list[tuple[str, list[int]]]:
    return [(visit.say(f"overview.{name.value}"), series[name]) for name in names]


def _service_name(visit: RequestContext, code: str) -> str:
    service = visit.console.city.services.by_code(code)
    return text_in(service.name, visit.language) if service else code


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the house and how it is, in this person's words as far as we have them."""

    name: str
    ok: bool
    detail: str
    facts: tuple[tuple[str, str], ...]


def _health_parts(visit: RequestContext) -> list[Part]:
    """The state of every part, as `GET /health` tells it."""
    _, told = health_report(visit.console.checks)
    return [_part_of(visit, name, dict(state)) for name, state in told["parts"].items()]


def _part_of(visit: RequestContext, name: str, state: dict[str, Any]) -> Part:
    ok, detail = bool(state.pop("ok")), str(state.pop("detail"))
    state.pop("needed")
    state.pop("warning", None)
    facts = tuple(
        (_named_part(visit, "fact", fact), str(value))
        for fact, value in state.items()
        if value not in {0, ""}
    )
    return Part(_named_part(visit, "part", name), ok, detail, facts)


def _named_part(visit: RequestContext, kind: str, name: str) -> str:
    """What we call a part or a fact; a door that is newer than the catalogue by its own name."""
    key = f"overview.{kind}_{name}"
    return visit.say(key) if key in visit.pages.texts.sentences["en"] else name.replace("_", " ")


def _wanted_day(wanted: str, today: date) -> date:
    """The day that an address names; today for anything that is no day, or one to come, and `EARLIEST` for any before it."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return today
    return max(EARLIEST, min(day, today))
