"""The classifier's mathematics on vectors made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.components.intent_model import UNCALIBRATED, IntentModel, _whitening, fit

DIMENSION = 24


def cloud(random, centre, count, noise=0.6):
    vectors = centre + noise * random.standard_normal((count, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def build(intents=8, each=12, noise=0.6, seed=3):
    """A trained model, the names of its intents and a function that makes new vectors of one of them."""
    random = np.random.RandomState(seed)
    centres = {f"intent_{number}": 2 * random.standard_normal(DIMENSION) for number in range(intents)}
    vectors = np.vstack([cloud(random, centre, each, noise) for centre in centres.values()])
    labels = [name for name in centres for _ in range(each)]
    names = {name: cloud(random, centre, 1, noise)[0] for name, centre in centres.items()}
    model = fit(vectors, labels, names)
    return model, list(centres), lambda name, count: cloud(random, centres[name], count, noise)


def test_it_tells_intents_apart():
    model, names, make = build()

    for name in names:
        best = [ranking[0][0] for ranking in model.rank(make(name, 20))]
        assert best.count(name) >= 19


def test_a_ranking_names_every_intent_once_and_falls():
    model, names, make = build()
    ranking = model.rank(make(names[0], 1))[0]
    confidences = [confidence for _, confidence in ranking]

    assert sorted(name for name, _ in ranking) == names
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)
    assert sum(confidences) <= 1 + 1e-6


def test_it_is_less_sure_of_what_it_has_never_seen():
    model, names, make = build()
    random = np.random.RandomState(9)
    known = np.mean([r[0][1] for name in names for r in model.rank(make(name, 10))])
    strange = np.mean([r[0][1] for r in model.rank(cloud(random, 2 * random.standard_normal(DIMENSION), 50))])

    assert known > 0.8
    assert strange < known - 0.2


def test_the_same_data_gives_the_same_model():
    (first, names, make), (second, _, _) = build(), build()
    asked = make(names[0], 5)

    assert first.rank(asked) == second.rank(asked)


def test_a_saved_model_answers_as_before(tmp_path):
    model, names, make = build()
    model.save(tmp_path / "model.npz")
    asked = make(names[1], 5)

    assert IntentModel.load(tmp_path / "model.npz").rank(asked) == model.rank(asked)


@pytest.mark.parametrize("intents", [1, 2, 3])
def test_few_intents_work_too(intents):
    model, names, make = build(intents=intents)

    assert model.rank(make(names[0], 1))[0][0][0] == names[0]


def test_one_example_of_each_intent_works_too():
    model, names, make = build(each=1, noise=0.1)

    assert model.rank(make(names[0], 1))[0][0][0] == names[0]


def test_directions_that_vary_within_intents_count_less_the_less_the_covariance_is_shrunk():
    random = np.random.RandomState(4)
    sign = np.repeat([-1.0, 1.0], 40)[:, None]
    # The first direction is loud and says nothing, the second is quiet and tells the intents apart.
    loud, quiet = 3 * random.standard_normal((80, 1)), 0.3 * sign + 0.1 * random.standard_normal((80, 1))
    vectors = np.hstack([loud, quiet]).astype(np.float32)
    labels = np.repeat(["no", "yes"], 40)

    shares = []
    for shrinkage in (0.0, 0.95):
        _, whitening = _whitening(vectors, labels, shrinkage)
        shares.append(whitening[1, 1] / whitening[0, 0])

    assert shares[0] > 10
    assert 1 < shares[1] < shares[0] / 5


def overlapping(random, intents=8, each=12):
    """Vectors of intents that are hard to tell apart, and their labels."""
    centres = 2 * random.standard_normal((intents, DIMENSION))
    vectors = np.vstack([cloud(random, centre, each, noise=3.0) for centre in centres])
    return vectors, [f"intent_{number}" for number in range(intents) for _ in range(each)]


def test_an_intent_with_one_sentence_does_not_switch_the_calibration_off():
    random = np.random.RandomState(5)
    vectors, labels = overlapping(random)
    lonely = np.vstack([vectors, cloud(random, 2 * random.standard_normal(DIMENSION), 1)])

    model = fit(lonely, [*labels, "lonely"], {})

    assert model.calibration != UNCALIBRATED
    assert model.rank(lonely[-1:])[0][0][0] == "lonely"


def test_few_intents_do_not_switch_the_calibration_off():
    assert fit(*overlapping(np.random.RandomState(5), intents=3), {}).calibration != UNCALIBRATED


def test_a_confidence_is_the_share_that_is_right_of_sentences_left_out():
    random = np.random.RandomState(6)
    vectors, labels = overlapping(random, each=80)
    asked = np.arange(len(labels)) % 2 == 0
    model = fit(vectors[~asked], [label for label, left in zip(labels, asked, strict=True) if not left], {})

    rankings = model.rank(vectors[asked])
    right = [ranking[0][0] == label for ranking, label in zip(rankings, np.array(labels)[asked], strict=True)]

    assert abs(np.mean([ranking[0][1] for ranking in rankings]) - np.mean(right)) < 0.1
