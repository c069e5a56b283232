"""The city's websites that are read every night, from the command line: list, add, read, pages, forget."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.output import AsJson, print_json
from bot.cli.start import opened_foundation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.foundation import Foundation
    from knowledge.sites.sites import SiteWishes
    from knowledge.sites.tables import SiteRow

out = Console()
err = Console(stderr=True)
BY = "command line"
Address = Annotated[str, typer.Argument(help="Where the site begins, such as https://www.city.example/.")]
Result = TypeVar("Result")

sites_cli = typer.Typer(no_args_is_help=True, help="The city's websites, which are read again every night.")


@sites_cli.command("list")
def list_sites(*, as_json: AsJson = False) -> None:
    """List the sites, when each was read last, and how many changes wait for somebody in the console."""
    from core.failures import parse_failure
    from knowledge.site_changes import waiting_changes
    from knowledge.sites.sites import all_sites

    with opened_foundation() as base, base.database.reading() as session:
        rows = [
            {
                "address": row.address,
                "read": row.begun_at.isoformat(timespec="minutes") if row.begun_at else "",
                "publishes": row.publishes,
                "waiting": len(waiting_changes(session, row)),
                "trouble": str(parse_failure(row.trouble) or ""),
            }
            for row in all_sites(session)
        ]
    if as_json:
        print_json(rows)
        return
    table = Table("site", "read", "changes", "waiting", "trouble")
    for row in rows:
        changes = "published at once" if row["publishes"] else "wait for a colleague"
        shown = (row["address"], row["read"] or "never", changes, row["waiting"], row["trouble"])
        table.add_row(*(escape(str(one)) for one in shown))
    out.print(table)


@sites_cli.command("add")
def add_site(
    address: Address,
    *,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A part of addresses that are not read, such as /calendar/.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="A further website that pages and files may come from.")
    ] = None,
    publish: Annotated[
        bool,
        typer.Option("--publish", help="Publish what changes at once; without it, it waits for a colleague."),
    ] = False,
    hour: Annotated[int, typer.Option(help="When it is read at night, in the city's time.")] = 3,
) -> None:
    """Enter a site, and put its first reading into the queue; the running Cityline does it."""
    from core.queue import utc_now
    from knowledge.sites.sites import BadSite, SiteWishes, checked_wishes, enter_site

    wishes = SiteWishes(address, tuple(host or ()), tuple(leave_out or ()), publishes=publish, hour=hour)
    with opened_foundation() as base:
        try:
            checked = checked_wishes(wishes)
            _check_setting(base, checked)
            with base.database.writing() as session:
                row = enter_site(session, wishes, by=BY, now=utc_now())
                _begin(base, session, row)
        except BadSite as error:
            err.print(escape(str(error).replace("_", " ")), highlight=False)
            raise typer.Exit(2) from None
    err.print(
        f"Kept {escape(checked.address)}. The running Cityline reads it, about a page a second.",
        highlight=False,
    )


@sites_cli.command("read")
def read_site(address: Address) -> None:
    """Put a reading of a site into the queue; the running Cityline does it."""

    def begin(base: Foundation, session: Session, row: SiteRow) -> bool:
        return _begin(base, session, row) is not None

    begun = _with_site(address, begin)
    err.print("The running Cityline reads it." if begun else "It is being read already.", highlight=False)


@sites_cli.command("pages")
def list_pages(address: Address, *, as_json: AsJson = False) -> None:
    """List what became of each page in the last reading, and why some were not read."""
    from sqlalchemy import select

    from knowledge.documents.tables import ImportItemRow

    def find(_base: Foundation, session: Session, row: SiteRow) -> list[dict[str, str]]:
        items = select(ImportItemRow).where(ImportItemRow.import_id == row.run_id)
        found = session.scalars(items.order_by(ImportItemRow.number))
        return [{"page": one.name, "fate": one.fate, "reason": one.reason} for one in found]

    rows = _with_site(address, find)
    if as_json:
        print_json(rows)
        return
    table = Table("page", "fate", "why")
    for row in rows:
        table.add_row(*(escape(row[name]) for name in ("page", "fate", "reason")))
    out.print(table)


@sites_cli.command("forget")
def forget_one(address: Address) -> None:
    """Read a site no more. Its documents stay as they are."""
    from core.queue import utc_now
    from knowledge.sites.sites import forget_site

    _with_site(address, lambda _base, session, row: forget_site(session, row, utc_now()))
    err.print("It is read no more. Its documents stay as they are.", highlight=False)


def _check_setting(base: Foundation, wishes: SiteWishes) -> None:
    from knowledge.imports.fetching import Fetcher
    from knowledge.sites.sites import BadSite

    if not Fetcher(base.settings.fetch_hosts).narrowed(wishes.hosts).may_ask(wishes.address):
        raise BadSite("address", "not among those of CITYLINE FETCH HOSTS")


def _begin(base: Foundation, session: Session, row: SiteRow) -> int | None:
    from core.queue import Queue, utc_now
    from knowledge.site_jobs import begin_queued

    return begin_queued(session, Queue("jobs", base.database), row, by=BY, now=utc_now())


def _with_site(address: str, do: Callable[[Foundation, Session, SiteRow], Result]) -> Result:
    """What is done with the site at this address, in one transaction; the end of the program where there is none."""
    from sqlalchemy import select

    from knowledge.sites.addresses import plain_address
    from knowledge.sites.tables import SiteRow

    with opened_foundation() as base, base.database.writing() as session:
        row = session.scalar(select(SiteRow).where(SiteRow.address == plain_address(address)))
        if row is not None:
            return do(base, session, row)
    err.print(f"There is no site {escape(address)}; `knowledge sites list` names them.", highlight=False)
    raise typer.Exit(2)
