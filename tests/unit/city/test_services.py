"""Which services a text is likely to be about."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from city.services.catalogue import SURE, UNSURE, ServiceList, is_other
from city.services.concepts import concepts_of, phrase_book
from city.services.vectors import vectors_of
from tests.unit.city.town import WordEmbedder, service

SERVICES = (
    service("pothole", "Pothole", "hole in the road, asphalt"),
    service("light", {"en": "Street light out", "es": "Luz de la calle"}, "lamp, dark"),
    service("graffiti", "Graffiti", "spray paint, vandalism"),
    service("tree", "Tree down", "branch"),
    service("noise", "Noise complaint", "loud music"),
    service("other", "Something else"),
)


def listed(*embedders, services=SERVICES, folder=None):
    return ServiceList(services, lambda: embedders, folder)


def codes(suggestions):
    return [suggestion.service.code for suggestion in suggestions]


LIKELY = (
    ("there is a huge pothole", "pothole"),
    ("graffiti on the wall", "graffiti"),
    ("the street light is out", "light"),
    ("more grafitti", "graffiti"),
    ("the lamp on our street does not work", "light"),
    ("a branch came down", "tree"),
    ("la luz de la calle no prende", "light"),
    ("hay baches en el asfalto", "pothole"),
    ("spray painted tags", "graffiti"),
    ("LOUD MUSIC!!!", "noise"),
)


@pytest.mark.parametrize("embedders", [(), (WordEmbedder(),), (WordEmbedder("a"), WordEmbedder("b"))])
@pytest.mark.parametrize(("text", "code"), LIKELY)
def test_the_likeliest_service_comes_first(embedders, text, code):
    assert codes(listed(*embedders).suggest(text))[0] == code


def test_a_sure_one_is_sure():
    assert listed(WordEmbedder()).suggest("a pothole, a big hole in the road")[0].score >= SURE


@pytest.mark.parametrize("text", ["", "   ", "hello", "qwxz", "thank you very much"])
def test_a_text_about_something_else_gets_none(text):
    assert listed(WordEmbedder()).suggest(text) == []


def test_scores_are_probabilities_in_falling_order():
    found = listed(WordEmbedder()).suggest("loud music and graffiti", limit=6, every=True)
    scores = [suggestion.score for suggestion in found]
    assert len(found) == len(SERVICES)
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1


def test_no_more_than_asked_and_none_below_the_threshold():
    found = listed(WordEmbedder()).suggest("a pothole, graffiti and a tree", limit=2)
    assert len(found) == 2
    assert all(suggestion.score >= UNSURE for suggestion in found)


def test_the_service_for_everything_else_never_stands_alone():
    assert is_other(SERVICES[-1])
    assert listed(WordEmbedder()).suggest("something else entirely") == []


def test_an_empty_list_suggests_nothing():
    assert listed(WordEmbedder(), services=()).suggest("pothole") == []


def test_services_are_found_by_code_and_by_group():
    services = listed(
        services=(service("a", group="Streets"), service("b", group="Parks"), service("c", group="Streets"))
    )
    assert services.by_code("b").group == "Parks"
    assert services.by_code("x") is None
    assert {group: [s.code for s in grouped] for group, grouped in services.groups().items()} == {
        "Streets": ["a", "c"],
        "Parks": ["b"],
    }


def test_a_second_start_encodes_nothing_of_the_list_again(tmp_path):
    first, second = WordEmbedder(), WordEmbedder()
    listed(first, folder=tmp_path).warm()
    listed(second, folder=tmp_path).warm()
    assert first.encoded > len(SERVICES)
    assert second.encoded == 0


def test_another_embedder_or_another_list_is_encoded_anew(tmp_path):
    listed(WordEmbedder("one"), folder=tmp_path).warm()
    another, changed = WordEmbedder("two"), WordEmbedder("one")
    listed(another, folder=tmp_path).warm()
    listed(changed, services=SERVICES[:2], folder=tmp_path).warm()
    # Of a changed list only its own texts: the phrase book's vectors are still good.
    assert another.encoded > changed.encoded > 0


def test_a_broken_cache_file_is_made_anew(tmp_path):
    texts = ["one", "two"]
    vectors_of(WordEmbedder(), texts, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"half a fi")
    assert np.array_equal(vectors_of(WordEmbedder(), texts, tmp_path), WordEmbedder().encode(texts))


def test_the_list_is_made_ready_once_however_many_ask():
    embedder = WordEmbedder()
    services = listed(embedder)
    threads = [threading.Thread(target=services.warm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    alone = WordEmbedder()
    listed(alone).warm()
    assert embedder.encoded == alone.encoded


@pytest.mark.parametrize(
    ("name", "keywords", "expected"),
    [
        ("Potholes", "", {"pothole": 1.0}),
        ("Illegal parking", "", {"illegal_parking": 1.0}),
        ("Park maintenance", "", {"park": 1.0}),
        ("Road trouble", "pothole, ice", {"pothole": 0.8, "snow": 0.8}),
        ("Bache en la calle", "", {"pothole": 1.0}),
        ("Marriage licence", "", {}),
    ],
)
def test_services_are_linked_to_what_residents_say(name, keywords, expected):
    assert concepts_of(service("x", name, keywords)) == expected


def test_the_phrase_book_speaks_both_languages():
    for concept in phrase_book():
        assert len(concept.said) >= 2, concept.code
        assert concept.names, concept.code
