"""What it costs to write here: nothing by the city, and texts what the resident's own phone company takes for them."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.turn.context import ActionContext
from actions.turn.route import IntentRoute, Interrupts, RuleRoute, WordsCount
from actions.turn.turn import Turn
from channels.registry import traits_of
from core.model import Reply


def answer(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """What the city knows of the price, and how to ask for the price of something else."""
    key = "cost.by_text" if traits_of(turn.message.channel).has_carrier_rules else "cost.elsewhere"
    return [Reply(context.say(key, turn.language), turn.language)]


ACTION = Action(
    "cost",
    intents=(IntentRoute("cost_of_writing", answer, interrupts=Interrupts.QUESTION),),
    rules=(RuleRoute("cost", answer, words=WordsCount.ALWAYS),),
)
