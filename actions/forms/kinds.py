"""The kinds of question that every form may use: choices, words, numbers, days, contacts, photos, notices."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.forms.fields import Field
from actions.forms.kind import (
    FEW_WORDS,
    LEAVE_OUT,
    SKIP,
    FieldType,
    ParsedAnswer,
    QuestionContext,
    Step,
    again,
    free_text_fit,
    nouns_of,
    problem,
    stays,
    tells_something,
    took,
)
from actions.forms.options import Several, Single
from actions.reading.labels import is_form_of
from actions.reading.readers import has_contact
from actions.reading.replies import Gist, ShortReply
from actions.reading.words import clean_text, has_words, plain_text, shorten_text
from actions.turn.turn import Fit
from channels.registry import traits_of
from channels.traits import AddressKind
from city.records.model import text_in
from core.model import Choice, InboundMessage, Reply, Want

LONGEST_TEXT = 1500
LONGEST_CONTACT = 200
MOST_PHOTOS = 5
HERE = "here"
"""A contact: the conversation itself."""


class Text(FieldType):
    """Free words, but for what says nothing; a lone "yes" or "great" counts when it is said again."""

    asides = frozenset(Gist)

    def read_new(self, question: QuestionContext, field: Field, old: Any, text: str) -> ParsedAnswer | None:  # noqa: ARG002
        """Any words would do, so none is taken for a correction of these."""
        return None

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        said_again = question.form.tries > 0
        if gist in {Gist.YES, Gist.ALL, Gist.BOTH}:
            return None if said_again else problem(question.say("forms.text_please"), fit=Fit.SURE)
        if not field.required and gist in {Gist.THANKS, Gist.OKAY}:
            return ParsedAnswer(Step.SKIPPED)
        if gist is Gist.OKAY or (gist in LEAVE_OUT and field.required):
            return None if said_again else problem(question.say("forms.text_please"), fit=Fit.SURE)
        return super().read_gist(question, field, gist)

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,  # noqa: ARG002
        message: InboundMessage,
        key: str | None,  # noqa: ARG002
    ) -> ParsedAnswer:
        text = clean_text(message.text)
        if not has_words(text):
            return problem(question.say("forms.text_please"), fit=Fit.SURE if text else Fit.NO)
        if len(text) > LONGEST_TEXT:
            return problem(question.say("forms.text_too_long"), fit=Fit.SURE)
        return took(text)

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        reading = self.read(question, field, message)
        return free_text_fit(question, message) if reading.step is Step.TOOK else reading.fit


class Story(Text):
    """Free words that have to tell something: a number alone does not."""

    can_be_unknown = False

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        if not tells_something(message.text, question):
            return problem(question.say("forms.text_please"))
        return super().read_answer(question, field, message, key)


class Number(FieldType):
    """A number; its digits never count as the number of a choice, so there are no choices."""

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        return took(2) if gist is Gist.BOTH else super().read_gist(question, field, gist)

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:  # noqa: ARG002
        return ()

    def below(self, question: QuestionContext, field: Field) -> list[str]:
        hint = "" if field.required else question.say("forms.skip_hint")
        return [*super().below(question, field), hint]

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,
        message: InboundMessage,
        key: str | None,  # noqa: ARG002
    ) -> ParsedAnswer:
        amounts = question.context.amounts
        number = amounts.count_in(message.text)
        if number is None and not amounts.says_many(message.text):
            number = question.context.words.number(message.text)
        fit = Fit.SURE if len(message.text.split()) <= FEW_WORDS + 1 else Fit.MAYBE
        if number is None:
            return self._read_no_number(question, field, message.text)
        if field.minimum is not None and number < field.minimum:
            return problem(question.say("forms.too_small", minimum=f"{field.minimum:g}"), fit)
        if field.maximum is not None and number > field.maximum:
            return problem(question.say("forms.too_big", maximum=f"{field.maximum:g}"), fit)
        value = int(number) if float(number).is_integer() else number
        return ParsedAnswer(Step.TOOK, value, fit=fit)

    def read_part(self, question: QuestionContext, field: Field, part: str) -> ParsedAnswer | None:
        """A number that stands before a word of the question or of the service's name, and no other number does."""
        words = question.context.words
        nouns = {*plain_text(text_in(field.question, question.language)).split(), *nouns_of(question)}
        said = plain_text(part).split()
        found = {
            number
            for at, word in enumerate(said)
            for counted in said[at + 1 : at + 1 + FEW_WORDS]
            if (number := words.number(word)) and any(is_form_of(counted, each) for each in nouns)
        }
        if len(found) != 1:
            return None
        message = InboundMessage(question.channel, "", "", question.now, f"{found.pop():g}")
        reading = self.read_answer(question, field, message, None)
        return reading if reading.step is Step.TOOK else None

    @staticmethod
    def _read_no_number(question: QuestionContext, field: Field, text: str) -> ParsedAnswer:
        """A count such as "a lot" is passed on as it was said, where the form can do without the number."""
        if question.context.amounts.says_many(text) and not field.required:
            return ParsedAnswer(
                Step.SKIPPED, note=question.say("forms.when_as_told"), remark=clean_text(text)
            )
        return problem(question.say("forms.number_please"))


class Scale(Number):
    """A number from a short scale; shown as buttons where the number of a choice is the number itself."""

    @staticmethod
    def ends_of(field: Field) -> tuple[int, int]:
        """The first and the last step; 1 and 5 where nothing else is said."""
        low = 1 if field.minimum is None else int(field.minimum)
        return low, 5 if field.maximum is None else int(field.maximum)

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        low, high = self.ends_of(field)
        if low != 1 or high > 10:
            return ()
        names = {option.key: text_in(option.name, question.language) for option in field.options}
        labels = {
            str(step): f"{step} - {names[str(step)]}" if str(step) in names else str(step)
            for step in range(low, high + 1)
        }
        steps = tuple(Choice(field.key(step), label) for step, label in labels.items())
        return steps if field.required else (*steps, self.skip_choice(question, field))

    def below(self, question: QuestionContext, field: Field) -> list[str]:
        low, high = self.ends_of(field)
        figures = re.findall(r"\d+", text_in(field.question, question.language))
        told = {str(abs(low)), str(abs(high))} <= set(figures)
        scale = "" if told else question.say("forms.scale", minimum=low, maximum=high)
        return [text_in(field.hint, question.language), scale]

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        if key and key != field.key(SKIP):
            return took(int(key.rpartition(".")[2]))
        reading = super().read_answer(question, field, message, key)
        whole = not isinstance(reading.value, float)
        return reading if whole else problem(question.say("forms.number_please"), fit=Fit.SURE)


class WhenField(Number):
    """A day, perhaps with a time. What tells of a time but no day is passed on as it was said, anything else when it is said again."""

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,  # noqa: ARG002
        message: InboundMessage,
        key: str | None,  # noqa: ARG002
    ) -> ParsedAnswer:
        when = question.context.calendar.read(message.text, question.now, question.language)
        if when is not None:
            return took(str(when))
        tells = question.form.tries or question.context.replies.says_when(message.text)
        if (
            tells
            and has_words(message.text)
            and not question.context.replies.gist(message.text, question.language)
        ):
            return ParsedAnswer(
                Step.TOOK,
                shorten_text(clean_text(message.text), 200),
                question.say("forms.when_as_told"),
                fit=Fit.MAYBE,
            )
        return problem(question.say("forms.when_please"))

    def read_part(self, question: QuestionContext, field: Field, part: str) -> ParsedAnswer | None:
        """Since when, where the words say so and the question asks it; any day, where one is needed."""
        replies = question.context.replies
        asks_since = replies.asks_since(text_in(field.question, question.language))
        if replies.says_since(part) is not asks_since or not (asks_since or field.required):
            return None
        when = question.context.calendar.read(part, question.now, question.language)
        return took(str(when)) if when else None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        return question.context.calendar.say(str(value), question.language)


OPENS_CONTACT = frozenset({Gist.YES, Gist.NO, Gist.NONE})
"""Short replies that answer whether somebody may be written to, whatever is said behind them."""


class ContactField(FieldType):
    """A phone number or an e-mail address; where the city can write by itself, "here" will do."""

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        here = Choice(field.key(HERE), self.show(question, field, HERE))
        others = super().choices(question, field)
        return others if traits_of(question.channel).is_pulled else (here, *others)

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:
        if value != HERE:
            return super().show(question, field, value)
        is_number = traits_of(question.channel).address is AddressKind.PHONE_NUMBER
        return question.say("forms.contact_this_number" if is_number else "forms.contact_here")

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        text = clean_text(message.text)
        if key == field.key(HERE) or (not has_contact(text) and self._may_be_here(question, text)):
            return took(HERE)
        if not has_contact(text) or len(text) > LONGEST_CONTACT:
            return problem(question.say("forms.contact_please"))
        return took(text)

    def choice_of(self, question: QuestionContext, field: Field, gist: Gist) -> str | None:
        """A yes means this conversation, where the city can write by itself."""
        if gist in {Gist.YES, Gist.OKAY, Gist.DONE}:
            return None if traits_of(question.channel).is_pulled else field.key(HERE)
        return super().choice_of(question, field, gist)

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        if gist in {Gist.YES, Gist.OKAY}:
            return stays(question.say("forms.contact_which"))
        if gist in LEAVE_OUT or gist is Gist.ANONYMOUS:
            return ParsedAnswer(Step.SKIPPED)
        return super().read_gist(question, field, gist)

    def read_opening(
        self, question: QuestionContext, field: Field, message: InboundMessage, reply: ShortReply
    ) -> ParsedAnswer | None:
        opening = super().read_opening(question, field, message, reply)
        return opening or (
            self.read_gist(question, field, reply.gist) if reply.gist in OPENS_CONTACT else None
        )

    @staticmethod
    def _may_be_here(question: QuestionContext, text: str) -> bool:
        says_here = question.context.replies.says_here(text) and not question.context.is_question(text)
        return says_here and not traits_of(question.channel).is_pulled


ENDS_PHOTOS = frozenset({Gist.NO, Gist.NONE, Gist.DONE, Gist.LATER, Gist.UNKNOWN})
"""Short replies after which no more photos are waited for."""


class Photos(FieldType):
    """One or more photos, until the resident says that is all. The value is a list of media ids."""

    wants = (Want.PHOTO,)

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        key = "forms.photo_done" if question.form.sub.get("photos") else "forms.photo_none"
        return (Choice(field.key("done"), question.say(key)),)

    def enter(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:  # noqa: ARG002
        sent = question.form.hints.get("photos", [])
        return again({"photos": sent}) if sent else None

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        reply = super().phrase_question(question, field)
        sent = len(question.form.sub.get("photos", []))
        if not sent:
            return reply
        more = question.say("report.more_photos_one" if sent == 1 else "report.more_photos", count=sent)
        return Reply(more, question.language, reply.choices, wants=self.wants)

    def read(self, question: QuestionContext, field: Field, message: InboundMessage) -> ParsedAnswer:
        sent = [*question.form.sub.get("photos", []), *(file.media_id for file in message.attachments)]
        sent = list(dict.fromkeys(sent))[:MOST_PHOTOS]
        if message.attachments and len(sent) < MOST_PHOTOS:
            return again({"photos": sent})
        if message.attachments:
            return took(sent, question.say("forms.photos_enough", count=len(sent)))
        if self.picked(question, field, message) or plain_text(message.text) in question.context.words.skip:
            return took(sent)
        please = question.say("forms.photo_please", done=self.choices(question, field)[0].label)
        if message.choice or not message.text:
            return problem(please, fit=Fit.NO if message.choice else Fit.MAYBE)
        return self._read_end(question, message, sent) or self.read_beside(
            question, field, message, question.read_reply(message.text), problem(please)
        )

    @staticmethod
    def _read_end(question: QuestionContext, message: InboundMessage, sent: list[str]) -> ParsedAnswer | None:
        """That there are no more photos, perhaps with why."""
        reply = question.read_reply(message.text)
        if reply is None or reply.gist not in ENDS_PHOTOS:
            return None
        if reply.rest and question.context.is_question(message.text):
            return None
        return replace(took(sent), remark=clean_text(message.text) if reply.rest else "")

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        if gist in {Gist.YES, Gist.OKAY}:
            return stays(question.say("forms.photo_send"))
        return super().read_gist(question, field, gist)

    def read_opening(
        self,
        question: QuestionContext,
        field: Field,
        message: InboundMessage,  # noqa: ARG002
        reply: ShortReply,
    ) -> ParsedAnswer | None:
        return self.read_gist(question, field, reply.gist) if reply.gist in {Gist.YES, Gist.WAIT} else None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        return str(len(value))


class NoticeField(FieldType):
    """Something to know rather than to answer: said before the next question."""

    def enter(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:
        return took(True, text_in(field.question, question.language))


BASIC: dict[str, FieldType] = {
    "single": Single(),
    "several": Several(),
    "text": Text(),
    "story": Story(),
    "number": Number(),
    "scale": Scale(),
    "when": WhenField(),
    "contact": ContactField(),
    "photos": Photos(),
    "notice": NoticeField(),
}
