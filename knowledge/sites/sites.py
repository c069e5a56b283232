"""The city's sites: entered, changed, forgotten; which hosts may be asked for them; when one is due, and beginning to read it.

A reading is an import of the kind `site` (`knowledge.documents.tables.ImportRow`): it is seen, stopped and counted as the others are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from core.errors import CitylineError
from knowledge.documents.tables import SITE_READING, ImportRow
from knowledge.imports.batches import RUNNING, NewItem, begin_import, stop_import
from knowledge.sites.addresses import is_host, likely_hosts, plain_address
from knowledge.sites.tables import SitePageRow, SiteRow

SITE = "site"
"""Who saved a version that came from a site, and who began a reading at night."""
QUIET_HOUR = 3
"""In the city's time: after the night's backups, before anybody opens a page."""
MOST_ADDRESS = 300
"""Characters of a site's address, which names its readings."""
USUAL_PAGES, MOST_PAGES = 1000, 4000
"""What is read unless staff allow more, and the most: an import takes 5,000 items, which sitemaps and refusals are among."""


class BadSite(CitylineError):  # noqa: N818  a state of the world
    """A site that cannot be kept: `field` says what of it, `fault` a word for what is wrong."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"The site was not saved: {field} is {fault}; correct it and save again.")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class SiteWishes:
    """How a site is to be read, as staff enter it. No `hosts` are those of its address; no `language` is what each page tells."""

    address: str
    hosts: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    language: str = ""
    department: str = ""
    publishes: bool = False
    is_nightly: bool = True
    hour: int = QUIET_HOUR
    most_pages: int = USUAL_PAGES


def enter_site(session: Session, wishes: SiteWishes, *, by: str, now: datetime) -> SiteRow:
    """Keep a new site; `BadSite` says what is wrong with it."""
    wishes = checked_wishes(wishes)
    if session.scalar(select(SiteRow.id).where(SiteRow.address == wishes.address)):
        raise BadSite("address", "known")
    row = SiteRow(
        created_at=now,
        created_by=by,
        run_id=None,
        begun_at=None,
        next_at=None,
        robots={},
        failures=0,
        bytes_read=0,
        trouble=None,
        address=wishes.address,
    )
    _set_wishes(row, wishes)
    session.add(row)
    session.flush()
    return row


def change_site(session: Session, row: SiteRow, wishes: SiteWishes) -> None:
    """Read a site otherwise from the next page on. Its address stays; in another language all of it is read anew."""
    wishes = checked_wishes(wishes)
    if wishes.language != row.language:
        its_pages = update(SitePageRow).where(SitePageRow.site_id == row.id)
        session.execute(its_pages.values(digest="", text_digest=""))
    _set_wishes(row, wishes)
    session.flush()


def _set_wishes(row: SiteRow, wishes: SiteWishes) -> None:
    row.hosts, row.leave_out = list(wishes.hosts), list(wishes.leave_out)
    row.language, row.department = wishes.language, wishes.department
    row.publishes, row.is_nightly = wishes.publishes, wishes.is_nightly
    row.hour, row.most_pages = wishes.hour, wishes.most_pages


def checked_wishes(wishes: SiteWishes) -> SiteWishes:
    """The same written as it is kept, or `BadSite`."""
    address = plain_address(wishes.address)
    if not address or len(address) > MOST_ADDRESS:
        raise BadSite("address", "no_address")
    hosts = tuple(dict.fromkeys([*map(str.lower, wishes.hosts), *likely_hosts(address)]))
    if not all(map(is_host, hosts)):
        raise BadSite("hosts", "no_host")
    if not 0 <= wishes.hour <= 23 or not 1 <= wishes.most_pages <= MOST_PAGES:
        raise BadSite("most_pages", "out_of_range")
    return SiteWishes(
        address,
        hosts,
        wishes.leave_out,
        wishes.language,
        wishes.department,
        wishes.publishes,
        wishes.is_nightly,
        wishes.hour,
        wishes.most_pages,
    )


def forget_site(session: Session, row: SiteRow, now: datetime) -> None:
    """Read a site no more. Its documents stay as they are, and belong to staff alone."""
    if row.run_id is not None:
        stop_import(session, row.run_id, now)
    session.execute(delete(SitePageRow).where(SitePageRow.site_id == row.id))
    session.delete(row)
    session.flush()


def all_sites(session: Session) -> list[SiteRow]:
    """All sites, the first entered first."""
    return list(session.scalars(select(SiteRow).order_by(SiteRow.id)))


def site_hosts(session: Session) -> tuple[str, ...]:
    """The hosts of all sites: what may be fetched where whoever runs Cityline has named none."""
    return tuple(dict.fromkeys(host for row in all_sites(session) for host in row.hosts))


def site_of_run(session: Session, run_id: int) -> SiteRow | None:
    """The site whose last reading this is."""
    return session.scalar(select(SiteRow).where(SiteRow.run_id == run_id))


def is_being_read(session: Session, row: SiteRow) -> bool:
    """Whether a reading is under way."""
    run = session.get(ImportRow, row.run_id) if row.run_id is not None else None
    return run is not None and run.state == RUNNING


def begin_reading(session: Session, row: SiteRow, *, by: str, now: datetime) -> int | None:
    """The number of a new reading of a site; None while one is under way, also when another process has just begun it."""
    if is_being_read(session, row):
        return None
    seen = SiteRow.begun_at.is_(None) if row.begun_at is None else SiteRow.begun_at == row.begun_at
    claimed = session.execute(
        update(SiteRow).where(SiteRow.id == row.id, seen).values(begun_at=now),
        execution_options={"synchronize_session": False},
    )
    if not isinstance(claimed, CursorResult) or claimed.rowcount != 1:
        return None
    session.refresh(row)
    number = begin_import(
        session,
        kind=SITE_READING,
        name=row.address,
        language=row.language,
        department=row.department,
        by=by,
        now=now,
        items=[NewItem(row.address, f"start:{row.address}")],
    )
    row.run_id, row.robots, row.failures, row.bytes_read, row.trouble = number, {}, 0, 0, None
    session.flush()
    return number


def due_sites(session: Session, now: datetime, zone: tzinfo) -> list[SiteRow]:
    """The sites whose hour has come since they were read; one that was missed while nothing ran is due as well."""
    return [row for row in all_sites(session) if row.is_nightly and _is_due(row, now, zone)]


def _is_due(row: SiteRow, now: datetime, zone: tzinfo) -> bool:
    return (row.begun_at or row.created_at) < last_hour(now, row.hour, zone)


def last_hour(now: datetime, hour: int, zone: tzinfo) -> datetime:
    """When it was this hour in the city for the last time."""
    here = now.astimezone(zone)
    today = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= here else today - timedelta(days=1)


def next_hour(now: datetime, hour: int, zone: tzinfo) -> datetime:
    """When it is this hour in the city the next time."""
    return last_hour(now, hour, zone) + timedelta(days=1)


def pages_of(
    session: Session, site_id: int, addresses: Sequence[str] | None = None
) -> dict[str, SitePageRow]:
    """The pages that are known of a site, by their addresses; all, or those of these addresses."""
    query = select(SitePageRow).where(SitePageRow.site_id == site_id)
    if addresses is None:
        return {row.address: row for row in session.scalars(query)}
    found: dict[str, SitePageRow] = {}
    for start in range(0, len(addresses), 500):
        some = query.where(SitePageRow.address.in_(addresses[start : start + 500]))
        found |= {row.address: row for row in session.scalars(some)}
    return found
