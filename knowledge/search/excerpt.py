"""The part of a passage that answers, short enough for the channel: whole sentences and list items, in their own order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from knowledge.base.language import detect_language
from knowledge.base.model import Passage
from knowledge.base.text import split_sentences
from knowledge.index.word_index import letter_pieces, word_tokens

ELLIPSIS = " …"
FOLLOWING = 3
"""Sentences that are shown after the best, whatever they say."""
NEARLY = 0.5
"""Share of the best sentence's score from which another is shown, too. Both measured with `benchmarks/excerpts.py`."""
_ITEM = re.compile(r"- |\d{1,3}[.)] ")
_LOOSE = " \n,;:–-(（"
_ASKS_NUMBER = re.compile(
    r"\b(?:when|what time|how (?:much|many|long|late|old|often)|hours|cost|fee|phone|cu[aá]ndo|cu[aá]nt[oa]s?|horario|tel[eé]fono|quand|combien|quando|quanto|wann|wie viel|wieviel)\b|[多几幾]少?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\+?\d[\d ()-]{5,}\d")
_PRICE = re.compile(r"[\s(]*(?:[A-Z]{0,3}[$€£¥]\s?)?\d")
_CLAUSE_END = re.compile(r"[;.!?,،؛](?=\s+\S)")


Fits = Callable[[str], bool]
"""Whether a text has room where it will be shown; whatever is longer than a text without room has none either."""
Unit = tuple[str, bool]
"""A sentence, and whether it begins a line."""


def within_limit(limit: int) -> Fits:
    """Room for `limit` characters."""
    return lambda text: len(text) <= limit


def make_excerpts(passage: Passage, question: str, fits: Fits) -> list[str]:
    """The passage in pieces that each fit: first the sentences nearest to the question, then what is left, in its own order.

    A sentence is only cut when it does not fit alone, and then between words and never inside a link, an e-mail address or a
    telephone number. Words left out leave " …" behind. Empty when not even one word fits.
    """
    text = passage.text.strip()
    if fits(text):
        return [text]
    units = [unit for line in text.split("\n") for unit in _line_units(line)]
    scores = _smoothed_scores(_unit_scores([unit for unit, _ in units], question, passage))
    begins = _is_its_heading(question, passage)
    best = 0 if begins else max(range(len(units)), key=lambda at: (scores[at], -at))
    chosen = _grow_excerpt(units, scores, best, fits)
    if chosen:
        left = [at for at in range(len(units)) if at not in chosen]
        return [_joined_units(units, chosen), *_packed_units(units, left, fits)]
    begun, remainder = _divided_text(units[best][0], fits)
    units[best] = (remainder, units[best][1])
    left = [at for at in range(len(units)) if units[at][0]]
    return [piece for piece in (begun, *_packed_units(units, left, fits)) if piece]


def _packed_units(units: list[Unit], left: list[int], fits: Fits) -> Iterator[str]:
    """These units in as few pieces as their order allows; a line that introduces another goes along with it."""
    held: list[int] = []
    for at in left:
        if fits(_joined_units(units, [*held, at])):
            held.append(at)
            continue
        goes_along = _is_introduced(units, held, at) and fits(_joined_units(units, [at - 1, at]))
        before = [held.pop()] if goes_along else []
        if held:
            yield _joined_units(units, held)
        held = [*before, at] if fits(units[at][0]) else []
        if not held:
            yield from _text_pieces(units[at][0], fits)
    if held:
        yield _joined_units(units, held)


def _is_introduced(units: list[Unit], held: list[int], at: int) -> bool:
    """Whether the last of several that are held stands right before this unit and introduces it."""
    return len(held) > 1 and held[-1] == at - 1 and _introduces_next(units[at - 1])


def _introduces_next(unit: Unit) -> bool:
    return unit[0].endswith((":", "："))


def _text_pieces(text: str, fits: Fits) -> Iterator[str]:
    while text:
        piece, text = _divided_text(text, fits)
        if piece:
            yield piece


def cut_text(text: str, fits: Fits) -> str:
    """`text` ended where there is room, between words and outside addresses; empty when not one word fits."""
    return _divided_text(text, fits)[0]


def _divided_text(text: str, fits: Fits) -> tuple[str, str]:
    """What of `text` fits, and what remains; both empty when not one word fits."""
    if fits(text):
        return text, ""
    end = bisect_left(range(len(text)), x=True, key=lambda at: not fits(text[:at] + ELLIPSIS)) - 1
    if end <= 0:
        return "", ""
    if not text[end].isspace():
        start_of_word = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = end if start_of_word < 0 and _is_unspaced(text[:end]) else max(start_of_word, 0)
    for address in _ADDRESS.finditer(text):
        if address.start() < end < address.end():
            end = address.start()
    kept = _ends_before_no_price(text, end).rstrip(_LOOSE)
    return (f"{kept}{ELLIPSIS}", text[len(kept) :].lstrip(" \n,;:")) if kept else ("", "")


def _ends_before_no_price(text: str, end: int) -> str:
    """The beginning of `text` up to `end`; where a price or number follows, what names it goes along with it into the next piece."""
    if not _PRICE.match(text, end) or text[end - 1].isdecimal():
        return text[:end]
    clauses = list(_CLAUSE_END.finditer(text, 0, end))
    return text[: clauses[-1].start() + 1] if clauses else text[:end]


def _is_unspaced(text: str) -> bool:
    return not re.search(r"[A-Za-z0-9]{30}", text) and ord(text[-1]) > 0x2E80


def _line_units(line: str) -> list[Unit]:
    """The sentences of a line, each with whether it begins a line; list items and table rows stay whole."""
    if _ITEM.match(line):
        return [(line, True)]
    return [(sentence, at == 0) for at, sentence in enumerate(split_sentences(line))]


def _unit_scores(units: list[str], question: str, passage: Passage) -> list[float]:
    """How much of the question each unit holds; words of few units count most, words of the title least."""
    language = passage.language
    asked_in = detect_language(question, language)
    wanted = set(word_tokens(question, asked_in)) | set(word_tokens(question, language))
    parts = set(letter_pieces(question, asked_in))
    subject = set(word_tokens(passage.title, language))
    held = [set(word_tokens(unit, language)) for unit in units]
    weight = {
        stem: (0.4 if stem in subject else 1.0) / max(sum(stem in other for other in held), 1)
        for stem in wanted
    }
    wants_number = bool(_ASKS_NUMBER.search(question))
    return [
        sum(weight[stem] for stem in wanted & stems)
        + 0.5 * len(parts & set(letter_pieces(unit, language))) / max(len(parts), 1)
        + (1.0 if wants_number and re.search(r"\d", unit) else 0.0)
        for unit, stems in zip(units, held, strict=True)
    ]


def _is_its_heading(question: str, passage: Passage) -> bool:
    """Whether the question says what the passage's heading and title say: then its first sentence begins the answer."""
    if not passage.headings:
        return False
    wanted, heading, title = (
        set(word_tokens(text, passage.language)) for text in (question, passage.headings[-1], passage.title)
    )
    told = len(wanted & (heading | title)) >= 0.8 * len(wanted)
    return told and 0 < len(heading) <= 2 * len(wanted & heading)


def _smoothed_scores(scores: list[float]) -> list[float]:
    """Scores with half of the neighbours': sentences that answer stand together."""
    around = [0.0, *scores, 0.0]
    return [score + (around[at] + around[at + 2]) / 2 for at, score in enumerate(scores)]


def _grow_excerpt(units: list[Unit], scores: list[float], best: int, fits: Fits) -> list[int]:
    """The best unit with the line that introduces it, then what follows, then those nearly as good, as long as all fits."""
    chosen: list[int] = []
    introduces = [best - 1] if best and _ITEM.match(units[best][0]) else []
    others = sorted(range(len(units)), key=lambda at: (-scores[at], at))
    nearly = [at for at in others if scores[at] >= NEARLY * scores[best] > 0]
    for at in [best, *introduces, *range(best + 1, min(best + 1 + FOLLOWING, len(units))), *nearly]:
        if at not in chosen and fits(_joined_units(units, sorted([*chosen, at]))):
            chosen = sorted([*chosen, at])
        elif not chosen:
            return []
    return _with_what_they_introduce(units, chosen)


def _with_what_they_introduce(units: list[Unit], chosen: list[int]) -> list[int]:
    """Without the lines that introduce something for which there is no room, as long as something else is left."""
    kept = [at for at in chosen if at + 1 in chosen or not _introduces_next(units[at])]
    return kept or chosen


def _joined_units(units: list[Unit], chosen: list[int]) -> str:
    text = ""
    for before, at in zip([None, *chosen], chosen, strict=False):
        unit, begins_line = units[at]
        if before is not None and at != before + 1:
            text += ELLIPSIS
        text += ("" if before is None else "\n" if begins_line else " ") + unit
    return text
