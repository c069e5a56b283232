"""The ways into an action: words that mean it, an exact rule, a button of the menu, a link, a choice that was offered.

An action declares its own (`actions.handlers.declaration`); `actions.routes` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions.turn.context import ActionContext
from actions.turn.state import Offer
from actions.turn.turn import Turn
from core.model import Choice, InboundMessage, Reply

Act = Callable[[ActionContext, Turn, str], list[Reply]]
"""Does something. The text is what was said, for a rule or a link its value; it is empty where a button was pressed."""
ActOnChoice = Callable[[ActionContext, Turn, str, dict[str, Any]], list[Reply]]
"""Does what was chosen: the key of the choice, and the data of the offer."""
HearChoice = Callable[[ActionContext, InboundMessage, Offer], str | None]
"""The key of the choice of an offer that a message makes, None when it makes none."""
Condition = Callable[[ActionContext, Turn], bool]


class BesideForm(StrEnum):
    """What is said when somebody comes in while a form stands open."""

    RETURN = "return"
    """The replies, without their choices, and the form's question again."""
    ASK_FIRST = "ask first"
    """Another form would begin, so which of the two is wanted."""
    ALONE = "alone"
    """The replies; the form waits."""
    CHOOSE = "choose"
    """The replies if they offer choices, else as `RETURN`."""


class Interrupts(StrEnum):
    """At which questions of a form a text counts as a wish of its own instead of an answer."""

    NEVER = "never"
    """A guess would throw an answer away, or silence its writer."""
    CLOSED = "closed"
    """Where only certain answers count."""
    QUESTION = "question"
    """Also where any words may be the answer, if it looks like a question."""
    ALWAYS = "always"
    """Also where any words may be the answer, if the NLU is very sure."""


class Searches(StrEnum):
    """What is searched before the transaction begins, for a text that may mean this."""

    NOTHING = "nothing"
    LIBRARY = "library"
    SERVICES = "services"


class WordsCount(StrEnum):
    """When a whole message that is one of a rule's words is that rule."""

    NEVER = "never"
    """There is no such list: the gate finds this rule in its own way, or another one leads to it."""
    ALWAYS = "always"
    BETWEEN_FORMS = "between forms"
    """In a form they may be an answer, and the form knows best."""


def is_always(_context: ActionContext, _turn: Turn) -> bool:
    """The condition that always holds."""
    return True


def is_never(_context: ActionContext, _turn: Turn) -> bool:
    """The condition that never holds."""
    return False


@dataclass(frozen=True, slots=True)
class Route:
    """A way in by its name, what it does, and what becomes of an open form."""

    name: str
    act: Act
    beside: BesideForm = BesideForm.RETURN


@dataclass(frozen=True, slots=True)
class MenuSuggestion:
    """What a text of which the NLU is unsure is offered as: the menu's button of this name under this label of the catalogue."""

    button: str
    label: str
    is_possible: Condition = is_always


@dataclass(frozen=True, slots=True)
class IntentRoute(Route):
    """An intent of `nlu/data`."""

    interrupts: Interrupts = Interrupts.CLOSED
    searches: Searches = Searches.NOTHING
    suggestion: MenuSuggestion | None = None


@dataclass(frozen=True, slots=True)
class RuleRoute(Route):
    """An exact rule of the gate. `words` says when its list in `gate.toml` counts."""

    words: WordsCount = WordsCount.NEVER


@dataclass(frozen=True, slots=True)
class MenuRoute(Route):
    """A button of the menu, which works at any time, with its label in the catalogue; it stands in the menu while `is_listed`."""

    label: str = ""
    is_listed: Condition = is_always


@dataclass(frozen=True, slots=True)
class LinkRoute(Route):
    """A link that opens the conversation with `<name>-<value>`."""


@dataclass(frozen=True, slots=True)
class OfferRoute:
    """Choices beside a reply (`actions.turn.context.offer_choices`). Without `hear` an answer must name one of them.

    `is_needed`: nothing goes on without an answer, so another assistant that we work for must not take the next message away.
    """

    name: str
    act: ActOnChoice
    beside: BesideForm = BesideForm.RETURN
    hear: HearChoice | None = None
    is_needed: bool = False


def by_key(act: Act) -> ActOnChoice:
    """The choice's key says all that the act has to know."""
    return lambda context, turn, key, _data: act(context, turn, key)


def by_choices(read: Callable[[ActionContext, InboundMessage, Sequence[Choice]], str | None]) -> HearChoice:
    """The choices of the offer say all that reading an answer to it takes."""
    return lambda context, message, offer: read(
        context, message, [Choice(key, label) for key, label in offer.choices]
    )
