"""People of staff: accounts, invitations and the second factor. A function gets a session and never commits.

Codes are TOTP (RFC 6238, 30 seconds, one step of slack). Passwords are in `console.accounts.passwords`, the counting of tries in `console.accounts.throttle`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.shared.access import Role
from console.shared.tables import InvitationRow, SessionRow, StaffRow
from core.vault import Vault

INVITED_FOR = timedelta(days=7)
FIRST_INVITED_FOR = timedelta(hours=24)
"""The link that makes the first administrator stands in a log, so that it is good for a day."""
FIRST = "the first start"
"""Who invited the first administrator."""
RECOVERY_CODES = 10
LONGEST_EMAIL = 254
"""Signs of an address (RFC 5321), which is what the database keeps."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,60}")


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an invitation is for, and what they will be."""

    email: str
    name: str
    roles: tuple[str, ...]
    departments: tuple[str, ...] = ()
    staff_id: str = ""
    by: str = ""


def there_is_nobody(session: Session) -> bool:
    """Whether no account was made yet, as at the first start."""
    return session.scalar(select(StaffRow.staff_id).limit(1)) is None


def make_invitation(session: Session, invited: Invited, now: datetime) -> str:
    """The secret part of an invitation's link; an earlier one for the same address is void."""
    session.execute(
        delete(InvitationRow).where(
            (InvitationRow.expires_at <= now)
            | ((InvitationRow.email == invited.email) & (InvitationRow.staff_id == invited.staff_id))
        )
    )
    token = secrets.token_urlsafe(24)
    session.add(
        InvitationRow(
            digest=digest_of(token),
            staff_id=invited.staff_id,
            email=invited.email,
            name=invited.name,
            roles=list(invited.roles),
            departments=list(invited.departments),
            invited_by=invited.by,
            expires_at=now + (FIRST_INVITED_FOR if invited.by == FIRST else INVITED_FOR),
        )
    )
    session.flush()
    return token


def invite_first_administrator(session: Session, now: datetime) -> str | None:
    """The secret of the link that makes the first administrator; None when there are people already."""
    if not there_is_nobody(session):
        return None
    return make_invitation(session, Invited("", "", (Role.ADMINISTRATOR,), by=FIRST), now)


def open_invitation(session: Session, token: str, now: datetime) -> InvitationRow | None:
    """The invitation of a link; None when it is unknown, used or too old, or for a first administrator who is there already."""
    row = session.get(InvitationRow, digest_of(token))
    if row is None or row.expires_at <= now:
        return None
    return None if row.invited_by == FIRST and not there_is_nobody(session) else row


def open_invitations(session: Session, now: datetime) -> Sequence[InvitationRow]:
    """Those that nobody has taken up, new passwords too."""
    rows = select(InvitationRow).where(InvitationRow.expires_at > now)
    return session.scalars(rows.order_by(InvitationRow.expires_at.desc())).all()


def accept_invitation(
    session: Session,
    row: InvitationRow,
    *,
    email: str,
    name: str,
    password_hash: str,
    language: str,
    now: datetime,
) -> StaffRow:
    """Make the account that an invitation is for, or give an account its new password; the link is of no use any more, nor is
    one that was printed for a first administrator.
    """
    if row.staff_id:
        person = session.get_one(StaffRow, row.staff_id)
        person.password = password_hash
        end_sessions(session, person.staff_id)
    else:
        person = StaffRow(
            staff_id=uuid.uuid4().hex,
            email=email.strip().lower(),
            name=name.strip(),
            language=language,
            roles=row.roles,
            departments=row.departments,
            password=password_hash,
            recovery=[],
            created_at=now,
        )
        session.add(person)
    session.delete(row)
    session.execute(delete(InvitationRow).where(InvitationRow.invited_by == FIRST))
    session.flush()
    return person


def trouble_with(session: Session, *, email: str, name: str) -> dict[str, str]:
    """What is wrong with what somebody typed for their account, as keys of the catalogue by field; empty when all is well."""
    found: dict[str, str] = {}
    if not _EMAIL.fullmatch(email.strip()) or len(email.strip().lower()) > LONGEST_EMAIL:
        found["email"] = "account.email_wrong"
    elif session.scalar(select(StaffRow.staff_id).where(StaffRow.email == email.strip().lower())):
        found["email"] = "account.email_taken"
    if not 0 < len(name.strip()) <= 100:
        found["name"] = "account.name_wrong"
    return found


def find_account(session: Session, email: str) -> StaffRow | None:
    """The account of an e-mail address."""
    return session.scalar(select(StaffRow).where(StaffRow.email == email.strip().lower()))


def needs_second_factor(person: StaffRow) -> bool:
    """Whether this account has to have one: administrators do."""
    return Role.ADMINISTRATOR in person.roles


def new_secret() -> str:
    """A fresh TOTP secret, in base32."""
    return pyotp.random_base32()


def provisioning_address(person: StaffRow, secret: str, city: str) -> str:
    """The `otpauth:` address that an authenticator app reads (Key Uri Format of Google Authenticator)."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=f"Cityline {city}".strip())


def right_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a code is right for, later than `after`, within one step of slack; None when it is wrong or used."""
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // totp.interval
    for candidate in (step, step - 1, step + 1):
        if candidate > after and secrets.compare_digest(totp.generate_otp(candidate), digits):
            return candidate
    return None


def take_code(person: StaffRow, vault: Vault, code: str, now: datetime) -> bool:
    """Whether the code is right: of the app, each step once, or one of the recovery codes, each once."""
    step = right_step(vault.open(person.totp, person.staff_id), code, now, person.totp_step)
    if step is not None:
        person.totp_step = step
        return True
    digest = digest_of(re.sub(r"[^a-z0-9]", "", code.lower()))
    if digest in person.recovery:
        person.recovery = [other for other in person.recovery if other != digest]
        return True
    return False


def begin_second_factor(person: StaffRow, vault: Vault, secret: str, step: int) -> list[str]:
    """Turn the second factor on; the recovery codes, to be shown once."""
    person.totp = vault.seal(secret, person.staff_id)
    person.totp_step = step
    codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
    person.recovery = [digest_of(code) for code in codes]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def end_second_factor(person: StaffRow) -> None:
    """Turn it off, as when a phone was lost."""
    person.totp, person.totp_step, person.recovery = "", 0, []


def end_sessions(session: Session, staff_id: str, but: str = "") -> None:
    """Sign a person out everywhere, except in the session of this digest."""
    session.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id, SessionRow.digest != but))


def all_accounts(session: Session) -> Sequence[StaffRow]:
    """All accounts, the active ones first, by name."""
    return session.scalars(select(StaffRow).order_by(StaffRow.active.desc(), StaffRow.name)).all()


def active_administrators(session: Session) -> list[StaffRow]:
    """The active ones."""
    return [row for row in all_accounts(session) if row.active and Role.ADMINISTRATOR in row.roles]


def digest_of(token: str) -> str:
    """What of a secret link, code or cookie is kept."""
    return hashlib.sha256(f"console {token}".encode()).hexdigest()
