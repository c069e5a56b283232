"""A quotation of the right length from a passage."""

from __future__ import annotations

from knowledge.model import Passage
from knowledge.text import readable, sentences


def excerpt(passage: Passage, question: str, limit: int) -> str:  # noqa: ARG001
    """The beginning of the passage, whole sentences, at most about `limit` characters."""
    text = readable(passage.text)
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        if kept and len(kept) + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return kept
