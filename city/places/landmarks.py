"""Landmarks named in a text: by name, by one of their other names, or as the only library, park or school there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from city.places.addresses import joined_words
from city.places.names import NameIndex, letters_allowed
from city.places.sentence import SIGNS, Sentence, name_windows
from city.places.tokens import Token, tokenize
from city.places.words import ARTICLES, COMMON_WORDS, PLACE_KINDS, SMALL_WORDS
from city.places.words.folding import fold_name
from city.records.model import Place, all_words

BY_NAME, BY_KIND, ONE_OF_KIND, VAGUE = 0.95, 0.85, 0.6, 0.55
"""How sure a landmark is: by a name, as the only one of its kind, as one of several, by likeness of the whole text."""
SHORT = 3
"""Letters up to which a word is like too many others."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A landmark that tokens `start` to `end` may mean. `exact`: without a wrong letter."""

    start: int
    end: int
    place: Place
    score: float
    exact: bool = True


class Landmarks:
    """The city's places, found by name."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)
        named = [(text, place) for place in places for text in _landmark_names(place)]
        self._index = NameIndex(
            (joined_words(tokens), (place, _content_words(tokens)))
            for tokens, place in ((tokenize(text), place) for text, place in named)
        )
        self._texts = [fold_name(text) for text, _ in named]
        self._owners = [place for _, place in named]
        self._kinds: dict[str, list[Place]] = {}
        for place in places:
            for form in _kind_forms(place):
                self._kinds.setdefault(form, []).append(place)

    def read(self, tokens: Sequence[Token], strict: bool) -> list[Landmark]:
        """The landmarks that a text may mean, in no order."""
        sentence = Sentence(tokens, strict)
        return [
            landmark
            for window in name_windows(tokens, _can_begin, _can_follow)
            for landmark in self._match_landmarks(sentence, *window)
        ]

    def _match_landmarks(self, sentence: Sentence, start: int, end: int) -> Iterator[Landmark]:
        tokens = sentence.tokens[start:end]
        core = joined_words(tokens)
        placed = not sentence.strict or sentence.is_placed(start, end)
        if exact := self._index.exact(core):
            if placed or _has_words(tokens):
                yield from (Landmark(start, end, place, BY_NAME) for place, _ in exact)
        elif placed and core in self._kinds:
            yield from self._of_kind(start, end, core)
        elif placed and _may_be_misspelt(core, tokens):
            yield from self._misspelt_landmarks(start, end, tokens, 0.88 if sentence.strict else 0.8)

    def _of_kind(self, start: int, end: int, kind: str) -> Iterator[Landmark]:
        """`the library` is the only one, or one of several."""
        alike = self._kinds[kind]
        score = BY_KIND if len(alike) == 1 else ONE_OF_KIND
        yield from (Landmark(start, end, place, score) for place in alike)

    def _misspelt_landmarks(
        self, start: int, end: int, tokens: Sequence[Token], at_least: float
    ) -> Iterator[Landmark]:
        for name, likeness in self._index.near(joined_words(tokens))[:2]:
            for place, content in self._index.exact(name):
                if likeness >= at_least and _word_by_word(_content_words(tokens), content):
                    yield Landmark(start, end, place, BY_NAME * likeness, exact=False)

    def guess(self, text: str, length: int) -> list[Landmark]:
        """Landmarks whose name is somehow like the whole text, for want of anything better; each shares a word of its own with it."""
        said = _telling_words(tokenize(text))
        found = process.extract(fold_name(text), self._texts, scorer=fuzz.WRatio, score_cutoff=88, limit=3)
        return [
            Landmark(0, length, self._owners[index], VAGUE)
            for name, _, index in found
            if _share_word(said, _telling_words(tokenize(name)))
        ]


def _telling_words(tokens: Sequence[Token]) -> list[str]:
    return [token.word for token in tokens if len(token.word) > SHORT and not _is_common([token])]


def _share_word(said: Sequence[str], known: Sequence[str]) -> bool:
    return any(
        OSA.distance(one, other) <= letters_allowed(min(len(one), len(other)))
        for one in said
        for other in known
    )


def _content_words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.word for token in tokens if token.word not in ARTICLES)


def _word_by_word(said: Sequence[str], known: Sequence[str]) -> bool:
    """Each word may have its own slips, but `Penstock NY` is not the Penstock Dam."""
    if len(said) != len(known):
        return OSA.distance("".join(said), "".join(known)) <= 1
    return all(
        OSA.distance(one, other) <= max(letters_allowed(max(len(one), len(other))), one[:2] == other[:2])
        for one, other in zip(said, known, strict=True)
    )


def _landmark_names(place: Place) -> list[str]:
    return list(dict.fromkeys(all_words(place.name, place.aliases)))


def _kind_forms(place: Place) -> set[str]:
    """What people call a place of its kind; one called `Town Hall` or `the hospital` is that in every language."""
    forms = set(PLACE_KINDS.get(place.kind, {place.kind.replace("_", "")}))
    called = {joined_words(tokenize(text)) for text in _landmark_names(place)}
    return forms.union(*(others for others in PLACE_KINDS.values() if called & others))


def _can_begin(token: Token) -> bool:
    return token.word not in SMALL_WORDS and token.word not in SIGNS


def _can_follow(token: Token) -> bool:
    return not token.breaks and token.word not in SIGNS


def _has_words(tokens: Sequence[Token]) -> bool:
    """Whether there are several words, articles aside."""
    return sum(token.word not in ARTICLES for token in tokens) > 1


def _may_be_misspelt(core: str, tokens: Sequence[Token]) -> bool:
    """A short word is like too many others; everyday words are themselves."""
    long_enough = len(core) >= 9 or (len(core) >= 7 and _has_words(tokens))
    return long_enough and not _is_common(tokens)


def _is_common(tokens: Sequence[Token]) -> bool:
    return all(token.word in COMMON_WORDS or token.word in SMALL_WORDS for token in tokens)
