"""The command line of the staff's door: a link for a new administrator, and whether the audit log is whole."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bot.cli.start import opened_app

staff_cli = typer.Typer(no_args_is_help=True, help="People of staff.")
audit_cli = typer.Typer(no_args_is_help=True, help="What staff did.")
out = Console(soft_wrap=True, highlight=False)


@staff_cli.command("invite")
def invite(email: Annotated[str, typer.Option(help="Their e-mail address; may be left out.")] = "") -> None:
    """Print a link that makes an administrator, as when nobody can sign in any more."""
    from console.accounts.people import Invited, invite
    from console.shared.access import Role
    from console.shared.audit import NOBODY, AuditLog

    with opened_app() as app:
        with app.database.writing() as session:
            secret = invite(session, Invited(email.strip().lower(), "", (Role.ADMINISTRATOR,)), app.now())
            details = {"roles": Role.ADMINISTRATOR.value, "by": "the command line"}
            AuditLog(app.vault).add(session, NOBODY, "staff.invited", email, details, app.now())
        base = str(app.settings.public_url or f"http://{app.settings.host}:{app.settings.port}").rstrip("/")
    out.print(f"{base}/console/welcome/{secret}")


@audit_cli.command("verify")
def verify() -> None:
    """Check that every entry of the audit log is as it was written; status 1 when one is not."""
    from console.shared.audit import AuditLog

    with opened_app() as app, app.database.reading() as session:
        verdict = AuditLog(app.vault).verify(session)
    if verdict.broken_at is not None:
        out.print(
            f"Entry {verdict.broken_at} is not as it was written, or one before it is missing; {verdict.entries} before it are whole."
        )
        raise typer.Exit(1)
    out.print(f"All {verdict.entries} entries are whole; the last digest is {verdict.last}")
