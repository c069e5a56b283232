"""What a kind of question is: how it is asked, how an answer to it is read, how the answer is shown. It keeps no state."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from typing import Any

from actions.forms.fields import Field
from actions.reading.words import looks_like_question, plain_text, shorten_text
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Fit, PreparedSearches
from city.records.model import text_in
from core.model import Choice, InboundMessage, Reply, Want

SKIP = "skip"
FEW_WORDS = 2
"""Up to so many words, a free text is an answer; a longer one may be something else, so the NLU is asked as well."""


class Step(StrEnum):
    """What reading an answer led to."""

    TOOK = "took"
    SKIPPED = "skipped"
    AGAIN = "again"  # understood, and more is needed for the same question
    PROBLEM = "problem"  # not understood
    CHANGE = "change"  # another answer is to be given anew
    DROP = "drop"  # the resident throws the form away
    STOP = "stop"  # the answer means danger: the form ends here


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What was read: `value` when taken (or the field to change), `sub` what the open question has to remember, `note` what to say."""

    step: Step
    value: Any = None
    note: str = ""
    sub: dict[str, Any] = dataclass_field(default_factory=dict)
    fit: Fit = Fit.SURE


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """Where a question is asked: the form as it stands, the language, the channel, and what was searched beforehand."""

    context: ActionContext
    form: Form
    language: str
    channel: str
    now: datetime
    fields: tuple[Field, ...] = ()
    prepared: PreparedSearches | None = None

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue in the resident's language."""
        return self.context.say(key, self.language, **values)


class FieldType:
    """Base of all kinds: a question with the field's own options, and a way to skip it when it may be skipped."""

    by_number = True
    wants: tuple[Want, ...] = ()
    several = False

    def enter(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:  # noqa: ARG002  for kinds that override it
        """Called when the question comes up: it may answer itself from what is known, or prepare candidates."""
        return None

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        """What can be chosen, as it is shown."""
        shown = field.choices(question.language)
        return shown if field.required else (*shown, self.skip_choice(question, field))

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        """The question as it is asked."""
        lines = [text_in(field.question, question.language), *self.below(question, field)]
        return Reply(
            text="\n".join(line for line in lines if line),
            language=question.language,
            choices=self.choices(question, field),
            several=self.several,
            wants=self.wants,
        )

    def below(self, question: QuestionContext, field: Field) -> list[str]:
        """Lines below the question."""
        return [text_in(field.hint, question.language)]

    def read(self, question: QuestionContext, field: Field, message: InboundMessage) -> ParsedAnswer:
        """The answer in this message."""
        key = self.picked(question, field, message)
        if key == field.key(SKIP):
            return ParsedAnswer(Step.SKIPPED)
        if message.choice and key is None:
            return problem(question.say("forms.old_button"), fit=Fit.NO)
        if not field.required and plain_text(message.text) in question.context.words.skip:
            return ParsedAnswer(Step.SKIPPED)
        return self.read_answer(question, field, message, key)

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        """The answer, when it is not that the question is skipped; `key` is the choice that was made, if any."""
        raise NotImplementedError

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        """How surely this message is an answer; must be quick."""
        return self.read(question, field, message).fit

    def back(self, question: QuestionContext) -> dict[str, Any] | None:  # noqa: ARG002
        """What to remember after one step back within the question; None when it goes back to the question before."""
        return None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        """The answer in words, for a summary."""
        return shorten_text(str(value), 200)

    def picked(self, question: QuestionContext, field: Field, message: InboundMessage) -> str | None:
        """The key of the choice that this message makes."""
        choices = self.choices(question, field)
        if message.choice:
            return message.choice if any(choice.key == message.choice for choice in choices) else None
        return question.context.words.choice(message.text, choices, by_number=self.by_number)

    @staticmethod
    def skip_choice(question: QuestionContext, field: Field) -> Choice:
        """The choice to leave this question out."""
        label = text_in(field.skip_label, question.language) or question.say("forms.skip")
        return Choice(field.key(SKIP), label)


def took(value: Any, note: str = "") -> ParsedAnswer:
    """The answer is understood."""
    return ParsedAnswer(Step.TOOK, value, note)


def again(sub: dict[str, Any], note: str = "", fit: Fit = Fit.SURE) -> ParsedAnswer:
    """Understood so far; the same question goes on with this to remember."""
    return ParsedAnswer(Step.AGAIN, note=note, sub=sub, fit=fit)


def problem(note: str, fit: Fit = Fit.MAYBE) -> ParsedAnswer:
    """Not understood, and how to put it right."""
    return ParsedAnswer(Step.PROBLEM, note=note, fit=fit)


def tells_something(text: str, question: QuestionContext) -> bool:
    """Whether there is a word in it, other than yes or no."""
    words = question.context.words
    return (
        sum(sign.isalpha() for sign in text) >= 3
        and plain_text(text) not in words.yes | words.no | words.none
    )


def free_text_fit(question: QuestionContext, message: InboundMessage) -> Fit:
    """A few words are an answer; a question, or more words, may also be something else."""
    asks = looks_like_question(message.text, question.context.texts.words_of_all("words.question_starts"))
    return Fit.MAYBE if asks or len(message.text.split()) > FEW_WORDS else Fit.SURE
