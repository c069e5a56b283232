"""Words in which people say where something is: one file `<language>.toml` for each language, all read at the start.

All languages count at all times, as people mix them. Words are folded (`city.places.words.folding`). What the keys mean: docs/city.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from city.places.words.folding import fold_name

FOLDER = Path(__file__).parent
LISTS = frozenset(
    [
        "address_words",
        "after_place",
        "apartment_words",
        "articles",
        "assets",
        "before_place",
        "between",
        "blocks",
        "connectors",
        "corners",
        "counted",
        "days_too",
        "everyday",
        "fillers",
        "floors",
        "highways",
        "inside",
        "joined",
        "not_before_ordinal",
        "number_suffixes",
        "number_words",
        "of",
        "ordinal_endings",
        "ordinals",
        "prefixes",
        "ranges",
        "small",
        "street_things",
    ]
)
TABLES = frozenset(
    [
        "labels",
        "abbreviations",
        "directions",
        "kinds_before",
        "kinds_in_front",
        "kinds_after",
        "numbers",
        "places",
        "sayings",
    ]
)
OR_ANY = "_or_any"


class StreetKind(NamedTuple):
    """What a word for "street" says of it: a kind such as road, empty for any; `loose` when people also say it of others."""

    name: str
    loose: bool = False


def word_set(*lines: str) -> frozenset[str]:
    """The words of these lines."""
    return frozenset(word for line in lines for word in line.split())


def read_files(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """The files by language, in order; an unknown key is a mistake in the file."""
    files = {}
    for path in sorted(folder.glob("*.toml")):
        files[path.stem] = words = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := words.keys() - LISTS - TABLES:
            raise ValueError(f"{path.name} has keys that nobody reads: {', '.join(sorted(unknown))}.")
    return files


FILES = read_files()


def _all_words(key: str) -> frozenset[str]:
    return frozenset(_fold_word(word) for words in FILES.values() for word in words.get(key, "").split())


def _fold_word(word: str) -> str:
    """Folded; the apostrophe that ends a French `l'` stays, as it tells `l'` from a letter."""
    return fold_name(word) + ("'" if word.endswith("'") else "")


def _table_rows(key: str) -> Iterable[tuple[str, str]]:
    """(form, meaning) of a table whose rows are `meaning = "form form"`."""
    for words in FILES.values():
        for meaning, forms in words.get(key, {}).items():
            yield from ((_fold_word(form), meaning) for form in forms.split())


def _street_kinds(key: str) -> dict[str, StreetKind]:
    return {
        form: StreetKind(meaning.removesuffix(OR_ANY).removeprefix("any"), meaning.endswith(OR_ANY))
        for form, meaning in reversed(list(_table_rows(key)))
    }


KINDS = _street_kinds("kinds_after")
"""What a street is called after its name, by every form."""

KINDS_BEFORE = _street_kinds("kinds_before")
"""What a street is called before its name. Spanish `calle` goes with every kind: people say it of any street."""

KINDS_IN_FRONT = _street_kinds("kinds_in_front")
"""Kinds that English puts before a name too: Avenue B, Highway 9."""

DIRECTIONS = dict(_table_rows("directions"))

ORDINALS = {
    _fold_word(form): number
    for words in FILES.values()
    for number, forms in enumerate(words.get("ordinals", "").split(), start=1)
    for form in forms.split("|")
}

ORDINAL_ENDINGS = tuple(
    sorted(
        {ending for words in FILES.values() for ending in words.get("ordinal_endings", "").split()},
        key=len,
        reverse=True,
    )
)
"""What stands behind the digits of `5th`, `5ta`, `5e`."""

DAYS_TOO = _all_words("days_too")
"""Ordinals that are days of the week as well (Portuguese `quinta`): alone they name no street."""

NOT_BEFORE_ORDINAL = _all_words("not_before_ordinal")
"""Before an ordinal alone, these say that it is no street: `en 5e` is a year at school, `del segundo` a floor."""

ABBREVIATIONS = {
    _fold_word(short): word
    for words in FILES.values()
    for short, word in words.get("abbreviations", {}).items()
}
"""Short forms that mean something else at the beginning of a street's name than at its end."""

OF = _all_words("of")
"""Small words that stand within names and before them: `de`."""

ARTICLES = _all_words("articles") | OF
"""Small words that people put into names and leave out of them as they like."""

NUMBER_WORDS = _all_words("number_words")
"""Words that may stand between a street and its house number."""

NUMBER_SUFFIXES = _all_words("number_suffixes")
"""Words that belong to the house number before them: French `12 bis`."""

INSIDE = _all_words("inside")
"""What stands before the name of a town: `12 Main Street in Riverton`."""

JOINED = _all_words("joined")
"""What stands between house numbers of one street: `12, 14 and 16`."""

RANGES = _all_words("ranges")
"""What stands between the ends of a row of house numbers: `12 to 16`."""

BLOCKS = _all_words("blocks")
"""`400 block of Elm Street`: the houses from 400 to 499."""

ASSETS = _all_words("assets")
"""Things of the street that carry a number of their own: `pole 4471`, `bus stop 1203`."""

HIGHWAYS = _all_words("highways")
"""Words before the number of a road that is mostly not the city's: `route 9`, `I-84`."""

SPELLED_NUMBERS = {form: int(value) for form, value in _table_rows("numbers")}
"""Numbers in words, and how much each adds to a house number: `two hundred and ten`."""

APARTMENT_WORDS = _all_words("apartment_words")
"""Words whose next word is not a house number."""

FLOORS = _all_words("floors")

AFTER_COUNT = _all_words("counted")
"""A number before one of these counts something; it is no house."""

CONNECTORS = _all_words("connectors")
"""What stands between the two streets of a crossing, articles aside."""

FILLERS = _all_words("fillers")
"""Small words that may stand beside those."""

BETWEEN_WORDS = _all_words("between")
"""Words that say that a stretch of street between two others is meant."""

CORNER_WORDS = _all_words("corners") | BETWEEN_WORDS
"""Words that say that a crossing is meant."""

BEFORE_PLACE = _all_words("before_place")
"""Words after which a place is likely to be named."""

AFTER_PLACE = _all_words("after_place")
"""Words before which a place is likely to be named: Chinese `附近`."""

SMALL_WORDS = ARTICLES | BEFORE_PLACE | AFTER_PLACE | _all_words("small")
"""Words that are never the beginning or the end of a street's name by themselves."""

COMMON_WORDS = _all_words("everyday")
"""Words that are themselves, not a street misspelt."""

STREET_THINGS = _all_words("street_things")
"""After `street`, these make it a word of its own: a street light is not on Main Street because somebody says `main street lights`."""

PREFIXES = tuple(sorted(_all_words("prefixes"), key=len, reverse=True))
"""What is written in one with the next word: French `l'`, Arabic `و`."""

ADDRESS_WORDS = _all_words("address_words")
"""Words that begin an address beyond doubt, for a city that has no streets of its own."""


def _joined_phrase(phrase: str) -> str:
    words = [_without_article(fold_name(word)) for word in phrase.split()]
    return "".join(word for word in words if word not in ARTICLES)


def _without_article(word: str) -> str:
    """Arabic writes its article in one with the word."""
    return word.removeprefix("ال") if len(word) > 4 else word


def _place_kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for words in FILES.values():
        for kind, phrases in words.get("places", {}).items():
            kinds.setdefault(kind, set()).update(map(_joined_phrase, phrases))
    return {kind: frozenset(forms) for kind, forms in kinds.items()}


SAYINGS = {
    kind: tuple(
        fold_name(phrase) for words in FILES.values() for phrase in words.get("sayings", {}).get(kind, ())
    )
    for kind in ("home", "last", "no_place")
}
"""Phrases that tell where without naming a place, and phrases with the words of a place that tell nothing of one."""

PLACE_KINDS = _place_kinds()
"""What people call a landmark of a kind when the city has only one; joined, articles aside."""

KNOWN = frozenset(
    form
    for words in (
        *(_all_words(key) for key in LISTS - {"ordinal_endings", "prefixes", "ordinals"}),
        ORDINALS,
        KINDS,
        KINDS_BEFORE,
        DIRECTIONS,
        {
            _without_article(fold_name(word))
            for words in FILES.values()
            for phrases in words.get("places", {}).values()
            for phrase in phrases
            for word in re.split(r"\s+", phrase)
        },
    )
    for form in words
)
"""Every word of the files: by these, running Chinese and Arabic prefixes are cut."""


def worded_place(name: str, language: str, **values: str) -> str:
    """A place in words, such as `near 12 Mill Road`; in English where the language has no file."""
    labels = FILES.get(language, FILES["en"])["labels"]
    return str(labels[name]).format(**values)
