"""A visit: one request of one person of staff, and how a page answers it."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.shared.errors import ForeignForm, NotThere

if TYPE_CHECKING:
    from console.shared.audit import AuditLog
    from console.shared.pages import ConsolePages
    from console.shared.services import ConsoleServices

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LIVE = "x-cityline-live"
"""Header of a fragment that a page fetches by itself: no sign of life of the person before it."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of staff, as pages know them. No `departments` means all of them."""

    staff_id: str
    email: str
    name: str
    roles: tuple[str, ...]
    departments: tuple[str, ...]
    language: str
    permissions: frozenset[str]


NOBODY = Staff("", "", "", (), (), "", frozenset())


@dataclass(slots=True)
class RequestContext:
    """One request. `staff` is `NOBODY` on the few pages that need no sign-in; `token` is what its forms carry.

    `uncovered` is whether contacts were opened in this request by the click that is logged (`console.shared.contact.opened_contacts`); `published`
    are the city's own, once somebody asked for them.
    """

    request: Request
    console: ConsoleServices
    pages: ConsolePages
    audit: AuditLog
    staff: Staff
    language: str
    stage: str = ""
    session_digest: str = ""
    token: str = field(default="", repr=False)
    said: dict[str, Any] = field(default_factory=dict)
    keep_said: Callable[[dict[str, Any]], None] = lambda _said: None
    uncovered: bool = False
    published: frozenset[str] | None = None

    @property
    def is_live(self) -> bool:
        """Whether the page asked by itself, without a click."""
        return LIVE in self.request.headers

    def may(self, permission: str) -> bool:
        """Whether this person may do this."""
        return permission in self.staff.permissions

    def sees(self, department: str) -> bool:
        """Whether the cases and services of this department are theirs to see."""
        return not self.staff.departments or department in self.staff.departments

    def say(self, key: str, **values: object) -> str:
        """A sentence of the console's catalogue in this person's language."""
        return self.pages.texts.say(key, self.language, **values)

    def path(self, below: str) -> str:
        """The path of a page of the console, such as `/cases`, as a browser asks for it."""
        return f"{self.request.scope.get('root_path', '')}{below}"

    def page(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """A page, or a piece of one. Never within a write: it looks around, and forgets the sentence that it has said."""
        self.console.database.refuse_within_a_write()
        html = self.pages.render(self, template, context)
        if self.said and not self.is_live:
            self.keep_said({})
        return HTMLResponse(html, status)

    def go(self, below: str, *, said: str = "", **values: object) -> RedirectResponse:
        """To another page of the console, which says this sentence first. Never within a write."""
        self.console.database.refuse_within_a_write()
        if said:
            self.keep_said({"key": said, "values": {name: str(value) for name, value in values.items()}})
        return RedirectResponse(self.path(below), 303)

    def not_found(self) -> NoReturn:
        """There is no such thing, or it is not theirs to see."""
        raise NotThere

    def record(self, session: Session, action: str, subject: str = "", **details: object) -> None:
        """Write what is being done into the audit log, within the transaction that does it. Never a resident's words."""
        from console.shared.audit import Author

        author = Author(self.staff.staff_id, self.staff.name)
        plain = {name: str(value) for name, value in details.items()}
        self.audit.add(session, author, action, subject, plain, self.console.now())


async def check_form(request: Request) -> None:
    """`ForeignForm` unless a form that changes something carries the token of this session."""
    visit: RequestContext = request.state.visit
    if request.method in SAFE_METHODS or not visit.staff.staff_id:
        return
    sent = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf") or "")
    if not visit.token or not hmac.compare_digest(sent.encode(), visit.token.encode()):
        raise ForeignForm
