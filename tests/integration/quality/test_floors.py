"""No change may cost more than two points of what was recorded; docs/quality.md has the whole, benchmarks/quality_floors.py the parts.

`recorded.json` is written by `python benchmarks/quality.py --record`, when a change is meant to move the figures.
"""

from __future__ import annotations

import pytest

from benchmarks.quality import DATA
from benchmarks.quality_floors import SMALL, WORK, NotHere, drops, recorded
from knowledge.index.embedding import make_embedders
from knowledge.index.encoder_models import DEFAULT


@pytest.fixture(scope="module")
def embedders():
    return make_embedders(DEFAULT)


@pytest.mark.data
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SMALL)
def test_quality_has_not_dropped(name, embedders):
    try:
        figures = SMALL[name](WORK, DATA, embedders)
    except NotHere as reason:
        pytest.skip(str(reason))
    assert drops(figures, recorded()[name]) == {}, f"{name} dropped (now, recorded); all figures: {figures}"


def test_every_small_part_has_floors_of_its_own():
    assert set(recorded()) == set(SMALL)
    assert all(floors for floors in recorded().values())


@pytest.mark.parametrize(
    ("now", "dropped"),
    [
        ({"R@1": 80.0}, {}),
        ({"R@1": 90.0}, {}),
        ({"R@1": 78.0}, {}),
        ({"R@1": 77.9}, {"R@1": (77.9, 80.0)}),
        ({}, {"R@1": (0.0, 80.0)}),
    ],
    ids=["the same", "better", "two points less", "more than two points less", "not measured any more"],
)
def test_more_than_two_points_less_is_a_drop(now, dropped):
    assert drops(now, {"R@1": 80.0}) == dropped
