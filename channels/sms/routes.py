"""The two addresses that Twilio calls. They answer after the row is committed, within milliseconds, and never with 429.

Twilio sends an inbound message once (and, on failure, once to a fallback address), so a 503 is for the reconciler to mend
(`TwilioSms.missed`). An answer of `text/plain` would be sent to the resident as an SMS; an empty TwiML says nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from channels.sms.door import SmsDoor
from channels.sms.inbound import Form, Malformed
from channels.together import Together

INBOUND_PATH = "/channels/sms/inbound"
STATUS_PATH = "/channels/sms/status"
MOST_BYTES = 64 * 1024
MOST_FIELDS = 500
THREADS = 4
FORM = "application/x-www-form-urlencoded"
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

log = structlog.get_logger(__name__)


class WebhookRefused(Exception):  # noqa: N818  an answer rather than a fault
    """A request that is answered with this status and nothing else."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def sms_router(door: SmsDoor) -> APIRouter:
    """The routes of the SMS door, each with and without a slash at the end."""
    together = Together(door.accept_all, "sms-inbound")
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sms-status")

    async def take_in(form: Form) -> None:
        if message := door.read(form):
            await together(message)

    async def note(form: Form) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, door.note, form)

    routes = APIRouter()
    for path, handle in ((INBOUND_PATH, take_in), (STATUS_PATH, note)):
        for address in (path, f"{path}/"):
            routes.add_route(address, _endpoint_of(door, address, handle), methods=["POST"])
    return routes


def _endpoint_of(
    door: SmsDoor, path: str, handle: Callable[[Form], Awaitable[None]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            form = await _signed_form(door, path, request)
            await handle(form)
        except WebhookRefused as refused:
            log.warning("sms_refused", status=refused.status, reason=str(refused))
            return Response(status_code=refused.status)
        except Malformed as error:
            log.warning("sms_malformed", reason=str(error))
            return Response(status_code=400)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            # The edge of the process: nothing was promised, and Twilio's own log keeps what was lost.
            log.exception("sms_not_saved")
            return Response(status_code=503)
        return Response(TWIML, media_type="text/xml")

    return endpoint


async def _signed_form(door: SmsDoor, path: str, request: Request) -> Form:
    """The fields, exactly as they were signed; `WebhookRefused` for anything that did not come from Twilio."""
    body = await _limited_body(request)
    if request.headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
        raise WebhookRefused(415, "a form was expected")
    try:
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise WebhookRefused(400, f"more than {MOST_FIELDS} fields") from None
    query = request.scope.get("query_string", b"").decode("latin-1")
    if not door.signatures.genuine(path, query, form, request.headers):
        raise WebhookRefused(403, "the signature is missing or does not fit")
    return form


async def _limited_body(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise WebhookRefused(415, "a compressed body")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise WebhookRefused(413, f"more than {MOST_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
