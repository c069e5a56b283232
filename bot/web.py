"""The web application: the chat's routes, `GET /health`, and the parts' start and stop around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from bot.app import App
from bot.health import report
from channels.web import CityProfile, SocketIo, WebChat, router


def web_chat(app: App) -> WebChat:
    """The door on the city's website, joined to the hall."""
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
            settings.languages,
            timezone=profile.timezone,
        ),
        secret=app.vault.key("web chat").hex(),
        allowed_origins=settings.allowed_origins,
    )


def web_app(app: App) -> FastAPI:
    """The whole web of one process; starting it starts the parts, stopping it stops them."""

    @asynccontextmanager
    async def lifespan(_web: FastAPI) -> AsyncIterator[None]:
        starting = app.start_in_background()
        yield
        await to_thread.run_sync(starting.join)
        await to_thread.run_sync(app.stop)

    web = FastAPI(title="Cityline", lifespan=lifespan, openapi_url=None)

    @web.get("/health")
    def health() -> JSONResponse:
        ready, parts = report(app.checks())
        return JSONResponse(parts, status_code=200 if ready else 503)

    chat = web_chat(app)
    links = app.upload_links if app.settings.public_url else None
    web.include_router(router(chat, links))
    web.mount("/socket.io", SocketIo(chat))
    for door in app.doors:
        if door.routes:
            web.include_router(door.routes)
    return web
