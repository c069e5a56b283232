"""Where one can go: the console's places, each for those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.shared.access import Permission
from conversation.staff.conversation_list import waiting_count

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from console.shared.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """An entry of the navigation: `key` is its label in the catalogue, `count` what waits there."""

    below: str
    key: str
    permission: Permission
    count: Callable[[Session, Sequence[str], str], int] | None = None


@dataclass(frozen=True, slots=True)
class ShownNavigation:
    """An entry as one person sees it."""

    href: str
    label: str
    here: bool
    count: int


PLACES = (
    NavigationEntry("/", "nav.overview", Permission.SEE_OVERVIEW),
    NavigationEntry("/conversations", "nav.conversations", Permission.SEE_CONVERSATIONS, waiting_count),
    NavigationEntry("/cases", "nav.cases", Permission.SEE_CASES),
    NavigationEntry("/map", "nav.map", Permission.SEE_CASES),
    NavigationEntry("/knowledge", "nav.knowledge", Permission.SEE_KNOWLEDGE),
    NavigationEntry("/questions", "nav.questions", Permission.SEE_KNOWLEDGE),
    NavigationEntry("/try", "nav.try", Permission.SEE_KNOWLEDGE),
    NavigationEntry("/facts", "nav.facts", Permission.SEE_FACTS),
    NavigationEntry("/surveys", "nav.surveys", Permission.SEE_SURVEYS),
    NavigationEntry("/services", "nav.services", Permission.EDIT_SERVICES),
    NavigationEntry("/team", "nav.team", Permission.MANAGE_STAFF),
    NavigationEntry("/audit", "nav.audit", Permission.READ_AUDIT),
)


def places_of(visit: RequestContext) -> list[ShownNavigation]:
    """The places that this person may go to, the present one marked."""
    at = visit.request.url.path.removeprefix(visit.path(""))
    found = [place for place in PLACES if visit.may(place.permission)]
    counting = [place for place in found if place.count]
    counts: dict[str, int] = {}
    if counting:
        with visit.console.database.reading() as session:
            whose = (visit.staff.departments, visit.staff.staff_id)
            counts = {place.below: place.count(session, *whose) for place in counting if place.count}
    return [
        ShownNavigation(
            visit.path(place.below),
            visit.say(place.key),
            at == place.below or (place.below != "/" and at.startswith(f"{place.below}/")),
            counts.get(place.below, 0),
        )
        for place in found
    ]
