"""What the real Bot API refuses in a message, as far as a bot of ours could get it wrong. Used by the fake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from channels.telegram.lengths import text_units

TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"})
MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_DATA = 64
MOST_BUTTONS = 100


class CallRefused(Exception):  # noqa: N818  an answer of the fake
    """An error answer: code, description, and seconds to wait where there are any."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class _Marks(HTMLParser):
    """Reads the few tags that Telegram knows, strictly."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in TAGS:
            raise CallRefused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise CallRefused(400, f'Bad Request: can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def visible_text(params: dict[str, Any]) -> str:
    """The text as the resident sees it; refused when the marks in it cannot be read, or when there is too little or too much."""
    text = str(params.get("text", ""))
    if params.get("parse_mode") == "HTML":
        marks = _Marks()
        marks.feed(text)
        marks.close()
        if marks.open:
            raise CallRefused(400, "Bad Request: can't parse entities: Can't find end tag")
        text = "".join(marks.words)
    if not text.strip():
        raise CallRefused(400, "Bad Request: message text is empty")
    if text_units(text) > MOST_TEXT:
        raise CallRefused(400, "Bad Request: message is too long")
    return text


def checked_photo(params: dict[str, Any]) -> str:
    """The caption of a photo as the resident sees it; refused when Telegram would not take the photo or the caption."""
    photo = params.get("photo")
    if not photo:
        raise CallRefused(400, "Bad Request: there is no photo in the request")
    if isinstance(photo, bytes) and not photo.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
        raise CallRefused(400, "Bad Request: IMAGE_PROCESS_FAILED")
    caption = visible_text({**params, "text": params["caption"]}) if params.get("caption") else ""
    if text_units(caption) > MOST_CAPTION:
        raise CallRefused(400, "Bad Request: message caption is too long")
    return caption


def checked_markup(params: dict[str, Any], chat: int) -> dict[str, Any] | None:
    """The buttons; refused when Telegram would refuse them."""
    markup = params.get("reply_markup")
    if isinstance(markup, str):
        markup = json.loads(markup)
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise CallRefused(400, "Bad Request: object expected as reply markup")
    buttons = list(buttons_of(markup))
    if len(buttons) > MOST_BUTTONS:
        raise CallRefused(400, "Bad Request: reply markup is too long")
    for button in buttons:
        _check_button(button, chat, inline="inline_keyboard" in markup)
    return markup


def buttons_of(markup: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Every button of a keyboard of either kind."""
    for row in (markup or {}).get("inline_keyboard", ()) or (markup or {}).get("keyboard", ()):
        yield from row


def _check_button(button: dict[str, Any], chat: int, *, inline: bool) -> None:
    if not str(button.get("text", "")).strip():
        raise CallRefused(400, "Bad Request: can't parse inline keyboard button: Text of the button is empty")
    if inline:
        data = button.get("callback_data")
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_DATA:
            raise CallRefused(400, "Bad Request: BUTTON_DATA_INVALID")
    elif button.get("request_location") and chat < 0:
        raise CallRefused(400, "Bad Request: phone number can be requested in private chats only")
