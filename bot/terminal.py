"""`cityline chat`: talk to the bot in a terminal, alone in this process or with a running Cityline over its web chat."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import httpx
from rich.console import Console

from bot.app import build_app
from bot.migrate import upgrade_database
from bot.prepare import prepare_city
from channels import terminal
from core.errors import CitylineError
from core.model import Choice, Reply, Source
from core.ports import Inbox, Notifier, Transcript
from core.settings import Settings

ANSWER_WITHIN = 25
MOST_WAITS = 3
"""So often an answer is waited for: the first question of a machine that is busy starting takes longer than any other."""
out = Console(highlight=False)


class TerminalLine(Protocol):
    """A line to the bot: say something, and get what the city answers."""

    def say(self, text: str) -> list[str]:
        """Send one message and wait for the answer to it."""
        ...


class LocalLine:
    """The bot in this process."""

    def __init__(self, inbox: Inbox, transcript: Transcript, notifier: Notifier, language: str) -> None:
        self._inbox = inbox
        self._transcript = transcript
        self._language = language
        self._sender = uuid.uuid4().hex
        self._seen = 0
        self._news = threading.Event()
        notifier.listen(terminal.CHANNEL, self._sender, self._news.set)

    def say(self, text: str) -> list[str]:
        """Send one message and wait for the answer to it."""
        self._news.clear()
        self._inbox.accept(terminal.read_line(text, self._sender, self._language))
        self._news.wait(ANSWER_WITHIN)
        entries = self._transcript.after(terminal.CHANNEL, self._sender, self._seen)
        self._seen = max([self._seen, *(entry.sequence for entry in entries)])
        return terminal.city_lines(entries)


class RemoteLine:
    """A running Cityline, spoken to as docs/webchat.md describes."""

    def __init__(self, url: str, language: str) -> None:
        self._client = httpx.Client(base_url=url.rstrip("/"), timeout=ANSWER_WITHIN + 5)
        self._language = language
        self._seen = 0
        session = self._ask_server("POST", "/chat/session", params={"language": language} if language else {})
        self._client.headers["Authorization"] = f"Bearer {session['token']}"

    def say(self, text: str) -> list[str]:
        """Send one message and wait for the answer to it."""
        message_id = str(uuid.uuid4())
        body = {"id": message_id, "text": text} | ({"language": self._language} if self._language else {})
        self._ask_server("POST", "/chat/messages", json=body)
        waits = 0
        while waits < MOST_WAITS:
            answer = self._ask_server(
                "GET", "/chat/messages", params={"after": self._seen, "wait": ANSWER_WITHIN}
            )
            lines = answer["lines"]
            self._seen = lines[-1]["sequence"] if lines else self._seen
            if said := [line for line in lines if line["sender"] != "resident"]:
                return [terminal.render_reply(_reply_of(line)) for line in said]
            waits += not lines
        raise CitylineError(
            f"No answer came within {MOST_WAITS * ANSWER_WITHIN} seconds; look at GET /health."
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _ask_server(self, method: str, path: str, **request: Any) -> Any:
        try:
            response = self._client.request(method, path, **request)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise CitylineError(
                f"No Cityline answered at {self._client.base_url} ({type(error).__name__}); start one with make run."
            ) from error
        return response.json()


def chat_alone(settings: Settings, language: str, progress: Callable[[str], None]) -> None:
    """Build the bot here, talk, and stop it; without a language in the city's own."""
    upgrade_database(settings.database)
    app = build_app(settings, progress=progress)
    try:
        prepare_city(app, app.embedders, settings.city_folder, progress)
        app.life.start()
        talk_in_terminal(LocalLine(app.inbox, app.memory, app.notifier, language), typed_lines())
    finally:
        app.life.stop()


def chat_with(url: str, language: str) -> None:
    """Talk to a running Cityline."""
    line = RemoteLine(url, language)
    try:
        talk_in_terminal(line, typed_lines())
    finally:
        line.close()


def talk_in_terminal(line: TerminalLine, typed: Iterator[str]) -> None:
    """One answer for each typed line, until there are no more."""
    out.print("[dim]Write as a resident would; Ctrl-D ends.[/dim]")
    for text in typed:
        for said in line.say(text):
            out.print(said, markup=False)


def typed_lines() -> Iterator[str]:
    """What is typed, line by line."""
    while True:
        try:
            text = out.input("[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            return
        if text.strip():
            yield text


def _reply_of(line: dict[str, Any]) -> Reply:
    source = line.get("source")
    choices = tuple(Choice(choice["key"], choice["label"]) for choice in line.get("choices") or ())
    by = line.get("by") or ""
    return Reply(line["text"], choices=choices, source=Source(**source) if source else None, by=by)
