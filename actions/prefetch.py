"""The slow searches, done before the transaction opens: which of them a message will need, and what it may mean by what they find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.forms.place import LIKELY as LIKELY_PLACE
from actions.forms.service_choice import leave_out_rest, search_services
from actions.handlers.ask import PASSAGES
from actions.handlers.facts import ASKS_CITY, find_fact, named_fact
from actions.handlers.report import says_something
from actions.reading.words import clean_text, has_words
from actions.turn.context import ActionContext
from actions.turn.route import Searches
from actions.turn.state import DialogueState, Form, Topic
from actions.turn.topic import CarriedAnswer, carry_topic, is_current
from actions.turn.turn import Fit, PreparedSearches, Rule
from actions.understanding.arbiter import weigh_meanings
from actions.understanding.policy import load_policy
from actions.understanding.readers import Clues
from core.model import InboundMessage, Intent, Understanding


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written, in which language of the conversation, and when."""

    text: str
    language: str
    at: datetime


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
    """Search the library and the service list for what this message is likely to need; None when it needs neither.

    Outside of a form both are asked about every free text, and what a text may mean is weighed by what all of them say.
    """
    if chosen := _chosen_instead(message, state):
        key, text = chosen
        return _search(context, text, language, answer=key == "ask", services=key == "report")
    text = clean_text(message.text)
    if rule or not has_words(text):
        return None
    if form := state.form:
        topic = _current_topic(state, message.received_at)
        answer = _needs_answer(context, text, state, fit, understanding)
        services = _needs_services(form, fit)
        return _search(context, text, language, answer=answer, services=services, topic=topic)
    if fit is Fit.SURE or not (understanding or state.expects_question):
        return None
    return search_everything(context, text, state, language, understanding, message.received_at)


def search_everything(  # noqa: PLR0917  what was heard, and in which state
    context: ActionContext,
    text: str,
    state: DialogueState,
    language: str,
    understanding: Understanding | None,
    at: datetime,
) -> PreparedSearches:
    """Ask the library and the service list about a text outside of any form, and weigh what it may mean."""
    written, topic = _Written(text, language, at), _current_topic(state, at)
    has_fact = _has_fact(context, written, understanding)
    things = () if has_fact else _things_carried(context, written, understanding, topic)
    carried = None if has_fact or things else _carry(context, text, language, topic)
    answer = carried.answer if carried else context.library.ask(text, language, PASSAGES)
    suggestions = search_services(context, text, language)
    clues = Clues(
        understanding,
        leave_out_rest(context, suggestions),
        answer,
        is_question=context.is_question(text),
        expects_question=state.expects_question,
        place=_bare_place(context, text, language),
        goes_on=carried is not None,
        has_fact=has_fact or bool(things),
    )
    meanings = weigh_meanings(clues, load_policy())
    return PreparedSearches(text, answer, suggestions, clues, meanings, carried, things)


def _search(
    context: ActionContext,
    text: str,
    language: str,
    *,
    answer: bool,
    services: bool,
    topic: Topic | None = None,
) -> PreparedSearches | None:
    if not (text and (answer or services)):
        return None
    carried = _carry(context, text, language, topic) if answer else None
    found = carried.answer if carried else context.library.ask(text, language, PASSAGES) if answer else None
    suggestions = search_services(context, text, language) if services else None
    return PreparedSearches(text, found, suggestions, carried=carried)


def _current_topic(state: DialogueState, at: datetime) -> Topic | None:
    return state.topic if state.topic and is_current(state.topic, at) else None


def _carry(context: ActionContext, text: str, language: str, topic: Topic | None) -> CarriedAnswer | None:
    return carry_topic(context, topic, text, language, PASSAGES) if topic else None


def _has_fact(context: ActionContext, written: _Written, understanding: Understanding | None) -> bool:
    """Whether a fact answers a text that was taken for a question without anybody's guess."""
    if not _is_told_outright(understanding):
        return False
    return named_fact(context, written.text, written.at, written.language) is not None


def _things_carried(
    context: ActionContext, written: _Written, understanding: Understanding | None, topic: Topic | None
) -> tuple[str, ...]:
    """The codes of the topic's things that such a text asks a fact of."""
    if topic is None or not _is_told_outright(understanding):
        return ()
    fact = find_fact(context, written.text, written.at, written.language, topic)
    return tuple(subject.code for subject in fact.subjects) if fact else ()


def _is_told_outright(understanding: Understanding | None) -> bool:
    return understanding is not None and understanding.best == Intent(ASKS_CITY, 1.0)


def _bare_place(context: ActionContext, text: str, language: str) -> str:
    """The place that a text names, where it says nothing else."""
    match = context.city.gazetteer.extract(text, language)
    if match is None or not match.words or match.score < LIKELY_PLACE:
        return ""
    return "" if says_something(context, text.replace(match.words, " ", 1)) else match.label


def _needs_answer(
    context: ActionContext, text: str, state: DialogueState, fit: Fit, understanding: Understanding | None
) -> bool:
    """Whether the library is asked beside an open form."""
    if fit is Fit.MAYBE and (state.expects_question or context.is_question(text)):
        return True
    route = context.intents.get(understanding.best.name) if understanding else None
    return route is not None and route.searches is Searches.LIBRARY


def _needs_services(form: Form, fit: Fit) -> bool:
    return fit is not Fit.NO and form.name == "report" and form.asked in {"description", "service"}


def _chosen_instead(message: InboundMessage, state: DialogueState) -> tuple[str, str] | None:
    """The key of what an earlier text is said to mean, and that text."""
    offered = state.offer
    if offered is None or offered.name != "instead":
        return None
    text = str(offered.data.get("text", ""))
    if message.choice:
        return message.choice.removeprefix("instead."), text
    keys = [key for key, _ in offered.choices]
    number = message.text.strip(" .)#")
    if number.isdecimal() and 1 <= int(number) <= len(keys):
        return keys[int(number) - 1], text
    return None
