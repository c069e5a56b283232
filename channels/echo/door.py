"""The door itself: the webhook that takes messages, and the channel that posts replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import httpx
import structlog
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from channels.echo import ECHO, EchoSettings
from channels.echo.wire import NotAMessageError, is_genuine, read, signed_headers, write
from channels.networks import is_loopback
from channels.together import Together, accept_all
from channels.vendor import ChannelBinding, ChannelContext
from core.deadline import ask_within
from core.errors import BadUpload, SendCode, SendLater, SendRefused, SendUnknown, SettingsError
from core.model import Delivery, Receipt, RemoteMedia, Reply

PROVIDER = "Echo"
"""How staff are told who did not take a reply."""
PATH = "/channels/echo/messages"
MAX_BYTES = 64 * 1024
SECONDS = 10.0
"""Until a reply is given up that the other side does not take."""
WAIT = 5.0
log = structlog.get_logger()


def open_echo(context: ChannelContext, settings: EchoSettings) -> ChannelBinding:
    """The door by its settings. Raises `SettingsError` where they will not do."""
    if len(settings.echo_secret) < 32:
        raise SettingsError("CITYLINE_ECHO_SECRET is too short; at least 32 characters were expected.")
    if not is_safe_address(settings.echo_send_url):
        raise SettingsError(
            "CITYLINE_ECHO_SEND_URL is missing or not safe; an address that begins with https:// was expected, or http://127.0.0.1 on this machine."
        )
    channel = EchoChannel(settings.echo_send_url, settings.echo_secret, context.now)
    return ChannelBinding([channel], router(context, settings.echo_secret), end=channel.close)


def is_safe_address(url: str) -> bool:
    """Whether replies may be posted there: by HTTPS, or on this machine."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if not address.host or not 0 < (address.port or 443) < 2**16:
        return False
    return address.scheme == "https" or (address.scheme == "http" and is_loopback(address.host))


def router(context: ChannelContext, secret: str) -> APIRouter:
    """The route of the webhook, which answers when the message is durable."""
    together = Together(partial(accept_all, context.inbox), "echo-messages")

    async def take(request: Request) -> Response:
        try:
            body = await _read_body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        if not is_genuine(secret, request.headers, body, context.now()):
            log.warning("echo_message_forged")
            return Response(status_code=403)
        try:
            accepted = await together(read(body, context.now()))
        except NotAMessageError as error:
            return JSONResponse({"error": str(error)}, 400)
        except Exception as error:  # noqa: BLE001  the process's edge: the promise cannot be given, the sender tries again
            log.error("echo_message_not_stored", fault=type(error).__name__)  # noqa: TRY400  no words of residents
            return Response(status_code=503, headers={"Retry-After": "5"})
        return JSONResponse({"accepted": accepted.provider_id, "repeat": accepted.repeat})

    routes = APIRouter()
    routes.add_route(PATH, take, methods=["POST"])
    return routes


async def _read_body(request: Request) -> bytes | None:
    """The body; None when it is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


@dataclass
class EchoChannel:
    """Posts replies (`core.ports.PushChannel`). All methods may be called from any thread."""

    url: str
    secret: str = field(repr=False)
    now: Callable[[], datetime]
    name: str = ECHO.name
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=SECONDS, trust_env=False)

    def close(self) -> None:
        """Close the connections to the other side."""
        self._http.close()

    def split(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply as it is: JSON has room for it."""
        return (reply,)

    def send(self, delivery: Delivery) -> Receipt:
        """Post the reply. The other side knows its id, so that one which was cut may be posted again."""
        body = write(delivery)
        headers = signed_headers(self.secret, self.now(), body)
        try:
            answer = ask_within(self._http, "POST", self.url, seconds=SECONDS, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            detail = type(error).__name__
            raise SendLater(SendCode.UNREACHABLE, WAIT, provider=PROVIDER, detail=detail) from error
        except httpx.HTTPError as error:
            raise SendUnknown(SendCode.CUT, provider=PROVIDER, detail=type(error).__name__) from error
        status = answer.status_code
        if status in {408, 425, 429} or status >= 500:
            raise SendLater(
                SendCode.NOT_NOW,
                _patience_of(answer),
                provider=PROVIDER,
                detail="its HTTP status",
                number=status,
            )
        if not answer.is_success:
            raise SendRefused(SendCode.DECLINED, provider=PROVIDER, detail="its HTTP status", number=status)
        return Receipt(delivery.key)

    def find(self, delivery: Delivery) -> None:  # noqa: ARG002
        """None: what may have been taken is posted again, and the other side takes an id once."""
        return

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:  # noqa: ARG002
        """Never: no message of this channel brings a file."""
        raise BadUpload("The echo brings no files.")


def _patience_of(answer: httpx.Response) -> float:
    header = answer.headers.get("Retry-After", "")
    return float(header) if header.isascii() and header.isdecimal() and len(header) < 6 else WAIT
