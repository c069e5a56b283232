"""What a candidate's order and sureness are made of."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.answers import chosen
from knowledge.base.model import Passage
from knowledge.search.features import LOOKED, look_at_passages
from knowledge.search.ranking import (
    NOT_ENGLISH,
    ORDERED_BY,
    PAIRS,
    SURE,
    fused_scores,
    pairs_of,
    rank_candidates,
    ranking_features,
    sureness_features,
)
from knowledge.search.retrieval import Signals
from knowledge.search.weights import ORDER, SURENESS


def passage(text):
    return Passage("p", "d", "Title", text)


def signals(**values):
    usual = {
        "numbers": np.arange(3),
        "meaning": np.array([[0.2, 0.3], [0.8, 0.7], [0.5, 0.1]], np.float32),
        "used": (True, True),
        "lexical": np.array([[0.1, 0.1, 0], [0.6, 0.5, 0.4], [0, 0, 0]], np.float32),
        "same_language": np.array([True, True, True]),
        "asked_in": "en",
        "stems": 6,
        "echo": np.zeros((3, 2), np.float32),
        "looked": np.zeros((3, len(LOOKED)), np.float32),
        "lacking": 0.0,
        "elsewhere": False,
    }
    return Signals(**(usual | values))


@pytest.mark.parametrize(
    ("question", "text", "column", "value"),
    [
        ("Dog License", "Get a dog license here.", "exact", 1.0),
        ("dog", "Cats only.", "exact", 0.0),
        ("停車證", "停車場", "characters", 2 / 3),
        ("form 12 of 2026", "Form 12.", "numbers", 0.5),
        ("no numbers", "Form 12.", "numbers", 0.0),
    ],
)
def test_a_closer_look_compares_texts(question, text, column, value):
    assert look_at_passages(question, [passage(text)])[0, LOOKED.index(column)] == pytest.approx(value)


def test_passages_of_one_document_speak_for_each_other():
    table = ranking_features(signals(), ["a", "b", "a"])

    assert table[[0, 2], ORDERED_BY.index("document in english")] == pytest.approx([0.35, 0.35])
    assert table[1, ORDERED_BY.index("first in english")] == 1
    assert table[2, ORDERED_BY.index("first in words")] == 0


@pytest.mark.parametrize(
    ("asked_in", "stems", "pair"),
    [("en", 6, "english"), ("en", 2, "few english words"), ("de", 2, "same"), ("zh", 9, "unspaced")],
)
def test_weights_are_those_of_the_pair_of_languages(asked_in, stems, pair):
    asked = signals(asked_in=asked_in, stems=stems, same_language=np.array([True, False, True]))

    assert [PAIRS[at] for at in pairs_of(asked)] == [pair, "cross", pair]


@pytest.mark.parametrize("models", ["both", "english", "multilingual"])
def test_there_is_a_weight_for_every_feature(models):
    assert np.array(ORDER[models]).shape == (len(PAIRS), len(ORDERED_BY))
    assert np.array(SURENESS[models]).shape == (len(PAIRS), len(SURE) + 1)


@pytest.mark.parametrize(("asked_in", "taken_off"), [("en", NOT_ENGLISH), ("es", 0.0)])
def test_english_questions_prefer_english_pages_and_others_take_what_there_is(asked_in, taken_off):
    foreign = signals(same_language=np.array([True, False, True]), asked_in=asked_in)
    bare = (ranking_features(foreign, "abc") * np.array(ORDER["both"])[pairs_of(foreign)]).sum(axis=1)

    assert fused_scores(foreign, "abc") == pytest.approx(bare - np.array([0, taken_off, 0]))


def test_a_question_about_another_place_is_answered_less_surely():
    here, elsewhere = signals(), replace(signals(), elsewhere=True)

    assert rank_candidates(here, ["a", "b", "c"])[0].tolist()[0] == 1
    assert rank_candidates(elsewhere, ["a", "b", "c"])[1][0] < rank_candidates(here, ["a", "b", "c"])[1][0]


def test_sureness_knows_how_far_the_first_stands_out():
    table = sureness_features(signals(), np.array([1.0, 4.0, 2.0]), ["a", "b", "c"])

    assert table[1, SURE.index("stands out")] == pytest.approx(0.3)
    assert table[1, SURE.index("margin")] == pytest.approx(2.0)


def test_leaving_candidates_out_leaves_them_out_everywhere():
    rest = signals().only(np.array([True, False, True]))

    assert rest.numbers.tolist() == [0, 2]
    assert len(rest.echo) == len(rest.looked) == len(rest.meaning) == 2


def test_the_threshold_is_the_lowest_from_which_on_precision_holds():
    curve = [
        {"threshold": at, "precision": precision}
        for at, precision in ((0.1, 96.0), (0.2, 90.0), (0.3, 95.0), (0.4, 99.0))
    ]

    assert chosen(curve) == 0.3
    assert chosen([{"threshold": 0.9, "precision": 50.0}]) == 1.0
