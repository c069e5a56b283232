"""Serves the web door alone, with a city in memory: `python -m channels.web.demo [PORT]`."""

from __future__ import annotations

import secrets
import sys

import uvicorn
from fastapi import FastAPI

from channels.web.chat import ProfileShown, WebChat
from channels.web.fake import EchoCity, MemoryMedia
from channels.web.routes import web_router
from channels.web.socketio import SocketIo
from core.texts import load_texts


def demo_chat(city: EchoCity | None = None) -> WebChat:
    """The web door of a small city in memory."""
    city = city or EchoCity()
    return WebChat(
        inbox=city,
        transcript=city,
        notifier=city,
        media=MemoryMedia(),
        texts=load_texts(),
        profile=ProfileShown("Penstock", "555-0100"),
        secret=secrets.token_hex(32),
    )


def demo_app(chat: WebChat) -> FastAPI:
    """An application with nothing but the web door."""
    app = FastAPI(openapi_url=None)
    app.include_router(web_router(chat))
    app.mount("/socket.io", SocketIo(chat))
    return app


def serve_demo(port: int) -> None:
    """Serve until interrupted."""
    config = uvicorn.Config(
        demo_app(demo_chat()),
        port=port,
        ws="websockets-sansio",
        ws_max_size=256 * 1024,
        ws_per_message_deflate=False,
        log_level="info",
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve_demo(int(sys.argv[1]) if len(sys.argv) > 1 else 8010)
