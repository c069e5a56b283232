"""Other towns in a text: `40 Main Street in Riverton` is no place of this city, whatever streets it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from city.places.addresses import joined_words
from city.places.tokens import Token, tokenize
from city.places.words import COMMON_WORDS, INSIDE, KINDS, KNOWN, SMALL_WORDS
from city.places.words.folding import fold_name
from city.records.model import Place, Street
from core.languages import locale_of
from core.texts import load_texts

_STATE_OR_CODE = re.compile(r"[a-z]{2}|\d{5}")
_WORD = re.compile(r"[^\W\d_]+")
_APART = str.maketrans(dict.fromkeys("'’´", " "))
LONGEST_NAME = 3
"""Words in the longest name of a town that is looked for."""
SHORTEST = 4
"""Letters from which a word in small letters may be the name of a town."""


class TownReader:
    """Knows the words of the city's own names, so that what is none of them behind an address may be another town.

    `neighbours` are towns that people name without saying "in": found in small letters too, and though a street here is called so.
    `words` are what the city speaks of, such as the names of its services; they are no town's, whatever their letters.
    """

    def __init__(
        self,
        own: str,
        streets: Iterable[Street],
        places: Iterable[Place],
        neighbours: Iterable[str] = (),
        words: Iterable[str] = (),
    ) -> None:
        names = [own, *(name for street in streets for name in (street.name, *street.aliases))]
        for place in places:
            names += [
                place.address,
                *place.name.values(),
                *(one for each in place.aliases.values() for one in each),
            ]
        self._known = {token.word for name in names for token in tokenize(name)}
        self._own = joined_words(tokenize(own))
        self._neighbours = {tuple(token.word for token in tokenize(name)) for name in neighbours}
        self._said = self._known | words_in(words)

    def other_town(self, text: str, tokens: Sequence[Token], end: int, *, is_address: bool = False) -> str:
        """The name of another town behind a place that ends with token `end`; empty where none is named.

        Behind a house number with its street, or a crossing (`is_address`), a name that is nothing here may be one by itself.
        """
        if not self._own or self._own in fold_name(text).replace(" ", "") or end >= len(tokens):
            return ""
        inside = tokens[end].word in INSIDE
        if neighbour := self._neighbour(tokens, end + inside):
            return _written(text, neighbour)
        if inside:
            name = self._unknown_words(tokens, end + 1)
            return _written(text, name) if _is_town(text, name) else ""
        if name := self._name_with_state(tokens, end) if tokens[end].comma else []:
            return _written(text, name)
        return _written(text, self._bare_name(text, tokens, end)) if is_address else ""

    def _name_with_state(self, tokens: Sequence[Token], start: int) -> list[Token]:
        """A name behind a comma with a state or a postal code behind it."""
        name = self._unknown_words(tokens, start)
        return name if name and _is_code(tokens, start + len(name)) else []

    def _neighbour(self, tokens: Sequence[Token], start: int) -> list[Token]:
        """The town around the city that is named there, unless it goes on as a street's name: `Riverton Avenue`."""
        for length in range(LONGEST_NAME, 0, -1):
            name = list(tokens[start : start + length])
            is_ours = tuple(token.word for token in name) not in self._neighbours
            if is_ours or len(name) < length or any(token.breaks for token in name):
                continue
            following = tokens[start + length] if start + length < len(tokens) else None
            return [] if following and not following.breaks and following.word in KINDS else name
        return []

    def _bare_name(self, text: str, tokens: Sequence[Token], start: int) -> list[Token]:
        """Words with capitals that are nothing here and end what is said, all of it where they stand behind a comma; nothing where
        capitals tell nothing.
        """
        first = tokens[start]
        name = [] if first.breaks or text.isupper() else self._unknown_words(tokens, start)
        end = start + len(name)
        ends_part = end >= len(tokens) or _is_code(tokens, end)
        closes = ends_part or (not first.comma and (tokens[end].breaks or tokens[end].comma))
        is_name = closes and all(token.capital and not self._may_be_said(token.word) for token in name)
        return name if is_name else []

    def _may_be_said(self, word: str) -> bool:
        """Whether a word is one of the city's or an everyday one, with a slip of one letter."""
        if len(word) < SHORTEST or word in COMMON_WORDS | everyday_words() | self._said:
            return True
        return process.extractOne(word, self._said, scorer=OSA.distance, score_cutoff=1) is not None

    def _unknown_words(self, tokens: Sequence[Token], start: int) -> list[Token]:
        """The words from `start` on that nothing here is called by, up to the end of what they are a part of."""
        name: list[Token] = []
        for index in range(start, min(start + LONGEST_NAME, len(tokens))):
            token = tokens[index]
            if name and (token.breaks or token.comma or _is_code(tokens, index) or token.word in SMALL_WORDS):
                break
            if token.is_number or token.word in self._known or _is_ordinary(token):
                return []
            name.append(token)
        return name


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Every word of some texts, folded; `l'arbre` as `larbre` and as `arbre`. A tenth of the time of reading each as a place."""
    said = " ".join(texts)
    return frozenset(_WORD.findall(fold_name(f"{said} {said.translate(_APART)}")))


@cache
def everyday_words() -> frozenset[str]:
    """What the catalogue says and listens for, days and months: no names of towns, in any language, though they have capitals."""
    texts = load_texts()
    locales = [locale_of(language) for language in texts.languages]
    named = [kind["format"]["wide"] for each in locales for kind in (each.days, each.months)]
    said = [sentence for sentences in texts.sentences.values() for sentence in sentences.values()]
    said += [word for lists in texts.lists.values() for words in lists.values() for word in words]
    return words_in([*said, *(name for each in named for name in each.values())])


def _is_ordinary(token: Token) -> bool:
    """Whether it is one of the words for places; with a capital, an everyday word may begin a name: New Haven."""
    return token.word in KNOWN | SMALL_WORDS and not (token.capital and token.word in COMMON_WORDS)


def _is_town(text: str, name: Sequence[Token]) -> bool:
    """Whether it is written as a name; in a text without capitals, whether it is one longer word."""
    if not name:
        return False
    if all(token.capital for token in name):
        return True
    return text == text.lower() and len(name) == 1 and len(name[0].word) >= SHORTEST


def _is_code(tokens: Sequence[Token], index: int) -> bool:
    """Whether a state or a postal code stands there: `ny`, `IN` and `12550`, but not `in` or `is`."""
    if index >= len(tokens) or not _STATE_OR_CODE.fullmatch(tokens[index].number or tokens[index].word):
        return False
    token = tokens[index]
    return bool(token.number) or token.capital or token.word not in SMALL_WORDS


def _written(text: str, name: Sequence[Token]) -> str:
    return text[name[0].start : name[-1].end] if name else ""
