"""The slow searches, done before the transaction opens: which of them a message will need."""

from __future__ import annotations

from actions.forms.service_choice import search_services
from actions.handlers.ask import PASSAGES
from actions.reading.words import clean_text, has_words
from actions.turn.context import ActionContext
from actions.turn.route import Searches
from actions.turn.state import DialogueState
from actions.turn.turn import Fit, PreparedSearches, Rule
from core.model import InboundMessage, Understanding

LIKELY = 3
"""So many of the intents that an unclear text may have are searched for."""


def look_ahead(
    context: ActionContext,
    message: InboundMessage,
    state: DialogueState,
    *,
    language: str,
    rule: Rule | None,
    fit: Fit,
    understanding: Understanding | None,
) -> PreparedSearches | None:
    """Search the library and the service list for what this message is likely to need; None when it needs neither."""
    text = clean_text(message.text)
    answer = services = False
    if rule is None and has_words(text):
        answer = _needs_answer(context, text, state, fit, understanding)
        services = _needs_services(context, state, fit, understanding)
    if key := _chosen_instead(message, state):
        offered = state.offer
        text = str(offered.data.get("text", "")) if offered else ""
        answer, services = key == "ask", key == "report"
    if not (text and (answer or services)):
        return None
    return PreparedSearches(
        text,
        context.library.ask(text, language, PASSAGES) if answer else None,
        search_services(context, text, language) if services else None,
    )


def _is_unclear(context: ActionContext, understanding: Understanding) -> bool:
    return understanding.best.confidence < context.settings.nlu_threshold


def _needs_answer(
    context: ActionContext, text: str, state: DialogueState, fit: Fit, understanding: Understanding | None
) -> bool:
    if fit is Fit.MAYBE and state.expects_question:
        return True
    if fit is Fit.MAYBE and context.is_question(text):
        return True
    if understanding is None:
        return False
    if fit is Fit.NO and _is_unclear(context, understanding):
        return _may_search(context, understanding, LIKELY, Searches.LIBRARY)
    return _may_search(context, understanding, 1, Searches.LIBRARY)


def _needs_services(
    context: ActionContext, state: DialogueState, fit: Fit, understanding: Understanding | None
) -> bool:
    likely = LIKELY if understanding and _is_unclear(context, understanding) else 1
    form = state.form
    if form:
        return fit is not Fit.NO and form.name == "report" and form.asked in {"description", "service"}
    if understanding is None:
        return False
    return _may_search(context, understanding, likely, Searches.SERVICES)


def _may_search(context: ActionContext, understanding: Understanding, likely: int, what: Searches) -> bool:
    """Whether one of so many likeliest intents needs this search."""
    routes = (context.intents.get(intent.name) for intent in understanding.intents[:likely])
    return any(route is not None and route.searches is what for route in routes)


def _chosen_instead(message: InboundMessage, state: DialogueState) -> str | None:
    offered = state.offer
    if offered is None or offered.name != "instead":
        return None
    if message.choice:
        return message.choice.rpartition(".")[2]
    keys = [key for key, _ in offered.choices]
    number = message.text.strip(" .)#")
    if number.isdecimal() and 1 <= int(number) <= len(keys):
        return keys[int(number) - 1]
    return None
