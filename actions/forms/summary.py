"""The last question of a report: all of it once more, to send, to change, or to throw away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step, again, problem, took
from actions.reading.replies import Gist, ShortReply
from actions.reading.words import QUESTION_MARKS, shorten_text
from city.records.model import text_in
from core.model import Choice, InboundMessage, Reply

SEND, CHANGE, DROP, DONE = "send", "change", "drop", "nothing"
LONGEST_LABEL = 60

Show = Callable[[QuestionContext, Field, Any], str]


class SummaryKind(FieldType):
    """`sub` has the `mode` change while the resident chooses what to change. `show` puts an answer of any field into words."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        if question.form.sub.get("mode") == "change":
            shown = [
                (f"f-{other.name}", self._label_of(question, other))
                for other in self._changeable_fields(question, field)
            ]
            shown.append((DONE, question.say("report.change_nothing")))
        else:
            shown = [
                (SEND, question.say("report.send")),
                (CHANGE, question.say("report.change")),
                (DROP, question.say("report.drop")),
            ]
        return tuple(Choice(field.key(key), label) for key, label in shown)

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        choices = self.choices(question, field)
        if question.form.sub.get("mode") == "change":
            return Reply(question.say("report.change_what"), question.language, choices)
        lines = [self._line_of(question, other) for other in self._told_fields(question, field)]
        text = "\n".join([question.say("report.summary"), *lines, question.say("report.send_question")])
        return Reply(text, question.language, choices)

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,
        message: InboundMessage,  # noqa: ARG002
        key: str | None,
    ) -> ParsedAnswer:
        if question.form.sub.get("mode") == "change":
            return self._read_change(question, field, key)
        if key == field.key(SEND):
            return took(SEND)
        if key == field.key(DROP):
            return ParsedAnswer(Step.DROP)
        return again({"mode": "change"}) if key else problem(question.say("forms.pick_one"))

    def choice_of(self, question: QuestionContext, field: Field, gist: Gist) -> str | None:
        if question.form.sub.get("mode") == "change":
            return super().choice_of(question, field, gist)
        key = {Gist.YES: SEND, Gist.OKAY: SEND, Gist.DONE: SEND, Gist.ALL: SEND, Gist.NO: CHANGE}.get(gist)
        return field.key(key) if key else None

    def read_opening(
        self,
        question: QuestionContext,  # noqa: ARG002
        field: Field,  # noqa: ARG002
        message: InboundMessage,  # noqa: ARG002
        reply: ShortReply,  # noqa: ARG002
    ) -> ParsedAnswer | None:
        """What is said behind a yes may change the report, so it is not sent with it."""
        return None

    def back(self, question: QuestionContext) -> dict[str, Any] | None:
        return {} if question.form.sub.get("mode") else None

    def _read_change(self, question: QuestionContext, field: Field, key: str | None) -> ParsedAnswer:
        if key == field.key(DONE):
            return again({})
        for other in self._changeable_fields(question, field):
            if key == field.key(f"f-{other.name}"):
                return ParsedAnswer(Step.CHANGE, other.name)
        return problem(question.say("forms.pick_one"))

    def _told_fields(self, question: QuestionContext, field: Field) -> list[Field]:
        return [
            other
            for other in self._changeable_fields(question, field)
            if question.form.values.get(other.name) not in (None, [])
        ]

    @staticmethod
    def _changeable_fields(question: QuestionContext, field: Field) -> list[Field]:
        return [
            other
            for other in question.fields
            if other.name != field.name and other.kind != "notice" and other.applies(question.form.values)
        ]

    def _label_of(self, question: QuestionContext, other: Field) -> str:
        return shorten_text(text_in(other.label, question.language).strip("?¿: "), LONGEST_LABEL)

    def _line_of(self, question: QuestionContext, other: Field) -> str:
        label = text_in(other.label, question.language).strip()
        colon = "" if label.endswith(QUESTION_MARKS) else ":"
        return f"{label}{colon} {self._show(question, other, question.form.values[other.name])}"
