"""What the city says, as Telegram shows it: pure rendering of a reply into calls of `sendMessage` and `sendPhoto`."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, replace
from typing import Any

from telegram.constants import MessageLimit, ParseMode

from channels.calling import says_number
from channels.clean import clean_text
from channels.pins import numbered_choices
from channels.telegram import keyboard
from channels.telegram.lengths import shorten_units, text_pieces, text_units
from core.languages import LEFT_TO_RIGHT_MARK
from core.model import Reply, SmallMap, Source, Want
from core.texts import Texts

MOST_TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
MOST_CAPTION = int(MessageLimit.CAPTION_LENGTH)
MOST_TITLE = 300
MOST_ADDRESS = 500
NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class SendCall:
    """One message to send. `html` is what is sent; `plain` the same words when Telegram cannot read the marks in it.

    With a `picture` or a `map` the words are its caption; they are no more than that where `bare` is set.
    """

    html: str
    plain: str
    markup: dict[str, Any] | None = None
    picture: str = ""
    bare: bool = False
    map: SmallMap | None = None
    language: str = ""

    def payload(self, chat: str, *, plain: bool = False) -> dict[str, Any]:
        """The fields of `sendMessage`."""
        words: dict[str, Any] = (
            {"text": self.plain} if plain else {"text": self.html, "parse_mode": ParseMode.HTML.value}
        )
        markup = {"reply_markup": self.markup} if self.markup else {}
        return {"chat_id": chat, **words, "link_preview_options": NO_PREVIEW, **markup}

    def photo_fields(self, chat: str, *, plain: bool = False) -> dict[str, str]:
        """The fields of `sendPhoto` beside the photo itself, as a form has them."""
        words = (
            {"caption": self.plain} if plain else {"caption": self.html, "parse_mode": ParseMode.HTML.value}
        )
        markup = {"reply_markup": json.dumps(self.markup)} if self.markup else {}
        return {"chat_id": chat, **(words if self.plain else {}), **markup}

    @property
    def opens_keyboard(self) -> bool:
        """Whether this puts a position button in place of the phone's keyboard."""
        return "keyboard" in (self.markup or {})

    @property
    def has_buttons(self) -> bool:
        """Whether there are buttons below the message, so that it cannot put a position button away as well."""
        return "inline_keyboard" in (self.markup or {})


def split_reply(reply: Reply, texts: Texts) -> tuple[Reply, ...]:
    """The reply as one or more that each fit into one message; the last one carries the buttons and the source.

    Pictures go before the words; the last one carries them as its caption where they fit.
    """
    if reply.pictures:
        return _with_pictures(reply, texts)
    _, tail = _tail_of(reply, texts)
    parts = text_pieces(clean_text(reply.text, keep=LEFT_TO_RIGHT_MARK), MOST_TEXT - text_units(tail))
    if len(parts) <= 1:
        return (reply if _is_caption(reply, tail) else replace(reply, map=None),)
    reply = replace(reply, map=None)
    bare = replace(reply, choices=(), several=False, wants=(), source=None, phone=None)
    return (*(replace(bare, text=part) for part in parts[:-1]), replace(reply, text=parts[-1]))


def _with_pictures(reply: Reply, texts: Texts) -> tuple[Reply, ...]:
    words = split_reply(replace(reply, pictures=()), texts)
    _, tail = _tail_of(reply, texts)
    fits = len(words) == 1 and _is_caption(reply, tail)
    before = reply.pictures[:-1] if fits else reply.pictures
    alone = [Reply(picture.caption, reply.language, pictures=(picture,)) for picture in before]
    return (*alone, replace(reply, pictures=reply.pictures[-1:])) if fits else (*alone, *words)


def _is_caption(reply: Reply, tail: str) -> bool:
    """Whether the words fit below a picture."""
    return text_units(clean_text(reply.text)) + text_units(tail) <= MOST_CAPTION


def render_reply(reply: Reply, texts: Texts, *, private: bool = True) -> list[SendCall]:
    """The messages that say this reply. In a group there is no position button, and nobody's keyboard is touched."""
    return [_send_call(part, texts, private=private) for part in split_reply(reply, texts)]


def _send_call(reply: Reply, texts: Texts, *, private: bool) -> SendCall:
    tail_html, tail = _tail_of(reply, texts)
    words = clean_text(reply.text, keep=LEFT_TO_RIGHT_MARK)
    said = html.escape(words, quote=False)
    if reply.urgent and words:
        said = f"<b>{said}</b>"
    plain = f"{words}{tail}".strip()
    markup = _reply_markup(reply, texts, private=private)
    if reply.pictures:
        picture = reply.pictures[0]
        bare = reply.text == picture.caption
        return SendCall(f"{said}{tail_html}".strip(), plain, markup, picture.media_id, bare)
    if not plain:
        return SendCall("…", "…", markup)
    return SendCall(f"{said}{tail_html}".strip(), plain, markup, map=reply.map, language=reply.language)


def _reply_markup(reply: Reply, texts: Texts, *, private: bool) -> dict[str, Any] | None:
    if Want.POSITION in reply.wants and private:
        return keyboard.position_button(texts.say("telegram.position", reply.language), reply.choices)
    if reply.choices:
        done = texts.say("telegram.done", reply.language)
        return keyboard.choices_below(numbered_choices(reply), several=reply.several, done=done)
    return keyboard.no_buttons() if private else None


def _tail_of(reply: Reply, texts: Texts) -> tuple[str, str]:
    """What stands below the words, as HTML and as plain text: where they were read, and a number to call."""
    lines: list[tuple[str, str]] = []
    if reply.source:
        lines += _source_lines(reply.source, reply.language, texts)
    if reply.phone and not says_number(reply.text, reply.phone):
        call = clean_text(texts.say("telegram.call", reply.language, phone=reply.phone))
        lines.append((html.escape(call, quote=False), call))
    if not lines:
        return "", ""
    return "\n\n" + "\n".join(line for line, _ in lines), "\n\n" + "\n".join(line for _, line in lines)


def _source_lines(source: Source, language: str, texts: Texts) -> list[tuple[str, str]]:
    title = shorten_units(clean_text(source.title) or clean_text(source.url), MOST_TITLE)
    section = shorten_units(clean_text(source.section), MOST_TITLE)
    address = clean_text(source.url)
    shown = f"<b>{html.escape(title, quote=False)}</b>"
    if address.startswith(("https://", "http://")) and len(address) <= MOST_ADDRESS:
        shown = f'<a href="{html.escape(address)}">{shown}</a>'
    else:
        address = ""
    where = f", {section}" if section else ""
    lines = [(shown + html.escape(where, quote=False), " ".join(filter(None, (title + where, address))))]
    if source.reviewed:
        when = clean_text(texts.say("telegram.reviewed", language, date=source.reviewed))
        lines.append((f"<i>{html.escape(when, quote=False)}</i>", when))
    return lines
