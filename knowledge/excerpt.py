"""The part of a passage that answers, short enough for the channel: whole sentences and list items, in their own order."""

from __future__ import annotations

import re

from knowledge.language import detect
from knowledge.model import Passage
from knowledge.text import sentences
from knowledge.words import pieces, tokens

ELLIPSIS = " …"
_ASKS_NUMBER = re.compile(
    r"\b(?:when|what time|how (?:much|many|long|late|old|often)|hours|cost|fee|phone|cu[aá]ndo|cu[aá]nt[oa]s?|horario|tel[eé]fono|quand|combien|quando|quanto|wann|wie viel|wieviel)\b|[多几幾]少?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\+?\d[\d ()-]{5,}\d")


def excerpt(passage: Passage, question: str, limit: int) -> str:
    """At most `limit` characters of the passage: all of it if it fits, else the sentences nearest to the question.

    A sentence is only cut when not even one fits, and then between words and never inside a link, an e-mail address or a
    telephone number. Words left out between two sentences leave " …" behind.
    """
    text = passage.text.strip()
    if len(text) <= limit:
        return text
    units = [unit for line in text.split("\n") for unit in _units(line)]
    scores = _scores([unit for unit, _ in units], question, passage)
    begins = _is_its_heading(question, passage)
    best = 0 if begins else max(range(len(units)), key=lambda at: (scores[at], -at))
    chosen = _grow(units, scores, best, limit)
    return _joined(units, chosen) if chosen else cut(units[best][0], limit)


def cut(text: str, limit: int) -> str:
    """`text` ended within `limit` characters, between words and outside addresses; empty when not one word fits."""
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    if room <= 0:
        return ""
    end = room
    if not text[end].isspace():
        start_of_word = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = end if start_of_word < 0 and _unspaced(text[:end]) else max(start_of_word, 0)
    for address in _ADDRESS.finditer(text):
        if address.start() < end < address.end():
            end = address.start()
    kept = text[:end].rstrip(" \n,;:–-(（")
    return f"{kept}{ELLIPSIS}" if kept else ""


def _unspaced(text: str) -> bool:
    return not re.search(r"[A-Za-z0-9]{30}", text) and ord(text[-1]) > 0x2E80


def _units(line: str) -> list[tuple[str, bool]]:
    """The sentences of a line, each with whether it begins a line; list items and table rows stay whole."""
    if re.match(r"- |\d{1,3}[.)] ", line):
        return [(line, True)]
    return [(sentence, at == 0) for at, sentence in enumerate(sentences(line))]


def _scores(units: list[str], question: str, passage: Passage) -> list[float]:
    """How much of the question each unit holds; words of few units count most, words of the title least."""
    language = passage.language
    asked_in = detect(question, language)
    wanted = set(tokens(question, asked_in)) | set(tokens(question, language))
    parts = set(pieces(question, asked_in))
    subject = set(tokens(passage.title, language))
    held = [set(tokens(unit, language)) for unit in units]
    weight = {
        stem: (0.4 if stem in subject else 1.0) / max(sum(stem in other for other in held), 1)
        for stem in wanted
    }
    wants_number = bool(_ASKS_NUMBER.search(question))
    return [
        sum(weight[stem] for stem in wanted & stems)
        + 0.5 * len(parts & set(pieces(unit, language))) / max(len(parts), 1)
        + (1.0 if wants_number and re.search(r"\d", unit) else 0.0)
        for unit, stems in zip(units, held, strict=True)
    ]


def _is_its_heading(question: str, passage: Passage) -> bool:
    """Whether the question is the passage's own heading in other words: then its first sentence begins the answer."""
    wanted = set(tokens(question, passage.language))
    heading = set(tokens(passage.headings[-1], passage.language)) if passage.headings else set()
    return bool(wanted) and len(wanted & heading) >= 0.8 * len(wanted | heading)


def _grow(units: list[tuple[str, bool]], scores: list[float], best: int, limit: int) -> list[int]:
    """The best unit, then what follows and precedes it, then the next best, as long as all fits."""
    chosen: list[int] = []
    neighbours = [best, best + 1, best - 1]
    others = sorted(range(len(units)), key=lambda at: (-scores[at], at))
    for at in [*neighbours, *(other for other in others if scores[other] > 0)]:
        if 0 <= at < len(units) and at not in chosen and len(_joined(units, sorted([*chosen, at]))) <= limit:
            chosen = sorted([*chosen, at])
        elif not chosen:
            return []
    return chosen


def _joined(units: list[tuple[str, bool]], chosen: list[int]) -> str:
    text = ""
    for before, at in zip([None, *chosen], chosen, strict=False):
        unit, begins_line = units[at]
        if before is not None and at != before + 1:
            text += ELLIPSIS
        text += ("" if before is None else "\n" if begins_line else " ") + unit
    return text
