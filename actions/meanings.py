"""What is done about a text where no form stands open: the arbiter's step, and what is chosen when it asked back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.handlers import ask, report, unclear
from actions.prefetch import search_everything
from actions.reading.words import clean_text
from actions.turn.context import ActionContext
from actions.turn.decision import Lead
from actions.turn.turn import PreparedSearches, Turn
from actions.understanding.arbiter import StepKind
from actions.understanding.proposals import ASK, PLACE, SMALL_TALK
from city.records.model import Suggestion
from core.model import Reply


def reply_by_meaning(context: ActionContext, turn: Turn, do: Callable[[str], list[Reply]]) -> list[Reply]:
    """Take the step that costs least by what all readers make of the words; `do` follows an intent."""
    searched = _search_all(context, turn)
    expects_question, turn.state.expects_question = turn.state.expects_question, False
    step = unclear.decide_step(context, turn, searched)
    if not (step.kind is StepKind.DO and step.meanings[0].act in SMALL_TALK | {ASK}):
        turn.state.topic = None  # something else is talked about now
    if step.kind is not StepKind.DO:
        turn.decision.take(Lead.UNCLEAR)
        return unclear.ask_which(context, turn, searched, step)
    (meaning,) = step.meanings
    is_asked = expects_question and meaning.act == ASK
    turn.decision.take(Lead.QUESTION if is_asked else Lead.NLU, meaning.act)
    return report.begin_at_place(context, turn, searched.text) if meaning.act == PLACE else do(meaning.act)


def take_meant(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply] | None:
    """What was meant by an earlier text is clear now: a page or a place. A kind of problem is remembered; that, and a button of the menu, is
    None: it is followed as any.
    """
    kind, _, value = key.partition(".")
    text = str(data.get("text", ""))
    if kind == "page":
        return ask.take_choice(context, turn, value, data)
    if kind == "place":
        return report.begin_at_place(context, turn, text)
    service = context.city.services.by_code(value) if kind == "kind" else None
    if service:
        turn.prepared = PreparedSearches(text, suggestions=(Suggestion(service, 1.0),))
    return None


def _search_all(context: ActionContext, turn: Turn) -> PreparedSearches:
    """What was searched before the transaction, else now."""
    if turn.prepared is None or turn.prepared.clues is None:
        text = clean_text(turn.message.text)
        turn.prepared = search_everything(
            context, text, turn.state, turn.language, turn.understanding, turn.now
        )
    return turn.prepared
