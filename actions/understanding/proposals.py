"""What a message may mean: what one reader proposes, and what all of them come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

REPORT, ASK, PLACE = "report_problem", "ask_city", "place"
NOTHING, DANGER, PERSON = "out_of_scope", "emergency", "talk_to_person"
"""Acts that the readers know by name; every intent is one."""
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "bot_challenge", "unhappy", "show_menu"})
"""Acts that are about nothing: where there is something, it leads."""
ASKS_FIRST = frozenset({DANGER, PLACE, "opt_out"})
"""Acts that begin with a question whether or how it is meant, so that nothing is done on a guess."""
POOLED = SMALL_TALK | {REPORT, ASK, NOTHING}
"""Acts of which more than one reader knows; of the others Rasa alone does."""


class ReaderName(StrEnum):
    """Who proposes."""

    INTENTS = "intents"  # Rasa
    SERVICES = "services"  # the city's service list
    LIBRARY = "library"  # the city's documents
    FORM = "form"  # how the text is put: as a question
    EXPECTED = "expected"  # what was asked for just before
    TOPIC = "topic"  # what was answered just before
    PLACES = "places"  # the city's map


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one reader takes a message for: an act, its value (a service's code, a passage's id, a place), and how surely, from 0 to 1."""

    reader: ReaderName
    act: str
    probability: float
    value: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message may mean by all readers together: `probability` is from 0 to 1, and those of all meanings make 1.

    `shortfall` is what doing it still costs where it was meant, in replies.
    """

    act: str
    probability: float
    value: str = ""
    shortfall: float = 0.0
