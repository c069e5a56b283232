"""The last question of a report: all of it once more, to send, to change, or to throw away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step, again, problem, took
from actions.reading.words import QUESTION_MARKS, plain, shorten
from city.records.model import local
from core.model import Choice, InboundMessage, Reply

SEND, CHANGE, DROP, DONE = "send", "change", "drop", "nothing"
LONGEST_LABEL = 60

Show = Callable[[QuestionContext, Field, Any], str]


class SummaryKind(FieldType):
    """`sub` has the `mode` change while the resident chooses what to change. `show` puts an answer of any field into words."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def choices(self, scene: QuestionContext, field: Field) -> tuple[Choice, ...]:
        if scene.form.sub.get("mode") == "change":
            shown = [
                (f"f-{other.name}", self._label(scene, other)) for other in self._changeable(scene, field)
            ]
            shown.append((DONE, scene.say("report.change_nothing")))
        else:
            shown = [
                (SEND, scene.say("report.send")),
                (CHANGE, scene.say("report.change")),
                (DROP, scene.say("report.drop")),
            ]
        return tuple(Choice(field.key(key), label) for key, label in shown)

    def question(self, scene: QuestionContext, field: Field) -> Reply:
        choices = self.choices(scene, field)
        if scene.form.sub.get("mode") == "change":
            return Reply(scene.say("report.change_what"), scene.language, choices)
        lines = [self._line(scene, other) for other in self._told(scene, field)]
        text = "\n".join([scene.say("report.summary"), *lines, scene.say("report.send_question")])
        return Reply(text, scene.language, choices)

    def read_answer(
        self, scene: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        if scene.form.sub.get("mode") == "change":
            return self._change(scene, field, key)
        told = plain(message.text)
        if key == field.key(SEND) or (key is None and told in scene.desk.words.yes):
            return took(SEND)
        if key == field.key(DROP):
            return ParsedAnswer(Step.DROP)
        if key == field.key(CHANGE) or told in scene.desk.words.no:
            return again({"mode": "change"})
        return problem(scene.say("forms.pick_one"))

    def back(self, scene: QuestionContext) -> dict[str, Any] | None:
        return {} if scene.form.sub.get("mode") else None

    def _change(self, scene: QuestionContext, field: Field, key: str | None) -> ParsedAnswer:
        if key == field.key(DONE):
            return again({})
        for other in self._changeable(scene, field):
            if key == field.key(f"f-{other.name}"):
                return ParsedAnswer(Step.CHANGE, other.name)
        return problem(scene.say("forms.pick_one"))

    def _told(self, scene: QuestionContext, field: Field) -> list[Field]:
        return [
            other
            for other in self._changeable(scene, field)
            if scene.form.values.get(other.name) not in (None, [])
        ]

    @staticmethod
    def _changeable(scene: QuestionContext, field: Field) -> list[Field]:
        return [
            other
            for other in scene.fields
            if other.name != field.name and other.kind != "notice" and other.applies(scene.form.values)
        ]

    def _label(self, scene: QuestionContext, other: Field) -> str:
        return shorten(local(other.label, scene.language).strip("?¿: "), LONGEST_LABEL)

    def _line(self, scene: QuestionContext, other: Field) -> str:
        label = local(other.label, scene.language).strip()
        colon = "" if label.endswith(QUESTION_MARKS) else ":"
        return f"{label}{colon} {self._show(scene, other, scene.form.values[other.name])}"
