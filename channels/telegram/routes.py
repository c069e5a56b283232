"""The webhook: `POST /channels/telegram/webhook`, where Telegram brings updates. Answered when they are durable."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from channels.telegram.door import TelegramDoor
from channels.telegram.incoming import Unreadable
from channels.together import Together
from core.errors import SettingsError

PATH = "/channels/telegram/webhook"
SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a name
MOST_BODY = 128 * 1024
"""A long text that answers a long text is about 60 KB as Telegram writes it (`\\uXXXX`), before its entities and buttons."""
MOST_DEPTH = 40

log = structlog.get_logger()


class UpdateRefusal(Exception):  # noqa: N818  an answer rather than a fault
    """A request that is answered with this status and leaves no trace."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def check_secret(secret: str) -> str:
    """The secret, or a `SettingsError`: without one, anybody could speak in the name of any resident."""
    if not SECRET.fullmatch(secret):
        raise SettingsError(
            "CITYLINE_TELEGRAM_SECRET is missing or too weak; 32 to 256 characters of A-Z a-z 0-9 _ - were expected,"
            " such as `openssl rand -hex 32` prints; set it and announce the webhook again."
        )
    return secret


def telegram_router(door: TelegramDoor) -> APIRouter:
    """The route of the webhook; a `SettingsError` at once when there is no secret to check updates by."""
    secret = check_secret(door.secret).encode()
    together = Together(door.take_all, "telegram-updates")

    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, secret):
            log.warning("telegram_webhook_forged")
            return Response(status_code=403)
        try:
            payload = await _read_payload(request)
            return await _take_update(together, payload)
        except (UpdateRefusal, ClientDisconnect) as refusal:
            return Response(status_code=getattr(refusal, "status", 400))

    routes = APIRouter()
    routes.add_route(PATH, webhook, methods=["POST"])
    return routes


async def _take_update(together: Together[Mapping[str, Any], None], payload: dict[str, Any]) -> Response:
    try:
        await together(payload)
    except Unreadable:
        raise UpdateRefusal(400) from None
    except Exception as error:  # noqa: BLE001  the process's edge: the promise cannot be given, Telegram sends it again
        log.error("telegram_update_not_stored", fault=type(error).__name__, where=_way_to_fault(error))  # noqa: TRY400
        return Response(status_code=503, headers={"Retry-After": "5"})
    return Response(status_code=200)


def _way_to_fault(error: BaseException) -> str:
    """The way to the fault, without its message: a database's names the values it was given, a resident's words among them."""
    steps, trace = [], error.__traceback__
    while trace:
        steps.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(steps[-8:])


async def _read_payload(request: Request) -> dict[str, Any]:
    """The JSON object in the body, within its limits."""
    _check_announced(request.headers)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise UpdateRefusal(413)
    try:
        value = json.loads(bytes(body))
    except (ValueError, RecursionError):
        raise UpdateRefusal(400) from None
    if not isinstance(value, dict) or _is_too_deep(value):
        raise UpdateRefusal(400)
    return value


def _check_announced(headers: Mapping[str, str]) -> None:
    """Refuse a body that is packed or too large before any of it is read."""
    if headers.get("content-encoding", "identity") != "identity":
        raise UpdateRefusal(415)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise UpdateRefusal(400)
    if len(length) > 9 or int(length) > MOST_BODY:
        raise UpdateRefusal(413)


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
        if not level:
            return False
    return True
