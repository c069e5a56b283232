"""Questions with options: one of them, or any number, by number, label, size or meaning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.forms.fields import Field, Option, as_keys
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step, problem, took
from actions.reading.replies import Gist
from actions.reading.words import QUESTION_MARKS
from actions.turn.turn import Fit
from channels.registry import traits_of
from city.records.model import text_in
from core.model import InboundMessage


class Single(FieldType):
    """One of several options."""

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,
        message: InboundMessage,
        key: str | None,
    ) -> ParsedAnswer:
        option = field.option(key)
        if option is None:
            return self.read_meaning(question, field, message.text)
        if option.danger:
            return ParsedAnswer(Step.STOP, option.key, text_in(option.danger, question.language))
        return took(option.key)

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        if gist in {Gist.ALL, Gist.BOTH}:
            return problem(question.say("forms.which_most"), fit=Fit.SURE)
        return super().read_gist(question, field, gist)

    def read_unknown(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:
        """What may mean danger is asked about once more, and not at all where a yes would mean it."""
        reading = super().read_unknown(question, field)
        is_asked = reading is not None and reading.step is Step.PROBLEM
        if is_asked and question.form.tries and len(field.options) > len(YES_OR_NO):
            return ParsedAnswer(Step.SKIPPED, note=question.say("forms.without"))
        return reading

    def read_meaning(self, question: QuestionContext, field: Field, text: str) -> ParsedAnswer:
        """The option that a text means without saying its label. What means danger is never chosen on a guess."""
        asks = any(mark in text for mark in QUESTION_MARKS)
        chosen = None if asks else _option_meant(question, field, text)
        if chosen is None:
            return problem(question.say("forms.pick_one"))
        return replace(took(chosen[0].key), fit=chosen[1])

    def read_part(self, question: QuestionContext, field: Field, part: str) -> ParsedAnswer | None:
        """A size on the field's own scale, or one of its labels."""
        harmless = [option for option in field.options if not option.danger]
        names = [text_in(option.name, question.language) for option in harmless]
        if any(
            question.context.replies.gist_of_label(name, question.language) in YES_OR_NO for name in names
        ):
            return None
        at = question.context.amounts.choose_step(part, names)
        return None if at is None else took([harmless[at].key] if self.several else harmless[at].key)

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:
        names = {option.key: text_in(option.name, question.language) for option in field.options}
        return ", ".join(names.get(key, key) for key in as_keys(value))


def _option_meant(question: QuestionContext, field: Field, text: str) -> tuple[Option, Fit] | None:
    """The harmless option that a text means, and how surely; none where it may mean the danger that another one speaks of."""
    labels, language = question.context.labels, question.language
    names = [text_in(option.name, language) for option in field.options]
    by_words = labels.choose_by_words(text, names)
    harmless = [at for at, option in enumerate(field.options) if not option.danger]
    if by_words is not None and by_words not in harmless:
        return None
    at = labels.choose_surely(text, [names[at] for at in harmless])
    if at is not None:
        return field.options[harmless[at]], Fit.SURE
    answers_yes_or_no = sum(
        question.context.replies.gist_of_label(name, language) in YES_OR_NO for name in names
    )
    meant = None if answers_yes_or_no > 1 else labels.choose_by_meaning(text, names)
    return (field.options[meant], Fit.MAYBE) if meant is not None and meant in harmless else None


YES_OR_NO = frozenset({Gist.YES, Gist.NO, Gist.UNKNOWN})


class Several(Single):
    """Any number of several options."""

    several = True

    def below(self, question: QuestionContext, field: Field) -> list[str]:
        numbered = traits_of(question.channel).has_numbered_choices
        how = "forms.choose_several" if numbered else "forms.choose_any"
        return [*super().below(question, field), question.say(how)]

    def picked(self, question: QuestionContext, field: Field, message: InboundMessage) -> str | None:
        if message.choice and "," in message.choice:
            return None
        return super().picked(question, field, message)

    def read(self, question: QuestionContext, field: Field, message: InboundMessage) -> ParsedAnswer:
        if message.choice and "," in message.choice:
            return self.read_answer(question, field, message, None)
        return super().read(question, field, message)

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        if gist is not Gist.BOTH:
            return FieldType.read_gist(self, question, field, gist)
        harmless = [option.key for option in field.options if not option.danger]
        return took(harmless) if len(harmless) == len("ab") else None

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        keys = self._keys(question, field, message, key)
        if keys is None and not any(mark in message.text for mark in QUESTION_MARKS):
            keys = self._keys_meant(question, field, message.text)
        if keys is None or (not keys and field.required):
            return problem(question.say("forms.pick_several"))
        options = [option for option in map(field.option, keys) if option]
        danger = next((option for option in options if option.danger), None)
        if danger:
            return ParsedAnswer(Step.STOP, danger.key, text_in(danger.danger or {}, question.language))
        return took([option.key for option in options])

    @staticmethod
    def _keys_meant(question: QuestionContext, field: Field, text: str) -> list[str] | None:
        """The keys of the harmless options that a text names in words of theirs, else of the one that it means."""
        names = [text_in(option.name, question.language) for option in field.options]
        named = [field.options[at] for at in question.context.labels.choose_several(text, names)]
        if any(option.danger for option in named):
            return None
        meant = None if named else _option_meant(question, field, text)
        chosen = [*named, *([meant[0]] if meant else [])]
        return [field.key(option.key) for option in chosen] or None

    @staticmethod
    def _keys(
        question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> list[str] | None:
        """The shown keys that were pressed or told, none if that is what was told; None when it is unclear."""
        if message.choice:
            return [part for part in message.choice.split(",") if field.option(part)] or None
        if key:
            return [key]
        return question.context.words.several(message.text, field.choices(question.language))
