"""Hello, thank you, goodbye, "are you a robot?", and anger: short, honest, never in the way of a form."""

from __future__ import annotations

from actions.handlers import menu
from actions.handlers.declaration import Action
from actions.turn.context import ActionContext, offer
from actions.turn.route import IntentRoute, Interrupts, RuleRoute, WordsCount
from actions.turn.turn import Turn
from core.model import Reply


def greet(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Hello: the welcome to somebody new, the menu to somebody known."""
    if turn.first:
        return menu.welcome(desk, turn)
    hello = desk.say("smalltalk.hello", turn.language)
    if turn.state.form:
        return [Reply(hello, turn.language)]
    reply, *rest = menu.menu(desk, turn)
    return [Reply(f"{hello} {reply.text}", turn.language, reply.choices), *rest]


def thank(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """You're welcome."""
    return [Reply(desk.say("smalltalk.welcome", turn.language), turn.language)]


def goodbye(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Goodbye; an open form is kept."""
    key = "smalltalk.goodbye_open" if turn.state.form else "smalltalk.goodbye"
    return [Reply(desk.say(key, turn.language), turn.language)]


def bot_challenge(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Yes, a program."""
    reply = Reply(desk.say("smalltalk.a_program", turn.language), turn.language)
    choices = {"person": desk.say("menu.person", turn.language), "menu": desk.say("menu.more", turn.language)}
    return [offer(turn, reply, "menu", choices)]


def unhappy(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Somebody is angry or let down: no excuse, a person."""
    turn.unhappy = True
    reply = Reply(desk.say("smalltalk.sorry", turn.language), turn.language)
    choices = {
        "person": desk.say("menu.person", turn.language),
        "report": desk.say("menu.report", turn.language),
    }
    return [offer(turn, reply, "menu", choices)]


ACTION = Action(
    "smalltalk",
    intents=(
        IntentRoute("greet", greet),
        IntentRoute("thank", thank),
        IntentRoute("goodbye", goodbye),
        IntentRoute("bot_challenge", bot_challenge, interrupts=Interrupts.ALWAYS),
        IntentRoute("unhappy", unhappy),
    ),
    rules=(
        RuleRoute("greet", greet, words=WordsCount.BETWEEN_FORMS),
        RuleRoute("thank", thank, words=WordsCount.BETWEEN_FORMS),
    ),
)
