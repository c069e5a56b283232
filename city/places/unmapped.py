"""Addresses as they stand in a text, read without a map: for a city that has no streets, and before a geocoder is asked.

Only a house number beside a street's name is believed, so that `3 weeks on Oak Street` is no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from babel.core import get_global

from city.places.addresses import StreetName, read_name
from city.places.sentence import SIGNS, Sentence, name_windows
from city.places.tokens import Token, tokenize, without_apartments
from city.places.words import (
    ABBREVIATIONS,
    AFTER_COUNT,
    APARTMENT_WORDS,
    ARTICLES,
    BEFORE_PLACE,
    BETWEEN_WORDS,
    COMMON_WORDS,
    CONNECTORS,
    DIRECTIONS,
    FILES,
    KINDS,
    KINDS_BEFORE,
    KINDS_IN_FRONT,
    PLACE_KINDS,
    SMALL_WORDS,
    STREET_THINGS,
)
from city.places.words.folding import fold_name

AMERICAN = frozenset({"US", "PR", "CA"})
"""Countries whose addresses `usaddress` reads; Canada's are written alike."""

LONGEST_NAME = 4
"""Words in the longest name of a street that is believed without a map."""

_PARTS = frozenset(
    f"StreetName{part}"
    for part in (
        "",
        "PreModifier",
        "PreDirectional",
        "PreType",
        "PostType",
        "PostDirectional",
        "PostModifier",
    )
)
_TELLING = _PARTS - {"StreetName", "StreetNamePreModifier", "StreetNamePostModifier"}
"""Parts that make a number and a name an address: `123 N Main`, `4500 Highway 61`."""

_ENGLISH_KINDS = frozenset(" ".join(FILES["en"]["kinds_after"].values()).split()) - ABBREVIATIONS.keys()
_NEVER_INSIDE = AFTER_COUNT | SIGNS | ((SMALL_WORDS | CONNECTORS | BETWEEN_WORDS | BEFORE_PLACE) - ARTICLES)
_NOT_IN_NAMES = SMALL_WORDS | AFTER_COUNT | SIGNS
_LANDMARKS = frozenset[str]().union(*PLACE_KINDS.values())


@dataclass(frozen=True, slots=True)
class SpokenAddress:
    """A house number and a street's name: as they were written (`words`, with the number), and what the name consists of."""

    words: str
    number: str
    street: StreetName


def read_address(text: str, *, american: bool = False) -> SpokenAddress | None:
    """The first address in the text; None when there is none. `american`: also without a word for street, as `123 N Main`."""
    found = next(_typed_addresses(text, american), None)
    if found is None and american and any(sign.isdecimal() for sign in text):
        found = next(_american_addresses(text), None)
    return found


def names_place(text: str, language: str, *, american: bool = False) -> bool:
    """Whether an answer to "where is it?" says a place at all: `no idea` and `asap please` do not.

    Words such as `near` count in English and in the language of the conversation: Portuguese `no` is an English no.
    """
    if read_address(text, american=american):
        return True
    tokens = tokenize(text)
    meant = [token.word for token in tokens if token.word not in SMALL_WORDS and token.word not in SIGNS]
    if not meant:
        return False
    if any(word in _LANDMARKS or word in KINDS_BEFORE or _is_kind(word) for word in meant):
        return True
    placing = _placing_words(language)
    return _is_number_and_name(tokens) or _is_corner(tokens) or any(token.word in placing for token in tokens)


def is_american(timezone: str) -> bool:
    """Whether a time zone lies where addresses are written as in the United States."""
    zone = get_global("zone_aliases").get(timezone, timezone)
    return get_global("zone_territories").get(zone) in AMERICAN


@cache
def _placing_words(language: str) -> frozenset[str]:
    """Words beside which a place is likely to be named, of this language and English."""
    files = [FILES[code] for code in {"en", language} & FILES.keys()]
    keys = ("before_place", "after_place", "corners", "between")
    return frozenset(
        fold_name(word) for words in files for key in keys for word in words.get(key, "").split()
    )


def _is_corner(tokens: Sequence[Token]) -> bool:
    """Whether two names are joined, as `5th and Elm` and `Main & 3rd` are, and `trash and recycling` is not."""
    if not 3 <= len(tokens) <= 2 * LONGEST_NAME:
        return False
    names = [token for token in tokens if token.word not in CONNECTORS]
    is_joined = any(token.word in CONNECTORS for token in tokens[1:-1])
    return is_joined and (any(token.ordinal for token in names) or all(token.capital for token in names))


def _is_kind(word: str) -> bool:
    return len(word) > 1 and word in KINDS


def _is_number_and_name(tokens: Sequence[Token]) -> bool:
    """Whether it is a house number with one to three words and no more: `12 Broadway`; not `3 weeks`."""
    if not 2 <= len(tokens) <= LONGEST_NAME or sum(token.is_number for token in tokens) != 1:
        return False
    if not (tokens[0].is_number or tokens[-1].is_number):
        return False
    return not any(token.word in _NOT_IN_NAMES for token in tokens) and not _is_everyday(tokens)


def _typed_addresses(text: str, american: bool) -> Iterator[SpokenAddress]:
    """Numbers beside a name that has a word for street, in the order of the text, the longest name at each place first.

    In America `48 ave` is a street itself, while in France `48 avenue Foch` is a house.
    """
    tokens = without_apartments(tokenize(text))
    sentence = Sentence(tokens, strict=True)
    windows = sorted(
        name_windows(tokens, _can_begin, _can_follow), key=lambda window: (window[0], -window[1])
    )
    for start, end in windows:
        name = read_name(tokens[start:end])
        if american and tokens[start].word in _ENGLISH_KINDS and not _is_highway(tokens[start:end]):
            continue
        at = _house_beside(sentence, start, end)
        if at is None or name is None or not _is_believed(sentence, start, end, name):
            continue
        first, last = min(at, start), max(at + 1, end)
        words = text[tokens[first].start : tokens[last - 1].end]
        yield SpokenAddress(words, tokens[at].number, name)


def _house_beside(sentence: Sentence, start: int, end: int) -> int | None:
    """Index of the house number: before the name, or behind one that begins with a word for street (`calle Mayor 5`)."""
    before = sentence.house_number(start - 1, -1)
    if before is not None or sentence.word(start) not in KINDS_BEFORE:
        return before
    after = sentence.house_number(end, 1)
    return after if after is not None and sentence.closes(after + 1) else None


def _is_believed(sentence: Sentence, start: int, end: int, name: StreetName) -> bool:
    tokens = sentence.tokens[start:end]
    if not name.typed or len(tokens) > LONGEST_NAME + 1 or any(token.is_number for token in tokens[1:-1]):
        return False
    if any(token.word in _NEVER_INSIDE for token in tokens):
        return False
    if tokens[0].word not in KINDS_BEFORE and _is_everyday(tokens):
        return False
    return sentence.word(end) not in STREET_THINGS or sentence.closes(end)


def _is_everyday(tokens: Sequence[Token]) -> bool:
    """Whether nothing in it is a name: `broken street`, `way`. A capital makes one: `Mill Road` and `Park Road` are streets."""
    names = [
        token for token in tokens if not (token.is_number or token.word in SMALL_WORDS or token.word in KINDS)
    ]
    return not names or all(token.word in COMMON_WORDS and not token.capital for token in names)


def _can_begin(token: Token) -> bool:
    is_small = token.word in SMALL_WORDS and token.word not in KINDS_BEFORE
    return not (is_small or token.is_number or token.word in SIGNS or token.word in APARTMENT_WORDS)


def _can_follow(token: Token) -> bool:
    return not (token.breaks or token.comma or token.word in SIGNS)


def _american_addresses(text: str) -> Iterator[SpokenAddress]:
    import usaddress

    runs = groupby(usaddress.parse(text), key=lambda part: part[1] == "AddressNumber" or part[1] in _PARTS)
    for is_address, parts in runs:
        labelled = list(parts)
        if is_address and (found := _american_address(labelled)):
            yield found


def _american_address(labelled: Sequence[tuple[str, str]]) -> SpokenAddress | None:
    """What `usaddress` calls an address, when it is one: it labels every text as if there were one in it."""
    labels = {label for _, label in labelled}
    number, *rest = [word.strip(" .,;()") for word, _ in labelled]
    is_house = [token.is_number for token in tokenize(number)] == [True]
    if labelled[0][1] != "AddressNumber" or not is_house or not labels & _TELLING:
        return None
    street = tokenize(" ".join(rest))
    if "StreetName" not in labels or not (_is_highway(street) or _are_names(street)):
        return None
    name = read_name(street)
    return SpokenAddress(f"{number} {' '.join(rest)}", number, name) if name else None


def _is_highway(tokens: Sequence[Token]) -> bool:
    """`Highway 61`, `Avenue B`."""
    kind = KINDS_IN_FRONT.get(tokens[0].word) if len(tokens) == 2 else None
    if kind is None:
        return False
    return tokens[1].is_number if kind.name == "highway" else len(tokens[1].word) == 1


def _are_names(tokens: Sequence[Token]) -> bool:
    """Whether the words are a street's name: directions around it, its kind behind it, and nothing of a sentence."""
    names = [token for token in tokens if token.word not in DIRECTIONS or token.ordinal]
    if len(names) > 1 and names[-1].word in KINDS:
        names = names[:-1]
    if not 1 <= len(names) <= LONGEST_NAME or _is_everyday(tokens):
        return False
    unfit = _NOT_IN_NAMES | STREET_THINGS | KINDS.keys()
    return not any(token.is_number or token.word in unfit for token in names)
