"""A Bot API for tests: speaks HTTP, refuses what the real one refuses, keeps a ledger, and fails as it is told to.

    fake = FakeTelegram()
    with serving(fake) as base:
        api = BotApi(fake.token, base)

`fake.ledger` has every message that was accepted, also where the answer to it was lost. `fake.fail(Fault(...))` arranges what
the next calls run into. `channels.telegram.fake_resident.Resident` writes and presses buttons as a person would.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from channels.telegram.fake_checks import CallRefused, checked_markup, checked_photo, visible_text

BOT_ID = 700
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a name
START_SECONDS = 30.0


class Mishap(StrEnum):
    """What a call can run into. The last three accept the call first."""

    TOO_MANY = "too_many"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    BLOCKED = "blocked"
    BAD_ENTITIES = "bad_entities"
    RUBBISH = "rubbish"
    SLOW = "slow"
    HALF = "half"
    CUT = "cut"


REFUSALS = {
    Mishap.TOO_MANY: (429, "Too Many Requests: retry later"),
    Mishap.SERVER_ERROR: (500, "Internal Server Error"),
    Mishap.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    Mishap.BAD_ENTITIES: (400, "Bad Request: can't parse entities: Unsupported start tag"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mishap of one call. `seconds`: to wait until retrying (`TOO_MANY`), or before the answer (`SLOW`)."""

    mishap: Mishap
    method: str = "sendMessage"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was accepted. `text` is what the resident sees, `at` the fake's clock."""

    message_id: int
    chat: int
    text: str
    params: dict[str, Any]
    at: float

    @property
    def markup(self) -> dict[str, Any]:
        """The buttons as they were sent."""
        found: dict[str, Any] = self.params.get("reply_markup") or {}
        return found


@dataclass
class FakeTelegram:
    """The state of a Telegram with one bot, and its HTTP side (`app`)."""

    token: str = "700:fake-token_for-tests"  # noqa: S105  it opens nothing
    username: str = "penstock_bot"
    clock: Callable[[], float] = time.monotonic
    ledger: list[SentMessage] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keyboards: dict[tuple[int, int], dict[str, Any] | None] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))
    _hang_up: Callable[[tuple[str, int]], None] = lambda _client: None

    @property
    def app(self) -> Starlette:
        """The HTTP side."""
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._take_call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._send_file),
            ]
        )

    def fail(self, *faults: Fault) -> None:
        """Arrange what the next calls of these methods run into, one fault a call."""
        self._faults += faults

    def forget(self) -> None:
        """Begin again with nothing sent, nothing waiting and nothing arranged; numbers go on growing."""
        kept: tuple[Any, ...] = (
            self.ledger,
            self.calls,
            self.keyboards,
            self.answered,
            self.blocked,
            self.commands,
            self.descriptions,
            self.webhook,
            self.files,
            self.waiting,
            self.asked,
            self._faults,
        )
        for part in kept:
            part.clear()

    def number(self) -> int:
        """A new number for an update, a message or a file; they grow."""
        return next(self._numbers)

    def keep_file(self, data: bytes) -> str:
        """Put a file where `getFile` finds it; its id."""
        file_id = f"file-{self.number()}"
        self.files[file_id] = data
        return file_id

    def queue(self, update: dict[str, Any]) -> None:
        """An update that waits until it is fetched by `getUpdates`."""
        self.waiting.append(update)

    def deliver(self, update: dict[str, Any], client: httpx.Client | None = None) -> httpx.Response:
        """Bring an update to the webhook that was set, with its secret."""
        headers = {SECRET_HEADER: self.webhook.get("secret_token", "")}
        if client:
            return client.post(self.webhook["url"], json=update, headers=headers)
        return httpx.post(self.webhook["url"], json=update, headers=headers, timeout=30)

    def sent_to(self, chat: int) -> list[SentMessage]:
        """What the bot wrote to a chat, oldest first."""
        return [sent for sent in self.ledger if sent.chat == chat]

    async def _take_call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _refused_response(CallRefused(401, "Unauthorized"))
        method = request.path_params["method"]
        params = await _read_params(request)
        self.calls.append((method, params))
        fault = self._fault_of(method)
        if fault and (refusal := _refusal_of(fault)):
            return refusal
        try:
            result = await self._do_method(method, params)
        except CallRefused as refused:
            return _refused_response(refused)
        if fault and fault.mishap is Mishap.SLOW:
            await asyncio.sleep(fault.seconds)
        answer = json.dumps({"ok": True, "result": result}).encode()
        if fault and fault.mishap in {Mishap.HALF, Mishap.CUT}:
            return _BrokenOff(
                answer[: len(answer) // 2] if fault.mishap is Mishap.HALF else b"", self._hang_up
            )
        return Response(answer, media_type="application/json")

    def _fault_of(self, method: str) -> Fault | None:
        for at, fault in enumerate(self._faults):
            if fault.method == method:
                return self._faults.pop(at)
        return None

    async def _do_method(self, method: str, params: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return await self._get_updates(params)
        known: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendChatAction": lambda _params: True,
            "answerCallbackQuery": self._answer_query,
            "editMessageReplyMarkup": self._edit_markup,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setMyCommands": self._set_commands,
            "setMyDescription": self._describe_bot,
            "setMyShortDescription": self._describe_bot,
            "getFile": self._get_file,
        }
        if method not in known:
            raise CallRefused(404, "Not Found: method not found")
        return known[method](params)

    def _get_me(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Penstock", "username": self.username}

    def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._accept_message(params, visible_text(params))

    def _send_photo(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._accept_message(params, checked_photo(params))

    def _accept_message(self, params: dict[str, Any], text: str) -> dict[str, Any]:
        chat = _chat_of(params)
        if chat in self.blocked:
            raise CallRefused(403, "Forbidden: bot was blocked by the user")
        markup = checked_markup(params, chat)
        sent = SentMessage(self.number(), chat, text, {**params, "reply_markup": markup}, self.clock())
        self.ledger.append(sent)
        self.keyboards[chat, sent.message_id] = markup if "inline_keyboard" in (markup or {}) else None
        return self.message(sent)

    def message(self, sent: SentMessage) -> dict[str, Any]:
        """A message of the bot as Telegram describes it, with the buttons that are below it now."""
        markup = self.keyboards[sent.chat, sent.message_id]
        kind = "private" if sent.chat > 0 else "group"
        return {
            "message_id": sent.message_id,
            "date": int(time.time()),
            "chat": {"id": sent.chat, "type": kind, "first_name": "Ana"},
            "from": self._get_me({}),
            **({"caption": sent.text, "photo": []} if "photo" in sent.params else {"text": sent.text}),
        } | ({"reply_markup": markup} if markup else {})

    def _answer_query(self, params: dict[str, Any]) -> bool:
        query = str(params.get("callback_query_id"))
        if query not in self.asked:
            raise CallRefused(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self.answered[query] = str(params.get("text", ""))
        return True

    def _edit_markup(self, params: dict[str, Any]) -> Any:
        place = (_chat_of(params), int(params.get("message_id", 0)))
        sent = next((sent for sent in self.ledger if (sent.chat, sent.message_id) == place), None)
        if sent is None:
            raise CallRefused(400, "Bad Request: message to edit not found")
        markup = checked_markup(params, place[0])
        if (markup or None) == (self.keyboards[place] or None):
            raise CallRefused(400, "Bad Request: message is not modified")
        self.keyboards[place] = markup
        return self.message(sent)

    def _set_webhook(self, params: dict[str, Any]) -> bool:
        if len(str(params.get("secret_token", ""))) > 256:
            raise CallRefused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(params)
        return True

    def _delete_webhook(self, _params: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    def _webhook_info(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
        }

    def _set_commands(self, params: dict[str, Any]) -> bool:
        self.commands[str(params.get("language_code", ""))] = params["commands"]
        return True

    def _describe_bot(self, params: dict[str, Any]) -> bool:
        for name, most in (("description", 512), ("short_description", 120)):
            text = str(params.get(name, ""))
            if len(text) > most:
                raise CallRefused(400, f"Bad Request: {name} is too long")
            if text:
                self.descriptions[f"{name} {params.get('language_code', '')}".strip()] = text
        return True

    def _get_file(self, params: dict[str, Any]) -> dict[str, Any]:
        file_id = str(params.get("file_id"))
        if file_id not in self.files:
            raise CallRefused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > 20_000_000:
            raise CallRefused(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_size": size, "file_path": f"photos/{file_id}.jpg"}

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise CallRefused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, until = int(params.get("offset", 0)), time.monotonic() + float(params.get("timeout", 0))
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()
        while not self.waiting and time.monotonic() < until:  # noqa: ASYNC110  tests queue from other threads
            await asyncio.sleep(0.01)
        return list(itertools.islice(self.waiting, int(params.get("limit", 100))))

    async def _send_file(self, request: Request) -> Response:
        file_id = request.path_params["path"].removeprefix("photos/").removesuffix(".jpg")
        if request.path_params["token"] != self.token or file_id not in self.files:
            return Response(status_code=404)
        return Response(self.files[file_id], media_type="application/octet-stream")


class _BrokenOff(Response):
    """An answer of which only the beginning comes, or nothing at all, before the line is cut."""

    def __init__(self, beginning: bytes, hang_up: Callable[[tuple[str, int]], None]) -> None:
        super().__init__(beginning)
        self._hang_up = hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.body:
            headers = [(b"content-type", b"application/json"), (b"content-length", b"5000")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})
        self._hang_up(tuple(scope["client"]))
        while (await receive())["type"] != "http.disconnect":
            pass


def _refusal_of(fault: Fault) -> Response | None:
    """The answer of a mishap that does not accept the call."""
    if fault.mishap is Mishap.BAD_GATEWAY:
        return Response("<html>502 Bad Gateway</html>", 502, media_type="text/html")
    if fault.mishap is Mishap.RUBBISH:
        return Response("<html>hello</html>", media_type="text/html")
    if fault.mishap not in REFUSALS:
        return None
    return _refused_response(CallRefused(*REFUSALS[fault.mishap], retry_after=int(fault.seconds)))


def _refused_response(refused: CallRefused) -> Response:
    answer: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.retry_after:
        answer["parameters"] = {"retry_after": refused.retry_after}
    return JSONResponse(answer, refused.code)


async def _read_params(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        value = await request.json()
        return value if isinstance(value, dict) else {}
    async with request.form() as form:
        read = {
            name: await value.read() if isinstance(value, UploadFile) else value
            for name, value in form.items()
        }
    return {**request.query_params, **read}


def _chat_of(params: dict[str, Any]) -> int:
    try:
        return int(params["chat_id"])
    except (KeyError, TypeError, ValueError):
        raise CallRefused(400, "Bad Request: chat not found") from None


@contextmanager
def serving_fake(fake: FakeTelegram) -> Iterator[str]:
    """Serve the fake on a free loopback port until the block ends; yields the base address for `BotApi`."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        fake.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)

    def hang_up(client: tuple[str, int]) -> None:
        for connection in list(server.server_state.connections):
            if getattr(connection, "client", None) == client:
                connection.transport.close()

    fake._hang_up = hang_up  # noqa: SLF001  the fake's own other half
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("The fake Bot API did not start; a free loopback port was expected.")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
