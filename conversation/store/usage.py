"""How much one conversation has used lately, counted by the minute, the hour and the day in the database, so that a restart forgets nothing and
several processes count together. Windows begin at whole minutes, hours and days (UTC); counts are kept for `KEPT`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from sqlalchemy import delete, select

from conversation.store.tables import UsageCount
from core.database import Database, Statements, table_of

COUNTS = table_of(UsageCount)
KEPT = timedelta(days=2)


class Window(Enum):
    """The stretches of time that are counted by, with their length in seconds."""

    MINUTE = 60
    FIVE_MINUTES = 300
    HOUR = 3600
    DAY = 86_400

    def begin(self, at: datetime) -> int:
        """When the stretch that `at` lies in began, in seconds since 1970."""
        return int(at.timestamp()) // self.value * self.value

    def rest(self, at: datetime) -> float:
        """Seconds until the next one begins."""
        return self.begin(at) + self.value - at.timestamp()


class Used(StrEnum):
    """What is counted."""

    MESSAGES = "messages"  # that a resident wrote
    SEGMENTS = "segments"  # that were paid for
    PICTURES = "pictures"  # that were stored
    NOTICES = "notices"  # that a limit is reached
    DANGERS = "dangers"  # full words about danger
    SHORT_DANGERS = "short_dangers"  # the shortest ones


Counts = dict[tuple[Used, Window], int]
"""What was used in the window that runs now; nothing stands for 0."""


class Usage:
    """The counts of an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        put = database.insert(COUNTS)
        self._add = put.on_conflict_do_update(
            index_elements=["conversation_id", "what", "seconds", "begins"],
            set_={"amount": COUNTS.c.amount + put.excluded.amount},
        )

    def add(  # noqa: PLR0917  who used how much of what, when
        self,
        session: Statements,
        conversation_id: str,
        what: Used,
        at: datetime,
        windows: tuple[Window, ...],
        amount: int = 1,
    ) -> None:
        """Count it in these windows, within the caller's transaction."""
        rows = [
            {
                "conversation_id": conversation_id,
                "what": what.value,
                "seconds": window.value,
                "begins": window.begin(at),
                "amount": amount,
            }
            for window in windows
        ]
        session.execute(self._add, rows)

    def of(self, conversation_id: str, at: datetime) -> Counts:
        """All that a conversation has used in the windows that `at` lies in."""
        begins = [window.begin(at) for window in Window]
        query = select(COUNTS.c.what, COUNTS.c.seconds, COUNTS.c.begins, COUNTS.c.amount).where(
            COUNTS.c.conversation_id == conversation_id, COUNTS.c.begins.in_(begins)
        )
        with self._database.looking() as session:
            return {
                (Used(row.what), Window(row.seconds)): row.amount
                for row in session.execute(query)
                if Window(row.seconds).begin(at) == row.begins
            }

    def forget_old(self, now: Callable[[], datetime]) -> None:
        """Drop counts that no window needs any more."""
        old = delete(COUNTS).where(COUNTS.c.begins < int((now() - KEPT).timestamp()))
        with self._database.noting() as session:
            session.execute(old)
