"""What an action says about itself, once, at the end of its own file; everything else about it is derived from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.forms.engine import Flow
from actions.turn.route import IntentRoute, LinkRoute, MenuRoute, OfferRoute, RuleRoute


@dataclass(frozen=True, slots=True)
class RasaAction:
    """An action that somebody's Rasa assistant can call: the intent that its message then has, the menu's button for a call without words,
    and an entity of Rasa's that names the thing meant, with the kind of link that leads to it.
    """

    name: str
    intent: str = ""
    menu: str = "menu"
    entity: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a resident can do: all ways in, its forms by the name that a conversation keeps, and its name in Rasa."""

    name: str
    intents: tuple[IntentRoute, ...] = ()
    rules: tuple[RuleRoute, ...] = ()
    menu: tuple[MenuRoute, ...] = ()
    links: tuple[LinkRoute, ...] = ()
    offers: tuple[OfferRoute, ...] = ()
    forms: Mapping[str, Flow] = field(default_factory=dict)
    rasa: RasaAction | None = None
