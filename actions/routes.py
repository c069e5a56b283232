"""What leads where. Each action declares its ways in; here they are collected, and this list is all that knows every action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from actions.forms.engine import Flow, FormSession
from actions.handlers import (
    ask,
    automatic,
    calendars,
    check,
    cost,
    details,
    elections,
    emergency,
    facts,
    fees,
    followup,
    join,
    language,
    menu,
    no_news,
    optout,
    person,
    photo,
    privacy,
    report,
    smalltalk,
    survey,
    unclear,
    voice,
)
from actions.handlers.declaration import Action, RasaAction
from actions.turn.route import (
    Act,
    BesideForm,
    IntentRoute,
    LinkRoute,
    MenuRoute,
    OfferRoute,
    Route,
    RuleRoute,
)
from core.model import Reply

ACTIONS: tuple[Action, ...] = (
    report.ACTION,
    details.ACTION,
    ask.ACTION,
    calendars.ACTION,
    facts.ACTION,
    fees.ACTION,
    elections.ACTION,
    survey.ACTION,
    check.ACTION,
    person.ACTION,
    language.ACTION,
    menu.ACTION,
    smalltalk.ACTION,
    cost.ACTION,
    emergency.ACTION,
    optout.ACTION,
    no_news.ACTION,
    privacy.ACTION,
    join.ACTION,
    photo.ACTION,
    followup.ACTION,
    unclear.ACTION,
    automatic.ACTION,
    voice.ACTION,
)
"""All actions there are. The menu has its routes in this order."""


class Named(Protocol):
    """What is found by its name."""

    @property
    def name(self) -> str:
        """Unlike any other's of its kind."""
        ...


NamedT = TypeVar("NamedT", bound=Named)


def by_name(routes: Iterable[NamedT]) -> dict[str, NamedT]:
    """The routes by their names; a `ValueError` when two share one."""
    found: dict[str, NamedT] = {}
    for route in routes:
        if route.name in found:
            raise ValueError(f"Two actions declare {route.name!r}.")
        found[route.name] = route
    return found


INTENTS: dict[str, IntentRoute] = by_name(route for action in ACTIONS for route in action.intents)
RULES: dict[str, RuleRoute] = by_name(route for action in ACTIONS for route in action.rules)
MENU: dict[str, MenuRoute] = by_name(route for action in ACTIONS for route in action.menu)
LINKS: dict[str, LinkRoute] = by_name(route for action in ACTIONS for route in action.links)
OFFERS: dict[str, OfferRoute] = by_name(route for action in ACTIONS for route in action.offers)
FLOWS: dict[str, Flow] = {name: flow for action in ACTIONS for name, flow in action.forms.items()}
RASA_ACTIONS: dict[str, RasaAction] = by_name(action.rasa for action in ACTIONS if action.rasa)

IN_FORM: dict[str, Callable[[FormSession], list[Reply]]] = {
    "back": FormSession.back,
    "skip": FormSession.skip,
    "start_over": FormSession.start_over,
    "why": FormSession.why,
    "repeat": FormSession.ask,
    "leave": FormSession.leave,
}
"""Exact rules that are about the open form, whichever it is; each has its list in `gate.toml`."""


ASKED = {"ask_stop", "ask_danger", "thank"}
"""Rules that only ask back, or thank; a message that answers what stands open is that."""


def may_answer_offer(rule: str, *, in_form: bool) -> bool:
    """Whether words that are this rule may still answer an offer: where the rule only asks back or thanks, or is about a form and there is none."""
    return rule in ASKED or (rule in IN_FORM and not in_form)


def put_off() -> dict[str, Act]:
    """What may have to wait until an open form is finished or dropped, by the name of the way that it was wished."""
    found: dict[str, Act] = {}
    ways: tuple[Iterable[Route], ...] = (RULES.values(), INTENTS.values(), MENU.values(), LINKS.values())
    for route in (route for way in ways for route in way):
        if route.beside is BesideForm.ASK_FIRST:
            found.setdefault(route.name, route.act)
    return found


PUT_OFF = put_off()
