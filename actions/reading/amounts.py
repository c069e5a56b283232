"""Sizes and counts as people say them: "about two feet", "like a basketball", "huge", "a couple"; and which choice of a scale they fall on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from actions.reading.readers import word_table
from actions.reading.words import plain_text
from core.texts import (
    UNSPACED,
    Texts,
    any_of_phrases,
    fold_text,
    han_figures,
    is_unspaced,
    phrases_expression,
)

FEW_WORDS = 4
"""Up to so many words, a thing that is named is what a size is compared with; in more it may be anything."""
BEYOND, SHORT_OF = 1.25, 0.75
"""What "bigger than" and "smaller than" make of a size: enough to fall on the next step of a scale."""
FEWEST_STEPS = 2
FEW_TOLD = 6
"""Up to so many words, a size is said of what the text is about; in more it has to stand beside a word for that."""
NEAR_NOUN = 2
"""Words between a size and the word that it is said of."""


class Rank(IntEnum):
    """A size without a measure."""

    SMALL = 0
    MEDIUM = 1
    LARGE = 2


RANKS = {Rank.SMALL: "amounts.small", Rank.MEDIUM: "amounts.medium", Rank.LARGE: "amounts.large"}


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """A choice on a scale: its place among the choices, and up to how many centimeters it goes, `open_end` without end."""

    at: int
    upper: float
    is_below: bool = False
    open_end: bool = False

    def holds(self, size: float) -> bool:
        """Whether this size falls on it, when it is not on an earlier one."""
        return self.open_end or (size < self.upper if self.is_below else size <= self.upper)


class AmountReader:
    """Reads amounts with the words of all languages. Make it once."""

    def __init__(self, texts: Texts) -> None:
        self._units = _measures(texts.words_of_all("amounts.units"))
        self._things = _measures(texts.words_of_all("amounts.things"))
        numbers = word_table((*texts.words_of_all("words.numbers"), *texts.words_of_all("words.articles")))
        self._numbers = numbers
        self._scales: dict[tuple[str, ...], list[ScaleStep]] = {}
        self._counts = word_table(texts.words_of_all("amounts.counts"))
        self._find_count = phrases_expression(tuple(self._counts))
        self._find_thing = phrases_expression(tuple(self._things))
        self._many, self._like, self._half, self._more, self._less = (
            phrases_expression(tuple(map(plain_text, texts.words_of_all(key))))
            for key in ("amounts.many", "amounts.like", "amounts.half", "amounts.more", "amounts.less")
        )
        self._ranks = {
            rank: phrases_expression(
                tuple(map(plain_text, texts.words_of_all(f"amounts.{rank.name.lower()}")))
            )
            for rank in Rank
        }
        self._told = _ToldWords(texts, self._things)
        either = (*texts.words_of_all("words.and"), *texts.words_of_all("amounts.between"))
        self._not = phrases_expression(tuple(map(plain_text, texts.words_of_all("amounts.negated"))))
        self._between = any_of_phrases(map(plain_text, either))
        self._length = re.compile(
            rf"(?:(?P<number>\d+(?:[.,]\d+)?|{any_of_phrases(numbers)})\s*)?"
            rf"(?P<half>{self._half.pattern})?\s*(?P<unit>{any_of_phrases(self._units)})"
        )

    def length_in(self, text: str) -> float | None:
        """Centimeters that a text tells, in units or as a thing that is as big; None when it tells none."""
        words = re.sub(r"(\d)(?=[^\W\d])", r"\1 ", plain_text(han_figures(fold_text(text))))
        told = [length for match in self._length.finditer(words) if (length := self._length_of(match))]
        if told:
            return max(told)
        thing = self._find_thing.search(words)
        is_few = len(words.split()) <= FEW_WORDS and not re.search(f"[{UNSPACED}]{{8,}}", words)
        if not thing or not (is_few or self._like.search(words)):
            return None
        size = self._things[_known_word(thing[0], self._things)]
        if self._less.search(words):
            return size * SHORT_OF
        return size * BEYOND if self._more.search(words) else size

    def rank_in(self, text: str) -> Rank | None:
        """Small, medium or large, as a text says; "not that big" is in between."""
        words = plain_text(text)
        said = {rank for rank, expression in self._ranks.items() if expression.search(words)}
        if not said:
            return None
        return next(iter(said)) if len(said) == 1 and not self._not.search(words) else Rank.MEDIUM

    def choose_step(self, text: str, labels: Sequence[str]) -> int | None:
        """The place of the label on which the size in a text falls, where the labels make a scale; else None."""
        if (steps := self._scales.get(tuple(labels))) is None:
            steps = self._scales[tuple(labels)] = self._steps(labels)
        if len(steps) < FEWEST_STEPS:
            return self._choose_rank(text, labels)
        size = self.length_in(text)
        if size is not None:
            return next((step.at for step in steps if step.holds(size)), steps[-1].at)
        rank = self.rank_in(text)
        if rank is None:
            return None
        at = {Rank.SMALL: 0, Rank.MEDIUM: (len(steps) - 1) // 2, Rank.LARGE: len(steps) - 1}[rank]
        return steps[at].at

    def without_references(self, text: str) -> str:
        """The words of a text without what only says where something is ("near the big tree")."""
        return self._told.without_references(text)

    def tells_length(self, text: str) -> bool:
        """Whether a text tells a length, or something that a size is compared with."""
        return self._told_length(self._told.without_references(text)) is not None

    def choose_told_step(self, text: str, labels: Sequence[str], nouns: Collection[str]) -> int | None:
        """As `choose_step`, of a text that tells other things too. Where something is, how far from where, and that it is growing are no sizes;
        `nouns` are the words for what the size is said of.
        """
        words = self._told.without_references(text)
        if length := self._told_length(words):
            return self.choose_step(f"{max(round(length), 1)} cm", labels)
        rank = self._told.rank_in(words, self._ranks, self._not, nouns)
        return None if rank is None else self.choose_step(self._told.word_for(rank), labels)

    def _told_length(self, words: str) -> float | None:
        """Centimeters that are surely a size: a length that is no distance, or something that a size is compared with."""
        said = re.sub(r"(\d)(?=[^\W\d])", r"\1 ", han_figures(words))
        lengths = [
            length
            for match in self._length.finditer(said)
            if not self._told.is_distance(said, match) and (length := self._length_of(match))
        ]
        compared = self._told.compared.search(words)
        if lengths or not compared:
            return max(lengths, default=None)
        return self.length_in(compared[0])

    def count_in(self, text: str) -> float | None:
        """A count that is said in a word ("a dozen"), or the larger of two ("5 or 6"); None when it is neither."""
        folded = fold_text(text)
        words = plain_text(han_figures(_han_either(folded)))
        if _han_either(folded) != folded and (told := re.search(r"\d+", words)):
            return float(told[0])
        number = rf"(\d+|{any_of_phrases(self._numbers)})"
        pair = re.search(rf"{number}\s*(?:{self._between}|-|,)\s*{number}", words)
        if pair:
            return max(self._value_of(pair[1]), self._value_of(pair[2]))
        found = self._find_count.search(words)
        return self._counts[_known_word(found[0], self._counts)] if found else None

    def says_many(self, text: str) -> bool:
        """Whether a text says that there are many, without a number."""
        return self._many.search(plain_text(text)) is not None

    def _choose_rank(self, text: str, labels: Sequence[str]) -> int | None:
        """The only label of the size that a text says, where labels are called by their size."""
        rank = self.rank_in(text)
        same = [at for at, label in enumerate(labels) if rank is not None and self.rank_in(label) is rank]
        return same[0] if len(same) == 1 else None

    def _steps(self, labels: Sequence[str]) -> list[ScaleStep]:
        """The labels that tell a size, from the smallest on; none when two go as far."""
        steps = []
        for at, label in enumerate(labels):
            words = plain_text(label)
            thing = self._find_thing.search(words)
            size = self._things[_known_word(thing[0], self._things)] if thing else self.length_in(label)
            if size is not None:
                is_below = self._less.search(words) is not None
                steps.append(
                    ScaleStep(at, size, is_below, not is_below and self._more.search(words) is not None)
                )
        ordered = sorted(steps, key=lambda step: (step.open_end, step.upper))
        ends = {(step.open_end, step.upper) for step in ordered}
        return ordered if len(ends) == len(ordered) else []

    def _length_of(self, match: re.Match[str]) -> float | None:
        if not (match["number"] or match["half"]):
            return None
        number = self._value_of(match["number"]) if match["number"] else 0
        if match["half"]:
            number = 0.5 if number <= 1 else number
        return number * self._units[_known_word(match["unit"], self._units)]

    def _value_of(self, said: str) -> float:
        if said[0].isdecimal():
            return float(said.replace(",", "."))
        return float(self._numbers[_known_word(said, self._numbers)])


class _ToldWords:
    """The words by which a size is known among other things that a text tells."""

    def __init__(self, texts: Texts, things: Iterable[str]) -> None:
        def listed(*keys: str) -> str:
            return any_of_phrases(
                plain_text(word) for key in keys for word in texts.words_of_all(f"amounts.{key}")
            )

        beside = tuple(map(plain_text, texts.words_of_all("amounts.beside")))
        behind = any_of_phrases(word for word in beside if not is_unspaced(word[0]))
        before = any_of_phrases(word for word in beside if is_unspaced(word[0]))
        self._reference = re.compile(rf"(?:{behind})(?:\s+\S+){{1,3}}|[{UNSPACED}]{{0,4}}(?:{before})")
        self._away = re.compile(rf"\s*(?:{listed('away')})")
        self._away_before = re.compile(rf"(?:{listed('away_before')})\s*$")
        self._growing = re.compile(listed("growing"))
        articles = any_of_phrases(word_table(texts.words_of_all("words.articles")))
        alike = listed("like", "more", "less")
        self.compared = re.compile(rf"(?:{alike})\s*(?:(?:{articles})\s+)?(?:{any_of_phrases(things)})")
        self._small = {rank: plain_text(texts.words_of_all(key)[0]) for rank, key in RANKS.items()}

    def without_references(self, text: str) -> str:
        """The words of a text without what only says where something is."""
        return self._reference.sub(" ", plain_text(text))

    def is_distance(self, words: str, length: re.Match[str]) -> bool:
        """Whether a length says how far away something is."""
        is_behind = self._away.match(words, length.end()) is not None
        return is_behind or self._away_before.search(words[: length.start()]) is not None

    def word_for(self, rank: Rank) -> str:
        """A word that says this size."""
        return self._small[rank]

    def rank_in(
        self,
        words: str,
        ranks: Mapping[Rank, re.Pattern[str]],
        denied: re.Pattern[str],
        nouns: Collection[str],
    ) -> Rank | None:
        """The one size that is said of what the text is about; "not that big" is in between."""
        said = self._growing.sub(" ", words)
        found = {
            rank: match
            for rank, expression in ranks.items()
            for match in expression.finditer(said)
            if _is_whole(match[0]) and _is_said_of(said, match, nouns)
        }
        if len(found) != 1:
            return Rank.MEDIUM if Rank.MEDIUM in found else None
        ((rank, match),) = found.items()
        before = " ".join(said[: match.start()].split()[-NEAR_NOUN:])
        return Rank.MEDIUM if denied.search(before) else rank


def _is_whole(word: str) -> bool:
    """A single sign of a script without spaces may be a part of any word."""
    return len(word) > 1 or not is_unspaced(word)


def _is_said_of(words: str, size: re.Match[str], nouns: Collection[str]) -> bool:
    """Whether a size is said of what a text is about: there is little else in it, or a word for that stands beside the size."""
    if len(words.split()) <= FEW_TOLD:
        return True
    near = NEAR_NOUN + 1
    beside = [*words[: size.start()].split()[-near:], *words[size.end() :].split()[:near]]
    return not set(nouns).isdisjoint(beside)


def _measures(entries: Iterable[str]) -> dict[str, float]:
    return {plain_text(word): float(size) for word, _, size in (entry.partition("=") for entry in entries)}


def _known_word(found: str, known: Iterable[str]) -> str:
    """The word that was found, without what Arabic writes together with it."""
    words = set(known)
    return found if found in words else max((word for word in words if found.endswith(word)), key=len)


def _han_either(text: str) -> str:
    """Two Chinese numbers in a row ("three or four") as the larger one."""
    digits = "一二两三四五六七八九"
    return re.sub(rf"(?<![{digits}])[{digits}]([{digits}])(?=[个個只条人])", r"\1", text)
