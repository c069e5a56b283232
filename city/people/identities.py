"""One person at several doors: joined by two codes, never by guessing. One is shown at the first door and written at the second; that one then
shows another, and only when this is written at the first are the two joined. So each has proved that it reads what we send there: a text can
be sent in anybody's name, but not read in theirs.

Each conversation has an identity of its own, for ever; joining only notes which identities belong together, so that undoing it
leaves each with what was said there. A function gets a session and never commits.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from city.people.tables import JoinCodeRow, JoinedPersonRow, PreferredPlaceRow
from city.places.words.folding import narrow_text
from core.texts import plain_digits

SIGNS = "CFHJKMPRTWXY34679"
"""No vowels, so no words, and nothing that looks or sounds like another of them."""
LENGTH = 6
VALID = timedelta(minutes=10)


class JoinOutcome(StrEnum):
    """What became of a code that somebody wrote."""

    HALF = "half"
    JOINED = "joined"
    ALREADY = "already"
    OWN = "own"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Joining:
    """The outcome, and the identities on the other side. With HALF comes the `code` to be written by the first of them."""

    outcome: JoinOutcome
    others: tuple[str, ...] = ()
    code: str = field(default="", repr=False)


def new_code(session: Session, person_id: str, now: datetime, *, only_for: str | None = None) -> str:
    """A code that whoever reads it at this person's door may write at another within `VALID`, once; an earlier one of theirs is void.

    One that is `only_for` somebody confirms what they began.
    """
    session.execute(
        delete(JoinCodeRow).where((JoinCodeRow.person_id == person_id) | (JoinCodeRow.expires_at <= now))
    )
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    row = JoinCodeRow(
        digest=_code_digest(code), person_id=person_id, expires_at=now + VALID, only_for=only_for
    )
    session.add(row)
    session.flush()
    return code


def join_by_code(session: Session, code: str, person_id: str, now: datetime) -> Joining:
    """Take a code that this person wrote: a first one is answered by the second (HALF), a second one joins."""
    row = session.get(JoinCodeRow, _code_digest(code))
    if row is None or row.expires_at <= now:
        return Joining(JoinOutcome.WRONG)
    if row.person_id == person_id:
        return Joining(JoinOutcome.OWN)
    if row.only_for not in {None, person_id}:
        return Joining(JoinOutcome.WRONG)
    theirs, ours = people_of(session, row.person_id), people_of(session, person_id)
    session.delete(row)
    session.flush()
    if set(theirs) & set(ours):
        return Joining(JoinOutcome.ALREADY, tuple(theirs))
    if row.only_for is None:
        second = new_code(session, person_id, now, only_for=row.person_id)
        return Joining(JoinOutcome.HALF, (row.person_id,), second)
    _put_together(session, ours[0], theirs[0], now)
    return Joining(JoinOutcome.JOINED, tuple(theirs))


def _put_together(session: Session, main: str, other: str, now: datetime) -> None:
    session.execute(update(JoinedPersonRow).where(JoinedPersonRow.main_id == other).values(main_id=main))
    session.execute(delete(PreferredPlaceRow).where(PreferredPlaceRow.main_id == other))
    session.add(JoinedPersonRow(own_id=other, main_id=main, joined_at=now))
    session.flush()


def leave_group(session: Session, person_id: str) -> tuple[str, ...]:
    """Undo the joining of this identity; the others that it was joined with, none when there were none."""
    main, *rest = people_of(session, person_id)
    others = tuple(other for other in (main, *rest) if other != person_id)
    if person_id == main:
        session.execute(delete(JoinedPersonRow).where(JoinedPersonRow.main_id == main))
    else:
        session.execute(delete(JoinedPersonRow).where(JoinedPersonRow.own_id == person_id))
    session.execute(
        delete(PreferredPlaceRow).where(
            (PreferredPlaceRow.own_id == person_id) | (PreferredPlaceRow.main_id == person_id)
        )
    )
    session.flush()
    return others


def people_of(session: Session, person_id: str) -> list[str]:
    """All identities of this person, the main one first; only their own when they joined none."""
    main = session.scalar(select(JoinedPersonRow.main_id).where(JoinedPersonRow.own_id == person_id))
    main = main or person_id
    joined = select(JoinedPersonRow.own_id).where(JoinedPersonRow.main_id == main)
    return [main, *session.scalars(joined.order_by(JoinedPersonRow.joined_at, JoinedPersonRow.own_id))]


def prefer_place(session: Session, person_id: str, place: str) -> None:
    """Write to this person where `place`, one of their identities, is."""
    main = people_of(session, person_id)[0]
    session.merge(PreferredPlaceRow(main_id=main, own_id=place))
    session.flush()


def preferred_identity(session: Session, person_id: str) -> str:
    """The identity to write to: the one they chose, else the one that is asked about."""
    main = people_of(session, person_id)[0]
    chosen = session.scalar(select(PreferredPlaceRow.own_id).where(PreferredPlaceRow.main_id == main))
    return chosen or person_id


def read_code(text: str) -> str | None:
    """The code that a text consists of, however it is spaced or cased; else None."""
    signs = "".join(sign for sign in plain_digits(narrow_text(text)).upper() if sign.isalnum())
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else None


def _code_digest(code: str) -> str:
    return hashlib.sha256(f"join {code}".encode()).hexdigest()


def main_identities(session: Session, person_ids: set[str]) -> dict[str, str]:
    """Whom each of these stands for, where they were joined with others."""
    rows = select(JoinedPersonRow.own_id, JoinedPersonRow.main_id).where(
        JoinedPersonRow.own_id.in_(person_ids)
    )
    return {row[0]: row[1] for row in session.execute(rows)}
