"""Until when a reply is worth sending, and whether its number has been sent enough: what comes late out of the blue, or costs the city's money
again and again, is closed instead, where staff can see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from conversation.delivery.codes import DeliveryCode
from core.database import Database
from core.failures import Failure, fail_with
from core.model import Reply
from core.queue import Claim, utc_now
from core.settings import Settings
from core.tables import QueueItem

DANGER_LASTS = timedelta(hours=1)
"""After an hour "call 911 now" alarms more than it helps."""


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """`answers` and `news` are how long a delivery may wait; `may_send` is asked with the conversation, for the bot's answers alone."""

    database: Database
    answers: timedelta
    news: timedelta
    may_send: Callable[[str, datetime], bool] = lambda _conversation, _now: True
    now: Callable[[], datetime] = utc_now

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        may_send: Callable[[str, datetime], bool],
        now: Callable[[], datetime],
    ) -> DeliveryTerms:
        """The terms that the settings give."""
        answers, news = settings.answers_expire_hours, settings.news_expire_hours
        return cls(database, timedelta(hours=answers), timedelta(hours=news), may_send, now)

    def why_late(self, claim: Claim, reply: Reply, wait: float = 0) -> Failure | None:
        """Why it is too late for this reply, now or in `wait` seconds; None while it is not."""
        lasts = self._lifetime_of(claim, reply)
        with self.database.looking() as session:
            put = session.scalar(select(QueueItem.created_at).where(QueueItem.id == claim.item_id))
        if put is None or self.now() + timedelta(seconds=wait) <= put + lasts:
            return None
        code = DeliveryCode.WOULD_BE_LATE if wait else DeliveryCode.TOO_LATE
        return fail_with(code, hours=f"{lasts.total_seconds() / 3600:g}")

    def why_enough(self, claim: Claim, reply: Reply) -> Failure | None:
        """Why this number gets no more answers for now; None while it does, and for what staff or danger bring about."""
        if reply.urgent or claim.payload.get("lasting"):
            return None
        if self.may_send(claim.payload["conversation"], self.now()):
            return None
        return fail_with(DeliveryCode.ENOUGH)

    def _lifetime_of(self, claim: Claim, reply: Reply) -> timedelta:
        if claim.payload.get("lasting"):
            return self.news
        return min(DANGER_LASTS, self.answers) if reply.urgent else self.answers
