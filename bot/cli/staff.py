"""The command line of the staff's door: a link for a new administrator, and whether the audit log is whole."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bot.cli.start import opened_foundation

staff_cli = typer.Typer(no_args_is_help=True, help="People of staff.")
audit_cli = typer.Typer(no_args_is_help=True, help="What staff did.")
out = Console(soft_wrap=True, highlight=False)


@staff_cli.command("invite")
def invite(email: Annotated[str, typer.Option(help="Their e-mail address; may be left out.")] = "") -> None:
    """Print a link that makes an administrator, as when nobody can sign in any more."""
    from console.accounts.people import Invited, make_invitation
    from console.shared.access import Role
    from console.shared.audit import NOBODY, AuditLog

    with opened_foundation() as base, base.database.writing() as session:
        secret = make_invitation(
            session, Invited(email.strip().lower(), "", (Role.ADMINISTRATOR,)), base.now()
        )
        details = {"roles": Role.ADMINISTRATOR.value, "by": "the command line"}
        AuditLog(base.vault).add(session, NOBODY, "staff.invited", email, details, base.now())
    settings = base.settings
    address = str(settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    out.print(f"{address}/console/welcome/{secret}")


@audit_cli.command("verify")
def verify() -> None:
    """Check that every entry of the audit log is as it was written; status 1 when one is not."""
    from console.shared.audit import AuditLog

    with opened_foundation() as base, base.database.reading() as session:
        verdict = AuditLog(base.vault).verify(session)
    if verdict.broken_at is not None:
        out.print(
            f"Entry {verdict.broken_at} is not as it was written, or one before it is missing; {verdict.entries} before it are whole."
        )
        raise typer.Exit(1)
    out.print(f"All {verdict.entries} entries are whole; the last digest is {verdict.last}")
