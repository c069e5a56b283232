"""The questions of a report: what is asked before it is filed, and what it is good to add afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from actions.forms.engine import KINDS, FormSession
from actions.forms.fields import ATTRIBUTE, Field, of_attribute
from actions.forms.kind import QuestionContext
from actions.reading.words import plain_text, shorten_text
from actions.turn.context import ActionContext
from actions.turn.state import Form
from city.records.model import Service, ServiceAttribute, text_in

REPORT = "report"
"""The form of a report."""
PHOTOS, CONTACT = "photos", "contact"
KEYS = {
    "description": (
        "report.ask_description",
        "report.label_description",
        "report.why_description",
        "report.ask_description_again",
    ),
    "service": (
        "report.which_service",
        "report.label_service",
        "report.why_service",
        "report.which_service",
    ),
    "place": ("report.ask_place", "report.label_place", "report.why_place", "report.ask_place_again"),
    PHOTOS: ("report.ask_photos", "report.label_photos", "report.why_photos", "report.ask_photos_again"),
    CONTACT: ("report.ask_contact", "report.label_contact", "report.why_contact", "report.ask_contact_again"),
}
"""How each question that every report has is asked, called and explained, and how it is asked again."""


def service_of(context: ActionContext, form: Form) -> Service | None:
    """The service that the report is about, if it is known and still offered."""
    return context.city.services.by_code(str(form.values.get("service", "")))


def describe_form(context: ActionContext, form: Form, language: str) -> str:
    """The report in a few words."""
    values, service = form.values, service_of(context, form)
    name = (
        text_in(service.name, language) if service else shorten_text(str(values.get("description", "")), 60)
    )
    name = name or context.say("report.a_problem", language)
    spot = values.get("place")
    return (
        context.say("report.at", language, what=name, place=spot["label"]) if isinstance(spot, dict) else name
    )


def say_not_sent(context: ActionContext, form: Form, language: str) -> str:
    """That a report is not sent yet, with what it is about as far as that is known."""
    if not (form.values.get("service") or form.values.get("description")):
        return context.say("drafts.not_sent_empty", language)
    return context.say("drafts.not_sent", language, what=describe_form(context, form, language))


def fields_before_filing(context: ActionContext, service: Service | None) -> list[Field]:
    """What has to be known before a report is filed: what, which kind, where, and whatever may turn out to be danger."""
    fields = [
        report_field(context, "description", "story"),
        report_field(context, "service", "service"),
    ]
    if service is None:
        return fields
    if service.place != "none":
        fields.append(report_field(context, "place", "place", required=service.place == "required"))
    return [*fields, *(of_attribute(each) for each in deciding_attributes(service))]


def fields_after_filing(context: ActionContext, service: Service) -> list[Field]:
    """What else helps the crew: the service's questions, a photo, how to reach the resident. First what is only open where a report was filed
    unfinished, then what the service requires.
    """
    decided = deciding_attributes(service)
    asked = sorted(asked_attributes(service), key=lambda each: (each not in decided, not each.required))
    fields = list(map(of_attribute, asked))
    if service.photo:
        fields.append(report_field(context, PHOTOS, "photos", required=False))
    fields.append(report_field(context, CONTACT, "contact", required=False))
    return fields


def asked_attributes(service: Service) -> list[ServiceAttribute]:
    """The service's own questions in their order, without what is only said."""
    return sorted((each for each in service.attributes if each.variable), key=lambda each: each.order)


def deciding_attributes(service: Service) -> list[ServiceAttribute]:
    """The required questions of which an answer may mean danger, and those that decide whether these are asked at all."""
    asked = asked_attributes(service)
    codes = {each.code for each in asked if each.required and _may_mean_danger(each)}
    while more := {code for each in asked if each.code in codes for code in each.skip_unless} - codes:
        codes |= more
    return [each for each in asked if each.code in codes]


def attribute_answers(values: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The answers to a service's own questions among a form's values, by their codes."""
    return {
        name.removeprefix(ATTRIBUTE): value if isinstance(value, list) else str(value)
        for name, value in values.items()
        if name.startswith(ATTRIBUTE)
    }


def say_understood(session: FormSession, fields: Iterable[Field], also: Sequence[str] = ()) -> str:
    """The answers to these as they were understood, and what was understood `also`, in one line; empty when there is nothing. Nobody sees a
    summary otherwise. A mere yes or no tells nothing without its question.
    """
    values = session.form.values
    shown = show_answers(session.question_context(), fields, values)
    shown += also
    return session.say("report.summary", answers="; ".join(shown)) if shown else ""


def show_answers(question: QuestionContext, fields: Iterable[Field], values: Mapping[str, Any]) -> list[str]:
    """The answers to these fields in words, without a mere yes or no."""
    vague = question.context.words.yes | question.context.words.no
    shown = [
        KINDS[each.kind].show(question, each, values[each.name]) for each in fields if each.name in values
    ]
    return [each for each in shown if plain_text(each) not in vague]


def report_field(context: ActionContext, name: str, kind: str, *, required: bool = True) -> Field:
    """A question that every report has."""
    question, label, why, again = KEYS[name]
    return Field(
        name,
        kind,
        context.in_all(question),
        context.in_all(label),
        required=required,
        why=context.in_all(why),
        again=context.in_all(again),
    )


def _may_mean_danger(attribute: ServiceAttribute) -> bool:
    return any(value.danger for value in attribute.values)
