"""A Twilio for tests and for developers without an account: it speaks HTTP on loopback and keeps a ledger of all it accepted.

It takes and lists messages as the real API does, serves the files of picture messages, refuses who said STOP, and fails as it is
told: 429, 5xx, slowly, with half an answer, or cut after its yes. `channels.sms.fake_phone` plays residents and status reports.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.segments import count_segments

STOP_WORDS = frozenset(["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"])
START_WORDS = frozenset(["start", "yes", "unstop"])
START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class FakeTrouble:
    """How one request fails. `accepts` says that the message is taken all the same; `after` goes into `Retry-After`.

    Kinds: `status` (answer with it), `slow` (answer only when `FakeTwilio.release` is called), `half` (an answer that ends in
    the middle), `cut` (no answer at all), `rubbish` (200 and no JSON).
    """

    kind: str = "status"
    status: int = 500
    after: str = ""
    accepts: bool = False


@dataclass
class Record:
    """A message as Twilio keeps it, in or out."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    sent: datetime | None = None
    error: int | None = None
    service: str | None = None
    callback: str = ""
    media: list[tuple[str, str, bytes]] = field(default_factory=list)
    media_urls: list[str] = field(default_factory=list)
    requested_at: float = 0.0

    def as_json(self, account: str) -> dict[str, Any]:
        """The record as the API shows it."""
        uri = f"/2010-04-01/Accounts/{account}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "from": self.sender or None,
            "to": self.to,
            "direction": self.direction,
            "status": self.status,
            "num_segments": str(count_segments(self.body).count),
            "num_media": str(len(self.media) + len(self.media_urls)),
            "date_created": format_datetime(self.created),
            "date_updated": format_datetime(self.created),
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "error_code": self.error,
            "error_message": None,
            "messaging_service_sid": self.service,
            "price": None,
            "price_unit": "USD",
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


@dataclass
class FakeTwilio:
    """One account. `ledger` has every accepted send in order; `troubles` are used up one a create, `list_troubles` one a list.

    `refusals` maps numbers to the error code that a send to them gets, `picture_refusals` a send with pictures. `redirect_media_to` overrides where files lie.
    """

    account_sid: str = "AC" + "0" * 32
    auth_token: str = "token-of-the-fake"  # noqa: S105  of nobody
    number: str = "+15550100000"
    service: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ledger: list[Record] = field(default_factory=list)
    received: list[Record] = field(default_factory=list)
    troubles: deque[FakeTrouble] = field(default_factory=deque)
    list_troubles: deque[FakeTrouble] = field(default_factory=deque)
    refusals: dict[str, int] = field(default_factory=dict)
    picture_refusals: dict[str, int] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    redirect_media_to: str = ""
    requests: list[tuple[str, str, float]] = field(default_factory=list)
    base: str = ""
    _count: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _released: asyncio.Event | None = field(default=None, repr=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, repr=False)
    _wires: dict[tuple[str, int], asyncio.Transport] = field(default_factory=dict, repr=False)

    def tell(self, *troubles: FakeTrouble) -> None:
        """Fail the next creates like this."""
        self.troubles.extend(troubles)

    def release(self) -> None:
        """Let slow answers go."""
        if self._loop and self._released:
            self._loop.call_soon_threadsafe(self._released.set)

    def keep_inbound(
        self, body: str, sender: str, pictures: list[tuple[str, bytes]] | None = None, **more: Any
    ) -> Record:
        """A resident's message, as Twilio has it before any webhook is called; STOP and START words are acted on."""
        word = body.strip().casefold()
        with self._lock:
            if word in STOP_WORDS:
                self.opted_out.add(sender)
            elif word in START_WORDS:
                self.opted_out.discard(sender)
            media = [(self._new_sid("ME"), kind, data) for kind, data in pictures or []]
            now = more.pop("at", None) or self.clock()
            record = Record(
                sid=self._new_sid("MM" if media else "SM"),
                sender=sender,
                to=more.pop("to", self.number),
                body=body,
                direction="inbound",
                status="received",
                created=now,
                sent=now,
                service=self.service,
                media=media,
            )
            self.received.append(record)
            return record

    def media_url(self, record: Record, number: int) -> str:
        """Where a file of a message is asked for."""
        media = record.media[number][0]
        return f"{self.base}/2010-04-01/Accounts/{self.account_sid}/Messages/{record.sid}/Media/{media}"

    def app(self) -> Starlette:
        """The API."""
        messages = "/2010-04-01/Accounts/{account}/Messages"
        return Starlette(
            routes=[
                Route(f"{messages}.json", self._create_message, methods=["POST"]),
                Route(f"{messages}.json", self._list_messages, methods=["GET"]),
                Route(messages + "/{sid}.json", self._fetch_message, methods=["GET"]),
                Route(messages + "/{sid}/Media.json", self._media_list, methods=["GET"]),
                Route(messages + "/{sid}/Media/{media}", self._list_media, methods=["GET"]),
                Route("/cdn/{media}", self._fetch_file, methods=["GET"]),
            ]
        )

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on loopback until the block ends; yields the base address."""
        wires = self._wires

        class Protocol(H11Protocol):
            """Keeps hold of each connection, so that it can be cut."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                wires[transport.get_extra_info("peername")[:2]] = transport

        config = uvicorn.Config(
            self.app(),
            port=port,
            http=Protocol,
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started and time.monotonic() < deadline:
            thread.join(0.01)
        host, bound = server.servers[0].sockets[0].getsockname()[:2]
        self.base = f"http://{host}:{bound}"
        try:
            yield self.base
        finally:
            self.release()
            server.should_exit = True
            thread.join(START_SECONDS)

    async def _create_message(self, request: Request) -> Response:
        form = await request.form()
        fields = {name: str(value) for name, value in form.items()}
        pictures = [str(url) for url in form.getlist("MediaUrl")]
        if refused := self._refuse_stranger(request):
            return refused
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is None or trouble.accepts:
            if error := self._error_of(fields) or self._error_of_pictures(fields, pictures):
                return _error_response(400, error, "The message was not accepted.")
            answer: Response = JSONResponse(
                self._accept_message(fields, pictures).as_json(self.account_sid), 201
            )
        else:
            answer = JSONResponse({})
        return await self._fail_as(request, trouble, answer) if trouble else answer

    def _error_of(self, fields: dict[str, str]) -> int | None:
        """The code for a send that the real API would refuse."""
        to, body = fields.get("To", ""), fields.get("Body", "")
        if to in self.opted_out:
            return 21610
        if not to:
            return 21604
        if not (fields.get("From") or fields.get("MessagingServiceSid")):
            return 21603
        if not body:
            return 21602
        return 21617 if len(body) > 1600 else self.refusals.get(to)

    def _error_of_pictures(self, fields: dict[str, str], pictures: list[str]) -> int | None:
        if not all(url.startswith(("https://", "http://")) for url in pictures):
            return 21620
        if len(pictures) > 10:
            return 21623
        return self.picture_refusals.get(fields["To"]) if pictures else None

    def _accept_message(self, fields: dict[str, str], pictures: list[str]) -> Record:
        with self._lock:
            service = fields.get("MessagingServiceSid")
            record = Record(
                sid=self._new_sid("MM" if pictures else "SM"),
                sender=fields.get("From", ""),
                to=fields["To"],
                body=fields["Body"],
                direction="outbound-api",
                status="accepted" if service else "queued",
                created=self.clock(),
                service=service,
                callback=fields.get("StatusCallback", ""),
                media_urls=pictures,
                requested_at=time.monotonic(),
            )
            self.ledger.append(record)
            return record

    async def _fail_as(self, request: Request, trouble: FakeTrouble, answer: Response) -> Response:
        """The answer as the trouble makes it."""
        if trouble.kind == "slow":
            self._loop = asyncio.get_running_loop()
            self._released = self._released or asyncio.Event()
            await self._released.wait()
            return answer
        if trouble.kind == "cut":
            self._wires[request.client.host, request.client.port].abort()  # type: ignore[union-attr]
            while (await request.receive())["type"] != "http.disconnect":
                continue
            return answer
        if trouble.kind == "half":
            return HalfAnswer(bytes(answer.body), media_type="application/json")
        if trouble.kind == "rubbish":
            return Response("<html>Bad gateway</html>", 200, media_type="text/html")
        number = 20429 if trouble.status == 429 else trouble.status
        response = _error_response(
            trouble.status, number, "Too Many Requests" if number == 20429 else "An error occurred"
        )
        if trouble.after:
            response.headers["Retry-After"] = trouble.after
        return response

    async def _list_messages(self, request: Request) -> Response:
        if refused := self._refuse_stranger(request):
            return refused
        trouble = self.list_troubles.popleft() if self.list_troubles else None
        query = request.query_params
        size = max(1, min(int(query.get("PageSize", "50")), 1000))
        page = int(query.get("Page", "0"))
        with self._lock:
            found = [
                record for record in (*self.ledger, *self.received) if _matches_query(record, dict(query))
            ]
        found.sort(key=lambda record: (record.sent or record.created, record.sid), reverse=True)
        shown = found[page * size : (page + 1) * size]
        more = {**dict(query), "Page": str(page + 1), "PageToken": f"PA{shown[-1].sid if shown else ''}"}
        uri = f"{request.url.path}?{urlencode(more)}" if len(found) > (page + 1) * size else None
        answer = JSONResponse(
            {
                "messages": [record.as_json(self.account_sid) for record in shown],
                "page": page,
                "page_size": size,
                "next_page_uri": uri,
                "previous_page_uri": None,
                "first_page_uri": request.url.path,
                "uri": str(request.url),
                "start": page * size,
                "end": page * size + max(len(shown) - 1, 0),
            }
        )
        return await self._fail_as(request, trouble, answer) if trouble else answer

    async def _fetch_message(self, request: Request) -> Response:
        record = self._record_of(request)
        return self._refuse_stranger(request) or (
            JSONResponse(record.as_json(self.account_sid))
            if record
            else _error_response(404, 20404, "Not found")
        )

    async def _media_list(self, request: Request) -> Response:
        record = self._record_of(request)
        if refused := self._refuse_stranger(request):
            return refused
        files = record.media if record else []
        base = request.url.path.removesuffix(".json")
        listed = [
            {"sid": sid, "account_sid": self.account_sid, "content_type": kind, "uri": f"{base}/{sid}.json"}
            for sid, kind, _ in files
        ]
        return JSONResponse({"media_list": listed, "page": 0, "page_size": 50, "next_page_uri": None})

    async def _list_media(self, request: Request) -> Response:
        if refused := self._refuse_stranger(request):
            return refused
        address = self.redirect_media_to or f"/cdn/{request.path_params['media']}"
        return Response(status_code=307, headers={"Location": address})

    async def _fetch_file(self, request: Request) -> Response:
        self._note_request(request)
        wanted = request.path_params["media"]
        for record in self.received:
            for sid, kind, data in record.media:
                if sid == wanted:
                    return Response(data, media_type=kind)
        return _error_response(404, 20404, "Not found")

    def _record_of(self, request: Request) -> Record | None:
        wanted = request.path_params["sid"]
        return next((record for record in (*self.ledger, *self.received) if record.sid == wanted), None)

    def _refuse_stranger(self, request: Request) -> Response | None:
        """The answer to who is not the account."""
        self._note_request(request)
        token = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {token}":
            return _error_response(401, 20003, "Authenticate")
        known = request.path_params.get("account") == self.account_sid
        return None if known else _error_response(404, 20404, "Not found")

    def _note_request(self, request: Request) -> None:
        self.requests.append((request.method, request.url.path, time.monotonic()))

    def _new_sid(self, prefix: str) -> str:
        with self._lock:
            self._count += 1
            digest = hashlib.md5(f"{prefix}{self._count}".encode(), usedforsecurity=False).hexdigest()
            return prefix + digest


class HalfAnswer(Response):
    """Announces its whole length and ends in the middle; the server then closes the connection."""

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": 201, "headers": self.raw_headers})
        body = bytes(self.body)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


def _matches_query(record: Record, query: dict[str, str]) -> bool:
    """Whether a record is among those asked for. `DateSent` knows days as well as times."""
    if query.get("To", record.to) != record.to or query.get("From", record.sender) != record.sender:
        return False
    timed = any(name.startswith("DateSent") for name in query)
    return not timed or (record.sent is not None and _was_sent(record.sent, query))


def _was_sent(at: datetime, times: dict[str, str]) -> bool:
    if "DateSent" in times and not _read_day(times["DateSent"]) <= at < _read_day(times["DateSent"], 1):
        return False
    if "DateSent>" in times and at < _read_moment(times["DateSent>"]):
        return False
    return "DateSent<" not in times or at <= _read_moment(times["DateSent<"])


def _read_moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read_day(text: str, after: int = 0) -> datetime:
    return _read_moment(text[:10]) + timedelta(days=after)


def _error_response(status: int, number: int, message: str) -> Response:
    body = {
        "code": number,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{number}",
        "status": status,
    }
    return Response(json.dumps(body), status, media_type="application/json")
