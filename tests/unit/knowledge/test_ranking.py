"""What a candidate's order and sureness are made of."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.answers import chosen
from knowledge.search.ranking import (
    HEADINGS,
    MOST_MARGIN,
    OPENING,
    OWN_LANGUAGE,
    PAGE_SURENESS,
    PIECES,
    SURE,
    SURENESS,
    WORDS,
    Ranked,
    rank_candidates,
    rerank_first,
    summed_scores,
    sureness_features,
)
from knowledge.search.retrieval import Signals

ALL_RIVALS = ~np.eye(3, dtype=bool)


def signals(**values):
    usual = {
        "numbers": np.arange(3),
        "meaning": np.array([0.2, 0.7, 0.5], np.float32),
        "headings": np.array([0.1, 0.4, 0.3], np.float32),
        "words": np.array([0.1, 0.6, 0], np.float32),
        "pieces": np.array([0.1, 0.5, 0], np.float32),
        "own_language": np.array([True, True, True]),
        "openings": np.array([False, False, False]),
        "rivals": ALL_RIVALS,
        "rival_pages": ALL_RIVALS,
        "elsewhere": False,
    }
    return Signals(**(usual | values))


def column(asked, name):
    return sureness_features(asked, asked.rivals)[:, SURE.index(name)]


def test_a_score_is_a_plain_sum():
    expected = 0.7 + HEADINGS * 0.4 + WORDS * 0.6 + PIECES * 0.5

    assert summed_scores(signals())[1] == pytest.approx(expected)
    assert rank_candidates(signals()).numbers.tolist() == [1, 2, 0]


def test_the_opening_of_a_page_stands_behind_its_sections():
    opening = signals(openings=np.array([False, True, False]))

    assert summed_scores(signals())[1] - summed_scores(opening)[1] == pytest.approx(OPENING)


@pytest.mark.parametrize(
    ("ahead", "first"), [(OWN_LANGUAGE - 0.05, 0), (OWN_LANGUAGE + 0.05, 1)], ids=["as near", "much nearer"]
)
def test_a_page_in_ones_own_language_comes_first_unless_another_is_much_nearer(ahead, first):
    asked = signals(
        meaning=np.array([0.5, 0.5 + ahead, 0.1], np.float32),
        own_language=np.array([True, False, True]),
        **{name: np.zeros(3, np.float32) for name in ("headings", "words", "pieces")},
    )

    assert rank_candidates(asked).numbers[0] == first


def test_the_language_of_a_page_makes_no_answer_surer():
    foreign = signals(own_language=np.array([True, False, True]))

    assert np.array_equal(sureness_features(foreign, ALL_RIVALS), sureness_features(signals(), ALL_RIVALS))


def test_there_is_a_weight_for_every_feature():
    assert len(SURENESS) == len(PAGE_SURENESS) == len(SURE) + 1


def test_what_leads_by_more_is_surer():
    close = signals(meaning=np.array([0.2, 0.7, 0.68], np.float32), words=np.array([0, 0.6, 0.6], np.float32))

    assert rank_candidates(close).sure[0] < rank_candidates(signals()).sure[0]


def test_a_copy_of_the_same_section_takes_nothing_from_its_lead():
    rivals = ALL_RIVALS.copy()
    rivals[1, 2] = rivals[2, 1] = False
    beside_copy = signals(meaning=np.array([0.2, 0.7, 0.7], np.float32), rivals=rivals)

    assert column(beside_copy, "margin")[1] == MOST_MARGIN


def test_what_stands_alone_leads_by_all_there_is():
    alone = signals(rivals=np.zeros((3, 3), dtype=bool))

    assert column(alone, "margin").tolist() == [MOST_MARGIN] * 3


def test_sections_of_one_page_are_no_rivals_for_the_page():
    close = {
        "meaning": np.array([0.2, 0.7, 0.7], np.float32),
        "words": np.array([0, 0.6, 0.6], np.float32),
        "pieces": np.array([0, 0.5, 0.5], np.float32),
    }
    own = ALL_RIVALS.copy()
    own[1, 2] = own[2, 1] = False

    of_one_page, of_two = signals(rival_pages=own, **close), signals(**close)

    assert rank_candidates(of_one_page).sure[0] == rank_candidates(of_two).sure[0]
    assert rank_candidates(of_one_page).page_sure > rank_candidates(of_two).page_sure


def test_a_question_about_another_place_is_answered_less_surely():
    here, elsewhere = signals(), replace(signals(), elsewhere=True)

    assert rank_candidates(here).numbers[0] == rank_candidates(elsewhere).numbers[0] == 1
    assert rank_candidates(elsewhere).sure[0] < 0.1 < rank_candidates(here).sure[0]


def test_sureness_never_rises_down_the_list():
    sure = rank_candidates(signals(own_language=np.array([True, False, False]))).sure

    assert (np.diff(sure) <= 0).all()


def test_the_threshold_is_the_lowest_from_which_on_precision_holds():
    curve = [
        {"threshold": at, "precision": precision}
        for at, precision in ((0.1, 96.0), (0.2, 90.0), (0.3, 95.0), (0.4, 99.0))
    ]

    assert chosen(curve) == 0.3
    assert chosen([{"threshold": 0.9, "precision": 50.0}]) == 1.0


@pytest.mark.parametrize(
    ("scores", "pages", "numbers", "sure", "page_sure"),
    [
        ([3.0, 2.0], [True, False], [7, 8, 9], [0.8, 0.3, 0.2], 0.9),
        ([1.0, 2.0], [True, True], [8, 7, 9], [0.3, 0.3, 0.2], 0.9),
        ([1.0, 2.0], [True, False], [8, 7, 9], [0.3, 0.3, 0.2], 0.3),
        ([], [], [7, 8, 9], [0.8, 0.3, 0.2], 0.9),
    ],
    ids=["same order", "another section of the page", "another page", "none"],
)
def test_a_reranker_orders_the_first_and_makes_nothing_surer(scores, pages, numbers, sure, page_sure):
    ranked = Ranked(np.array([7, 8, 9]), np.array([0.8, 0.3, 0.2]), 0.9)
    again = rerank_first(ranked, np.array(scores), np.array(pages, dtype=bool))
    assert again.numbers.tolist() == numbers
    assert again.sure.tolist() == sure
    assert again.page_sure == page_sure
