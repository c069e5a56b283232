"""What the arbiter does about what the readers propose: a table of messages by their clues, and the rules that hold for all of them."""

from __future__ import annotations

import pytest

from actions.routes import INTENTS
from actions.understanding.arbiter import StepKind, choose_step, is_beyond_us, weigh_meanings
from actions.understanding.policy import load_policy
from actions.understanding.pooling import log_odds, pool_proposals
from actions.understanding.proposals import ASK, DANGER, NOTHING, PLACE, REPORT, Proposal, ReaderName
from actions.understanding.readers import Clues, read_all
from city.records.model import Department, Service, Suggestion
from core.model import Intent, Understanding
from knowledge.base.model import Answer, Found, Passage

POLICY = load_policy()


def clues(
    intents: dict[str, float],
    service: float = 0.0,
    page: float = 0.0,
    *,
    question: bool = False,
    place: str = "",
) -> Clues:
    """What Rasa says, how sure the service list and the library are; the library answers from 0.5 on, and shows what is near from 0.25 on."""
    passage = Passage("p", "d", "Potholes", "A crew comes.")
    return Clues(
        Understanding("x", tuple(Intent(name, share) for name, share in intents.items())),
        (Suggestion(make_service(), service),) if service else (),
        Answer(
            "x",
            page >= 0.5,
            (Found(passage, page),) if page else (),
            maybe=0.25 <= page < 0.5,
            close=0.1 <= page < 0.25,
        ),
        is_question=question,
        place=place,
    )


def make_service() -> Service:
    return Service("pothole", {"en": "Pothole"}, {}, {}, "Streets", Department("works", {"en": "Works"}))


def step_for(heard: Clues) -> tuple[StepKind, set[str]]:
    meanings = weigh_meanings(heard, POLICY)
    step = choose_step(
        meanings,
        POLICY,
        can_be_done=lambda meaning: meaning.act != NOTHING or is_beyond_us(heard, POLICY.floors),
        can_be_named=lambda meaning: meaning.act in {ASK, *((REPORT,) if heard.suggestions else ())},
    )
    return step.kind, {meaning.act for meaning in step.meanings}


@pytest.mark.parametrize(
    ("heard", "act"),
    [
        (clues({REPORT: 0.98}, 0.9), REPORT),
        (clues({"greet": 0.6, REPORT: 0.3}, 0.95), REPORT),  # hello, and a problem
        (
            clues({NOTHING: 0.73, REPORT: 0.2}, 0.98),
            REPORT,
        ),  # Rasa does not know the words, the city's list does
        (clues({ASK: 0.95}, 0.0, 0.9, question=True), ASK),
        (clues({NOTHING: 0.7, ASK: 0.2}, 0.0, 0.7, question=True), ASK),
        (clues({"talk_to_person": 0.99}, 0.0, 0.02), "talk_to_person"),
        (clues({"talk_to_person": 0.99}, 0.0, 0.45), "talk_to_person"),  # about something
        (clues({"check_request": 0.99}), "check_request"),
        (clues({"goodbye": 0.99}), "goodbye"),
        (clues({"greet": 0.98}), "greet"),
        (clues({NOTHING: 0.99}), NOTHING),
        (clues({DANGER: 0.7, REPORT: 0.2}, 0.9), DANGER),
        (clues({NOTHING: 0.6}, place="Mill Road"), PLACE),
        (clues({ASK: 0.95}, 0.0, 0.15, question=True), ASK),  # pages near it: it asks which is meant
    ],
)
def test_what_is_clear_is_done(heard: Clues, act: str) -> None:
    assert step_for(heard) == (StepKind.DO, {act})


@pytest.mark.parametrize(
    ("heard", "acts"),
    [
        (clues({REPORT: 0.6, ASK: 0.35}, 0.7, 0.6), {REPORT, ASK}),
        (clues({REPORT: 0.4, ASK: 0.6}, 0.95, 0.7), {REPORT, ASK}),
        (clues({ASK: 0.94, REPORT: 0.05}, 0.53, 0.01), {REPORT, ASK}),  # the question in general words
    ],
)
def test_a_close_call_is_asked_back(heard: Clues, acts: set[str]) -> None:
    assert step_for(heard) == (StepKind.ASK_BACK, acts)


@pytest.mark.parametrize("share", [0.4, 0.6, 0.7])
def test_a_guessed_goodbye_sends_nobody_away(share: float) -> None:
    assert step_for(clues({"goodbye": share, "unhappy": 0.9 - share, REPORT: 0.1}))[1] != {"goodbye"}


@pytest.mark.parametrize("act", ["check_request", "talk_to_person", "take_survey", "change_language"])
@pytest.mark.parametrize("share", [0.4, 0.5, 0.6])
def test_a_wish_guessed_at_even_odds_does_not_act(act: str, share: float) -> None:
    assert step_for(clues({act: share, NOTHING: 0.3}))[0] is not StepKind.DO


@pytest.mark.parametrize(("service", "page"), [(0.13, 0.0), (0.0, 0.11), (0.9, 0.9)])
def test_nobody_is_refused_what_the_service_list_or_the_library_knows(service: float, page: float) -> None:
    assert step_for(clues({NOTHING: 0.999}, service, page))[1] != {NOTHING}


@pytest.mark.parametrize("service", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("page", [0.0, 0.5, 0.95])
def test_nothing_talks_danger_away(service: float, page: float) -> None:
    meanings = weigh_meanings(clues({DANGER: 0.6, REPORT: 0.3}, service, page), POLICY)
    assert {each.act: each.probability for each in meanings}[DANGER] == pytest.approx(0.6)


@pytest.mark.parametrize("act", sorted(INTENTS))
@pytest.mark.parametrize("share", [0.0, 0.2, 0.999])
def test_all_meanings_together_make_one(act: str, share: float) -> None:
    meanings = weigh_meanings(clues({act: share, NOTHING: 0.001}, 0.4, 0.2), POLICY)
    assert sum(each.probability for each in meanings) == pytest.approx(1)
    assert [each.probability for each in meanings] == sorted(
        (each.probability for each in meanings), reverse=True
    )


def test_without_a_proposal_a_meaning_is_found_all_the_same() -> None:
    assert {each.act for each in pool_proposals([])} == {REPORT, ASK, NOTHING}


def test_whoever_chose_to_ask_is_asking() -> None:
    asked = Clues(expects_question=True)
    assert pool_proposals(read_all(asked))[0].act == ASK
    assert Proposal(ReaderName.EXPECTED, ASK, 1.0) in read_all(asked)


def test_in_a_bare_place_no_problem_is_told() -> None:
    proposals = read_all(clues({REPORT: 0.9}, 0.9, place="Mill Road"))
    assert [each.reader for each in proposals] == [ReaderName.INTENTS, ReaderName.PLACES]


def test_every_intent_has_its_costs() -> None:
    assert set(INTENTS) | {PLACE, "default"} == set(POLICY.acts)


def test_nothing_costs_as_much_as_to_miss_danger() -> None:
    assert POLICY.acts[DANGER].missed == max(costs.missed for costs in POLICY.acts.values())
    assert POLICY.acts["goodbye"].wrongly > POLICY.acts["thank"].wrongly > POLICY.steps.ask_back


@pytest.mark.parametrize(("probability", "expected"), [(0.5, 0.0), (0.0, -3.892), (1.0, 3.892)])
def test_nobody_is_surer_than_the_cut(probability: float, expected: float) -> None:
    assert log_odds(probability, 0.02) == pytest.approx(expected, abs=0.001)
