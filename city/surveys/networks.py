"""Answers to a survey by the network that they came from: many from one are held up, and staff are told.

Kept beside the answers and not with them: a count for each survey, day and network, under an opaque key that is another one every day.
So nobody can be told apart, and a network that sends hundreds stands out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.tables import SurveyNetworkRow

LIMITS = (30, 100)
"""Answer sets that are begun on one day from one home (an IPv4 address or IPv6 /64), and from the network around it (/24 or /48)."""
REMARKABLE = (12, 40)
"""From how many on staff are told."""


@dataclass(frozen=True, slots=True)
class Crowding:
    """A day on which many answers came from one network: how many were begun, and how many more were turned away."""

    day: date
    begun: int
    refused: int


def let_in(session: Session, survey_code: str, day: date, networks: Sequence[str]) -> bool:
    """Count an answer set that is about to be begun; False, and counted as refused, where too many came from there today.

    `networks` are opaque keys, the home first and the network around it second; none where the door does not know.
    """
    rows = [
        _network_row(session, survey_code, day, network, wide=place > 0)
        for place, network in enumerate(networks[: len(LIMITS)])
    ]
    is_full = any(row.begun >= LIMITS[row.wide] for row in rows)
    for row in rows:
        row.begun += not is_full
        row.refused += is_full
    session.flush()
    return not is_full


def crowded_days(session: Session, survey_code: str) -> list[Crowding]:
    """The days on which many came from one network, latest first; a network and the one around it are told once."""
    rows = session.scalars(select(SurveyNetworkRow).where(SurveyNetworkRow.survey_code == survey_code))
    most: dict[date, Crowding] = {}
    for row in rows:
        if row.begun < REMARKABLE[row.wide]:
            continue
        known = most.get(row.day)
        if known is None or (row.begun, row.refused) > (known.begun, known.refused):
            most[row.day] = Crowding(row.day, row.begun, row.refused)
    return sorted(most.values(), key=lambda one: one.day, reverse=True)


def _network_row(
    session: Session, survey_code: str, day: date, network: str, *, wide: bool
) -> SurveyNetworkRow:
    query = select(SurveyNetworkRow).where(
        SurveyNetworkRow.survey_code == survey_code,
        SurveyNetworkRow.day == day,
        SurveyNetworkRow.network == network,
    )
    row = session.scalar(query)
    if row is None:
        row = SurveyNetworkRow(
            survey_code=survey_code, day=day, network=network, wide=wide, begun=0, refused=0
        )
        session.add(row)
        session.flush()
    return row
