"""The readers: each says from what it knows what a message may mean. Pure functions of what was found before the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.understanding.proposals import ASK, PLACE, REPORT, Proposal, ReaderName
from city.records.model import Suggestion
from core.model import Understanding
from knowledge.base.model import Answer


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a message: the NLU's word, what the service list and the library found for it, how it is put, and whether it is
    nothing but a `place`; whether it goes on with what was just answered, so that `answer` is that page's; and whether a fact of the city answers it.
    """

    understanding: Understanding | None = None
    suggestions: Sequence[Suggestion] = ()
    answer: Answer | None = None
    is_question: bool = False
    expects_question: bool = False
    place: str = ""
    goes_on: bool = False
    has_fact: bool = False


def read_all(clues: Clues) -> tuple[Proposal, ...]:
    """What all readers propose."""
    readers = (
        read_intents,
        read_services,
        read_library,
        read_wording,
        read_expectation,
        read_topic,
        read_place,
    )
    return tuple(proposal for reader in readers for proposal in reader(clues))


def read_intents(clues: Clues) -> list[Proposal]:
    """The intents of Rasa, as sure as it is of each."""
    intents = clues.understanding.intents if clues.understanding else ()
    return [Proposal(ReaderName.INTENTS, intent.name, intent.confidence) for intent in intents]


def read_services(clues: Clues) -> list[Proposal]:
    """The likeliest kind of problem. In a bare place nothing is told of one."""
    if clues.place or not clues.suggestions:
        return []
    best = clues.suggestions[0]
    return [Proposal(ReaderName.SERVICES, REPORT, best.score, best.service.code)]


def read_library(clues: Clues) -> list[Proposal]:
    """The passage that answers it best."""
    found = clues.answer.found if clues.answer else ()
    return [Proposal(ReaderName.LIBRARY, ASK, each.score, each.passage.passage_id) for each in found[:1]]


def read_wording(clues: Clues) -> list[Proposal]:
    """Whether it is put as a question."""
    return [Proposal(ReaderName.FORM, ASK, 1.0)] if clues.is_question else []


def read_expectation(clues: Clues) -> list[Proposal]:
    """Whoever chose to ask something is asking it now."""
    return [Proposal(ReaderName.EXPECTED, ASK, 1.0)] if clues.expects_question else []


def read_topic(clues: Clues) -> list[Proposal]:
    """Words that go on with what was just answered ask more about it."""
    return [Proposal(ReaderName.TOPIC, ASK, 1.0)] if clues.goes_on else []


def read_place(clues: Clues) -> list[Proposal]:
    """A place, and not a word about what is there."""
    return [Proposal(ReaderName.PLACES, PLACE, 1.0, clues.place)] if clues.place else []
