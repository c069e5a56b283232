"""The city's websites that are read every night: entered by administrators, read now by a button, and what they changed decided on."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from console.knowledge.desk import (
    EditsKnowledge,
    PublishesKnowledge,
    SeesKnowledge,
    department_choices,
    jobs_of,
    language_choices,
    may_edit,
    own_document,
)
from console.knowledge.publishing import Sure, publish_or_ask
from console.shared.access import Permission, require_permission
from console.shared.errors import Forbidden
from console.shared.failures import say_failure
from console.shared.names import language_name
from console.shared.request_context import RequestContext
from core.failures import parse_failure, read_failure
from knowledge.documents import listing
from knowledge.documents.tables import ImportRow
from knowledge.imports.batches import RUNNING, ItemFate, count_fates, stop_import
from knowledge.site_changes import keep_gone, set_aside, waiting_changes, withdraw_gone
from knowledge.sites import sites
from knowledge.sites.addresses import MOST_HOSTS, MOST_PATTERNS, listed_words
from knowledge.sites.sites import BadSite, SiteWishes
from knowledge.sites.tables import SiteRow

router = APIRouter(prefix="/knowledge/sites")
ManagesSites = Annotated[RequestContext, require_permission(Permission.MANAGE_SITES)]
SHOWN = 100


class SiteForm(BaseModel):
    """The form of a site as it was sent. Unticked boxes are not sent."""

    address: str = ""
    hosts: str = ""
    leave_out: str = ""
    language: str = ""
    department: str = ""
    publishes: str = ""
    is_nightly: str = ""
    hour: int = sites.QUIET_HOUR
    most_pages: int = sites.USUAL_PAGES

    def wishes(self) -> SiteWishes:
        """How the site is to be read."""
        return SiteWishes(
            self.address,
            listed_words(self.hosts, MOST_HOSTS),
            listed_words(self.leave_out, MOST_PATTERNS),
            self.language[:8],
            self.department[:80],
            bool(self.publishes),
            bool(self.is_nightly),
            self.hour,
            self.most_pages,
        )


Sent = Annotated[SiteForm, Form()]
Numbers = Annotated[list[int], Form()]


@router.get("")
def sites_page(visit: SeesKnowledge) -> Response:
    """All sites, and how each stands."""
    with visit.console.database.reading() as session:
        found = [
            (row, _run_of(session, row), len(waiting_changes(session, row)))
            for row in sites.all_sites(session)
        ]
        return visit.page("knowledge/sites.html", sites=found, limits=jobs_of(visit).fetcher.hosts)


@router.get("/new")
def new_site(visit: ManagesSites) -> Response:
    """The form for a site."""
    return _form_response(visit, SiteForm(is_nightly="yes"))


@router.post("")
def enter_site(visit: ManagesSites, sent: Sent) -> Response:
    """Keep a site, and begin to read it."""
    fault = _host_fault(visit, sent)
    if fault:
        return _form_response(visit, sent, fault=fault)
    try:
        with visit.console.database.writing() as session:
            row = sites.enter_site(session, sent.wishes(), by=visit.staff.name, now=visit.console.now())
            jobs_of(visit).sites.begin(session, row, visit.staff.name)
            visit.record(session, "site.entered", str(row.id), address=row.address)
            number = row.id
    except BadSite as error:
        return _form_response(visit, sent, fault=error)
    visit.console.wake_workers()
    return visit.go(f"/knowledge/sites/{number}", said="sites.entered")


@router.get("/{number:int}")
def site_page(visit: SeesKnowledge, number: int) -> Response:
    """One site: how its reading stands, what waits for a yes, what was not read, what lately changed."""
    return _site_response(visit, number, "knowledge/site.html")


@router.get("/{number:int}/progress")
def site_progress(visit: SeesKnowledge, number: int, looked_on: int = 0) -> Response:
    """The piece of that page that changes while it is read; `looked_on` says that the page was opened meanwhile and knows no more."""
    return _site_response(visit, number, "knowledge/site_progress.html", looked_on=bool(looked_on))


@router.get("/{number:int}/edit")
def edit_site(visit: ManagesSites, number: int) -> Response:
    """The form of a site that is there."""
    with visit.console.database.reading() as session:
        row = _site_of(visit, session, number)
        sent = SiteForm(
            address=row.address,
            hosts="\n".join(row.hosts),
            leave_out="\n".join(row.leave_out),
            language=row.language,
            department=row.department,
            publishes="yes" if row.publishes else "",
            is_nightly="yes" if row.is_nightly else "",
            hour=row.hour,
            most_pages=row.most_pages,
        )
    return _form_response(visit, sent, number=number)


@router.post("/{number:int}")
def change_site(visit: ManagesSites, number: int, sent: Sent) -> Response:
    """Read a site otherwise from now on."""
    with visit.console.database.reading() as session:
        sent.address = _site_of(visit, session, number).address
    if fault := _host_fault(visit, sent):
        return _form_response(visit, sent, number=number, fault=fault)
    try:
        with visit.console.database.writing() as session:
            sites.change_site(session, _site_of(visit, session, number), sent.wishes())
            visit.record(session, "site.changed", str(number), address=sent.address)
    except BadSite as error:
        return _form_response(visit, sent, number=number, fault=error)
    return visit.go(f"/knowledge/sites/{number}", said="sites.saved")


@router.post("/{number:int}/forget")
def forget_site(visit: ManagesSites, number: int) -> Response:
    """Read a site no more."""
    with visit.console.database.writing() as session:
        row = _site_of(visit, session, number)
        visit.record(session, "site.forgotten", str(number), address=row.address)
        sites.forget_site(session, row, visit.console.now())
    return visit.go("/knowledge/sites", said="sites.forgotten")


@router.post("/{number:int}/read")
def read_site(visit: EditsKnowledge, number: int) -> Response:
    """Read a site now."""
    with visit.console.database.writing() as session:
        row = _own_site(visit, session, number)
        begun = jobs_of(visit).sites.begin(session, row, visit.staff.name)
        visit.record(session, "site.read", str(number), begun="yes" if begun else "under way")
    visit.console.wake_workers()
    return visit.go(f"/knowledge/sites/{number}")


@router.post("/{number:int}/stop")
def stop_reading(visit: EditsKnowledge, number: int) -> Response:
    """Leave out what is still to be read this time."""
    with visit.console.database.writing() as session:
        row = _own_site(visit, session, number)
        if row.run_id is not None:
            stop_import(session, row.run_id, visit.console.now())
        visit.record(session, "site.stopped", str(number))
    return visit.go(f"/knowledge/sites/{number}", said="sites.stopped")


@router.post("/{number:int}/changes")
def decide_changes(
    visit: PublishesKnowledge,
    number: int,
    numbers: Numbers = [],  # noqa: B006  FastAPI copies it
    then: Annotated[str, Form()] = "",
) -> Response:
    """Publish what is new, leave it, withdraw what is gone or keep it: what was ticked, as the button says."""
    back = f"/knowledge/sites/{number}"
    with visit.console.database.reading() as session:
        changes = waiting_changes(session, _own_site(visit, session, number))
    is_gone = then in {"withdraw", "keep"}
    offered = {one.document.id for one in changes if (one.kind == "gone") is is_gone}
    ticked = [one for one in numbers if one in offered]
    if not ticked:
        return visit.go(back, said="sites.none_ticked")
    if then == "publish":
        return publish_or_ask(visit, ticked, back, send_to=f"{back}/publish")
    with visit.console.database.writing() as session:
        row = _own_site(visit, session, number)
        for one in ticked:
            own_document(visit, session, one)
            visit.record(session, f"site.{then if is_gone else 'left'}", str(one))
        _decide(visit, session, row, ticked, then)
        jobs_of(visit).index(session)
    visit.console.wake_workers()
    return visit.go(back, said="sites.decided", count=len(ticked))


@router.post("/{number:int}/publish")
def publish_changes(
    visit: PublishesKnowledge,
    number: int,
    numbers: Numbers = [],  # noqa: B006  FastAPI copies it
    sure: Sure = "",
) -> Response:
    """Publish what was ticked although answers change."""
    back = f"/knowledge/sites/{number}"
    with visit.console.database.reading() as session:
        offered = {one.document.id for one in waiting_changes(session, _own_site(visit, session, number))}
    ticked = [one for one in numbers if one in offered]
    if not ticked:
        return visit.go(back, said="sites.none_ticked")
    return publish_or_ask(visit, ticked, back, sure=bool(sure), send_to=f"{back}/publish")


def _decide(visit: RequestContext, session: Session, row: SiteRow, ticked: list[int], then: str) -> None:
    by, now = visit.staff.name, visit.console.now()
    if then == "withdraw":
        withdraw_gone(session, row, ticked, by=by, now=now)
    elif then == "keep":
        keep_gone(session, row, ticked)
    else:
        set_aside(session, ticked, by=by, now=now)


def _site_response(visit: RequestContext, number: int, template: str, *, looked_on: bool = False) -> Response:
    now, zone = visit.console.now(), jobs_of(visit).zone()
    with visit.console.database.reading() as session:
        row = _site_of(visit, session, number)
        run = _run_of(session, row)
        counts = count_fates(session, run.id) if run else {}
        changes = waiting_changes(session, row)
        pages = sites.pages_of(session, row.id).values()
        made = [number for page in pages for number in page.documents]
        answering = set(listing.published_documents(session, made))
        languages = Counter(page.language for page in pages if not answering.isdisjoint(page.documents))
        unread = listing.import_items(session, run.id, ItemFate.UNREADABLE) if run else []
        return visit.page(
            template,
            row=row,
            run=run,
            looked_on=looked_on,
            is_running=run is not None and run.state == RUNNING,
            counts=counts,
            total=sum(counts.values()),
            done=sum(counts.values()) - counts.get(ItemFate.WAITING, 0),
            trouble=say_failure(visit, parse_failure(row.trouble)),
            next_at=sites.next_hour(now, row.hour, zone) if row.is_nightly else None,
            fresh=[one for one in changes if one.kind != "gone"][:SHOWN],
            gone=[one for one in changes if one.kind == "gone"][:SHOWN],
            waiting=len(changes),
            languages=[(language_name(visit, code), count) for code, count in languages.most_common()],
            unread=unread,
            why=lambda item: say_failure(visit, read_failure(item.failure, item.reason)),
            runs=[(one, count_fates(session, one.id)) for one in listing.readings_of(session, row.address)],
            may_edit=may_edit(visit, row.department),
            limits=jobs_of(visit).fetcher.hosts,
            department_names=dict(department_choices(visit, session)),
            language_names=dict(language_choices(visit, [row.language])),
        )


def _form_response(
    visit: RequestContext, sent: SiteForm, *, number: int = 0, fault: BadSite | None = None
) -> Response:
    with visit.console.database.reading() as session:
        return visit.page(
            "knowledge/site_form.html",
            status=422 if fault else 200,
            number=number,
            typed=sent,
            errors={fault.field: visit.say(f"sites.wrong_{fault.fault}")} if fault else {},
            departments=department_choices(visit, session, own=True),
            languages=[("", visit.say("knowledge.language_by_itself")), *language_choices(visit)],
            hours=[(hour, f"{hour:02}:00") for hour in range(24)],
            most=sites.MOST_PAGES,
            limits=jobs_of(visit).fetcher.hosts,
        )


def _host_fault(visit: RequestContext, sent: SiteForm) -> BadSite | None:
    """What is wrong with the address by the hosts that whoever runs Cityline has named."""
    try:
        wishes = sites.checked_wishes(sent.wishes())
    except BadSite as error:
        return error
    fetcher = jobs_of(visit).fetcher.narrowed(wishes.hosts)
    return None if fetcher.may_ask(wishes.address) else BadSite("address", "host")


def _run_of(session: Session, row: SiteRow) -> ImportRow | None:
    return session.get(ImportRow, row.run_id) if row.run_id is not None else None


def _site_of(visit: RequestContext, session: Session, number: int) -> SiteRow:
    return session.get(SiteRow, number) or visit.not_found()


def _own_site(visit: RequestContext, session: Session, number: int) -> SiteRow:
    """A site whose documents this person may change."""
    row = _site_of(visit, session, number)
    if not may_edit(visit, row.department):
        raise Forbidden(Permission.EDIT_KNOWLEDGE)
    return row
