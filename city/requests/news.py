"""Whether a reporter wants to hear of their case unasked. What they say of it stands in the case's history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from city.requests.requests import is_known, note_by_reporter, own_row
from city.requests.tables import ServiceRequestRow

NO_NEWS, NEWS = "no_news", "news"


def wants_news(row: ServiceRequestRow) -> bool:
    """Whether news of this case is told unasked: it is, until its reporter says that they want none."""
    said = [update.kind for update in row.updates if update.kind in {NO_NEWS, NEWS}]
    return said[-1:] != [NO_NEWS]


def choose_news(
    session: Session, number: str, person_id: str, *, wanted: bool, dedupe_key: str, now: datetime
) -> bool:
    """Note once whether the reporter wants news of their case; whether there is such a case of theirs."""
    row = own_row(session, number, person_id)
    if row is None:
        return False
    if wants_news(row) is not wanted and not is_known(session, dedupe_key):
        note_by_reporter(row, NEWS if wanted else NO_NEWS, dedupe_key, now)
        session.flush()
    return True
