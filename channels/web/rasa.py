"""What Rasa's web widgets say and are told: the payloads of `user_uttered`, `session_request` and `bot_uttered`, pure translation.

docs/webchat.md describes them. Widgets made for Rasa show `text` as Markdown and some as HTML, so what might become markup is
escaped; a client that shows plain text says `"plain": true` and gets the words as they are.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from channels.web.errors import WebRefusal
from channels.web.frames import ClientMessage, LanguageCode, Sequence_, id_of, read_message
from core.model import Choice, Reply, Source, TranscriptEntry

CHOICE = "/choice"
COMMAND = re.compile(r"/([A-Za-z][\w/+-]{0,80})\s*(?:\{.*\})?\s*", re.DOTALL)
BEGINNINGS = {"get_started", "start", "restart", "session_start", "greet"}
ENTITIES = str.maketrans({sign: f"&#{ord(sign)};" for sign in "<>[]*`"})
"""Readers of Markdown and of HTML take an entity for the sign and never for markup; `&` itself does no harm."""
PASSED_ON = ("position", "attachments")
LANGUAGE: TypeAdapter[str] = TypeAdapter(LanguageCode)
WEB = re.compile(r"https?://", re.IGNORECASE)
Say = Callable[[str], str]


class SessionRequest(BaseModel):
    """What a client asks a session with. `last_sequence` is the last line it has, where it keeps count (Rasa's do not)."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")
    session_id: Annotated[str, StringConstraints(max_length=512)] | None = None
    last_sequence: Sequence_ | None = Field(default=None)
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message and the session that it names, if any."""

    message: ClientMessage
    session_id: str | None


def read_session_request(value: Any) -> SessionRequest:
    """The request in whatever came with `session_request`; Rasa's clients also send nothing at all, or null."""
    try:
        return SessionRequest.model_validate(value if isinstance(value, dict) else {})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise WebRefusal("bad_frame", detail=f"{first['loc'][0]}: {first['msg']}") from None


def read_utterance(value: Any) -> Utterance:
    """The message in the payload of a `user_uttered`; a `WebRefusal` says which field is wrong."""
    if not isinstance(value, dict):
        raise WebRefusal("bad_frame", detail='user_uttered: an object with "message" was expected')
    words = value.get("message", "")
    if not isinstance(words, str):
        raise WebRefusal("bad_frame", detail="message: a string was expected", about=id_of(value))
    custom = value.get("customData")
    language = custom.get("language") if isinstance(custom, dict) else None
    read: dict[str, Any] = {name: value[name] for name in PASSED_ON if value.get(name) is not None}
    read |= _words_said(words) | {
        "id": value.get("id") or uuid.uuid4().hex,
        "language": _language_or_none(language),
    }
    named = value.get("session_id")
    return Utterance(read_message(read), named if isinstance(named, str) else None)


def _language_or_none(value: Any) -> str | None:
    """A language code, or None: a wrong one is no reason to lose a message."""
    try:
        return LANGUAGE.validate_python(value)
    except ValidationError:
        return None


def _words_said(words: str) -> dict[str, str]:
    """Text and choice. A payload of ours is a choice; one of somebody's Rasa model (`/report_problem{...}`) becomes words."""
    if words.startswith(CHOICE) and (pressed := _words_pressed(words.removeprefix(CHOICE))):
        return pressed
    command = COMMAND.fullmatch(words)
    if not command:
        return {"text": words}
    name = command[1]
    return {"text": "/start" if name.lower() in BEGINNINGS else re.sub(r"[_/+-]+", " ", name).strip()}


def _words_pressed(raw: str) -> dict[str, str] | None:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    key, label = value.get("key"), value.get("label", "")
    return {"choice": key, "text": label} if isinstance(key, str) and isinstance(label, str) else None


def payload_of(choice: Choice) -> str:
    """What a client sends back when the choice is pressed."""
    value = {"key": choice.key, "label": choice.label}
    return CHOICE + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def bot_uttered(entry: TranscriptEntry, say: Say, *, plain: bool = False) -> dict[str, Any]:
    """A line of the city, or of one of its people by name, as `bot_uttered`. `say` knows the texts of this door in the line's language.

    Beside `text` there is nothing but `metadata` unless there are buttons: Rasa's widget knows a text by that.
    """
    reply = entry.reply
    named = f"{say('staff_says').replace('{name}', reply.by)}: {reply.text}" if reply.by else reply.text
    parts = [named if plain else escape_markup(named)]
    if reply.several:
        parts.append(_several_as_text(reply, say, plain=plain))
    if reply.source:
        parts.append(_quoted_source(reply.source, say, plain=plain))
    if reply.phone:
        parts.append(_call_line(reply.phone, say, plain=plain))
    frame: dict[str, Any] = {
        "text": "\n\n".join(part for part in parts if part),
        "metadata": {"sequence": entry.sequence, "language": reply.language, "urgent": reply.urgent},
    }
    if reply.by:
        frame["metadata"]["by"] = reply.by
    if reply.choices and not reply.several:
        frame["quick_replies"] = [
            {"content_type": "text", "title": choice.label, "payload": payload_of(choice)}
            for choice in reply.choices
        ]
    return frame


def escape_markup(text: str) -> str:
    """The words with nothing in them that a reader of Markdown or HTML could take for a tag, a picture or a hidden link."""
    return text.translate(ENTITIES).replace("\n", "  \n")


def _several_as_text(reply: Reply, say: Say, *, plain: bool) -> str:
    """The widget's buttons take one answer; where several may be given, they are listed to be answered in words."""
    lines = [say("choices_several"), *(f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1))]
    text = "\n".join(lines)
    return text if plain else escape_markup(text)


def _quoted_source(source: Source, say: Say, *, plain: bool) -> str:
    named = ", ".join(dict.fromkeys(part for part in (source.title, source.section) if part))
    lines = [f"{say('source')} {named}", source.url if WEB.match(source.url) else ""]
    if source.reviewed:
        lines.append(say("reviewed").replace("{date}", source.reviewed))
    text = "\n".join(line for line in lines if line)
    return text if plain else escape_markup(text)


def _call_line(number: str, say: Say, *, plain: bool) -> str:
    words = say("call").replace("{number}", number)
    return words if plain else f"[{escape_markup(words)}](tel:{re.sub(r'[^+0-9]', '', number)})"
