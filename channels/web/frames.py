"""The frames of the wire, in and out: pure translation, no input or output. docs/webchat.md describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from channels.clean import clean_message, clean_text
from channels.pins import numbered_choices
from channels.web.errors import WebRefusal
from channels.web.keys import Keys
from core.model import Attachment, InboundMessage, Position, TranscriptEntry, Trouble

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]
Sequence_ = Annotated[int, Field(ge=0, le=2**53)]


class _Frame(BaseModel):
    """Exact types, no coercion; what is unknown is ignored so that newer clients can speak to older servers."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class ClientPosition(_Frame):
    """A point that the resident shared, WGS84 degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Hello(_Frame):
    """The first frame: from which line on the client wants the conversation."""

    type: Literal["hello"] = "hello"
    last_sequence: Sequence_ = 0
    language: LanguageCode | None = None


class ClientMessage(_Frame):
    """Something that the resident says. `id` is the client's own: the same id again is the same message.

    `greeted` is true where the client shows the door's greeting, the line for danger and the privacy line, so that no reply repeats them.
    """

    type: Literal["message"] = "message"
    id: ClientId
    text: str = ""
    choice: Annotated[str, StringConstraints(max_length=512)] | None = None
    position: ClientPosition | None = None
    attachments: Annotated[
        list[Annotated[str, StringConstraints(max_length=2048)]], Field(max_length=20)
    ] = []
    language: LanguageCode | None = None
    start: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    greeted: bool = False


class Typing(_Frame):
    """The resident is writing; nothing is done with it yet."""

    type: Literal["typing"] = "typing"


class Ping(_Frame):
    """Keeps the connection open; answered by a pong."""

    type: Literal["ping"] = "ping"


AnyFrame = TypeVar("AnyFrame", bound=_Frame)
ClientFrame = Hello | ClientMessage | Typing | Ping
KINDS: dict[str, type[Hello | ClientMessage | Typing | Ping]] = {
    "hello": Hello,
    "message": ClientMessage,
    "typing": Typing,
    "ping": Ping,
}


def id_of(value: dict[str, Any]) -> str | None:
    """The id that an error should name, where the client gave one that can be repeated."""
    identifier = value.get("id")
    # Half a character, which JSON can name, cannot be written back; `isprintable` is False for it.
    can_be_named = isinstance(identifier, str) and len(identifier) <= 64 and identifier.isprintable()
    return identifier if can_be_named else None


def read_frame(value: dict[str, Any]) -> ClientFrame:
    """The frame in a JSON object; a `WebRefusal` that says which field is wrong and what was expected."""
    kind = value.get("type")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise WebRefusal("bad_frame", detail=f"type: one of {', '.join(KINDS)}", about=id_of(value))
    return _read_frame(model, value)


def read_message(value: dict[str, Any]) -> ClientMessage:
    """A message that came without a `type`, because its address says what it is."""
    return _read_frame(ClientMessage, value | {"type": "message"})


def _read_frame(model: type[AnyFrame], value: dict[str, Any]) -> AnyFrame:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WebRefusal("bad_frame", detail=f"{place}: {first['msg']}", about=id_of(value)) from None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the door adds to a message: whose it is, when it came, in which language, with which checked pictures, from which networks."""

    channel: str
    sender: str
    received_at: datetime
    language: str
    pictures: tuple[Attachment, ...] = ()
    trouble: Trouble | None = None
    networks: tuple[str, ...] = ()


def to_inbound(message: ClientMessage, around: Circumstances, longest: int) -> InboundMessage:
    """The message as the inbox knows it. Text of more than `longest` characters is cut and marked; nothing at all is a `WebRefusal`."""
    text, is_cut = clean_message(message.text)
    trouble = around.trouble or (Trouble.TOO_LONG if is_cut or len(text) > longest else None)
    text = text[:longest]
    choice = clean_text(message.choice or "") or None
    shared = message.position
    position = Position(shared.latitude, shared.longitude) if shared else None
    if not any((text, choice, position, around.pictures, message.start, trouble)):
        raise WebRefusal("empty", about=message.id)
    return InboundMessage(
        channel=around.channel,
        provider_id=provider_id(around.sender, message.id),
        sender=around.sender,
        received_at=around.received_at,
        text=text,
        choice=choice,
        position=position,
        attachments=around.pictures,
        start=message.start,
        language_hint=around.language,
        trouble=trouble,
        networks=around.networks,
        greeted=message.greeted,
    )


def provider_id(sender: str, client_id: str) -> str:
    """Unique for ever: the client's id is unique within its conversation, and conversations never share a sender."""
    return f"{sender}:{client_id}"


def client_id(sender: str, known_as: str | None) -> str | None:
    """The client's own id of a message, from the provider id; None when the message was not one of this wire's."""
    return known_as.removeprefix(f"{sender}:") if known_as else None


def picture_address(keys: Keys, media_id: str) -> str:
    """Where a picture of the conversation is read, with the key that opens it."""
    return f"/chat/media/{media_id}?key={keys.picture_key(media_id)}"


def map_address(keys: Keys, conversation: str, entry: TranscriptEntry) -> str:
    """Where the map of a line is drawn; empty where it has none."""
    shown = entry.reply.map
    if shown is None:
        return ""
    return f"/chat/map/{keys.seal_map(conversation, entry.sequence, shown, entry.reply.language)}"


def line_of(entry: TranscriptEntry, conversation: str, keys: Keys) -> dict[str, Any]:
    """One line of the conversation as the client gets it, within a `lines` frame."""
    reply = entry.reply
    source = reply.source
    return {
        "sequence": entry.sequence,
        "sender": entry.sender,
        "by": reply.by or None,
        "at": entry.at.isoformat(timespec="seconds"),
        "answers": client_id(conversation, entry.answers),
        "text": reply.text,
        "language": reply.language,
        "choices": [{"key": choice.key, "label": choice.label} for choice in numbered_choices(reply)],
        "several": reply.several,
        "wants": [want.value for want in reply.wants],
        "source": source
        and {
            "title": source.title,
            "section": source.section,
            "url": source.url,
            "reviewed": source.reviewed,
        },
        "phone": reply.phone,
        "urgent": reply.urgent,
        "map": reply.map and {"url": map_address(keys, conversation, entry), "alt": reply.map.caption},
        "attachments": [
            {"url": picture_address(keys, picture.media_id), "content_type": picture.content_type}
            for picture in entry.attachments
        ],
    }
