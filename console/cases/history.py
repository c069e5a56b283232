"""What happened to a case, line by line, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.model import text_in
from city.records.tables import DepartmentRow, ServiceRow
from city.requests.tables import RequestUpdateRow, ServiceRequestRow
from console.shared.names import channel_name
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened: who did what, when, why, and what the resident was told of it, or why nothing."""

    kind: str
    who: str
    what: str
    at: datetime
    text: str = ""
    told: str = ""
    not_told: str = ""
    by_resident: bool = False


def case_history(visit: RequestContext, session: Session, row: ServiceRequestRow) -> list[HistoryLine]:
    """Everything, the latest first; how it began stands at the end."""
    departments = {
        department.code: text_in(department.definition["name"], visit.language)
        for department in session.scalars(select(DepartmentRow))
    }
    lines = [_history_line(visit, update, departments) for update in reversed(row.updates)]
    reported = visit.say("cases.did_reported", channel=channel_name(visit, row.channel))
    first = HistoryLine("reported", visit.say("cases.reporter"), reported, row.requested_at, by_resident=True)
    return [*lines, first]


def history_since(
    visit: RequestContext, session: Session, row: ServiceRequestRow, version: str
) -> list[HistoryLine]:
    """What happened after this version of the case, the latest first; nothing when that is no version of it."""
    if not (version.isascii() and version.isdecimal()) or len(version) > MOST_DIGITS:
        return []
    return case_history(visit, session, row)[: max(0, row.version - int(version))]


def answers_to_questions(
    visit: RequestContext, session: Session, row: ServiceRequestRow
) -> list[tuple[str, str]]:
    """The service's own questions with what was answered, as labels; an answer whose question is gone keeps its code."""
    service = session.get(ServiceRow, row.service_code)
    attributes = {each["code"]: each for each in service.definition.get("attributes", [])} if service else {}
    shown = []
    for code, value in row.answers.items():
        attribute = attributes.get(code, {})
        names = {each["key"]: text_in(each["name"], visit.language) for each in attribute.get("values", [])}
        values = value if isinstance(value, list) else [value]
        label = text_in(attribute.get("description", {}), visit.language) or code
        shown.append((label, ", ".join(names.get(str(each), str(each)) for each in values)))
    return shown


def questions_missing(visit: RequestContext, session: Session, row: ServiceRequestRow) -> list[str]:
    """The questions that were open when the report was sent unfinished, and still are."""
    service = session.get(ServiceRow, row.service_code) if row.missing else None
    attributes = service.definition.get("attributes", []) if service else []
    asked = {each["code"]: text_in(each["description"], visit.language) for each in attributes}
    return [asked.get(code) or code for code in row.missing]


def _history_line(
    visit: RequestContext, update: RequestUpdateRow, departments: Mapping[str, str]
) -> HistoryLine:
    by_resident = update.author == "reporter"
    who = visit.say("cases.reporter") if by_resident else update.staff_name or visit.say("cases.staff")
    return HistoryLine(
        update.kind,
        who,
        _what_was_done(visit, update, departments),
        update.created_at,
        update.text,
        update.told,
        update.details.get("not_told", ""),
        by_resident,
    )


def _what_was_done(visit: RequestContext, update: RequestUpdateRow, departments: Mapping[str, str]) -> str:
    """What was done, as the rest of a sentence that begins with who did it."""
    details = update.details
    after, into = details.get("after", ""), details.get("into", "")
    values = {"number": into or details.get("other", ""), "count": details.get("count", "1"), "to": after}
    match update.kind:
        case "status":
            values["status"] = visit.say(f"cases.status_{update.status}")
        case "department":
            values["to"] = departments.get(after, after)
        case "due" if after:
            there = datetime.fromisoformat(after).astimezone(city_zone(visit))
            values["day"] = format_date(there.date(), "medium", locale=visit.language)
    if update.kind == "assigned" and after and (before := details.get("before")):
        own = after == update.staff_name
        return visit.say("cases.did_taken_over" if own else "cases.did_reassigned", to=after, before=before)
    return visit.say(SENTENCES["merged_into" if into else _sentence_of(update.kind, after)], **values)


def _sentence_of(kind: str, after: str) -> str:
    """Which of the sentences says it: to assign to nobody, or to leave the day open, has one of its own."""
    return f"{kind}_none" if kind in {"assigned", "due"} and not after else kind


SENTENCES = {
    "status": "cases.did_status",
    "assigned": "cases.did_assigned",
    "assigned_none": "cases.did_freed",
    "department": "cases.did_department",
    "due": "cases.did_due",
    "due_none": "cases.did_due_open",
    "merged": "cases.did_merged",
    "merged_into": "cases.did_merged_into",
    "unmerged": "cases.did_unmerged",
    "photo": "cases.did_photo",
    "comment": "cases.did_comment",
    "details": "cases.did_details",
    "changed": "cases.did_changed",
    "withdrawn": "cases.did_withdrawn",
    "no_news": "cases.did_no_news",
    "news": "cases.did_news",
    "note": "cases.did_note",
    "confirmed": "cases.did_confirmed",
    "not_fixed": "cases.did_not_fixed",
}
