"""How often somebody may try to sign in. A try is counted before it is looked at, in one transaction, so that none slips past.

Three things are counted, so that guessing is slow and yet nobody can lock out a colleague:

- an account from one network, or from one browser that this colleague signed in with before: a few tries;
- an account from everywhere, browsers that are known left out: some tens. Whoever spends them from many networks makes new
  browsers wait; the colleague's own go on (OWASP, "device cookies");
- one network with all accounts: a hundred.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from channels.networks import prefix_of
from console.shared.tables import SignInTryRow, StaffRow
from core.vault import Vault

LOCK = 311_313
"""Key of PostgreSQL's advisory lock: tries are counted one after the other."""
QUARTER, DAY = timedelta(minutes=15), timedelta(hours=24)
Limit = tuple[int, timedelta]
FROM_HERE: tuple[Limit, ...] = ((5, QUARTER), (20, DAY))
FROM_EVERYWHERE: tuple[Limit, ...] = ((30, QUARTER), (100, DAY))
OF_A_NETWORK: tuple[Limit, ...] = ((100, QUARTER),)
KNOWN_FOR = timedelta(days=180)
COOKIE = "__Host-cityline-known"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a try is counted under; `own` is what a right one clears."""

    own: str
    counted: tuple[tuple[str, tuple[Limit, ...]], ...]


def attempt_of(vault: Vault, account: str, address: str, known: str = "") -> Attempt:
    """How a try for this account is counted; `known` is the number of a browser that the account was used with before."""

    def key(*parts: str) -> str:
        return vault.pseudonym("sign in", *parts)

    account = account.strip().lower()
    if known:
        own = key("browser", account, known)
        return Attempt(own, ((own, FROM_HERE),))
    network = prefix_of(address, 32, 48)
    own = key("here", account, network)
    return Attempt(
        own,
        (
            (own, FROM_HERE),
            (key("everywhere", account), FROM_EVERYWHERE),
            (key("network", network), OF_A_NETWORK),
        ),
    )


def begin_attempt(session: Session, attempt: Attempt, now: datetime) -> list[int] | None:
    """Count a try; the rows that `undo_attempt` takes back, or None when there were too many already. Commit before looking at the password."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    session.execute(delete(SignInTryRow).where(SignInTryRow.at <= now - DAY))
    for key, limits in attempt.counted:
        for most, within in limits:
            count = select(func.count()).where(SignInTryRow.key == key, SignInTryRow.at > now - within)
            if (session.scalar(count) or 0) >= most:
                return None
    rows = [SignInTryRow(key=key, at=now) for key, _ in attempt.counted]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def undo_attempt(session: Session, rows: Sequence[int]) -> None:
    """The try was not a wrong one."""
    session.execute(delete(SignInTryRow).where(SignInTryRow.id.in_(rows)))


def forget_attempts(session: Session, attempt: Attempt, rows: Sequence[int]) -> None:
    """Somebody signed in rightly: what was counted for this account here is forgotten."""
    undo_attempt(session, rows)
    session.execute(delete(SignInTryRow).where(SignInTryRow.key == attempt.own))


def cookie_name(vault: Vault, staff_id: str) -> str:
    """The cookie by which a browser is known; one for each colleague, because a browser may be shared."""
    return f"{COOKIE}-{vault.pseudonym('known browser', staff_id)[:12]}"


def new_cookie(vault: Vault, person: StaffRow, now: datetime) -> str:
    """The cookie of a browser in which this person has just signed in."""
    until = int((now + KNOWN_FOR).timestamp())
    number = secrets.token_hex(8)
    return f"{until}.{number}.{_attempt_tag(vault, person, until, number)}"


def number_of(vault: Vault, person: StaffRow | None, cookie: str, now: datetime) -> str:
    """The number of a browser that is known; empty for any other. A new password makes all browsers strangers again."""
    parts = cookie.split(".")
    if person is None or len(parts) != 3 or not (parts[0].isascii() and parts[0].isdecimal()):
        return ""
    until = int(parts[0][:12])
    genuine = hmac.compare_digest(parts[2].encode(), _attempt_tag(vault, person, until, parts[1]).encode())
    return parts[1] if genuine and until > now.astimezone(UTC).timestamp() else ""


def _attempt_tag(vault: Vault, person: StaffRow, until: int, number: str) -> str:
    words = f"{person.staff_id} {person.password} {until} {number}"
    return hmac.new(vault.key("known browsers"), words.encode(), sha256).hexdigest()
