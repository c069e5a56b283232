"""Why a file was not read, in the reader's language: the sentences come from the library in English and are recognised by their words."""

from __future__ import annotations

import re
from functools import cache

from console.shared.visit import RequestContext
from core.texts import Texts

AREA = "reasons."


def in_words(visit: RequestContext, reason: str) -> str:
    """The reason in this person's language; as it is where nobody knows it."""
    if not reason or visit.language == visit.pages.texts.fallback:
        return reason
    found = recognised(visit.pages.texts, reason)
    return visit.say(found[0], **found[1]) if found else reason


def recognised(texts: Texts, reason: str) -> tuple[str, dict[str, str]] | None:
    """The key of a reason in the catalogue, and what stands in its places."""
    for key, pattern in _patterns(tuple(texts.sentences[texts.fallback].items())):
        if match := pattern.fullmatch(reason):
            return key, match.groupdict()
    return None


@cache
def _patterns(sentences: tuple[tuple[str, str], ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(key, _pattern(sentence)) for key, sentence in sentences if key.startswith(AREA)]


def _pattern(sentence: str) -> re.Pattern[str]:
    escaped = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence))
    return re.compile(escaped)
