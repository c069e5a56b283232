"""What a turn was decided by: noted by the assistant and its actions as they go, and kept by `conversation.trace`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lead(StrEnum):
    """Why a message was answered as it was, or not at all. Values are kept, and have at most 16 characters."""

    RULE = "rule"  # an exact rule heard it
    CHOICE = "choice"  # it was a choice that stood open, or a button
    OPEN_QUESTION = "open_question"  # it answered what a form had asked
    QUESTION = "question"  # it was taken for a question to the library, without the NLU's word
    NLU = "nlu"  # the likeliest intent was sure enough
    UNCLEAR = "unclear"  # no intent was
    UNREADABLE = "unreadable"
    FILE = "file"  # a picture or a place came without words that lead
    CORRECTION = "correction"  # an earlier message was changed
    WAITING = "waiting"  # the NLU is down
    PROVIDER = "provider"  # the provider has answered it itself
    ANSWERED_BEFORE = "answered_before"  # before a backup was brought back
    ALARMED = "alarmed"  # whom to call was said at the door
    STAFF = "staff"  # a person has the conversation
    AUTOMATIC = "automatic"  # no person wrote it
    STOPPED = "stopped"  # they asked for no more messages
    LIMIT = "limit"  # they wrote more than is answered
    FAULT = "fault"


class CandidateKind(StrEnum):
    """What may have led."""

    RULE = "rule"
    DANGER = "danger"
    OPEN_QUESTION = "open_question"
    INTENT = "intent"
    PASSAGE = "passage"
    SERVICE = "service"
    MEANING = "meaning"  # what all readers came to
    TOPIC = "topic"  # what was answered before, and this goes on with


@dataclass(frozen=True, slots=True)
class TurnCandidate:
    """One thing that a message may have been: the name of a rule, an intent or a meaning, a kind of danger, a form with its question, the id of a
    passage, the code of a service; of a topic the id of its page, or the code of a place or department.

    `probability` is from 0 to 1; None where there is none, as of an exact rule. `title` is a passage's, as the city published it.
    """

    kind: CandidateKind
    name: str
    probability: float | None = None
    title: str = ""


@dataclass(slots=True)
class Decision:
    """What led, and to which action: the name of a rule, an intent, a form, an offer or a key of the menu. `passage_id` is what was quoted,
    `score` (0 to 1) how sure the library was of it, None where that was not asked in this turn.
    """

    lead: Lead | None = None
    action: str = ""
    passage_id: str = ""
    score: float | None = None

    def take(self, lead: Lead, action: str = "") -> None:
        """Note what leads; what is noted later counts."""
        self.lead, self.action = lead, action
