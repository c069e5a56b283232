"""The slow searches, done before the transaction opens: which of them a message will need."""

from __future__ import annotations

from typing import Any

from actions.forms.service_choice import search
from actions.handlers.ask import PASSAGES
from actions.interrupts import asks
from actions.reading.words import clean, has_words
from actions.turn.context import ActionContext
from actions.turn.state import open_form, open_offer
from actions.turn.turn import Fit, PreparedSearches, Rule
from core.model import InboundMessage, Understanding

ANSWERED = {"ask_city", "out_of_scope"}


def look_ahead(
    desk: ActionContext,
    message: InboundMessage,
    dialogue: dict[str, Any],
    *,
    language: str,
    rule: Rule | None,
    fit: Fit,
    understanding: Understanding | None,
) -> PreparedSearches | None:
    """Search the library and the service list for what this message is likely to need; None when it needs neither."""
    text = clean(message.text)
    answer = services = False
    if rule is None and has_words(text):
        answer = _needs_answer(desk, text, dialogue, fit, understanding)
        services = _needs_services(desk, dialogue, fit, understanding)
    if key := _chosen_instead(message, dialogue):
        offered = open_offer(dialogue)
        text = str(offered.data.get("text", "")) if offered else ""
        answer, services = key == "ask", key == "report"
    if not (text and (answer or services)):
        return None
    return PreparedSearches(
        text,
        desk.library.ask(text, language, PASSAGES) if answer else None,
        search(desk, text, language) if services else None,
    )


def _is_unclear(desk: ActionContext, understanding: Understanding) -> bool:
    return understanding.best.confidence < desk.settings.nlu_threshold


def _needs_answer(
    desk: ActionContext, text: str, dialogue: dict[str, Any], fit: Fit, understanding: Understanding | None
) -> bool:
    if fit is Fit.MAYBE and dialogue.get("expects"):
        return True
    if fit is Fit.MAYBE and asks(desk, text):
        return True
    if understanding is None:
        return False
    if fit is Fit.NO and _is_unclear(desk, understanding):
        return any(intent.name in ANSWERED for intent in understanding.intents[:3])
    return understanding.best.name in ANSWERED


def _needs_services(
    desk: ActionContext, dialogue: dict[str, Any], fit: Fit, understanding: Understanding | None
) -> bool:
    likely = 3 if understanding and _is_unclear(desk, understanding) else 1
    form = open_form(dialogue)
    if form:
        return fit is not Fit.NO and form.name == "report" and form.asked in {"description", "service"}
    if understanding is None:
        return False
    return any(intent.name == "report_problem" for intent in understanding.intents[:likely])


def _chosen_instead(message: InboundMessage, dialogue: dict[str, Any]) -> str | None:
    offered = open_offer(dialogue)
    if offered is None or offered.name != "instead":
        return None
    if message.choice:
        return message.choice.rpartition(".")[2]
    keys = [key for key, _ in offered.choices]
    number = message.text.strip(" .)#")
    if number.isdigit() and 1 <= int(number) <= len(keys):
        return keys[int(number) - 1]
    return None
