"""Updates as the Bot API sends them (Bot API 10), with every field that a real one has; tests change what they are about."""

from __future__ import annotations

import json
from typing import Any

ANA = {
    "id": 5001,
    "is_bot": False,
    "first_name": "Ana",
    "last_name": "Ruiz",
    "username": "ana",
    "language_code": "es-MX",
}
BOT = {"id": 700, "is_bot": True, "first_name": "Penstock", "username": "penstock_bot"}
PRIVATE = {"id": 5001, "first_name": "Ana", "last_name": "Ruiz", "username": "ana", "type": "private"}
GROUP = {"id": -1001234, "title": "Elm Street neighbours", "type": "supergroup"}
DATE = 1780000000


def update(number: int = 10, **content: Any) -> dict[str, Any]:
    return {"update_id": number, **content}


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 77, "from": ANA, "chat": chat, "date": DATE, **content}


def said(text: str, **more: Any) -> dict[str, Any]:
    return update(message=message(text=text, **more))


def in_group(text: str, **more: Any) -> dict[str, Any]:
    return update(message=message(GROUP, text=text, **more))


def query(data: str, **more: Any) -> dict[str, Any]:
    return update(callback_query={"id": "4382", "from": ANA, "chat_instance": "-1", "data": data} | more)


def asked(*rows: list[tuple[str, str]], chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    """The bot's own message with buttons, as it comes with a press."""
    keyboard = [[{"text": text, "callback_data": data} for text, data in row] for row in rows]
    return message(chat, text="What is it about?", reply_markup={"inline_keyboard": keyboard}) | {"from": BOT}


def photo_sizes() -> list[dict[str, Any]]:
    return [
        {
            "file_id": f"size-{width}",
            "file_unique_id": f"u{width}",
            "width": width,
            "height": width,
            "file_size": width * 10,
        }
        for width in (90, 320, 1280)
    ]


def membership(before: str, after: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    def member(status: str) -> dict[str, Any]:
        return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    change = {"chat": chat, "from": ANA, "date": DATE}
    return update(
        my_chat_member=change | {"old_chat_member": member(before), "new_chat_member": member(after)}
    )


VOICE = {"duration": 3, "mime_type": "audio/ogg", "file_id": "v", "file_unique_id": "v", "file_size": 900}
VIDEO_NOTE = {"duration": 3, "length": 240, "file_id": "v", "file_unique_id": "v"}
VIDEO = {"duration": 3, "width": 640, "height": 480, "file_id": "v", "file_unique_id": "v"}
STICKER = {
    "width": 512,
    "height": 512,
    "emoji": "👍",
    "is_animated": False,
    "is_video": False,
    "type": "regular",
    "file_id": "s",
    "file_unique_id": "s",
}
POINT = {"latitude": 40.5, "longitude": -79.25}


def document(mime_type: str | None = "image/png", name: str = "scan.png", size: int = 900) -> dict[str, Any]:
    mime = {"mime_type": mime_type} if mime_type else {}
    return {"file_id": "doc", "file_unique_id": "d", "file_name": name, "file_size": size, **mime}


def as_json(payload: object) -> bytes:
    """The payload as JSON, with everything in it that Python's own writer lets through."""
    return json.dumps(payload).encode()
