"""The console as one web application, to be mounted at `/console`."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from console import (
    audit_pages,
    cases,
    conversations,
    facts,
    knowledge,
    overview,
    questions,
    services,
    surveys,
)
from console.accounts import account, sign_in, team
from console.gatekeeper import SecurityMiddleware, refused_page
from console.shared.errors import ConsoleRefused, NotThere
from console.shared.pages import STATIC, VENDOR, ConsolePages
from console.shared.services import ConsoleServices

SECTIONS: tuple[APIRouter, ...] = (
    sign_in.router,
    account.router,
    team.router,
    audit_pages.router,
    *knowledge.ROUTERS,
    *cases.ROUTERS,
    overview.router,
    *questions.ROUTERS,
    *conversations.ROUTERS,
    *surveys.ROUTERS,
    *services.ROUTERS,
    *facts.ROUTERS,
)
"""The routers of all sections; each of their routes has a rule (`console.shared.access.require_permission`)."""


def console_app(console: ConsoleServices) -> ASGIApp:
    """All pages, behind the gatekeeper."""
    pages = ConsolePages()
    return SecurityMiddleware(make_inner_app(), console, pages, console.vault)


def make_inner_app() -> FastAPI:
    """The pages without the gatekeeper; only it may let requests in."""
    web = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in SECTIONS:
        web.include_router(router)
    for name, folder in VENDOR.items():
        web.mount(f"/static/vendor/{name}", StaticFiles(directory=folder, check_dir=False))
    web.mount("/static", StaticFiles(directory=STATIC))
    web.add_exception_handler(ConsoleRefused, _refused_response)
    web.add_exception_handler(HTTPException, _not_there)
    web.add_exception_handler(RequestValidationError, _misread_response)
    return web


def _refused_response(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, ConsoleRefused)  # noqa: S101  for the type checker
    return refused_page(request.state.visit, error)


def _not_there(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  for the type checker
    refused = NotThere() if error.status_code in {404, 405} else ConsoleRefused()
    return refused_page(request.state.visit, refused)


def _misread_response(request: Request, _error: Exception) -> HTMLResponse:
    return refused_page(request.state.visit, ConsoleRefused())
