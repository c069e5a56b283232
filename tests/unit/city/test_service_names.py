"""A text that is the name or a keyword of a service, in any writing, is that service: every word of the sample city, and its brothers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from city.loading.folder import read_city
from city.services.by_name import SLIPPED
from city.services.catalogue import SURE, ServiceList, is_other
from core.texts import load_texts
from tests.unit.city.town import service

SAMPLE = Path(__file__).resolve().parents[3] / "city" / "sample"
LISTED = read_city(SAMPLE).services
SERVICES = ServiceList(LISTED)
LANGUAGES = load_texts().languages
ALPHABETS = {"zh": "路水车的大小", "ar": "بتدرسعفقلمني"}
LATIN = "etaoinshrdlu"
SHORTEST = {"zh": 4, "ar": 4}
"""Letters from which a word with a slip is still that word; shorter ones become others."""


def words_of(language: str) -> Iterator[tuple[str, str]]:
    """Every name and keyword of this language with its service's code."""
    for each in LISTED:
        if not is_other(each):
            for word in (each.name[language], *each.keywords[language]):
                yield word, each.code


def letters_of(word: str) -> list[int]:
    return [at for at, sign in enumerate(word) if sign.isalnum()]


def with_slip(word: str, language: str) -> str:
    """The word with one slip that follows from it alone: a letter in its middle left out, doubled, swapped, or another."""
    letters = letters_of(word)
    at, before = letters[len(letters) // 2], letters[len(letters) // 2 - 1]
    signs, kind = list(word), sum(map(ord, word))
    alphabet = ALPHABETS.get(language, LATIN)
    match kind % 4:
        case 0:
            signs[at] = ""
        case 1:
            signs[at] *= 2
        case 2:
            signs[before], signs[at] = signs[at], signs[before]
        case _:
            signs[at] = alphabet[kind % len(alphabet)]
    return "".join(signs)


def as_written(text: str) -> str:
    return text


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def share_found(language: str, writing: Callable[[str], str], words: list[tuple[str, str]]) -> float:
    """How many in 100 of the words name their service, alone or beside the others that share the word."""
    found = [code in {each.service.code for each in SERVICES.named(writing(word))} for word, code in words]
    return 100 * sum(found) / len(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("writing", [as_written, str.lower, str.upper, str.title, without_accents])
def test_every_name_and_keyword_is_its_service(language: str, writing: Callable[[str], str]) -> None:
    assert share_found(language, writing, list(words_of(language))) == 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_so_is_one_with_a_slip(language: str) -> None:
    words = [
        (word, code)
        for word, code in words_of(language)
        if len(letters_of(word)) >= SHORTEST.get(language, 5)
    ]
    assert share_found(language, lambda word: with_slip(word, language), words) >= 95


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_s_own_name_is_taken_before_any_likeness(language: str) -> None:
    for each in LISTED:
        if not is_other(each):
            first = SERVICES.suggest(each.name[language])[0]
            assert (first.service.code, first.score >= SURE) == (each.code, True)


def codes(text: str) -> list[str]:
    return [found.service.code for found in SERVICES.named(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a pothole", "pothole"),
        ("Potholes!!", "pothole"),
        ("pot hole", "pothole"),
        ("POT-HOLES", "pothole"),
        ("there's a pothole", "pothole"),
        ("hi, pothole please", "pothole"),
        ("the street light is out", "streetlight-out"),
        ("street lights out", "streetlight-out"),
        ("streetlightout", "streetlight-out"),
        ("stret light out", "streetlight-out"),
        ("abandonned car", "abandoned-vehicle"),
        ("hole in road", "pothole"),
        ("unos baches", "pothole"),
        ("hay un bache", "pothole"),
        ("los semaforos", "traffic-signal"),
        ("el arbol caido", "tree-down"),
        ("grafitis", "graffiti"),
        ("des nids-de-poule", "pothole"),
        ("lampadaires", "streetlight-out"),
        ("pas de chaufage", "no-heat"),
        ("um buraco", "pothole"),
        ("buracos na rua", "pothole"),
        ("tem um vazamento", "water-leak"),
        ("有坑洞", "pothole"),
        ("路灯坏", "streetlight-out"),
        ("路灯 坏了！", "streetlight-out"),
        ("红绿灯", "traffic-signal"),
        ("الحفرة", "pothole"),
        ("حفره", "pothole"),
        ("في حفرة كبيره", "pothole"),
        ("الجرذان", "rats"),
    ],
)
def test_people_write_the_same_word_in_many_ways(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "hello",
        "thank you",
        "complaint",
        "gracias",
        "helo",
        "hiho",
        "olha",
        "salu",
        "neve mind",
        "house",
        "car",
        "broken car",
        "not a pothole",
        "no graffiti",
        "when is trash day",
        "what do you do about noise",
        "I want to talk to somebody about noise",
        "12 Mill Road",
        "parking",
        "stop",
        "the",
        "de la",
        "路",
        "在",
        "a pothole " * 20,
    ],
)
def test_what_says_more_or_less_or_else_names_nothing(text: str) -> None:
    assert codes(text) == []


def test_a_word_that_two_share_is_either_as_likely_and_none_is_taken() -> None:
    found = SERVICES.suggest("standing water")
    assert {each.service.code for each in found} == {"storm-drain", "mosquitoes"}
    assert [each.score for each in found] == [0.5, 0.5]


def test_a_service_s_name_counts_before_another_s_keyword() -> None:
    listed = ServiceList(
        [service("bins", "Full bin"), service("trash", "Missed trash", "full bin, full bag")]
    )
    assert [found.service.code for found in listed.named("full bins")] == ["bins"]
    assert [found.service.code for found in listed.named("full bag")] == ["trash"]


def test_a_slip_is_a_little_less_sure_and_likeness_keeps_the_rest() -> None:
    assert [found.score for found in SERVICES.named("potholle")] == [SLIPPED]
    scores = [found.score for found in SERVICES.suggest("potholle", limit=len(LISTED), every=True)]
    assert scores[0] >= SLIPPED
    assert sum(scores) <= 1
