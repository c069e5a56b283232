"""Questions with options: one of them, or any number, by number, label, size or meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.forms.fields import Field, Option, as_keys
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step, nouns_of, problem, took
from actions.reading.replies import Gist
from actions.reading.words import QUESTION_MARKS, plain_text
from actions.turn.turn import Fit
from channels.registry import traits_of
from city.records.model import text_in
from core.model import InboundMessage

LEAST_WORDS = 3
"""Words of an option's name from which the sentence that has all of them in a row means it."""


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
        """The one option that is named, or a size on the field's own scale. What means danger is never taken from among other things."""
        keys = self._keys_told(question, field, part)
        if not keys or any(option.danger for option in map(field.option_of, keys) if option):
            return None
        return took(keys) if self.several else took(keys[0]) if len(keys) == 1 else None

    @staticmethod
    def _keys_told(question: QuestionContext, field: Field, part: str) -> list[str]:
        """The keys of the options that a part of a text names; a question for yes or no is answered by nothing that is said in passing."""
        context = question.context
        names = [text_in(option.name, question.language) for option in field.options]
        if _asks_yes_or_no(question, names):
            return []
        if option := option_in(field, part):
            return [option.key]
        said = context.amounts.without_references(part)
        named = context.labels.choose_told(said, [option.name.values() for option in field.options])
        named = [at for at in named if context.replies.gist(names[at], question.language) is None]
        if not named:
            at = context.amounts.choose_told_step(part, names, nouns_of(question))
            named = [] if at is None else [at]
        return [field.options[at].key for at in named]

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:
        names = {option.key: text_in(option.name, question.language) for option in field.options}
        return ", ".join(names.get(key, key) for key in as_keys(value))


def option_in(field: Field, sentence: str) -> Option | None:
    """The one option whose whole name stands in a sentence; a name of a word or two is no proof that this was meant."""
    told = f" {plain_text(sentence)} "
    found = [
        option
        for option in field.options
        if any(
            len(name.split()) >= LEAST_WORDS and f" {name} " in told
            for name in map(plain_text, option.name.values())
        )
    ]
    return found[0] if len(found) == 1 else None


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
    meant = None if _asks_yes_or_no(question, names) else labels.choose_by_meaning(text, names)
    return (field.options[meant], Fit.MAYBE) if meant is not None and meant in harmless else None


YES_OR_NO = frozenset({Gist.YES, Gist.NO, Gist.UNKNOWN})


def _asks_yes_or_no(question: QuestionContext, names: Sequence[str]) -> bool:
    """Whether more than one option of these names is a yes, a no, or that it is not known."""
    gists = (question.context.replies.gist_of_label(name, question.language) for name in names)
    return sum(gist in YES_OR_NO for gist in gists) > 1


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
