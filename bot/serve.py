"""`cityline serve`: one process with web, workers and Rasa as its child, until it is interrupted."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn

from bot.app import build_app
from bot.connections import Crowd, protocols_of, raise_file_limit
from bot.foundation import Foundation
from bot.migrate import upgrade_database
from bot.prepare import prepare_city
from bot.turns import my_turn
from bot.web import web_app
from channels.networks import is_loopback
from console.accounts.people import invite_first_administrator
from core.errors import CitylineError, SettingsError
from core.settings import Settings
from core.version import code_version

log = structlog.get_logger()

SWITCH_SECONDS = 0.0005
"""A transaction gives the interpreter up at every statement; at Python's default of 5 ms it waits that long to go on, holding
the database, whenever another thread computes."""
LARGEST_FRAME = 256 * 1024
"""Bytes of a WebSocket frame that are read at all; the chat itself answers kindly above its own, smaller limit."""


def serve(settings: Settings, *, prepare_first: bool, progress: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then stop everything, children included."""
    log.info("cityline_starts", version=code_version())
    sys.setswitchinterval(SWITCH_SECONDS)
    files = raise_file_limit()
    listening = open_socket(settings.host, settings.port)
    upgrade_database(settings.database)  # first: it says in a sentence what is wrong with a database
    app = build_app(settings, progress=progress)
    if prepare_first:
        prepare_city(app, app.embedders, settings.city_folder, progress)
    address = f"http://{settings.host}:{listening.getsockname()[1]}"
    web = web_app(app, files)
    crowd = Crowd(files, web.reserved, settings.trusted_proxies)
    http, websocket = protocols_of(crowd)
    config = uvicorn.Config(
        web,
        log_level="warning",
        access_log=False,
        http=http,
        ws=websocket,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=15,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    progress(
        f"Starting; in a moment the demo city is at {address}/ and the plain chat at {address}/chat/plain"
    )
    warn_if_open(settings)
    tell_first_link(app, address, progress)
    server = Server(config)
    ready = f"Ready: {address}/   (health: {address}/health; stop with Ctrl-C)"
    app.life.when_ready.append(lambda: progress(ready))
    app.life.when_failed.append(server.give_up)
    server.run(sockets=[listening])
    if server.gave_up:
        raise CitylineError("Cityline could not start; the log above says what failed.")


def warn_if_open(settings: Settings) -> None:
    """Where others can connect and nobody said how residents come encrypted."""
    if settings.public_url is None and not is_loopback(settings.host) and settings.host != "localhost":
        log.warning(
            "served_without_https",
            host=settings.host,
            do="put a proxy with HTTPS before it and set CITYLINE_PUBLIC_URL (docs/security.md)",
        )


def tell_first_link(base: Foundation, address: str, progress: Callable[[str], None]) -> None:
    """While nobody of staff has an account: the link that makes the first administrator."""
    settings = base.settings
    with my_turn(settings.data_dir, settings.database, progress), base.database.writing() as session:
        secret = invite_first_administrator(session, base.now())
    if secret:
        public = str(settings.public_url or address).rstrip("/")
        progress(f"Nobody of staff has an account yet; make yours at {public}/console/welcome/{secret}")


def open_socket(host: str, port: int) -> socket.socket:
    """The socket to serve on, bound before anything slow, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {host}:{port} ({error.strerror}); set CITYLINE_PORT or CITYLINE_HOST to something free."
        ) from None
    listening.listen(2048)
    listening.set_inheritable(True)
    return listening


class Server(uvicorn.Server):
    """uvicorn, ended by the first Ctrl-C without a traceback, or by a start that failed."""

    gave_up = False

    def give_up(self) -> None:
        """A part that is needed could not start: end."""
        self.gave_up = True
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the stop; it is not raised again after it."""
        super().handle_exit(sig, frame)
        self._captured_signals = [] if sig == signal.SIGINT else self._captured_signals
