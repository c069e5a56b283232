"""Which kind of problem it is: taken when sure, offered as up to three choices when not, and always to be browsed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.forms.fields import Field
from actions.forms.kind import (
    FieldType,
    ParsedAnswer,
    QuestionContext,
    again,
    free_text_fit,
    problem,
    tells_something,
    took,
)
from actions.forms.place import without_place
from actions.reading.words import clean_text, has_words, plain_text, shorten_text, without_opening
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Fit, PreparedSearches, Turn
from channels.registry import traits_of
from city.records.model import Service, Suggestion, text_in
from city.services.catalogue import SURE, UNSURE, is_other
from core.model import Choice, InboundMessage, Intent, Reply, Understanding

MOST_OFFERED = 3
GROUP_LABEL = 70
NEW_DESCRIPTION = 4
"""Words from which an answer that is none of the offered kinds counts as a new description."""
LIKELY = 0.5
FAR_AHEAD = 4
"""A likely service that is so many times likelier than the next is taken as well: what is said when it is filed shows it."""
LEADS = 0.4
"""From this score on the first is begun with while the place still has to be asked, the others a button away: of 74 New Yorkers' reports
that were not sure and had it, 61 % had the right kind, of those from 0.3 on a third."""
REPORT = "report_problem"
"""The intent of a report."""
DESCRIBE, BROWSE, OTHER, MORE = "describe", "browse", "other", "more"


def search_services(context: ActionContext, text: str, language: str) -> tuple[Suggestion, ...]:
    """The likely services for a text; where it is says nothing about what it is, and neither does "no photo", so both are left out.

    A name that is a place's too ("bus stop") is the service's.
    """
    if name := name_of_service(context, text):
        return tuple(context.city.services.suggest(name, MOST_OFFERED + 1))
    topic = _without_asides(context, without_place(context.city.gazetteer, text, language).strip())
    return tuple(context.city.services.suggest(topic or text, MOST_OFFERED + 1))


def _without_asides(context: ActionContext, text: str) -> str:
    """A text without what it tells of its writer; unchanged where it tells nothing of that, or nothing else."""
    parts = context.parts_of(text)
    kept = [part for part in parts if not context.reporters.is_aside(part)]
    return ", ".join(kept) if kept and len(kept) < len(parts) else text


def named_report(context: ActionContext, text: str) -> Understanding | None:
    """A text that is the name of a service, or of several, understood as a report, as surely as it names them; None for any other."""
    sureness = sum(
        found.score for found in context.city.services.named(name_of_service(context, clean_text(text)))
    )
    return Understanding(text, (Intent(REPORT, sureness),)) if sureness else None


def name_of_service(context: ActionContext, text: str) -> str:
    """The name or keyword of services that a text is, also behind words that only open it ("I want to report a"); empty for any other text."""
    services = context.city.services
    if services.named(text):
        return text
    if context.is_question(text):
        return ""
    bare = without_opening(text, context.texts.words_of_all("words.fillers"))
    return bare if bare and services.named(bare) else ""


def suggestions_for(question: QuestionContext, text: str) -> tuple[Suggestion, ...]:
    """The likely services for a text within a form."""
    return _likely_services(question.context, question.prepared, text, question.language)


def find_services(context: ActionContext, turn: Turn, text: str) -> tuple[Suggestion, ...]:
    """The likely services for a text outside of a form."""
    return _likely_services(context, turn.prepared, text, turn.language)


def _likely_services(
    context: ActionContext, prepared: PreparedSearches | None, text: str, language: str
) -> tuple[Suggestion, ...]:
    """As searched before the transaction, else now; the service for all the rest is none of them."""
    if prepared and prepared.text == text and prepared.suggestions is not None:
        found = prepared.suggestions
    else:
        found = search_services(context, text, language)
    return leave_out_rest(context, found)


def leave_out_rest(context: ActionContext, found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """The suggestions without the service for all the rest."""
    rest = catch_all(context)
    return tuple(suggestion for suggestion in found if rest is None or suggestion.service.code != rest.code)


def sure_one(suggestions: Sequence[Suggestion]) -> Service | None:
    """The service that a text means without a doubt."""
    if not suggestions:
        return None
    first, *others = suggestions
    leads = first.score >= LIKELY and all(first.score >= FAR_AHEAD * other.score for other in others)
    return first.service if first.score >= SURE or leads else None


def leading_one(suggestions: Sequence[Suggestion]) -> Service | None:
    """The service that a text likely means, though not without a doubt."""
    first = suggestions[0] if suggestions else None
    return first.service if first and first.score >= LEADS else None


def sounds_like(context: ActionContext, form: Form, service: Service, language: str) -> str:
    """What was understood, in a sentence: the kind of problem and, where it is known, the place."""
    name, spot = text_in(service.name, language), form.values.get("place")
    if isinstance(spot, dict):
        return context.say("report.sounds_like_at", language, service=name, place=spot["label"])
    return context.say("report.sounds_like", language, service=name)


def catch_all(context: ActionContext) -> Service | None:
    """The service for whatever fits nowhere else, if the city has one."""
    return next(filter(is_other, context.city.services.all()), None)


class ServiceKind(FieldType):
    """`sub` has a `mode`: suggested (with `codes`), other, describe, groups, services (with `group`); and a `page`."""

    takes_remarks = False

    def enter(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:  # noqa: ARG002
        return self._judge_text(question, str(question.form.values.get("description", "")))

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        sub = question.form.sub
        match sub.get("mode"):
            case "suggested":
                shown = [
                    *self._named_services(question, sub.get("codes", [])),
                    (OTHER, question.say("report.something_else")),
                ]
            case "other":
                shown = [(DESCRIBE, question.say("report.describe_again"))]
                shown += [] if sub.get("browsed") else [(BROWSE, question.say("report.browse"))]
                rest = catch_all(question.context)
                shown += [(rest.code, question.say("report.just_pass_on"))] if rest else []
            case "describe":
                shown = [(BROWSE, question.say("report.browse"))]
            case "services":
                services = question.context.city.services.groups().get(sub.get("group", ""), ())
                shown = self._page_of_choices(
                    question, self._named_services(question, [service.code for service in services])
                )
            case _:
                shown = self._page_of_choices(question, self._named_groups(question))
        return tuple(Choice(field.key(key), label) for key, label in shown)

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        texts = {
            "suggested": "report.which_service",
            "other": "report.other_service",
            "describe": "report.describe_please",
            "services": "report.which_of_group",
        }
        key = texts.get(question.form.sub.get("mode", ""), "report.which_group")
        if key == "report.which_service" and len(question.form.sub.get("codes", [])) == 1:
            key = "report.does_this_fit"
        return Reply(question.say(key), question.language, self.choices(question, field))

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        if key:
            return self._read_choice(question, field, key)
        text = clean_text(message.text)
        if plain_text(text) in question.context.words.none | question.context.words.no:
            return self._ask_elsewhere(question)
        if not tells_something(text, question):
            return problem(question.say("forms.pick_one"))
        is_named = bool(question.context.city.services.named(text))
        offered = question.form.sub.get("mode") == "suggested" and not is_named
        if offered and len(text.split()) < NEW_DESCRIPTION and not sure_one(suggestions_for(question, text)):
            return problem(question.say("forms.pick_one"))
        return self._judge_text(question, text)

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        if message.choice:
            return Fit.SURE if self.picked(question, field, message) else Fit.NO
        if self.picked(question, field, message):
            return Fit.SURE
        fit = free_text_fit(question, message) if has_words(message.text) else Fit.NO
        return Fit.MAYBE if fit is Fit.SURE else fit

    def read_new(self, question: QuestionContext, field: Field, old: Any, text: str) -> ParsedAnswer | None:  # noqa: ARG002
        """Another kind of problem, when the words leave no doubt."""
        service = sure_one(suggestions_for(question, text))
        return took(service.code) if service and service.code != old else None

    def back(self, question: QuestionContext) -> dict[str, Any] | None:
        codes = question.form.sub.get("codes")
        away_from_start = question.form.sub.get("mode") in {"other", "describe", "groups", "services"}
        return {"mode": "suggested", "codes": codes} if codes and away_from_start else None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        service = question.context.city.services.by_code(str(value))
        return text_in(service.name, question.language) if service else str(value)

    def _judge_text(self, question: QuestionContext, text: str) -> ParsedAnswer:
        suggestions = (
            [found for found in suggestions_for(question, text) if found.score >= UNSURE] if text else []
        )
        service = sure_one(suggestions)
        if service:
            return took(
                service.code, sounds_like(question.context, question.form, service, question.language)
            )
        if not suggestions:
            return again(
                {"mode": "groups", "codes": question.form.sub.get("codes", [])},
                question.say("report.not_sure"),
                Fit.MAYBE,
            )
        codes = [found.service.code for found in suggestions[:MOST_OFFERED]]
        return again({"mode": "suggested", "codes": codes}, fit=Fit.MAYBE)

    def _read_choice(self, question: QuestionContext, field: Field, key: str) -> ParsedAnswer:
        sub, services = question.form.sub, question.context.city.services
        for service in services.all():
            if field.key(service.code) == key:
                return took(service.code)
        codes = sub.get("codes", [])
        match key.rpartition(".")[2]:
            case "other":
                return self._ask_elsewhere(question)
            case "describe":
                return again({"mode": "describe", "codes": codes})
            case "browse":
                return again({"mode": "groups", "codes": codes})
            case "more":
                return again({**sub, "page": int(sub.get("page", 0)) + 1})
            case name:
                groups = list(services.groups())
                at = int(name[1:]) if name[1:].isdecimal() else 0
                return again({"mode": "services", "group": groups[min(at, len(groups) - 1)], "codes": codes})

    def _named_groups(self, question: QuestionContext) -> list[tuple[str, str]]:
        """The groups by their names, which are in the city's own language; in another by what is in them."""
        groups = question.context.city.services.groups()
        if question.language == question.context.own_language:
            return [(f"g{at}", group) for at, group in enumerate(groups)]
        examples = [
            ", ".join(text_in(service.name, question.language) for service in group[:2])
            for group in groups.values()
        ]
        return [(f"g{at}", shorten_text(label, GROUP_LABEL)) for at, label in enumerate(examples)]

    @staticmethod
    def _ask_elsewhere(question: QuestionContext) -> ParsedAnswer:
        sub = question.form.sub
        browsed = sub.get("mode") == "groups" or "group" in sub
        return again({"mode": "other", "codes": sub.get("codes", []), "browsed": browsed})

    @staticmethod
    def _named_services(question: QuestionContext, codes: Sequence[str]) -> list[tuple[str, str]]:
        services = [service for service in map(question.context.city.services.by_code, codes) if service]
        return [(service.code, text_in(service.name, question.language)) for service in services]

    @staticmethod
    def _page_of_choices(question: QuestionContext, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
        none = (OTHER, question.say("place.none_of_these"))
        size = traits_of(question.channel).list_length
        if len(shown) <= size + 1:
            return [*shown, none]
        starts = range(0, len(shown) - 1, size)  # a single one left over comes with the page before
        first = starts[int(question.form.sub.get("page", 0)) % len(starts)]
        size += first + size == len(shown) - 1
        left = len(shown) - first - size
        more = (
            question.say("report.more_kinds", count=left) if left > 0 else question.say("report.first_kinds")
        )
        return [*shown[first : first + size], (MORE, more), none]
