"""Places in words: an address as it is written there, and the same without somebody's door."""

from __future__ import annotations

import re
from collections.abc import Sequence

from city.places.addresses import read_name
from city.places.sentence import SIGNS
from city.places.tokens import Token, tokenize, without_apartments
from city.places.words import FILES, KINDS, KINDS_BEFORE, NUMBER_WORDS

_BESIDE_NUMBER = NUMBER_WORDS | SIGNS
_WITH_LETTER = re.compile(r"\d+[a-z]")
_NEAR = [
    re.compile(re.escape(words["labels"]["near"]).replace(r"\{address\}", "(.+)")) for words in FILES.values()
]


def address_label(street: str, number: str) -> str:
    """As it is written there: `12 Mill Road`, but `Calle de la Paz 30`."""
    first = tokenize(street)[0].word
    return f"{street} {number}" if first in KINDS_BEFORE else f"{number} {street}"


def street_and_number(label: str) -> tuple[str, int | None]:
    """What `address_label` put together; no number where the label is a street alone."""
    if match := re.fullmatch(r"(\d+)[A-Za-z]? (.+)|(.+) (\d+)[A-Za-z]?", label):
        return match[2] or match[3], int(match[1] or match[4])
    return label, None


def without_door(label: str) -> str:
    """A place without house number and apartment, as far from a person as its street: `near 12 Mill Road` is Mill Road."""
    label = _address_in(label.strip())
    every = tokenize(label)
    tokens = without_apartments(every)
    kept = _without_last_number(tokens[_past_first_number(tokens) :])
    if not kept or len(kept) == len(every):
        return label
    return label[kept[0].start : kept[-1].end]


def _address_in(label: str) -> str:
    """What a shared position is near."""
    return next((near[1] for pattern in _NEAR if (near := pattern.fullmatch(label))), label)


def _past_first_number(tokens: Sequence[Token]) -> int:
    """How many tokens are the house number before a street; none in `5 Avenue`, whose name it is."""
    end = 0
    while end < len(tokens) and (_is_door(tokens[end]) or tokens[end].word in _BESIDE_NUMBER):
        end += 1
    is_number = any(map(_is_door, tokens[:end]))
    is_name = len(tokens) == end + 1 and tokens[end].word in KINDS
    return end if is_number and end < len(tokens) and not is_name else 0


def _is_door(token: Token) -> bool:
    """Whether this is a house number, also one with a letter that no street of a map would have: `12F`."""
    return token.is_number or _WITH_LETTER.fullmatch(token.word) is not None


def _without_last_number(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the house number behind a street; where streets cross it would be a street's own."""
    if len(tokens) < 3 or not _is_door(tokens[-1]):
        return tokens
    end = len(tokens) - 1
    while tokens[end - 1].word in _BESIDE_NUMBER:
        end -= 1
    if any(token.word in SIGNS for token in tokens[:end]):
        return tokens
    street = read_name(tokens[:end]) if end > 1 else None
    return tokens[:end] if street and street.typed else tokens
