"""The whole detector, words and meaning, over sentences that it never learned from."""

from __future__ import annotations

import pytest

from benchmarks.danger import DATA, civic, hear, kept_aside, rates, residents
from bot.danger.detector import Detector
from knowledge.embedding import UniversalSentenceEmbedder

LANGUAGES = ("en", "es", "fr", "pt", "zh", "ar")


@pytest.fixture(scope="module")
def detector() -> Detector:
    whole = Detector(UniversalSentenceEmbedder)
    whole.load()
    return whole


@pytest.fixture(scope="module")
def aside(detector):
    return hear(detector, kept_aside())


@pytest.mark.parametrize("group", ["direct", *(f"direct {language}" for language in LANGUAGES)])
def test_what_is_plainly_said_is_always_heard_and_nearly_always_sure(aside, group):
    of_group = rates(aside)[group]
    assert of_group["texts"] >= 30
    assert of_group["none"] == 0
    assert of_group["sure"] >= 90


@pytest.mark.parametrize("group", ["indirect", *(f"indirect {language}" for language in LANGUAGES)])
def test_of_what_is_said_by_way_of_something_else_nine_of_ten_are_heard(aside, group):
    assert rates(aside)[group]["none"] <= 10


def test_what_only_looks_like_danger_is_left_alone_in_every_language(aside):
    of_all = rates(aside)["harmless"]
    assert of_all["sure"] <= 1
    assert of_all["perhaps"] <= 3


@pytest.mark.parametrize("group", ["direct", "indirect", "harmless"])
def test_words_alone_hear_most_of_it_while_the_encoder_is_still_loading(group):
    of_group = rates(hear(Detector(), kept_aside()))[group]
    if group == "harmless":
        assert of_group["sure"] <= 1
    else:
        assert of_group["none"] <= {"direct": 2, "indirect": 15}[group]


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")
def test_every_danger_that_residents_wrote_is_heard_and_hardly_anything_else(detector):
    of = rates(hear(detector, residents(DATA)))
    assert of["danger"]["none"] == 0
    assert of["danger"]["sure"] >= 75
    for harmless in ("no danger", "residents' other texts"):
        assert of[harmless]["sure"] <= 1
        assert of[harmless]["perhaps"] <= 3.5


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")
def test_five_hundred_civic_texts_raise_hardly_an_alarm(detector):
    """Among them are a fire, a beating and wires that are down; they count as if they were none."""
    of_civic = rates(hear(detector, civic(DATA)))["civic"]
    assert of_civic["texts"] == 500
    assert of_civic["sure"] <= 1
    assert of_civic["perhaps"] <= 3
