"""From what the readers propose to what a message means: their evidence is weighed, and the probabilities of all meanings make 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from actions.understanding.proposals import (
    ASK,
    DANGER,
    NOTHING,
    PLACE,
    POOLED,
    REPORT,
    SMALL_TALK,
    Meaning,
    Proposal,
    ReaderName,
)


@dataclass(frozen=True, slots=True)
class PoolWeights:
    """How much log-odds count for each meaning, which begin with 0: Rasa's word for it (`intents`); what the service list or the library knows
    of it (`content`), which speaks against small talk; how it is put (`question`), for a question and against a problem; that a city is
    written to about something (`about`), and not to talk; and that a question was asked for just before, or goes on with what was answered (`expected`).
    """

    intents: float
    content: float
    question: float
    about: float
    expected: float


WEIGHTS = PoolWeights(intents=0.43, content=0.48, question=1.04, about=1.32, expected=2.2)
"""The first four are fitted by `benchmarks/meanings.py`, which says to what and what they are worth; `expected` is nine in ten."""
TALK = "talk"
"""All small talk together."""
LEAST_INTENT, LEAST_SCORE = 0.003, 0.02
"""Probabilities are cut here and as far below 1: nobody is surer than that."""


def pool_proposals(proposals: Iterable[Proposal], weights: PoolWeights = WEIGHTS) -> tuple[Meaning, ...]:
    """What a message may mean, likeliest first. Danger, and wishes that Rasa alone knows of, stand by themselves: whoever asks after a report
    or wants a person says about what, so nobody else has a say in them.
    """
    found = list(proposals)
    intents = {each.act: each.probability for each in found if each.reader is ReaderName.INTENTS}
    place = _bare_place(found)
    alone = {act: share for act, share in intents.items() if act == DANGER or not (place or act in POOLED)}
    if any(each.reader is ReaderName.TOPIC for each in found):
        alone = {act: _less_likely(act, share, weights.expected) for act, share in alone.items()}
    left = max(0.0, 1 - sum(alone.values()))
    pooled = place or _weigh(found, intents, weights)
    values = {each.act: each.value for each in found if each.value}
    shares = alone | {act: share * left for act, share in pooled.items()}
    meanings = [Meaning(act, share, values.get(act, "")) for act, share in shares.items()]
    return tuple(sorted(meanings, key=lambda meaning: -meaning.probability))


def _bare_place(found: Iterable[Proposal]) -> dict[str, float]:
    """A text that only names a place: as likely a question as the library knows of it, else something there has to be told."""
    by_reader = {each.reader: each for each in found}
    if ReaderName.PLACES not in by_reader:
        return {}
    library = by_reader.get(ReaderName.LIBRARY)
    known = library.probability if library else 0.0
    return {PLACE: 1 - known, ASK: known}


def _weigh(found: Iterable[Proposal], intents: Mapping[str, float], weights: PoolWeights) -> dict[str, float]:
    """The shares of a problem, a question, nothing of ours, and small talk, which divides its own as Rasa does."""
    told = {each.reader: each.probability for each in found if each.reader is not ReaderName.INTENTS}
    services = weights.content * log_odds(told.get(ReaderName.SERVICES, 0.0), LEAST_SCORE)
    library = weights.content * log_odds(told.get(ReaderName.LIBRARY, 0.0), LEAST_SCORE)
    question = weights.question * told.get(ReaderName.FORM, 0.0)
    expected = weights.expected * max(told.get(ReaderName.EXPECTED, 0.0), told.get(ReaderName.TOPIC, 0.0))
    talk = {act: share for act, share in intents.items() if act in SMALL_TALK and share}
    heard = {act: intents.get(act, 0.0) for act in (REPORT, ASK, NOTHING)} | {TALK: sum(talk.values())}
    scores = {act: weights.intents * log_odds(share, LEAST_INTENT) for act, share in heard.items()}
    scores[REPORT] += services - question + weights.about
    scores[ASK] += library + question + weights.about + expected
    scores[TALK] -= max(services, library) + weights.about + expected
    if not talk:
        del scores[TALK]
    shares = _shares_of(scores)
    talked = shares.pop(TALK, 0.0)
    return shares | {act: talked * share / heard[TALK] for act, share in talk.items()}


def _less_likely(act: str, share: float, weight: float) -> float:
    """A wish that Rasa alone knows of, where a question is expected for another reason; danger stays as it is."""
    return share if act == DANGER else 1 / (1 + math.exp(weight - log_odds(share, LEAST_INTENT)))


def _shares_of(scores: Mapping[str, float]) -> dict[str, float]:
    most = max(scores.values())
    weighed = {act: math.exp(score - most) for act, score in scores.items()}
    total = sum(weighed.values())
    return {act: weight / total for act, weight in weighed.items()}


def log_odds(probability: float, least: float) -> float:
    """The natural logarithm of the odds of a probability that is kept between `least` and 1 - `least`."""
    kept = min(max(probability, least), 1 - least)
    return math.log(kept / (1 - kept))
