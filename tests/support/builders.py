"""Builders of what tests are about, with defaults for the rest."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from city.people.identities import Joining, join_by_code, new_code
from conversation.delivery.terms import DeliveryTerms
from core.model import InboundMessage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.database import Database

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_numbers = itertools.count(1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def usual_terms(database: Database, clock: Clock) -> DeliveryTerms:
    """Answers are worth sending for four hours and news for two days; no number has a budget."""
    return DeliveryTerms(database, timedelta(hours=4), timedelta(hours=48), now=clock)


def link_people(session: Session, first: str, second: str, now: datetime = NOON) -> Joining:
    """Two identities as one person, by both codes."""
    half = join_by_code(session, new_code(session, first, now), second, now)
    return join_by_code(session, half.code, first, now)


def inbound(text: str = "", sender: str = "anna", **fields: object) -> InboundMessage:
    """A message with an id of its own."""
    known = {"channel": "web", "provider_id": f"message-{next(_numbers)}", "received_at": NOON} | fields
    return InboundMessage(sender=sender, text=text, **known)  # type: ignore[arg-type]
