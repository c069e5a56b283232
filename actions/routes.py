"""What leads where: the whole of what a resident can do, in tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from actions.forms.engine import Flow, FormSession
from actions.handlers import (
    ask,
    check,
    emergency,
    followup,
    join,
    language,
    menu,
    optout,
    person,
    photo,
    privacy,
    report,
    smalltalk,
    survey,
    unclear,
)
from actions.turn.context import ActionContext
from actions.turn.turn import Turn
from core.model import Choice, InboundMessage, Reply

Action = Callable[[ActionContext, Turn, str], list[Reply]]
Chosen = Callable[[ActionContext, Turn, str, dict[str, Any]], list[Reply]]

FLOWS: dict[str, Flow] = {
    report.NAME: report.FLOW,
    survey.NAME: survey.FLOW,
    person.NAME: person.FLOW,
    check.NAME: check.FLOW,
    followup.NAME: followup.FLOW,
}

INTENTS: dict[str, Action] = {
    "report_problem": report.begin,
    "ask_city": ask.answer,
    "take_survey": survey.wished,
    "check_request": check.wished,
    "add_to_request": check.wants_to_add,
    "talk_to_person": person.begin,
    "show_menu": lambda desk, turn, _: menu.menu(desk, turn),
    "greet": lambda desk, turn, _: smalltalk.greet(desk, turn),
    "thank": lambda desk, turn, _: smalltalk.thank(desk, turn),
    "goodbye": lambda desk, turn, _: smalltalk.goodbye(desk, turn),
    "bot_challenge": lambda desk, turn, _: smalltalk.bot_challenge(desk, turn),
    "change_language": language.wished,
    "opt_out": optout.understood,
    "emergency": emergency.ask,
    "unhappy": lambda desk, turn, _: smalltalk.unhappy(desk, turn),
    "out_of_scope": unclear.out_of_scope,
}
"""What each intent of `nlu/data` leads to; the text of the message is passed along."""

RULES: dict[str, Callable[[ActionContext, Turn, str], list[Reply]]] = {
    "emergency": lambda desk, turn, _: emergency.warn(desk, turn, turn.message.text),
    "ask_danger": lambda desk, turn, _: emergency.ask(desk, turn, turn.message.text),
    "stop": lambda desk, turn, _: optout.stop(desk, turn),
    "ask_stop": lambda desk, turn, _: optout.ask(desk, turn, turn.message.text),
    "start": lambda desk, turn, _: optout.start(desk, turn),
    "privacy": privacy.answer,
    "help": lambda desk, turn, _: menu.help_(desk, turn),
    "menu": lambda desk, turn, _: menu.welcome(desk, turn) if turn.first else menu.menu(desk, turn),
    "language": language.change,
    "person": lambda desk, turn, _: person.begin(desk, turn),
    "request_number": check.by_number,
    "my_requests": lambda desk, turn, _: check.mine(desk, turn),
    "survey": survey.begin,
    "report": lambda desk, turn, _: report.begin(desk, turn, ""),
    "greet": lambda desk, turn, _: smalltalk.greet(desk, turn),
    "thank": lambda desk, turn, _: smalltalk.thank(desk, turn),
    "join": lambda desk, turn, _: join.give_code(desk, turn),
    "join_code": join.take_code,
    "unjoin": lambda desk, turn, _: join.undo(desk, turn),
}
"""What each exact rule of the gate leads to; the rule's value is passed along."""

IN_FORM: dict[str, Callable[[FormSession], list[Reply]]] = {
    "back": FormSession.back,
    "skip": FormSession.skip,
    "start_over": FormSession.start_over,
    "why": FormSession.why,
    "repeat": FormSession.ask,
    "leave": FormSession.leave,
}
"""Rules that are about the open form."""

MENU: dict[str, Callable[[ActionContext, Turn], list[Reply]]] = {
    "report": lambda desk, turn: report.begin(desk, turn, ""),
    "ask": menu.ask_away,
    "survey": lambda desk, turn: survey.wished(desk, turn, ""),
    "requests": check.mine,
    "person": person.begin,
    "language": language.which,
    "menu": menu.menu,
}
"""The menu's buttons, which work at any time."""

OFFERS: dict[str, Chosen] = {
    "answer": ask.chosen,
    "request": check.chosen,
    "photo": photo.chosen,
    "language": lambda desk, turn, key, _: language.change(desk, turn, key),
    "survey": lambda desk, turn, key, _: survey.begin(desk, turn, key),
    "survey-again": survey.chosen_again,
    "place-of-news": join.chosen_place,
    "add-to": lambda desk, turn, key, _: check.begin_comment(desk, turn, key),
    "followup": followup.chosen,
    privacy.OFFER: lambda desk, turn, key, _: privacy.answer(desk, turn, key),
    emergency.NAME: emergency.chosen,
    optout.OFFER: lambda desk, turn, key, data: optout.chosen(desk, turn, key, str(data.get("text", ""))),
}
"""What becomes of a choice, by the name of the offer."""

HEARD: dict[str, Callable[[ActionContext, InboundMessage, Sequence[Choice]], str | None]] = {
    "followup": followup.heard,
    emergency.NAME: emergency.heard,
    optout.OFFER: optout.heard,
}
"""How an answer is read where more than a choice may be said, by the name of the offer; else it must name one."""

BEGINNING = {"report_problem", "take_survey", "report", "survey", "add_to_request"}
"""Intents, rules and menu keys that would begin another form."""

STANDALONE = {"emergency", "ask_danger", emergency.NAME, "ask", "stop"}
"""Replies to these stand alone: the open question is not repeated behind them."""
