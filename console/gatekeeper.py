"""Stands before every page: who is it, does the request come from a page of ours, is it not too large; and what browsers may do.

Requests from other websites are refused by `Sec-Fetch-Site` and `Origin` before anything of them is read (W3C, Fetch Metadata), and by
the form's token afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode, urlsplit

from anyio import to_thread
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.accounts.sessions import COOKIE, FoundSession, ends_of, form_key, form_token, look_up, say_next
from console.shared.audit import AuditLog
from console.shared.errors import ConsoleRefused, ForeignForm, NotSignedIn, TooLarge
from console.shared.pages import ConsolePages, language_of
from console.shared.request_context import LIVE, NOBODY, SAFE_METHODS, RequestContext
from console.shared.services import ConsoleServices
from core.vault import Vault

MEGABYTE = 1024 * 1024
LIMITS: Mapping[str, int] = {"/knowledge/upload": 512 * MEGABYTE}
"""What may be sent to a path; elsewhere `WITH_FILES` with files and `WITHOUT` without."""
WITH_FILES = 25 * MEGABYTE
WITHOUT = 2 * MEGABYTE

OPEN = ("/sign-in", "/welcome/", "/static/")
"""Paths that need no sign-in."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cache-Control": "no-store",
}


def content_policy(tiles: str = "") -> str:
    """The Content-Security-Policy of every page; `tiles` is the address of a tile server for the map."""
    host = f"{urlsplit(tiles).scheme}://{urlsplit(tiles).netloc}".replace("{s}.", "*.") if tiles else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {host}".strip()
        + "; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityMiddleware:
    """ASGI middleware around the console."""

    def __init__(self, inside: ASGIApp, console: ConsoleServices, pages: ConsolePages, vault: Vault) -> None:
        self._inside = inside
        self._office = console
        self._pages = pages
        self._audit = AuditLog(vault)
        self._form_key = form_key(vault)
        self._ends = ends_of(console.settings)
        self._headers = HEADERS | {"Content-Security-Policy": content_policy(console.settings.tile_url)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: let in, sent to the sign-in, or refused with a page."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        request = Request(scope, receive)
        below = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        visit = await self._visit_of(request)
        scope.setdefault("state", {})["visit"] = visit
        guarded = partial(self._with_headers, send, is_static=below.startswith("/static/"))
        try:
            check_origin(request)
            answer = self._sent_elsewhere(visit, below)
            if answer is None:
                limited = _limited_receive(receive, request, limit_of(below, request))
                await self._inside(scope, limited, guarded)
                return
        except ConsoleRefused as refused:
            answer = refused_page(visit, refused)
        await answer(scope, receive, guarded)

    async def _visit_of(self, request: Request) -> RequestContext:
        cookie = request.cookies.get(COOKIE, "")
        found: FoundSession | None = None
        if cookie:
            now, touch = self._office.now(), LIVE not in request.headers
            look = partial(look_up, self._office.database, cookie, self._ends, now, touch=touch)
            found = await to_thread.run_sync(look)
        accepted = language_of(request.headers.get("accept-language", ""))
        if found is None:
            return RequestContext(request, self._office, self._pages, self._audit, NOBODY, accepted)
        return RequestContext(
            request,
            self._office,
            self._pages,
            self._audit,
            found.staff,
            found.staff.language or accepted,
            found.stage,
            found.digest,
            form_token(self._form_key, found.token),
            found.said,
            partial(say_next, self._office.database, found.digest),
        )

    def _sent_elsewhere(self, visit: RequestContext, below: str) -> Response | None:
        """Where somebody must go before this page: to the sign-in, the second factor, its set-up; None when nowhere."""
        if below.startswith(OPEN):
            return None
        if not visit.staff.staff_id:
            if visit.request.method not in SAFE_METHODS or visit.is_live:
                raise NotSignedIn
            return RedirectResponse(visit.path("/sign-in") + _next_path(below), 303)
        if visit.stage == "code":
            return RedirectResponse(visit.path("/sign-in/code"), 303)
        if visit.stage == "setup" and not below.startswith(("/account", "/sign-out")):
            return RedirectResponse(visit.path("/account/second-factor"), 303)
        return None

    async def _with_headers(self, send: Send, message: Message, *, is_static: bool) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            if is_static and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
        await send(message)


def check_origin(request: Request) -> None:
    """`ForeignForm` when something that changes anything was sent by a page of another website."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignForm
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.headers.get("host"):
        raise ForeignForm
    if origin is None and site is None:
        raise ForeignForm


def _host_of(origin: str) -> str:
    """Host and port of an origin; empty for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def limit_of(below: str, request: Request) -> int:
    """The bytes that may be sent to this path."""
    if below in LIMITS:
        return LIMITS[below]
    has_files = request.headers.get("content-type", "").startswith("multipart/form-data")
    return WITH_FILES if has_files else WITHOUT


def refused_page(visit: RequestContext, refused: ConsoleRefused) -> HTMLResponse:
    """The page that says why a request ended early, and what to do."""
    answer = visit.page("refused.html", status=refused.status, reason=refused.page)
    if refused.retry_after:
        answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _limited_receive(receive: Receive, request: Request, most: int) -> Receive:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    return counted


def _next_path(below: str) -> str:
    return "?" + urlencode({"next": below}) if below != "/" else ""
