"""One turn of a conversation: what an action is given and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from actions.turn.decision import Decision
from actions.turn.state import DialogueState, read_state
from core.model import Attachment, InboundMessage, Trouble, Understanding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from actions.turn.topic import CarriedAnswer
    from actions.understanding.proposals import Meaning
    from actions.understanding.readers import Clues
    from city.records.model import Suggestion
    from knowledge.base.model import Answer

LONGEST_MESSAGE = 4000
"""Characters that are read; nobody needs more to say what they want."""


class Fit(StrEnum):
    """How surely a message answers the question that stands open, judged without the NLU."""

    SURE = "sure"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an exact rule of the gate heard: `name` such as `help`, `value` its argument such as a language or a number; `languages` are those
    whose words said so, where that matters.
    """

    name: str
    value: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedSearches:
    """What was searched before the transaction began, because it takes milliseconds: results for exactly this `text`, and, for a text that
    may mean anything, the `clues` that all readers had and the `meanings` that they come to, likeliest first. `carried` says that the answer
    is that of the topic's page, `things` of which of the topic's things (codes) a fact is asked.
    """

    text: str
    answer: Answer | None = None
    suggestions: tuple[Suggestion, ...] | None = None
    clues: Clues | None = None
    meanings: tuple[Meaning, ...] = ()
    carried: CarriedAnswer | None = None
    things: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeOffer:
    """Choices beside a notice, answered like any offer (`actions.routes.OFFERS`): keys with the catalogue's key of each label."""

    name: str
    choices: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody unasked, in their own language and place.

    It is either a sentence of the catalogue (`key` and its `values`) or staff's own words (`text` by language; the language
    "" serves for any). `by` is the colleague who speaks; then the line is theirs and not the city's. It goes to the conversations of
    `person_id`, or to the one of `conversation_id`. `caption` says by language what its pictures show. An `offer` is left out while the resident is in the middle of a form.
    """

    person_id: str = ""
    key: str = ""
    values: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    offer: NoticeOffer | None = None
    attachments: tuple[Attachment, ...] = ()
    caption: dict[str, str] = field(default_factory=dict)
    by: str = ""
    conversation_id: str = ""


@dataclass(slots=True)
class Turn:
    """A message, what was heard in it, and the open transaction in which its effects are written.

    Exactly one of these leads: `rule` (the gate heard something exact), `fit` not NO without `understanding` (an answer to the
    open question), or `understanding` (the NLU's word). `dialogue` is the conversation's memory as it is stored, `state` what it
    says: actions change that, and `store_state` writes it back. They set `language` when the resident changes it and `stopped` when they want no more texts (or want them again), and the
    conversation keeps both. They set `unanswered` when they had no good answer and `unhappy` when the resident is (False: glad), which staff see in their
    list. `notices` go to other identities, such as the other phone of the same person. `late` says that the message had to wait for the NLU and newer ones may have been answered before it. `calm` says that this text was asked about before and is no danger; `said` is then what was
    really written now. `alarmed` says that whom to call was said at the door, `is_written` that the transcript has the message already, `spoken` that a machine heard it. `also` is a second language to say the most urgent in, where it is in doubt which one is theirs. `decision` is noted on the way, for those who ask why.
    """

    message: InboundMessage
    person_id: str
    language: str
    dialogue: dict[str, Any]
    session: Session
    now: datetime
    rule: Rule | None = None
    fit: Fit = Fit.NO
    understanding: Understanding | None = None
    silent_minutes: float = 0.0
    first: bool = False
    stopped: bool = False
    late: bool = False
    prepared: PreparedSearches | None = None
    notices: list[Notice] = field(default_factory=list)
    unanswered: bool = False
    unhappy: bool | None = None
    calm: bool = False
    alarmed: bool = False
    is_written: bool = False
    said: str | None = None
    spoken: bool = False
    also: str = ""
    decision: Decision = field(default_factory=Decision)
    state: DialogueState = field(init=False)

    def __post_init__(self) -> None:
        self.state = read_state(self.dialogue)

    @property
    def is_led(self) -> bool:
        """Whether something was made of the words of the message."""
        return bool(self.rule or self.understanding) or self.fit is not Fit.NO

    def store_state(self) -> None:
        """Make `dialogue` say what is remembered now."""
        self.dialogue = self.state.to_json()


def is_readable(message: InboundMessage) -> bool:
    """Whether anything in it may be an answer. Words whose picture is late answer as they would without it."""
    if message.trouble is Trouble.FILE_LATE and (message.text or message.choice):
        return not is_too_long(message)
    return not message.trouble and not is_too_long(message)


def is_too_long(message: InboundMessage) -> bool:
    """Whether more was written than is read; only exact rules and danger are heard in its beginning."""
    return message.trouble is Trouble.TOO_LONG or len(message.text) > LONGEST_MESSAGE
