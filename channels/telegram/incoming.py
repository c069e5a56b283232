"""What Telegram sends, as the inbox knows it: pure translation of an Update. docs/channels-telegram.md has the table.

The provider id of a message is `<update_id>.<message_id>`, of everything else `<update_id>`. A corrected message names in
`edits` the `<message_id>` of the original, which is the part after the point of the original's provider id.
A private chat's address is its id; in a group it is `<chat>/<person>`, so that neighbours in one group never share a conversation.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any, TypeVar

from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Document,
    Location,
    Message,
    PhotoSize,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType, FileSizeLimit, MessageLimit
from telegram.helpers import effective_message_type

from channels.clean import clean_text, readable_beginning
from channels.telegram.keyboard import Tap, press_meaning
from channels.telegram.traits import CHANNEL
from core.model import Consent, InboundMessage, Position, RemoteMedia, Trouble

MOST_TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
MOST_BYTES = int(FileSizeLimit.FILESIZE_DOWNLOAD)
MOST_ID = 2**53
GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}
SPOKEN = ("voice", "audio", "video_note")
FILES = ("video", "animation", "live_photo", "document")
OTHER_KINDS = (
    "sticker",
    "dice",
    "game",
    "story",
    "poll",
    "paid_media",
    "giveaway",
    "checklist",
    "gift",
)
"""What a resident may send that has no words, picture or place in it, and gets a kind word instead of silence."""

START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)
COMMAND = re.compile(r"(/[A-Za-z0-9_]{1,32})@(\w+)")
PLAIN = frozenset({"message_id", "from", "chat", "date", "text"})
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})

NOT_AN_UPDATE = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError, OSError)
"""What PTB and we stumble over when fields have other types or values than Telegram's documents say."""


Anything = TypeVar("Anything")


class Unreadable(ValueError):  # noqa: N818  a state of the payload
    """The payload is not an Update that can be read. Its words are never in the message."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is true of an update whatever its kind: its number, who reads it under which name, when it came."""

    update_id: int
    username: str
    at: datetime


def read_update(payload: Mapping[str, Any], bot_username: str, *, at: datetime) -> InboundMessage | None:
    """The message in an Update; None where nobody says anything to the city; `Unreadable` when it is no Update."""
    return inbound_message(parse_update(payload), bot_username, at=at)


def plain_words(payload: Mapping[str, Any], *, at: datetime) -> InboundMessage | None:
    """Words written to the bot alone, the most frequent update by far; None for every other.

    The same as `read_update` makes of it, without PTB's objects: building them takes as long as all the rest of taking an update in.
    """
    if not _is_plain(payload):
        return None
    message = payload["message"]
    words = _words_of(message["text"])
    if not 0 < len(words) <= MOST_TEXT or words.startswith("/"):
        return None
    code = _plain_value(message["from"].get("language_code"))
    return InboundMessage(
        channel=CHANNEL,
        provider_id=f"{payload['update_id']}.{message['message_id']}",
        sender=str(message["chat"]["id"]),
        received_at=at,
        text=words,
        language_hint=code if LANGUAGE.fullmatch(code) else None,
    )


def _is_plain(payload: Mapping[str, Any]) -> bool:
    """Whether it is one person's text to the bot alone, with no field more, and with ids as they should be."""
    message = payload.get("message")
    if payload.keys() != {"update_id", "message"} or not isinstance(message, dict) or message.keys() != PLAIN:
        return False
    chat, person = message["chat"], message["from"]
    if not (isinstance(chat, dict) and isinstance(person, dict)) or chat.get("type") != "private":
        return False
    whole = (payload["update_id"], message["message_id"], message["date"], chat.get("id"), person.get("id"))
    return all(type(one) is int and 0 <= one < MOST_ID for one in whole)


def parse_update(payload: Mapping[str, Any]) -> Update:
    """The payload in PTB's types; `Unreadable` when it cannot be."""
    number = payload.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < MOST_ID:
        raise Unreadable("The payload has no update_id; an Update of the Bot API was expected.")
    return _carefully(lambda: Update.de_json(dict(payload), None))


def inbound_message(
    update: Update, bot_username: str, *, at: datetime, ticked: frozenset[str] | None = None
) -> InboundMessage | None:
    """The message in an Update that is parsed already. `ticked` as in `keyboard.press_meaning`."""
    frame = Frame(update.update_id, bot_username.removeprefix("@"), at)

    def kind() -> InboundMessage | None:
        if update.callback_query:
            return _message_pressed(frame, update.callback_query, ticked)
        if update.message:
            return _message_said(frame, update.message)
        if update.edited_message:
            return _message_corrected(frame, update.edited_message)
        return _membership_changed(frame, update.my_chat_member) if update.my_chat_member else None

    return _carefully(kind)


def is_private(update: Update) -> bool:
    """Whether it comes from a chat with the bot alone, where nobody has to call it by its name."""
    return _carefully(
        lambda: update.effective_chat is not None and update.effective_chat.type == ChatType.PRIVATE
    )


def tap_of(update: Update) -> Tap | None:
    """The press of a button in this Update. Every one of them has to be answered, or the phone shows it as running."""
    query = update.callback_query
    return _carefully(lambda: _read_tap(update.update_id, query)) if query else None


def _carefully(translate: Callable[[], Anything]) -> Anything:
    try:
        return translate()
    except Unreadable:
        raise
    except NOT_AN_UPDATE as error:
        raise Unreadable(
            f"The update has a field that is not as documented ({type(error).__name__})."
        ) from None


def _message_said(frame: Frame, message: Message) -> InboundMessage | None:
    if message.chat.type not in {ChatType.PRIVATE, *GROUPS}:
        return None
    words = _words_of(message.text or message.caption)
    if message.chat.type in GROUPS:
        for_us = _addressed_words(words, message, frame.username)
        if for_us is None:
            return None
        words = for_us
    begun = START.fullmatch(words)
    said = replace(
        _message_envelope(frame, message.chat, message.from_user),
        provider_id=f"{frame.update_id}.{_id_of(message.message_id)}",
        text="/start" if begun and not begun[1] else "" if begun else _bare_command(words, frame.username),
        start=begun[1] if begun else None,
        album=_plain_value(message.media_group_id) or None,
    )
    return _kept_short(_with_content(said, message))


def _message_corrected(frame: Frame, message: Message) -> InboundMessage | None:
    """A correction of words or a picture. A live position moves by itself, every few seconds: that corrects nothing."""
    if message.location:
        return None
    said = _message_said(frame, message)
    return replace(said, edits=str(_id_of(message.message_id)), start=None) if said else None


def _with_content(said: InboundMessage, message: Message) -> InboundMessage | None:
    """Position, pictures, a phone number or trouble; None when nothing in the message says anything to the city."""
    place = message.venue.location if message.venue else message.location
    if place:
        return replace(said, position=_position_of(place))
    if message.contact:
        return replace(said, text=_words_of(message.contact.phone_number))
    if message.photo:
        largest = max(message.photo, key=_size)
        return _with_picture(said, largest.file_id, "image/jpeg", largest.file_size)
    if any(message[kind] for kind in SPOKEN):
        return _with_sound(said, message)
    if any(message[kind] for kind in FILES):
        return _with_document(said, message)
    if said.text or said.start:
        return said
    return replace(said, trouble=Trouble.STICKER) if _says_something(message) else None


def _size(photo: PhotoSize) -> tuple[int, int]:
    return photo.width * photo.height, photo.file_size or 0


def _says_something(message: Message) -> bool:
    """Whether a person sent this, rather than Telegram itself (a pinned message, a new title); new kinds count as sent."""
    if message.text or any(message[kind] for kind in OTHER_KINDS):
        return True
    return bool(message.api_kwargs) and effective_message_type(message) is None


def _with_document(said: InboundMessage, message: Message) -> InboundMessage:
    document = message.document
    if document is None or message.animation or message.video:
        return replace(said, trouble=Trouble.BAD_FILE)
    kind = _attachment_kind(document)
    if kind not in PICTURES:
        return replace(said, trouble=Trouble.BAD_FILE)
    return _with_picture(said, document.file_id, kind, document.file_size)


def _with_sound(said: InboundMessage, message: Message) -> InboundMessage:
    """A voice message; whether anybody listens to it is not the door's to know, so that it counts as unreadable until then."""
    said, sound = replace(said, trouble=Trouble.VOICE), message.voice or message.audio
    if sound is None or not _plain_value(sound.file_id):
        return said
    kind = _plain_value(sound.mime_type).lower()
    kind = kind if kind.startswith("audio/") else "audio/ogg"
    told = sound.to_dict()  # by its field, PTB's duration is another type from its next version on
    file = RemoteMedia(sound.file_id, kind, _count_of(told.get("duration")), _count_of(told.get("file_size")))
    return replace(said, remote_media=(file,))


def _count_of(value: object) -> int:
    """Seconds or bytes as the provider tells them; 0 where it tells none."""
    return value if isinstance(value, int) and value > 0 else 0


def _with_picture(said: InboundMessage, file_id: str, kind: str, size: int | None) -> InboundMessage:
    if (size or 0) > MOST_BYTES:
        return replace(said, trouble=Trouble.FILE_TOO_BIG)
    if not _plain_value(file_id):
        raise Unreadable("A picture came without its file_id.")
    return replace(said, remote_media=(RemoteMedia(file_id, kind),))


def _attachment_kind(document: Document) -> str:
    named = _plain_value(document.mime_type).lower()
    return named or mimetypes.guess_type(_plain_value(document.file_name))[0] or ""


def _kept_short(said: InboundMessage | None) -> InboundMessage | None:
    """Telegram sends up to 4096 characters, among them signs that stand for many; who wrote more is told that the rest was not read."""
    if said is None or (kept := readable_beginning(said.text, MOST_TEXT)) == said.text:
        return said
    return replace(said, text=kept, trouble=said.trouble or Trouble.TOO_LONG)


def _message_pressed(
    frame: Frame, query: CallbackQuery, ticked: frozenset[str] | None
) -> InboundMessage | None:
    tap = _read_tap(frame.update_id, query)
    chat = query.message.chat if query.message else None
    if tap is None or chat is None or chat.type not in {ChatType.PRIVATE, *GROUPS}:
        return None
    meant = press_meaning(tap, ticked)
    if meant is None:
        return None
    said = _message_envelope(frame, chat, query.from_user)
    choice = clean_text(meant.choice) if meant.choice else None
    return replace(said, choice=choice, text=clean_text(meant.text)) if choice or meant.text else None


def _read_tap(update_id: int, query: CallbackQuery) -> Tap | None:
    message = query.message
    if message is None or not isinstance(query.data, str) or not isinstance(query.id, str):
        return None
    return Tap(
        update_id,
        query.id,
        _id_of(message.chat.id),
        _id_of(message.message_id),
        query.data,
        _language_of(query.from_user),
        message.reply_markup if isinstance(message, Message) else None,
        shared=message.chat.type in GROUPS,
    )


def _membership_changed(frame: Frame, change: ChatMemberUpdated) -> InboundMessage | None:
    """Whether the resident has blocked the bot, or let it in again; who joins which group is nobody's message."""
    if change.chat.type != ChatType.PRIVATE:
        return None
    before, after = change.old_chat_member.status, change.new_chat_member.status
    said = _message_envelope(frame, change.chat, change.from_user)
    if after == ChatMemberStatus.BANNED:
        return replace(said, consent=Consent.BLOCKED)
    return replace(said, consent=Consent.START) if before == ChatMemberStatus.BANNED else None


def _message_envelope(frame: Frame, chat: Chat, person: User | None) -> InboundMessage:
    shared = f"/{_id_of(person.id)}" if person and chat.type in GROUPS else ""
    return InboundMessage(
        channel=CHANNEL,
        provider_id=str(frame.update_id),
        sender=f"{_id_of(chat.id)}{shared}",
        received_at=frame.at,
        language_hint=_language_of(person),
    )


def _addressed_words(words: str, message: Message, username: str) -> str | None:
    """What is said to the bot in a group, without its name; None when others are meant."""
    person, earlier = message.from_user, message.reply_to_message
    if not username or person is None or person.is_bot:
        return None
    command = COMMAND.match(words)
    if command and command[2].lower() == username.lower():
        return words
    named = re.compile(rf"(?<!\w)@{re.escape(username)}\b[,:]?\s*", re.IGNORECASE)
    if named.search(words):
        return named.sub("", words).strip()
    author = earlier.from_user if earlier else None
    return words if author and _plain_value(author.username).lower() == username.lower() else None


def _bare_command(words: str, username: str) -> str:
    """The words, a command without the name that groups put behind it."""
    command = COMMAND.match(words)
    if command and username.lower() in {"", command[2].lower()}:
        return command[1] + words[command.end() :]
    return words


def _position_of(place: Location) -> Position:
    latitude, longitude = float(place.latitude), float(place.longitude)
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Unreadable("A position is not on the earth.")
    return Position(latitude, longitude)


def _language_of(person: User | None) -> str | None:
    code = _plain_value(person.language_code) if person else ""
    return code if LANGUAGE.fullmatch(code) else None


def _words_of(value: object) -> str:
    return clean_text(_plain_value(value))


def _plain_value(value: object) -> str:
    """Text as it is; anything that should be a text and is none counts as missing."""
    return value if isinstance(value, str) else ""


def _id_of(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= MOST_ID:
        raise Unreadable("An id is not a whole number.")
    return value
