"""What a kind of question is: how it is asked, how an answer to it is read, how the answer is shown. It keeps no state."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from typing import Any

from actions.forms.fields import Field
from actions.reading.corrections import Correction
from actions.reading.replies import Gist, ShortReply
from actions.reading.words import clean_text, plain_text, shorten_text
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Fit, PreparedSearches
from city.records.model import all_words, text_in
from core.model import Choice, InboundMessage, Reply, Want
from core.texts import UNSPACED, is_unspaced

SKIP = "skip"
FEW_WORDS = 2
"""Up to so many words, a free text is an answer; a longer one may be something else, so the NLU is asked as well."""


class Step(StrEnum):
    """What reading an answer led to."""

    TOOK = "took"
    SKIPPED = "skipped"
    AGAIN = "again"  # understood, and more is needed for the same question
    STAYS = "stays"  # "hold on", "thanks": a short word, and the question stays open
    REMARK = "remark"  # no answer, but something that staff should know
    PROBLEM = "problem"  # not understood
    STOP = "stop"  # the answer means danger: the form ends here
    OTHER = "other"  # an earlier answer is wrong (`value` is its field): it is asked anew, with `sub`


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What was read: `value` when taken, `sub` what the open question has to remember, `note` what to say.

    `remark` is what was said beside the answer, or instead of one: it goes along with the form, where that takes remarks.
    """

    step: Step
    value: Any = None
    note: str = ""
    sub: dict[str, Any] = dataclass_field(default_factory=dict)
    fit: Fit = Fit.SURE
    remark: str = ""


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

    def read_reply(self, text: str) -> ShortReply | None:
        """What a text means or begins with, whatever the question."""
        return self.context.replies.read(text, self.language)


SAME = {
    Gist.YES: (Gist.YES,),
    Gist.OKAY: (Gist.YES,),
    Gist.NO: (Gist.NO, Gist.NONE),
    Gist.NONE: (Gist.NONE, Gist.NO),
    Gist.ANONYMOUS: (Gist.ANONYMOUS, Gist.NONE, Gist.NO),
    Gist.UNKNOWN: (Gist.UNKNOWN,),
    Gist.ALL: (Gist.ALL, Gist.BOTH),
    Gist.BOTH: (Gist.BOTH, Gist.ALL),
    Gist.LATER: (Gist.LATER,),
}
"""Short replies, and the meanings of a label which they choose, the nearest first."""
SHORT_WORDS = {
    Gist.WAIT: "forms.take_your_time",
    Gist.LATER: "forms.take_your_time",
    Gist.ANONYMOUS: "details.anonymous",
    Gist.THANKS: "smalltalk.welcome",
    Gist.COURTESY: "forms.i_am_here",
}
"""What is said to a short reply after which the question stays open."""
LEAVE_OUT = frozenset({Gist.NO, Gist.NONE, Gist.DONE})
OPENS_ANSWER = frozenset({Gist.YES, Gist.NO, Gist.UNKNOWN})
"""Meanings that count also where more is said behind them."""
FEWEST_WORDS_OF_REMARK = 2
"""A single word that is no answer is asked about; more tell something."""

SHORTEST_NOUN = 4
FEWEST_LETTERS = 3
"""Of a text that tells something; a letter of a script without spaces counts for two."""


class FieldType:
    """Base of all kinds: a question with the field's own options, and a way to skip it when it may be skipped."""

    by_number = True
    wants: tuple[Want, ...] = ()
    several = False
    asides: frozenset[Gist] = frozenset({Gist.WAIT})
    """Short replies that are never the answer itself."""
    takes_remarks = True
    """Whether words that are no answer are kept beside it; else they are only asked about."""
    can_be_unknown = True
    """Whether the form can do without an answer from somebody who says that they do not know it."""

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
        return self._read_words(question, field, message, key)

    def _read_words(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        """A choice that was made, else the words: a short reply, an answer, or something beside it."""
        reply = None if key or message.choice else question.read_reply(message.text)
        aside = self._read_aside(question, field, reply) if reply else None
        reading = aside or self.read_answer(question, field, message, key)
        is_unread = reading.step is Step.PROBLEM and reading.fit is Fit.MAYBE and message.text
        return self.read_beside(question, field, message, reply, reading) if is_unread else reading

    def _read_aside(self, question: QuestionContext, field: Field, reply: ShortReply) -> ParsedAnswer | None:
        """A short reply that is never the answer itself; None for any other."""
        is_aside = not reply.rest and reply.gist in self.asides
        return self.read_gist(question, field, reply.gist) if is_aside else None

    def read_beside(
        self,
        question: QuestionContext,
        field: Field,
        message: InboundMessage,
        reply: ShortReply | None,
        reading: ParsedAnswer,
    ) -> ParsedAnswer:
        """What a text that is no plain answer is: a short reply, an answer with more behind it, or a remark."""
        if reply and not reply.rest:
            return self.read_gist(question, field, reply.gist) or replace(reading, fit=Fit.SURE)
        answered = self.read_opening(question, field, message, reply) if reply else None
        text = clean_text(message.text)
        if answered:
            sure = Fit.MAYBE if question.context.is_question(text) else answered.fit
            return replace(answered, remark=text, fit=sure)
        is_remark = self.takes_remarks and tells_something(text, question) and _counts_as_remark(text)
        return replace(reading, step=Step.REMARK, remark=text) if is_remark else reading

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        """What a short reply does that chooses nothing; None when it is no answer to this question."""
        if gist is Gist.UNKNOWN:
            return self.read_unknown(question, field)
        if gist is Gist.LATER and not field.required:
            return ParsedAnswer(Step.SKIPPED, note=question.say("forms.later"))
        if gist in SHORT_WORDS:
            return stays(question.say(SHORT_WORDS[gist]))
        leaves_out = gist in LEAVE_OUT and not field.required
        return ParsedAnswer(Step.SKIPPED) if leaves_out else None

    def read_unknown(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:
        """Somebody does not know: the form does without, unless the answer may mean danger."""
        if field.required and not (self.can_be_unknown and not any(each.danger for each in field.options)):
            return problem(text_in(field.why, question.language) or question.say("forms.needed"), Fit.SURE)
        return ParsedAnswer(Step.SKIPPED, note=question.say("forms.without") if field.required else "")

    def read_opening(
        self, question: QuestionContext, field: Field, message: InboundMessage, reply: ShortReply
    ) -> ParsedAnswer | None:
        """The answer that a text begins with ("yes, and it is getting worse"); None when its beginning is none."""
        if reply.gist not in OPENS_ANSWER:
            return None
        key = self.choice_of(question, field, reply.gist)
        if key:
            return self.read_answer(question, field, message, key)
        return self.read_unknown(question, field) if reply.gist is Gist.UNKNOWN else None

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        """The answer, when it is not that the question is skipped; `key` is the choice that was made, if any."""
        raise NotImplementedError

    def read_part(self, question: QuestionContext, field: Field, part: str) -> ParsedAnswer | None:  # noqa: ARG002
        """The answer that a part of a longer text surely is, though something else was asked; None for most kinds and parts."""
        return None

    def read_new(self, question: QuestionContext, field: Field, old: Any, text: str) -> ParsedAnswer | None:
        """The answer in a correction of the `old` one; None when it is no such answer."""
        reading = self.read(question, field, InboundMessage(question.channel, "", "", question.now, text))
        is_new = reading.step in {Step.TOOK, Step.STOP} and reading.fit is Fit.SURE and reading.value != old
        return reading if is_new and not reading.remark else None

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
        key = question.context.words.choice(message.text, choices, by_number=self.by_number)
        if key is not None:
            return key
        gist = question.context.replies.gist(message.text, question.language)
        return self.choice_of(question, field, gist) if gist else None

    def choice_of(self, question: QuestionContext, field: Field, gist: Gist) -> str | None:
        """The only choice whose label means the same as a short reply."""
        meant = {
            choice.key: question.context.replies.gist_of_label(choice.label, question.language)
            for choice in self.choices(question, field)
        }
        for same in SAME.get(gist, ()):
            found = [key for key, each in meant.items() if each is same]
            if found:
                return found[0] if len(found) == 1 else None
        return None

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


def may_correct(context: ActionContext, correction: Correction, reading: ParsedAnswer, language: str) -> bool:
    """Whether words that sound like a correction are one: they answer nothing, or can mean nothing else."""
    if correction.is_plain and correction.value:
        return True
    if context.replies.read(correction.value, language):
        return False
    unknown = reading.sub.get("mode") == "unknown"
    return unknown or reading.step is Step.PROBLEM or bool(reading.remark)


def stays(note: str) -> ParsedAnswer:
    """A short word in reply; the question stays open."""
    return ParsedAnswer(Step.STAYS, note=note)


def problem(note: str, fit: Fit = Fit.MAYBE) -> ParsedAnswer:
    """Not understood, and how to put it right."""
    return ParsedAnswer(Step.PROBLEM, note=note, fit=fit)


def tells_something(text: str, question: QuestionContext) -> bool:
    """Whether there is a word in it, other than yes or no."""
    words = question.context.words
    letters = sum(2 if is_unspaced(sign) else 1 for sign in text if sign.isalpha())
    return letters >= FEWEST_LETTERS and plain_text(text) not in words.yes | words.no | words.none


def _counts_as_remark(text: str) -> bool:
    is_unspaced = re.search(f"[{UNSPACED}]{{{2 * FEWEST_WORDS_OF_REMARK}}}", text) is not None
    return is_unspaced or len(plain_text(text).split()) >= FEWEST_WORDS_OF_REMARK


def nouns_of(question: QuestionContext) -> frozenset[str]:
    """The words by which the service of a form is known, in all languages: what it is about."""
    service = question.context.city.services.by_code(str(question.form.values.get("service", "")))
    if service is None:
        return frozenset()
    told = all_words(service.name, service.keywords)
    return frozenset(word for text in told for word in plain_text(text).split() if len(word) >= SHORTEST_NOUN)


def free_text_fit(question: QuestionContext, message: InboundMessage) -> Fit:
    """A few words are an answer; a question, or more words, may also be something else."""
    asks = question.context.is_question(message.text)
    return Fit.MAYBE if asks or len(message.text.split()) > FEW_WORDS else Fit.SURE
