"""What goes over the wire, both ways: pure functions.

A body is JSON. Its headers carry the time in whole seconds since 1970 and the HMAC-SHA256 of `<time>.<body>` in hexadecimal. A message has `id`
(the same id is the same message) and `sender`, and `text`, `choice` or both, perhaps a `language`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.clean import clean_message, clean_text
from channels.echo import ECHO
from core.model import Delivery, InboundMessage, Trouble

TIME_HEADER, SIGNATURE_HEADER = "X-Cityline-Timestamp", "X-Cityline-Signature"
WINDOW_SECONDS = 300
"""How old or how early a signature may be: what was listened to cannot be said again later."""
MAX_ID, MAX_CHOICE = 100, 200


class NotAMessageError(ValueError):
    """A body that is genuine and is no message: which field, and what was expected."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at this time."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove a body."""
    timestamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        TIME_HEADER: timestamp,
        SIGNATURE_HEADER: sign(secret, timestamp, body),
    }


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether these headers prove the body, and are of now."""
    timestamp, given = headers.get(TIME_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    in_time = abs(now.timestamp() - int(timestamp)) <= WINDOW_SECONDS
    expected = sign(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")) and in_time


def read(body: bytes, received_at: datetime) -> InboundMessage:
    """The message in a body. Raises `NotAMessageError`."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAMessageError("the body is not JSON") from None
    if not isinstance(said, dict):
        raise NotAMessageError("the body is no JSON object")
    text, is_cut = clean_message(_field(said, "text", len(body)))
    choice = clean_text(_field(said, "choice", MAX_CHOICE))
    if not text and not choice:
        raise NotAMessageError("text or choice: one of them was expected")
    return InboundMessage(
        channel=ECHO.name,
        provider_id=_printed(said, "id"),
        sender=_printed(said, "sender"),
        received_at=received_at,
        text=text,
        choice=choice or None,
        trouble=Trouble.TOO_LONG if is_cut else None,
        language_hint=_field(said, "language", 20) or None,
    )


def write(delivery: Delivery) -> bytes:
    """A reply as the body that is posted: `id` is the same at every attempt, so that the other side takes it once."""
    reply = delivery.reply
    said: dict[str, Any] = {
        "id": delivery.key,
        "recipient": delivery.recipient,
        "language": reply.language,
        "text": reply.text,
        "urgent": reply.urgent,
        "choices": [{"key": choice.key, "label": choice.label} for choice in reply.choices],
    }
    if source := reply.source:
        said["source"] = {"title": source.title, "url": source.url, "reviewed": source.reviewed}
    return json.dumps(said, ensure_ascii=False).encode()


def _field(said: dict[str, Any], name: str, most: int) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise NotAMessageError(f"{name}: a string of at most {most} characters was expected")
    return value


def _printed(said: dict[str, Any], name: str) -> str:
    value = _field(said, name, MAX_ID)
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise NotAMessageError(
            f"{name}: 1 to {MAX_ID} printable ASCII characters without spaces were expected"
        )
    return value
