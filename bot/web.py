"""The web application: the chat's routes, the console, `GET /health`, and the parts' start and stop around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import App
from bot.health import report
from bot.rasa_actions import PATH, rasa_actions
from channels.web import CityProfile, Limits, SocketIo, WebChat, router
from console.app import console_app

HEALTH = "/health"
HEALTH_AT_ONCE = 2
"""Threads of its own, so that pages that take long do not keep it waiting."""


def web_chat(app: App, files: int = 1024) -> WebChat:
    """The door on the city's website, joined to the hall; `files` is how many file handles the process has."""
    profile = app.city.profile
    settings = app.settings
    return WebChat(
        inbox=app.inbox,
        transcript=app.memory,
        bell=app.bell,
        media=app.media,
        texts=app.texts,
        profile=CityProfile(
            profile.name,
            profile.city_phone,
            profile.emergency_number or settings.emergency_number,
            app.languages,
            timezone=profile.timezone,
        ),
        secret=app.vault.key("web chat").hex(),
        allowed_origins=settings.allowed_origins,
        limits=Limits(connections=files // 2),
    )


class Reception:
    """Answers the providers' webhooks before the rest of the web is asked: its layers cost as much as the webhook itself."""

    def __init__(self, web: ASGIApp, webhooks: Iterable[BaseRoute]) -> None:
        self._web = web
        self._webhooks = {route.path: route for route in webhooks if isinstance(route, Route)}
        self.reserved = frozenset({HEALTH, *self._webhooks})
        """Paths that get an answer however many others are connected."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and the end of the whole web."""
        webhook = self._webhooks.get(scope["path"]) if scope["type"] == "http" else None
        if webhook:
            await webhook.handle(scope, receive, send)
        else:
            await self._web(scope, receive, send)


def web_app(app: App, files: int = 1024) -> Reception:
    """The whole web of one process; starting it starts the parts, stopping it stops them."""

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        starting = app.start_in_background()
        yield
        await to_thread.run_sync(starting.join)
        await to_thread.run_sync(app.stop)

    web = FastAPI(title="Cityline", lifespan=lifespan, openapi_url=None)

    threads = CapacityLimiter(HEALTH_AT_ONCE)

    @web.get(HEALTH)
    async def health() -> JSONResponse:
        ready, parts = await to_thread.run_sync(report, app.checks(), limiter=threads)
        return JSONResponse(parts, status_code=200 if ready else 503)

    chat = web_chat(app, files)
    links = (app.upload_links, app.picture_links) if app.settings.public_url else ()
    web.include_router(router(chat, *links))
    web.mount("/socket.io", SocketIo(chat))
    web.mount("/console", console_app(app))
    if app.settings.actions_token:
        web.mount(PATH, rasa_actions(app, chat))
    return Reception(web, [route for door in app.doors if door.routes for route in door.routes.routes])
