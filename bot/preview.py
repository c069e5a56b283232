"""How a reply will look at each door, without sending it: for staff who try their documents or words. Part of the composition root.

The doors' own rendering is asked, whether or not the door has an account; their libraries are imported at the first look.
"""

from __future__ import annotations

from core.model import Reply
from core.preview import Preview, Shown
from core.texts import Texts


def make_preview(texts: Texts, *, fold_accents: bool) -> Preview:
    """The function that shows a reply as `web`, `sms` or `telegram` would."""

    def preview(channel: str, reply: Reply) -> list[Shown]:
        match channel:
            case "sms":
                return _as_text(reply, texts, fold_accents=fold_accents)
            case "telegram":
                return _as_telegram(reply, texts)
            case _:
                return [_as_web(reply, texts)]

    return preview


def _as_text(reply: Reply, texts: Texts, *, fold_accents: bool) -> list[Shown]:
    from channels import sms

    style = sms.Style(texts, fold_accents=fold_accents)
    parts = [sms.render(part, style) for part in sms.split(reply, style)]
    return [Shown(part, segments=sms.segments(part).count) for part in parts]


def _as_telegram(reply: Reply, texts: Texts) -> list[Shown]:
    from channels.telegram import outgoing

    calls = outgoing.render(reply, texts)
    return [Shown(call.plain, tuple(_buttons(call.markup or {}))) for call in calls]


def _buttons(markup: dict[str, list[list[dict[str, str]]]]) -> list[str]:
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [button["text"] for row in rows for button in row]


def _as_web(reply: Reply, texts: Texts) -> Shown:
    """The chat shows the words, a card with the source below them, and a button a choice."""
    buttons = tuple(choice.label for choice in reply.choices)
    if reply.source is None:
        return Shown(reply.text, buttons)
    parts = (reply.source.title, reply.source.section, reply.source.reviewed)
    said = f"{texts.say('web.source', reply.language)}: {' · '.join(part for part in parts if part)}"
    return Shown(reply.text, buttons, said, reply.source.url)
