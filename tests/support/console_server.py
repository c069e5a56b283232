"""The whole web of one installation on a loopback port: the residents' chat and the staff's console, for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from bot.app import App, Replacements, build_app
from bot.web import web_app
from channels.registry import InstallationSettings
from console.accounts.sessions import COOKIE
from core.settings import load_settings
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.console import hire, open_session
from tests.support.installation import fill_database
from tests.support.web_chat import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass
class RunningOffice:
    """An installation that is being served: `url` of its first page, and its parts."""

    url: str
    app: App

    def sign_in(
        self,
        page: Page,
        *roles: str,
        name: str = "",
        departments: tuple[str, ...] = (),
        language: str = "en",
    ) -> str:
        """Sign somebody new with these roles in on this page's browser; their staff id."""
        staff_id = hire(self.app, *roles, name=name, departments=departments, language=language)
        token = open_session(self.app, staff_id)
        cookie = {"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/", "secure": True}
        page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item]
        return staff_id

    def path(self, below: str) -> str:
        """The address of a page of the console."""
        return f"{self.url}/console{below}"


@contextmanager
def open_office(data_dir: Path, **settings: object) -> Iterator[RunningOffice]:
    """Serve an installation with the sample city, a fake ear and a fake embedder until the block ends."""
    chosen = load_settings(InstallationSettings, _env_file=None, data_dir=data_dir, **settings)
    fill_database(chosen.database)
    app = build_app(chosen, Replacements(WordNluClient(), [FakeEmbedder()]))
    ready = threading.Event()
    app.life.when_ready.append(ready.set)
    server = uvicorn.Server(
        uvicorn.Config(
            web_app(app), port=0, ws="websockets-sansio", log_config=None, timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started and ready.is_set(), 30)
    yield RunningOffice(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", app)
    server.should_exit = True
    thread.join(20)
