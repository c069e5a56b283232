"""The lists of cases that staff page through: filters, orders, pages by key, bounded counts, points for a map.

A page is found in one index of its order, which also holds everything that is filtered by; only the cases of the page are then
read. Counts stop at a bound. So a page among 50,000 cases costs about what it costs among 1,000 (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from city.requests.requests import STATUSES, read_number
from city.requests.tables import ServiceRequestRow as Case
from city.requests.word_index import has_words
from core.model import Bounds

PAGE = 25
MOST_COUNTED = 200
MOST_ID = 2**63 - 1
"""The largest number that a database knows."""
SOON = timedelta(days=2)
NOBODY = "nobody"
STATES = ("open", "settled", "all", *(f"only_{status}" for status in STATUSES))
"""What the filter for the status may say: all that is worked on, all that is not, everything, or one status."""

Order = tuple[InstrumentedAttribute[datetime], bool]
ORDERS: dict[str, Order] = {
    "newest": (Case.requested_at, True),
    "oldest": (Case.requested_at, False),
    "changed": (Case.updated_at, True),
    "due": (Case.due_key, False),
}
"""By which instant, and whether the latest comes first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases, in which order. `scope` are the departments that whoever asks may see at all; none means every one.

    `words` are searched in all that was said, `place` in the names of places; `assignee` is a staff id or NOBODY.
    `by_contacts` is whether a phone number or address among the words finds cases; they are found by nobody else.
    """

    scope: tuple[str, ...] = ()
    state: str = "open"
    department: str = ""
    service: str = ""
    assignee: str = ""
    late: bool = False
    soon: bool = False
    reopened: bool = False
    language: str = ""
    channel: str = ""
    words: str = ""
    place: str = ""
    since: datetime | None = None
    until: datetime | None = None
    bounds: Bounds | None = None
    order: str = "newest"
    by_contacts: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """The cases of a page, and the keys of the pages beside it; empty where there is none."""

    cases: list[Case]
    older: str = ""
    newer: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; `more` when counting stopped."""

    number: int
    more: bool


def case_page(
    session: Session, wanted: Filter, now: datetime, *, key: str = "", size: int = PAGE
) -> CasePage:
    """The page behind `key`, which an earlier page gave (`older` or `newer`); the first without one."""
    back, at = _read_key(key)
    found = _case_ids(session, wanted, now, at, back=back, size=size + 1)
    more, ids = len(found) > size, found[:size]
    if back:
        ids.reverse()
    rows = {row.id: row for row in session.scalars(select(Case).where(Case.id.in_(ids)))}
    cases = [rows[row_id] for row_id in ids]
    if not cases:
        return CasePage([])
    goes_on, came_from = (True, more) if back else (more, at is not None)
    return CasePage(
        cases,
        older=_page_key("after", cases[-1], wanted) if goes_on else "",
        newer=_page_key("before", cases[0], wanted) if came_from else "",
    )


def count_cases(session: Session, wanted: Filter, now: datetime, most: int = MOST_COUNTED) -> Count:
    """How many cases the filter lets through, up to `most`."""
    some = select(Case.id).where(*filter_conditions(session, wanted, now)).limit(most + 1).subquery()
    number = session.scalar(select(func.count()).select_from(some)) or 0
    return Count(min(number, most), number > most)


def cases_by_number(session: Session, numbers: Sequence[str], scope: Sequence[str]) -> list[Case]:
    """Those of the cases that whoever asks may see, in the order of their numbers."""
    found = select(Case).where(Case.number.in_(numbers))
    if scope:
        found = found.where(Case.department_code.in_(scope))
    return list(session.scalars(found.order_by(Case.number)))


def is_late(case: Case, now: datetime) -> bool:
    """Whether it should have been done by now."""
    return case.is_open and case.due_key < now


def filter_conditions(session: Session, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """What the filter demands of a case."""
    same = {
        Case.department_code: wanted.department,
        Case.service_code: wanted.service,
        Case.language: wanted.language,
        Case.channel: wanted.channel,
    }
    demands: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value]
    if wanted.scope:
        demands.append(Case.department_code.in_(wanted.scope))
    if wanted.assignee:
        demands.append(
            Case.assignee_id.is_(None) if wanted.assignee == NOBODY else Case.assignee_id == wanted.assignee
        )
    if wanted.reopened:
        demands.append(Case.reopened > 0)
    return [
        *_by_state(wanted.state),
        *demands,
        *_by_time(wanted, now),
        *_by_words(session, wanted),
        *_by_bounds(wanted.bounds),
    ]


def _by_state(state: str) -> list[ColumnElement[bool]]:
    if state == "all":
        return []
    if state.startswith("only_"):
        status = state.removeprefix("only_")
        return [Case.is_open.is_(status in {"open", "in_progress"}), Case.status == status]
    return [Case.is_open.is_(state != "settled")]


def _by_time(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    demands: list[ColumnElement[bool]] = []
    if wanted.late:
        demands += [Case.is_open.is_(True), Case.due_key < now]
    elif wanted.soon:
        demands += [Case.is_open.is_(True), Case.due_key.between(now, now + SOON)]
    if wanted.since:
        demands.append(Case.requested_at >= wanted.since)
    if wanted.until:
        demands.append(Case.requested_at < wanted.until)
    return demands


def _by_words(session: Session, wanted: Filter) -> list[ColumnElement[bool]]:
    number = read_number(wanted.words)
    said = (
        [Case.number == number]
        if number
        else list(has_words(session, wanted.words, by_contacts=wanted.by_contacts))
    )
    return [*said, *has_words(session, wanted.place, of_place=True, by_contacts=wanted.by_contacts)]


def _by_bounds(bounds: Bounds | None) -> list[ColumnElement[bool]]:
    if bounds is None:
        return []
    return [
        Case.latitude.between(bounds.south, bounds.north),
        Case.longitude.between(bounds.west, bounds.east),
    ]


def _case_ids(
    session: Session,
    wanted: Filter,
    now: datetime,
    at: tuple[datetime, int] | None,
    *,
    back: bool,
    size: int,
) -> list[int]:
    column, latest_first = ORDERS.get(wanted.order, ORDERS["newest"])
    downward = latest_first != back
    statement = select(Case.id).where(*filter_conditions(session, wanted, now))
    if at:
        instant, row_id = at
        beyond = column < instant if downward else column > instant
        same = Case.id < row_id if downward else Case.id > row_id
        within = column <= instant if downward else column >= instant  # what the index can begin at
        statement = statement.where(within, or_(beyond, and_(column == instant, same)))
    order = (column.desc(), Case.id.desc()) if downward else (column, Case.id)
    return list(session.scalars(statement.order_by(*order).limit(size)))


def _page_key(side: str, case: Case, wanted: Filter) -> str:
    column, _ = ORDERS.get(wanted.order, ORDERS["newest"])
    instant: datetime = getattr(case, column.key)
    return f"{side}.{instant.isoformat()}.{case.id}".replace("+00:00", "Z")


def _read_key(key: str) -> tuple[bool, tuple[datetime, int] | None]:
    """Whether the page lies before the key, and the instant and id in it; a broken key is the first page."""
    side, _, rest = key.partition(".")
    instant, _, row_id = rest.rpartition(".")
    try:
        at, number = datetime.fromisoformat(instant), int(row_id)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        return False, None
    if at.tzinfo is None or side not in {"after", "before"} or not 0 <= number <= MOST_ID:
        return False, None
    return side == "before", (at, number)
