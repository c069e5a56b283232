"""How much of a passage has room where it will be shown, in the signs and the encoding that it will be sent in."""

from __future__ import annotations

from actions.turn.context import ActionContext
from core.segments import as_sent, encoding_of, segments
from knowledge.base.model import Passage
from knowledge.search.excerpt import Fits, within

SEGMENTS = {"sms": 2}
"""Segments of a quotation, by channel. Its source and the choices are beside it, in the third that a text may have."""
USUAL_LENGTH = 600
BESIDE = ("ask.more", "ask.helped", "ask.not_helped", "sms.source_reviewed")
"""What is said in the same message: one sign that GSM-7 lacks makes all of it UCS-2."""


def room_for(desk: ActionContext, channel: str, language: str, passage: Passage, lead: str = "") -> Fits:
    """Whether a quotation of `passage` is short enough for an answer in `language` on this channel, behind the words that `lead`."""
    most = SEGMENTS.get(channel)
    if most is None:
        return within(USUAL_LENGTH - len(lead))
    fold = desk.settings.twilio_fold_accents
    labels = [desk.say(key, language, source=passage.title, reviewed=passage.reviewed) for key in BESIDE]
    beside = as_sent("\n".join([*labels, passage.url]), fold_accents=fold)

    def fits(text: str) -> bool:
        sent = as_sent(f"{lead}\n\n{text}" if lead else text, fold_accents=fold)
        return segments(sent, encoding_of(sent + beside)).count <= most

    return fits
