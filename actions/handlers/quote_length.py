"""How much of a passage has room where it will be shown, in the signs and the encoding that it will be sent in."""

from __future__ import annotations

from actions.turn.context import ActionContext
from channels.registry import segment_terms, traits_of
from core.segments import as_sent, count_segments, encoding_of
from knowledge.base.model import Passage
from knowledge.search.excerpt import Fits, within_limit

BESIDE = ("ask.more", "ask.helped", "ask.not_helped")
"""What is said in the same message: one sign that GSM-7 lacks makes all of it UCS-2."""


def room_for(context: ActionContext, channel: str, language: str, passage: Passage, lead: str = "") -> Fits:
    """Whether a quotation of `passage` is short enough for an answer in `language` on this channel, behind the words that `lead`."""
    limit = traits_of(channel).quotation
    if not limit.segments:
        return within_limit(limit.characters - len(lead))
    fold = segment_terms(channel, context.settings).folds_accents
    keys = (*BESIDE, *limit.beside)
    labels = [context.say(key, language, source=passage.title, reviewed=passage.reviewed) for key in keys]
    beside = as_sent("\n".join([*labels, passage.url]), fold_accents=fold)

    def fits(text: str) -> bool:
        sent = as_sent(f"{lead}\n\n{text}" if lead else text, fold_accents=fold)
        return count_segments(sent, encoding_of(sent + beside)).count <= limit.segments

    return fits
