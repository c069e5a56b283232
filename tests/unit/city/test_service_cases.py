"""Confirmed cases teach which service is meant by words that the service list does not have, once there are enough of them."""

from __future__ import annotations

import numpy as np
import pytest

from city.services.by_cases import AT_ONCE, FEWEST_CASES, MOST_CASES, CaseMemory
from city.services.catalogue import OFFERED, ServiceList
from tests.unit.city.town import WordEmbedder, service

SERVICES = (service("pothole", "Pothole"), service("light", "Street light"), service("noise", "Noise"))
HUMMING = [(f"humming transformer number {at}", "noise") for at in range(FEWEST_CASES)]


def taught(cases, *embedders, services=SERVICES, looks=1):
    memory, embedders = CaseMemory(), embedders or (WordEmbedder(),)
    for _ in range(looks):
        memory.learn(cases, embedders)
    return ServiceList(services, lambda: embedders, None, lambda: memory.examples)


def likeliest(services, text):
    return services.suggest(text, limit=3, every=True)[0].service.code


@pytest.mark.parametrize("embedders", [(WordEmbedder(),), (WordEmbedder("a"), WordEmbedder("b"))])
def test_words_of_confirmed_cases_count_for_their_service(embedders):
    text = "a transformer is humming by the pothole"
    plain = ServiceList(SERVICES, lambda: embedders).suggest(text, every=True)
    better = taught(HUMMING, *embedders).suggest(text, every=True)
    before = {found.service.code: found.score for found in plain}
    after = {found.service.code: found.score for found in better}
    assert after["noise"] > before["noise"]
    assert after["pothole"] < before["pothole"]


def test_few_cases_teach_nothing():
    text = "humming transformer"
    plain = ServiceList(SERVICES, lambda: (WordEmbedder(),))
    assert taught(HUMMING[1:]).suggest(text, every=True) == plain.suggest(text, every=True)


def test_a_text_about_nothing_stays_one():
    assert sum(found.score for found in taught(HUMMING).suggest("qwxz", every=True)) < OFFERED


def test_the_cases_never_change_how_sure_it_is_that_it_is_any_service():
    text = "a transformer is humming by the pothole"
    plain = ServiceList(SERVICES, lambda: (WordEmbedder(),)).suggest(text, every=True)
    better = taught(HUMMING).suggest(text, every=True)
    assert sum(found.score for found in better) == pytest.approx(
        sum(found.score for found in plain), abs=0.001
    )


def test_a_named_service_is_taken_whatever_the_cases_say():
    services = taught([(f"pothole {at}", "noise") for at in range(FEWEST_CASES)])
    assert (likeliest(services, "pothole"), services.suggest("pothole")[0].score) == ("pothole", 1.0)


def test_cases_of_a_service_that_is_no_more_have_no_vote():
    services = taught(HUMMING, services=SERVICES[:2])
    plain = ServiceList(SERVICES[:2], lambda: (WordEmbedder(),))
    assert services.suggest("humming", every=True) == plain.suggest("humming", every=True)


def test_what_is_known_is_not_encoded_again_and_what_is_gone_is_forgotten():
    memory, embedder = CaseMemory(), WordEmbedder()
    memory.learn(HUMMING, [embedder])
    encoded = embedder.encoded
    others = [("a lamp is dark", "light")]
    memory.learn([*others, *HUMMING[1:]], [embedder])
    assert embedder.encoded == encoded + 1
    assert memory.examples is not None
    assert sorted(set(memory.examples.codes)) == ["light", "noise"]
    assert memory.learn(HUMMING[1:], [embedder]) == 0
    assert memory.examples is None


def test_many_are_learned_a_part_at_a_time_and_the_newest_are_held():
    memory, embedder = CaseMemory(), WordEmbedder()
    many = [(f"report {at}", "noise") for at in range(MOST_CASES + 5)]
    held = [memory.learn(many, [embedder]) for _ in range(MOST_CASES // AT_ONCE + 1)]
    assert held[:2] == [AT_ONCE, 2 * AT_ONCE]
    assert held[-1] == MOST_CASES
    assert memory.examples is not None
    assert memory.examples.vectors[0].shape[0] == MOST_CASES


def test_the_nearest_cases_vote_by_likeness():
    cases = [(f"flooded basement {at}", "noise") for at in range(60)]
    cases += [(f"dark lamp {at}", "light") for at in range(60)]
    memory, embedder = CaseMemory(), WordEmbedder()
    memory.learn(cases, [embedder])
    assert memory.examples is not None
    votes = memory.examples.votes("a dark lamp", [1.0], ["pothole", "light", "noise"])
    assert votes.argmax() == 1
    assert np.isclose(votes.sum(), 1)
