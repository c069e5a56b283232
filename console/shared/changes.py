"""The history of surveys, services, departments and facts, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from city.definitions.history import DefinitionChange
from console.shared.request_context import RequestContext

MOST = 30
"""Differences that are shown of one change; more are counted."""

PARTS = (
    "active", "address", "aliases", "amount", "applies_to", "area", "attributes", "channels", "closes", "closes_on",
    "currency", "danger", "datatype", "datatype_description", "dates", "days", "department", "description", "email",
    "every", "first", "group", "holidays", "hours", "intro", "is_open", "keywords", "kind", "languages", "last",
    "maximum", "minimum", "name", "notice", "on_holidays", "opening", "opens_on", "order", "phone", "photo", "place",
    "position", "questions", "ranges", "reason", "remark", "required", "reviewed", "rounds", "rows", "section",
    "side", "since", "skip_unless", "source", "street", "text", "thanks", "title", "unit", "url", "values",
    "variable", "why",
)  # fmt: skip
"""Parts of a definition that have a name in the catalogue; codes are shown as they are."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """An entry of the history: `lines` are what, before, and after; `more` counts those that are left out."""

    id: int
    how: str
    staff_name: str
    at: datetime
    note: str
    version: int | None
    lines: list[tuple[str, str, str]]
    more: int
    has_before: bool


def shown_changes(visit: RequestContext, found: Sequence[DefinitionChange]) -> list[ShownChange]:
    """Changes as a page shows them."""
    return [_shown_change(visit, change) for change in found]


def part_name(visit: RequestContext, path: Sequence[str]) -> str:
    """Where in a definition something stands, such as `Questions › OFTEN › Text › es`."""
    return " › ".join(visit.say(f"changes.part_{part}") if part in PARTS else part for part in path)


def _shown_change(visit: RequestContext, change: DefinitionChange) -> ShownChange:
    lines = [
        (part_name(visit, part.path), part.before or "", part.after or "") for part in change.differences
    ]
    return ShownChange(
        change.id,
        visit.say(f"changes.how_{change.how}"),
        change.staff_name,
        change.at,
        change.note,
        change.version,
        lines[:MOST],
        max(0, len(lines) - MOST),
        change.before is not None,
    )
