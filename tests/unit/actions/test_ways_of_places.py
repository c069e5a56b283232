"""The ways in which people say where something is (`tests/places`), and how many of them are understood."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support.direct_talk import House
from tests.support.ways_of_places import MeaningJudge, hear_way, read_ways

FOLDER = Path(__file__).parents[2] / "places"


@pytest.mark.parametrize(("name", "understood", "wrong"), [("ways", 100, 0), ("more_ways", 97, 0)])
def test_ways_to_say_a_place_are_understood_or_asked_about_and_never_become_another(
    house: House, name: str, understood: int, wrong: int
) -> None:
    """In percent: right, or asked about with the right place among what is offered; and another place taken without a word."""
    judge = MeaningJudge()
    heard = [(way, judge.verdict(way, hear_way(house, way))) for way in read_ways(FOLDER / f"{name}.tsv")]
    counted = Counter(verdict for _, verdict in heard)
    missed = [f"{verdict}: {way.text}" for way, verdict in heard if verdict not in {"right", "asked"}]

    assert 100 * (counted["right"] + counted["asked"]) >= understood * len(heard), missed
    assert 100 * counted["wrong"] <= wrong * len(heard), missed
