"""Places that a question names and the library has never heard of: the surest sign that another city is asked about.

Countries and large cities come from Babel in every language it knows here; the states of the United States and more of its
cities stand in a list of this room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from core.languages import locale_of
from core.texts import fold_text, list_languages

_ALSO_KNOWN = ("de", "it", "zh-Hant")
"""Languages in which places are known besides those of the catalogue."""
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_MOST_WORDS = 4
# Names of places that are everyday words, too; written small they are taken for the word.
_EVERYDAY = frozenset(
    {
        "turkey", "chad", "jersey", "guinea", "niger", "jordan", "georgia", "mobile", "phoenix",
        "nice", "reading", "bath", "man", "cork", "center", "easter", "santiago", "salvador",
        "lima", "panama", "buffalo", "orlando", "central", "troll", "casey", "palmer", "davis",
        "mali", "oral", "noumea", "menor", "reunion", "reuniao", "riunione", "victoria", "colon",
        "general", "bar", "apia", "moncton", "resolute", "regina", "nome", "macao", "malta",
        "cuba", "china", "luz", "creta",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """`places` has for each name, folded, the place; `names` all names of each place."""

    places: dict[str, str]
    names: dict[str, frozenset[str]]


def places_in(question: str) -> list[frozenset[str]]:
    """The places that a question names, each as all the names it has in the languages known here, folded."""
    known = _load_gazetteer()
    return [known.names[place] for place in dict.fromkeys(_places_found(question, known.places))]


def is_elsewhere(question: str, is_known: Callable[[str], bool]) -> bool:
    """Whether the question names a place and no document says the name of any; `is_known` tells of one word."""
    places = places_in(question)
    return bool(places) and not any(
        all(is_known(word) for word in _WORD.findall(name)) for names in places for name in names
    )


def _places_found(question: str, places: dict[str, str]) -> list[str]:
    written = _WORD.findall(question)
    words = [_bare_word(word) for word in written]
    found: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            name = " ".join(words[at : at + size])
            if name in places and not (name in _EVERYDAY and written[at].islower()):
                found.append(places[name])
                at += size - 1
                break
        at += 1
    for run in _UNSPACED.findall(question):
        pieces = {run[start : start + size] for size in range(2, 8) for start in range(len(run))}
        found += [places[piece] for piece in sorted(pieces) if piece in places]
    return found


def _bare_word(word: str) -> str:
    """A word as it is compared: folded; in Arabic also without the one-letter words written on to it."""
    return (
        re.sub(r"^[وبلف](?=\w{3})", "", fold_text(word))
        if re.match("[\u0600-\u06ff]", word)
        else fold_text(word)
    )


@cache
def _load_gazetteer() -> _Gazetteer:
    names: dict[str, set[str]] = {}
    for place, name in chain(*map(_names_of_babel, (*list_languages(), *_ALSO_KNOWN)), _names_of_ours()):
        names.setdefault(place, set()).add(name)
    folded = {place: frozenset(_place_name(one) for one in of_place) for place, of_place in names.items()}
    return _Gazetteer({one: place for place, them in folded.items() for one in them if len(one) > 1}, folded)


def _names_of_babel(language: str) -> Iterator[tuple[str, str]]:
    """Countries by code and the cities of time zones by zone, each with its name in this language."""
    locale = locale_of(language)
    yield from ((code, name) for code, name in locale.territories.items() if len(code) == 2)
    for zone, about in locale.time_zones.items():
        if "/" in zone and not zone.startswith("Etc/"):
            english = zone.rsplit("/", 1)[-1].replace("_", " ")
            yield zone, english
            yield zone, about.get("city") or english


def _names_of_ours() -> Iterator[tuple[str, str]]:
    """The places of `elsewhere.txt`, each by its first name."""
    for line in (Path(__file__).parent / "elsewhere.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            own = line.split(", ")
            yield from ((own[0], name) for name in own)


def _place_name(name: str) -> str:
    return " ".join(_bare_word(word) for word in _WORD.findall(re.sub(r"\s*\(.*\)|（.*）", "", name)))
