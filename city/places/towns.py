"""Other towns in a text: `40 Main Street in Riverton` is no place of this city, whatever streets it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from city.places.addresses import joined_words
from city.places.tokens import Token, tokenize
from city.places.words import COMMON_WORDS, INSIDE, KNOWN, SMALL_WORDS
from city.places.words.folding import fold_name
from city.records.model import Place, Street

_STATE_OR_CODE = re.compile(r"[a-z]{2}|\d{5}")
LONGEST_NAME = 3
"""Words in the longest name of a town that is looked for."""
SHORTEST = 4
"""Letters from which a word in small letters may be the name of a town."""


class TownReader:
    """Knows the words of the city's own names, so that what is none of them behind an address may be another town."""

    def __init__(self, own: str, streets: Iterable[Street], places: Iterable[Place]) -> None:
        names = [own, *(name for street in streets for name in (street.name, *street.aliases))]
        for place in places:
            names += [
                place.address,
                *place.name.values(),
                *(one for each in place.aliases.values() for one in each),
            ]
        self._known = {token.word for name in names for token in tokenize(name)}
        self._own = joined_words(tokenize(own))

    def other_town(self, text: str, tokens: Sequence[Token], end: int) -> str:
        """The name of another town behind an address that ends with token `end`; empty where none is named."""
        if not self._own or self._own in fold_name(text).replace(" ", "") or end >= len(tokens):
            return ""
        if tokens[end].word in INSIDE:
            name = self._unknown_words(tokens, end + 1)
            return _written(text, name) if _is_town(text, name) else ""
        name = self._unknown_words(tokens, end) if tokens[end].comma else []
        return _written(text, name) if name and _is_code(tokens, end + len(name)) else ""

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
    """Whether a state or a postal code stands there."""
    return index < len(tokens) and bool(_STATE_OR_CODE.fullmatch(tokens[index].number or tokens[index].word))


def _written(text: str, name: Sequence[Token]) -> str:
    return text[name[0].start : name[-1].end] if name else ""
