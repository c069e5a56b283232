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
from actions.reading.words import clean, has_words, plain, shorten
from actions.turn.context import BY_TEXT, ActionContext
from actions.turn.state import Form
from actions.turn.turn import Fit, PreparedSearches, Turn
from city.records.model import Service, Suggestion, local
from city.services.catalogue import SURE, UNSURE
from core.model import Choice, InboundMessage, Reply

MOST_OFFERED = 3
GROUP_LABEL = 70
NEW_DESCRIPTION = 4
"""Words from which an answer that is none of the offered kinds counts as a new description."""
PAGE = 8
"""Entries on one page of the list, beside `more` and `none of these`."""
PAGE_BY_TEXT = 4
"""The same where choices are read as numbered lines of a text message, and paid for."""
LIKELY = 0.5
FAR_AHEAD = 4
"""A likely service that is so many times likelier than the next is taken as well: the summary shows it."""
DESCRIBE, BROWSE, OTHER, MORE = "describe", "browse", "other", "more"


def search(desk: ActionContext, text: str, language: str) -> tuple[Suggestion, ...]:
    """The likely services for a text; where it is says nothing about what it is, so the place is left out."""
    match = desk.city.gazetteer.extract(text, language)
    topic = text.replace(match.words, " ", 1).strip() if match and match.words else text
    return tuple(desk.city.services.suggest(topic or text, MOST_OFFERED + 1))


def suggestions_for(scene: QuestionContext, text: str) -> tuple[Suggestion, ...]:
    """The likely services for a text in the scene of a form."""
    return _likely(scene.desk, scene.prepared, text, scene.language)


def find_services(desk: ActionContext, turn: Turn, text: str) -> tuple[Suggestion, ...]:
    """The likely services for a text outside of a form."""
    return _likely(desk, turn.prepared, text, turn.language)


def _likely(
    desk: ActionContext, prepared: PreparedSearches | None, text: str, language: str
) -> tuple[Suggestion, ...]:
    """As searched before the transaction, else now; the service for all the rest is none of them."""
    if prepared and prepared.text == text and prepared.suggestions is not None:
        found = prepared.suggestions
    else:
        found = search(desk, text, language)
    rest = catch_all(desk)
    return tuple(suggestion for suggestion in found if rest is None or suggestion.service.code != rest.code)


def sure_one(suggestions: Sequence[Suggestion]) -> Service | None:
    """The service that a text means without a doubt."""
    if not suggestions:
        return None
    first, *others = suggestions
    leads = first.score >= LIKELY and all(first.score >= FAR_AHEAD * other.score for other in others)
    return first.service if first.score >= SURE or leads else None


def sounds_like(desk: ActionContext, form: Form, service: Service, language: str) -> str:
    """What was understood, in a sentence: the kind of problem and, where it is known, the place."""
    name, spot = local(service.name, language), form.values.get("place")
    if isinstance(spot, dict):
        return desk.say("report.sounds_like_at", language, service=name, place=spot["label"])
    return desk.say("report.sounds_like", language, service=name)


def catch_all(desk: ActionContext) -> Service | None:
    """The service for whatever fits nowhere else, if the city has one."""
    other = {plain(word) for word in desk.texts.words_of_all("words.other")}
    services = desk.city.services.all()
    return next(
        (service for service in services if other & {plain(name) for name in service.name.values()}), None
    )


class ServiceKind(FieldType):
    """`sub` has a `mode`: suggested (with `codes`), other, describe, groups, services (with `group`); and a `page`."""

    def enter(self, scene: QuestionContext, field: Field) -> ParsedAnswer | None:  # noqa: ARG002
        return self._judge(scene, str(scene.form.values.get("description", "")))

    def choices(self, scene: QuestionContext, field: Field) -> tuple[Choice, ...]:
        sub = scene.form.sub
        match sub.get("mode"):
            case "suggested":
                shown = [
                    *self._named(scene, sub.get("codes", [])),
                    (OTHER, scene.say("report.something_else")),
                ]
            case "other":
                shown = [(DESCRIBE, scene.say("report.describe_again"))]
                shown += [] if sub.get("browsed") else [(BROWSE, scene.say("report.browse"))]
                rest = catch_all(scene.desk)
                shown += [(rest.code, scene.say("report.just_pass_on"))] if rest else []
            case "describe":
                shown = [(BROWSE, scene.say("report.browse"))]
            case "services":
                services = scene.desk.city.services.groups().get(sub.get("group", ""), ())
                shown = self._page(scene, self._named(scene, [service.code for service in services]))
            case _:
                shown = self._page(scene, self._groups(scene))
        return tuple(Choice(field.key(key), label) for key, label in shown)

    def question(self, scene: QuestionContext, field: Field) -> Reply:
        texts = {
            "suggested": "report.which_service",
            "other": "report.other_service",
            "describe": "report.describe_please",
            "services": "report.which_of_group",
        }
        key = texts.get(scene.form.sub.get("mode", ""), "report.which_group")
        if key == "report.which_service" and len(scene.form.sub.get("codes", [])) == 1:
            key = "report.does_this_fit"
        return Reply(scene.say(key), scene.language, self.choices(scene, field))

    def read_answer(
        self, scene: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        if key:
            return self._chosen(scene, field, key)
        text = clean(message.text)
        if plain(text) in scene.desk.words.none | scene.desk.words.no:
            return self._elsewhere(scene)
        if not tells_something(text, scene):
            return problem(scene.say("forms.pick_one"))
        offered = scene.form.sub.get("mode") == "suggested"
        if offered and len(text.split()) < NEW_DESCRIPTION and not sure_one(suggestions_for(scene, text)):
            return problem(scene.say("forms.pick_one"))
        return self._judge(scene, text)

    def fit(self, scene: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        if message.choice:
            return Fit.SURE if self.picked(scene, field, message) else Fit.NO
        if self.picked(scene, field, message):
            return Fit.SURE
        fit = free_text_fit(scene, message) if has_words(message.text) else Fit.NO
        return Fit.MAYBE if fit is Fit.SURE else fit

    def back(self, scene: QuestionContext) -> dict[str, Any] | None:
        codes = scene.form.sub.get("codes")
        away_from_start = scene.form.sub.get("mode") in {"other", "describe", "groups", "services"}
        return {"mode": "suggested", "codes": codes} if codes and away_from_start else None

    def show(self, scene: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        service = scene.desk.city.services.by_code(str(value))
        return local(service.name, scene.language) if service else str(value)

    def _judge(self, scene: QuestionContext, text: str) -> ParsedAnswer:
        suggestions = (
            [found for found in suggestions_for(scene, text) if found.score >= UNSURE] if text else []
        )
        service = sure_one(suggestions)
        if service:
            return took(service.code, sounds_like(scene.desk, scene.form, service, scene.language))
        if not suggestions:
            return again(
                {"mode": "groups", "codes": scene.form.sub.get("codes", [])},
                scene.say("report.not_sure"),
                Fit.MAYBE,
            )
        codes = [found.service.code for found in suggestions[:MOST_OFFERED]]
        return again({"mode": "suggested", "codes": codes}, fit=Fit.MAYBE)

    def _chosen(self, scene: QuestionContext, field: Field, key: str) -> ParsedAnswer:
        sub, services = scene.form.sub, scene.desk.city.services
        for service in services.all():
            if field.key(service.code) == key:
                return took(service.code)
        codes = sub.get("codes", [])
        match key.rpartition(".")[2]:
            case "other":
                return self._elsewhere(scene)
            case "describe":
                return again({"mode": "describe", "codes": codes})
            case "browse":
                return again({"mode": "groups", "codes": codes})
            case "more":
                return again({**sub, "page": int(sub.get("page", 0)) + 1})
            case name:
                groups = list(services.groups())
                at = int(name[1:]) if name[1:].isdigit() else 0
                return again({"mode": "services", "group": groups[min(at, len(groups) - 1)], "codes": codes})

    def _groups(self, scene: QuestionContext) -> list[tuple[str, str]]:
        """The groups by their names, which are in the city's own language; in another by what is in them."""
        groups = scene.desk.city.services.groups()
        if scene.language == scene.desk.own_language:
            return [(f"g{at}", group) for at, group in enumerate(groups)]
        examples = [
            ", ".join(local(service.name, scene.language) for service in group[:2])
            for group in groups.values()
        ]
        return [(f"g{at}", shorten(label, GROUP_LABEL)) for at, label in enumerate(examples)]

    @staticmethod
    def _elsewhere(scene: QuestionContext) -> ParsedAnswer:
        sub = scene.form.sub
        browsed = sub.get("mode") == "groups" or "group" in sub
        return again({"mode": "other", "codes": sub.get("codes", []), "browsed": browsed})

    @staticmethod
    def _named(scene: QuestionContext, codes: Sequence[str]) -> list[tuple[str, str]]:
        services = [service for service in map(scene.desk.city.services.by_code, codes) if service]
        return [(service.code, local(service.name, scene.language)) for service in services]

    @staticmethod
    def _page(scene: QuestionContext, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
        none = (OTHER, scene.say("place.none_of_these"))
        size = PAGE_BY_TEXT if scene.channel in BY_TEXT else PAGE
        if len(shown) <= size + 1:
            return [*shown, none]
        starts = range(0, len(shown) - 1, size)  # a single one left over comes with the page before
        first = starts[int(scene.form.sub.get("page", 0)) % len(starts)]
        size += first + size == len(shown) - 1
        left = len(shown) - first - size
        more = scene.say("report.more_kinds", count=left) if left > 0 else scene.say("report.first_kinds")
        return [*shown[first : first + size], (MORE, more), none]
