"""The filters of queue and map, as they stand in an address, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.model import text_in
from city.records.tables import DepartmentRow, ServiceRow
from city.requests.listing import NOBODY, ORDERS, STATES, Filter
from console.shared.access import Permission, permissions_of
from console.shared.names import channel_names, language_name
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext
from console.shared.tables import StaffRow
from core.covering import contacts_in

ME = "me"
FIELDS = (
    "q", "state", "who", "flag", "department", "service", "place", "since", "until", "language", "channel", "order",
)  # fmt: skip
"""Names in the address, in the order in which they are written there."""
MORE = ("place", "since", "until", "language", "channel", "order")
"""Those behind "more filters"."""
FLAGS = ("late", "soon", "reopened")
LONGEST = 200

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WantedCases:
    """The filters of one request: as they were written, cleaned, and as the registry's `Filter`."""

    given: dict[str, str]
    filter: Filter

    @property
    def query(self) -> str:
        """As they stand in an address."""
        return urlencode(self.given)

    @property
    def has_more(self) -> bool:
        """Whether one of those behind "more filters" is set."""
        return any(name in self.given for name in MORE)

    def get(self, name: str, default: str = "") -> str:
        """What a field of the form shows."""
        return self.given.get(name, default)


def read_filters(visit: RequestContext, given: Mapping[str, str]) -> WantedCases:
    """The filters in an address; what cannot be read is left out."""
    kept = {name: value for name in FIELDS if (value := " ".join(given.get(name, "")[:LONGEST].split()))}
    if kept.get("state") not in STATES:
        kept.pop("state", None)
    if kept.get("order") not in ORDERS:
        kept.pop("order", None)
    since = _start_of(visit, kept.get("since", ""))
    until = _start_of(visit, kept.get("until", ""), days_later=1)
    for name, instant in (("since", since), ("until", until)):
        if instant is None:
            kept.pop(name, None)
    who = kept.get("who", "")
    return WantedCases(
        kept,
        Filter(
            scope=visit.staff.departments,
            state=kept.get("state", "open"),
            department=kept.get("department", ""),
            service=kept.get("service", ""),
            assignee=visit.staff.staff_id if who == ME else who,
            late=kept.get("flag") == "late",
            soon=kept.get("flag") == "soon",
            reopened=kept.get("flag") == "reopened",
            language=kept.get("language", ""),
            channel=kept.get("channel", ""),
            words=kept.get("q", ""),
            place=kept.get("place", ""),
            since=since,
            until=until,
            order=kept.get("order", "newest"),
            by_contacts=visit.may(Permission.SEE_CONTACT),
        ),
    )


def record_search(visit: RequestContext, wanted: WantedCases) -> None:
    """Write down that somebody looked for cases by a contact; the contact itself is not in the log."""
    given = (wanted.get("q"), wanted.get("place"))
    if wanted.filter.by_contacts and any(contacts_in(text) for text in given):
        with visit.console.database.writing() as session:
            visit.record(session, "contact.searched", where="cases")


def without_contacts(wanted: WantedCases) -> str:
    """The filters as they may be kept in an address that others see, too."""
    return urlencode({name: value for name, value in wanted.given.items() if not contacts_in(value)})


def filter_choices(visit: RequestContext, session: Session) -> dict[str, Options]:
    """What each of the filters may be, with its label."""
    anything = ("", visit.say("cases.any"))
    languages = visit.console.languages
    return {
        "state": [(state, visit.say(f"cases.state_{state}")) for state in STATES],
        "flag": [anything, *((flag, visit.say(f"cases.flag_{flag}")) for flag in FLAGS)],
        "who": [
            ("", visit.say("cases.anybody")),
            (ME, visit.say("cases.me")),
            (NOBODY, visit.say("cases.nobody")),
            *((key, name) for key, name in staff_options(session, visit) if key != visit.staff.staff_id),
        ],
        "department": [anything, *department_options(visit, session)],
        "service": [anything, *service_options(visit, session)],
        "language": [anything, *((code, language_name(visit, code)) for code in languages)],
        "channel": [anything, *channel_names(visit).items()],
        "order": [(order, visit.say(f"cases.order_{order}")) for order in ORDERS],
    }


def department_options(visit: RequestContext, session: Session, *, every: bool = False) -> Options:
    """The departments whose cases this person sees, or every one, by name."""
    rows = session.scalars(select(DepartmentRow))
    named = [
        (row.code, text_in(row.definition["name"], visit.language))
        for row in rows
        if every or visit.sees(row.code)
    ]
    return sorted(named, key=lambda entry: entry[1].casefold())


def service_options(visit: RequestContext, session: Session) -> Options:
    """The services of those departments, by name; those that are no longer offered, too."""
    rows = session.scalars(select(ServiceRow))
    named = [
        (row.code, text_in(row.definition["name"], visit.language))
        for row in rows
        if visit.sees(row.department_code)
    ]
    return sorted(named, key=lambda entry: entry[1].casefold())


def staff_options(session: Session, visit: RequestContext, department: str = "") -> Options:
    """Whom a case of this department may be given to: everybody who works on cases and sees it, by name."""
    rows = session.scalars(select(StaffRow).where(StaffRow.active).order_by(StaffRow.name))
    return [
        (row.staff_id, row.name)
        for row in rows
        if Permission.WORK_CASES in permissions_of(row.roles) and _sees_case(row, visit, department)
    ]


def _sees_case(row: StaffRow, visit: RequestContext, department: str) -> bool:
    wanted = {department} if department else set(visit.staff.departments)
    return not row.departments or not wanted or bool(wanted & set(row.departments))


def _start_of(visit: RequestContext, day: str, days_later: int = 0) -> datetime | None:
    """The first moment of a day in the city's zone, or of one so many days later: a day has 23 hours or 25 when the clocks change."""
    try:
        wanted = date.fromisoformat(day) + timedelta(days=days_later)
        return datetime.combine(wanted, time.min, city_zone(visit)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
