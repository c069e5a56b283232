"""The arbiter: of all steps the one that is expected to cost the resident least, by the table in `policy.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from actions.understanding.policy import Floors, Policy, StepCosts
from actions.understanding.pooling import pool_proposals
from actions.understanding.proposals import ASK, ASKS_FIRST, DANGER, REPORT, Meaning
from actions.understanding.readers import Clues, read_all
from knowledge.base.model import Answer

MOST_NAMED = 2
"""Things that are named when it is asked back which of them is meant."""
CONSIDERED = 3
"""Of so many meanings, the likeliest."""


class StepKind(StrEnum):
    """What can be done about a message."""

    DO = "do"
    ASK_BACK = "ask_back"  # naming what it may be
    ASK_OPENLY = "ask_openly"  # nothing can be named


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is done: to follow the one meaning, or to ask back which of `meanings` it is. `cost` is what is expected of it, in replies."""

    kind: StepKind
    meanings: tuple[Meaning, ...]
    cost: float


def weigh_meanings(clues: Clues, policy: Policy) -> tuple[Meaning, ...]:
    """What a message may mean, likeliest first, each with what doing it would still leave open."""
    return tuple(
        replace(meaning, shortfall=_shortfall_of(meaning, clues, policy))
        for meaning in pool_proposals(read_all(clues))
    )


def choose_step(
    meanings: Sequence[Meaning],
    policy: Policy,
    *,
    can_be_done: Callable[[Meaning], bool],
    can_be_named: Callable[[Meaning], bool],
) -> NextStep:
    """The cheapest step. `can_be_done`: somebody here does it; `can_be_named`: there are plain words for it to choose by."""
    steps = [
        *_doing(meanings, policy, can_be_done),
        *_asking(meanings, policy, can_be_named),
        _asking_openly(meanings, policy, can_be_named),
    ]
    return min(steps, key=lambda step: step.cost)


def is_beyond_us(clues: Clues, floors: Floors) -> bool:
    """Whether neither the service list nor the library gave more than its floor for this, so that we may say that it is not ours."""
    best = max((each.score for each in clues.suggestions), default=0.0)
    return best < floors.kind and not knows_pages(clues.answer)


def knows_pages(answer: Answer | None) -> bool:
    """Whether the library has pages that are likely about a question, shown or not."""
    return answer is not None and bool(answer.found) and (answer.is_shown or answer.close)


def _doing(
    meanings: Sequence[Meaning], policy: Policy, can_be_done: Callable[[Meaning], bool]
) -> Iterator[NextStep]:
    calm = 1 - sum(meaning.probability for meaning in meanings if meaning.act == DANGER)
    for meaning in filter(can_be_done, meanings):
        if meaning.act not in ASKS_FIRST and meaning.probability < policy.floors.followed * calm:
            continue
        wrongly = policy.costs_of(meaning.act).wrongly
        missed = sum(
            other.probability * (wrongly + policy.costs_of(other.act).missed)
            for other in meanings
            if other.act != meaning.act
        )
        yield NextStep(StepKind.DO, (meaning,), missed + meaning.probability * meaning.shortfall)


def _asking(
    meanings: Sequence[Meaning], policy: Policy, can_be_named: Callable[[Meaning], bool]
) -> Iterator[NextStep]:
    considered = [each for each in meanings[:CONSIDERED] if each.probability >= policy.floors.named]
    named = [meaning for meaning in considered if can_be_named(meaning)]
    likely = [meaning for meaning in considered if meaning in named or meaning.act in {REPORT, ASK}]
    for size in range(1, MOST_NAMED + 1):
        for chosen in combinations(likely, size):
            if not set(chosen) & set(named):
                continue
            missed = sum(
                other.probability * (1 + policy.costs_of(other.act).missed)
                for other in meanings
                if other not in chosen
            )
            vague = sum(each.probability * each.shortfall for each in chosen if each not in named)
            yield NextStep(StepKind.ASK_BACK, chosen, policy.steps.ask_back + missed + vague)


def _asking_openly(
    meanings: Sequence[Meaning], policy: Policy, can_be_named: Callable[[Meaning], bool]
) -> NextStep:
    """Everything waits for one reply more, and nobody who may be in danger should; the likeliest wish stands beside the question."""
    danger = sum(meaning.probability for meaning in meanings if meaning.act == DANGER)
    wishes = [
        meaning
        for meaning in meanings[:CONSIDERED]
        if meaning.act not in {REPORT, ASK, DANGER} and can_be_named(meaning)
    ]
    cost = policy.steps.ask_openly + danger * policy.costs_of(DANGER).missed
    return NextStep(StepKind.ASK_OPENLY, tuple(wishes[:1]), cost)


def _shortfall_of(meaning: Meaning, clues: Clues, policy: Policy) -> float:
    if meaning.act == REPORT:
        best = max((each.score for each in clues.suggestions), default=0.0)
        return 0.0 if best >= policy.floors.taken else policy.steps.kinds
    if meaning.act != ASK or clues.has_fact:
        return 0.0
    return _shortfall_of_answer(clues.answer, policy.steps)


def _shortfall_of_answer(answer: Answer | None, steps: StepCosts) -> float:
    if answer is None or not answer.is_shown:
        return steps.unknown
    return 0.0 if answer.confident else steps.unsure
