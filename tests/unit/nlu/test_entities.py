"""What is read out of residents' words in every language, held to what was measured (docs/city.md has the table)."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.heard_entities import all_findings, rates, read_set
from tests.support.languages import EVERY_LANGUAGE, LANGUAGES

KINDS = ("place", "number", "phone", "date")
# Precision and recall in percent, a little below what was measured; a single text is 1.5 to 3 points.
FLOOR = {"place": (95, 92), "date": (88, 88), "number": (98, 98), "phone": (98, 98)}


@pytest.fixture(scope="module")
def findings():
    return all_findings(read_set())


@EVERY_LANGUAGE
@pytest.mark.parametrize("kind", KINDS)
def test_what_residents_write_is_read(findings, language, kind):
    measured = rates([f for f in findings if f.kind == kind and f.line["language"] == language])
    precision, recall = FLOOR[kind]

    assert measured["precision"] >= precision
    assert measured["recall"] >= recall


def test_every_language_has_texts_enough_with_and_without_a_place():
    lines = [line for line in read_set() if line["asked"] == "report"]
    with_place = Counter(line["language"] for line in lines if line["entities"])
    without = Counter(line["language"] for line in lines if not line["entities"])

    assert min(with_place[language] for language in LANGUAGES) >= 30
    assert min(without[language] for language in LANGUAGES) >= 10


def test_the_words_of_every_entity_stand_in_its_text():
    assert [
        line["text"]
        for line in read_set()
        for entity in line["entities"]
        if entity["words"] not in line["text"]
    ] == []
