"""Hello, thank you, goodbye, "are you a robot?", and anger: short, honest, never in the way of a form."""

from __future__ import annotations

from actions.handlers import menu
from actions.handlers.declaration import Action
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import IntentRoute, Interrupts, RuleRoute, WordsCount
from actions.turn.turn import Turn
from core.model import Reply


def greet_resident(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Hello: the welcome to somebody new, the menu to somebody known."""
    if turn.first:
        return menu.welcome_resident(context, turn)
    hello = context.say("smalltalk.hello", turn.language)
    if turn.state.form:
        return [Reply(hello, turn.language)]
    reply, *rest = menu.show_menu(context, turn)
    return [Reply(f"{hello} {reply.text}", turn.language, reply.choices), *rest]


def accept_thanks(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """You're welcome."""
    return [Reply(context.say("smalltalk.welcome", turn.language), turn.language)]


def say_goodbye(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Goodbye; an open form is kept."""
    key = "smalltalk.goodbye_open" if turn.state.form else "smalltalk.goodbye"
    return [Reply(context.say(key, turn.language), turn.language)]


def bot_challenge(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Yes, a program."""
    reply = Reply(context.say("smalltalk.a_program", turn.language), turn.language)
    choices = {
        "person": context.say("menu.person", turn.language),
        "menu": context.say("menu.more", turn.language),
    }
    return [offer_choices(turn, reply, "menu", choices)]


def meet_feeling(context: ActionContext, turn: Turn, reply: Reply) -> str:
    """Half a sentence before business for somebody who is worn out by waiting or has a hard time; once in a conversation, empty otherwise.

    Nothing stands before words about danger or an exact command, and nothing beside `answer_unhappy`, which says it itself.
    """
    is_business = turn.rule is None and not turn.message.choice and not reply.urgent
    if turn.state.comforted or not is_business or turn.decision.action == "unhappy":
        return ""
    feeling = context.feelings.read(turn.message.text)
    turn.state.comforted = feeling is not None
    return context.say(f"feelings.sorry_{feeling}", turn.language) if feeling else ""


def answer_unhappy(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Somebody is angry or let down: no excuse, a person."""
    turn.unhappy = True
    reply = Reply(context.say("smalltalk.sorry", turn.language), turn.language)
    choices = {
        "person": context.say("menu.person", turn.language),
        "report": context.say("menu.report", turn.language),
    }
    return [offer_choices(turn, reply, "menu", choices)]


ACTION = Action(
    "smalltalk",
    intents=(
        IntentRoute("greet", greet_resident, interrupts=Interrupts.NEVER),
        IntentRoute("thank", accept_thanks, interrupts=Interrupts.NEVER),
        IntentRoute("goodbye", say_goodbye, interrupts=Interrupts.NEVER),
        IntentRoute("bot_challenge", bot_challenge, interrupts=Interrupts.ALWAYS),
        IntentRoute("unhappy", answer_unhappy),
    ),
    rules=(
        RuleRoute("greet", greet_resident, words=WordsCount.BETWEEN_FORMS),
        RuleRoute("thank", accept_thanks, words=WordsCount.BETWEEN_FORMS),
    ),
)
