"""The web application: the chat's routes, the console, `GET /health`, and the parts' start and stop around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from bot.app import App, console_services
from bot.rasa_endpoint import PATH, rasa_actions
from bot.reception import WebhookRouter
from channels.web.chat import ProfileShown, WebChat
from channels.web.limits import WebLimits
from channels.web.routes import web_router
from channels.web.socketio import SocketIo
from console.app import console_app
from core.health import health_report

HEALTH = "/health"
HEALTH_AT_ONCE = 2
"""Threads of its own, so that pages that take long do not keep it waiting."""


def web_chat(app: App, files: int = 1024) -> WebChat:
    """The door on the city's website, joined to the conversation; `files` is how many file handles the process has."""
    profile = app.city.profile
    settings = app.settings
    return WebChat(
        inbox=app.inbox,
        transcript=app.memory,
        notifier=app.notifier,
        media=app.media,
        texts=app.texts,
        profile=ProfileShown(
            profile.name,
            profile.city_phone,
            profile.emergency_number or settings.emergency_number,
            app.languages,
            timezone=profile.timezone,
        ),
        secret=app.vault.key("web chat").hex(),
        maps=app.maps,
        allowed_origins=settings.allowed_origins,
        limits=WebLimits(connections=files // 2),
    )


def web_app(app: App, files: int = 1024) -> WebhookRouter:
    """The whole web of one process; starting it starts the parts, stopping it stops them."""

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        starting = app.life.start_in_background()
        yield
        await to_thread.run_sync(starting.join)
        await to_thread.run_sync(app.life.stop)

    web = FastAPI(title="Cityline", lifespan=lifespan, openapi_url=None)

    threads = CapacityLimiter(HEALTH_AT_ONCE)

    @web.get(HEALTH)
    async def health() -> JSONResponse:
        ready, parts = await to_thread.run_sync(health_report, app.checks, limiter=threads)
        return JSONResponse(parts, status_code=200 if ready else 503)

    chat = web_chat(app, files)
    links = (app.upload_links, app.picture_links) if app.settings.public_url else ()
    web.include_router(web_router(chat, *links))
    web.mount("/socket.io", SocketIo(chat))
    web.mount("/console", console_app(console_services(app)))
    if app.settings.actions_token:
        web.mount(PATH, rasa_actions(app, chat))
    webhooks = [route for door in app.doors if door.routes for route in door.routes.routes]
    public = app.settings.public_url
    return WebhookRouter(web, webhooks, [HEALTH], https_only=public is not None and public.scheme == "https")
