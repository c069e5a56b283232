"""What is told behind a filed report though nothing of it was asked ("about a foot wide, started Monday, no pic"): it is put to the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.forms.fields import ATTRIBUTE
from actions.forms.kind import QuestionContext
from actions.forms.report_fields import attribute_answers, show_answers
from actions.forms.service_choice import LIKELY, leave_out_rest, search_services, sure_one
from actions.forms.told import ToldFacts, read_told
from actions.handlers.amend import question_about
from actions.reading.corrections import LONGEST
from actions.reading.words import clean_text
from actions.turn.context import ActionContext, dedupe_key
from actions.turn.turn import Turn
from city.requests.details import add_answers, add_contact
from city.requests.requests import add_comment
from core.model import InboundMessage, Outcome, Reply

SHORT_STORY = 8
"""Words up to which a text that says since when tells of what was spoken of."""


def read_addition(
    context: ActionContext, message: InboundMessage, report: Mapping[str, Any]
) -> ToldFacts | None:
    """What a message tells of a filed report, given what is remembered of it; None when it asks, names a place, or tells of anything else."""
    text, question = clean_text(message.text), question_about(context, message, report)
    if not text or len(text) > LONGEST or context.city.gazetteer.extract(text, question.language):
        return None
    told = _told_of(question, text, report)
    if context.is_question(text) and not told.contact:
        return None
    says_more = bool(told) or _tells_since(question, text)
    return told if says_more and not _is_of_another(question, text) else None


def take_addition(context: ActionContext, turn: Turn, report: dict[str, Any]) -> list[Reply]:
    """Put it to the report, with the words where there is more in them, and say what was understood; `report` learns it."""
    told, number = read_addition(context, turn.message, report) or ToldFacts(), str(report.get("number", ""))
    answers, text, key = attribute_answers(told.answers), clean_text(turn.message.text), dedupe_key(turn)
    report["values"] = {**report.get("values", {}), **told.answers}
    report["settled"] = sorted({*report.get("settled", ()), *told.settled})
    if told.contact:
        add_contact(turn.session, number, turn.person_id, told.contact, turn.now)
    if len(context.parts_of(text)) > 1 or not told:
        add_comment(turn.session, number, turn.person_id, text, dedupe_key=f"{key}:told", now=turn.now)
    found = add_answers(turn.session, number, turn.person_id, answers, dedupe_key=key, now=turn.now)
    if not found:
        return [Reply(context.say("check.not_yours", turn.language, number=number), turn.language)]
    nothing = told.settled and not (told.answers or told.contact)
    said = context.say("details.nothing" if nothing else "check.added", turn.language, number=number)
    question = replace(question_about(context, turn.message, report), language=turn.language)
    lines = (said, _say_noted(question, told))
    return [Reply("\n".join(filter(None, lines)), turn.language, outcome=Outcome.FILED)]


def _told_of(question: QuestionContext, text: str, report: Mapping[str, Any]) -> ToldFacts:
    """What a text tells of the report: of a question that was answered already only an amount counts, or what it is compared with."""
    own = [field for field in question.fields if field.name.startswith(ATTRIBUTE)]
    told, known = read_told(question, own, [text]), report.get("values", {})
    counts = question.context.amounts.tells_length(text)
    new = {
        name: value
        for name, value in told.answers.items()
        if value != known.get(name) and (name not in known or counts)
    }
    return replace(told, answers=new)


def _tells_since(question: QuestionContext, text: str) -> bool:
    """Whether a short text tells since when something is so."""
    context = question.context
    if len(text.split()) > SHORT_STORY or not context.replies.says_since(text):
        return False
    return context.calendar.read(text, question.now, question.language) is not None


def _is_of_another(question: QuestionContext, text: str) -> bool:
    """Whether a text is likely about another kind of problem; with an amount in it only what is surely one."""
    context = question.context
    found = leave_out_rest(context, search_services(context, text, question.language))
    own, sure = question.form.values.get("service"), sure_one(found)
    if sure or context.amounts.tells_length(text):
        return sure is not None and sure.code != own
    return bool(found) and found[0].score >= LIKELY and found[0].service.code != own


def _say_noted(question: QuestionContext, told: ToldFacts) -> str:
    shown = show_answers(question, question.fields, told.answers)
    return question.say("report.summary", answers="; ".join(shown)) if shown else ""
