"""How answers are counted: thresholds, shares by kind of question, the area under the curve."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.answers import area, figures, outcomes, point, reached
from benchmarks.learn_sureness import MAYBE, PLAIN, Judged, learn_sureness, replace_weights, sureness_of

UNSURE = (PLAIN + MAYBE) / 2


def judged(*pairs: tuple[str, str, float]) -> list[tuple[Judged, float]]:
    return [(Judged("sample", kind, "en", verdict, np.zeros(1)), sure) for kind, verdict, sure in pairs]


SOME = judged(
    ("labelled", "right", PLAIN),
    ("labelled", "wrong", UNSURE),
    ("labelled", "right", UNSURE),
    ("labelled", "wrong", 0.0),
    ("chit-chat", "off", UNSURE),
    ("chit-chat", "off", 0.0),
)


def test_each_kind_of_question_is_told_by_what_became_of_it() -> None:
    assert outcomes(SOME, SOME) == {
        "labelled": {
            "questions": 4, "plain": 25.0, "unsure": 50.0, "not": 25.0, "right_plain": 1, "right_unsure": 1,
        },
        "chit-chat": {
            "questions": 2, "plain": 0.0, "unsure": 50.0, "not": 50.0, "right_plain": 0, "right_unsure": 0,
        },
    }  # fmt: skip


def test_an_answer_to_what_has_none_counts_against_precision_and_not_among_the_answered() -> None:
    assert point(SOME, MAYBE) == {"threshold": MAYBE, "precision": 50.0, "answered": 75.0}


def test_the_lowest_threshold_that_reaches_the_precision_is_taken_even_if_it_dips_later() -> None:
    curve = [
        {"threshold": at, "precision": precision}
        for at, precision in ((0.1, 90.0), (0.2, 95.0), (0.3, 93.0), (0.4, 99.0))
    ]
    assert reached(curve) == 0.2
    assert reached(curve[:1]) == 1.0


@pytest.mark.parametrize(
    ("order", "least", "most"), [(("right", "wrong"), 0.74, 0.76), (("wrong", "right"), 0.24, 0.26)]
)
def test_the_area_is_greater_where_the_right_ones_are_surest(
    order: tuple[str, str], least: float, most: float
) -> None:
    pairs = judged(*(("labelled", verdict, 0.9 - 0.1 * at) for at, verdict in enumerate(order)))
    assert least <= area(pairs) <= most


def test_what_is_printed_holds_the_presets_of_the_settings() -> None:
    printed = figures(SOME, SOME)
    assert (printed["at_threshold"]["threshold"], printed["at_maybe"]["threshold"]) == (PLAIN, MAYBE)
    assert printed["without_answer"] == 2


def test_what_is_learned_is_surer_of_what_leads_and_unsure_of_other_places() -> None:
    chance = np.random.default_rng(7)
    rows = [(score, 0.0, score > 1) for score in chance.uniform(0, 2, 200)]
    rows += [(score, 1.0, False) for score in chance.uniform(0, 2, 50)]
    seen = [
        Judged("sample", "labelled", "en", "right" if right else "wrong", np.array([score, 0.1, elsewhere]))
        for score, elsewhere, right in rows
    ]

    weights = learn_sureness(seen)

    sure = {
        (score, elsewhere): sureness_of(
            Judged("sample", "labelled", "en", "right", np.array([score, 0.1, elsewhere])), weights
        )
        for score in (0.2, 1.8)
        for elsewhere in (0.0, 1.0)
    }
    assert sure[0.2, 0.0] < 0.2
    assert sure[1.8, 0.0] > 0.8
    assert sure[1.8, 1.0] < 0.5


def test_learned_weights_replace_those_in_the_module() -> None:
    module = "SURENESS = (1.0, 2.0)\nPAGE_SURENESS = (3.0,)\n"

    written = replace_weights(module, "SURENESS", np.array([0.5, -1.256]))

    assert written == "SURENESS = (0.50, -1.26)\nPAGE_SURENESS = (3.0,)\n"
