"""Kinds of question: how each is asked, how an answer to it is read, how the answer is shown. None of them keeps state."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum
from typing import Any

from actions.desk import Desk
from actions.fields import Field, as_keys
from actions.readers import has_contact
from actions.state import Form
from actions.turn import Fit, Prepared
from actions.words import clean, has_words, looks_like_question, plain, shorten
from bot.model import Choice, InboundMessage, Reply, Want
from city.model import local

LONGEST_TEXT = 1500
LONGEST_CONTACT = 200
MOST_PHOTOS = 5
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
class Reading:
    """What was read: `value` when taken (or the field to change), `sub` what the open question has to remember, `note` what to say."""

    step: Step
    value: Any = None
    note: str = ""
    sub: dict[str, Any] = dataclass_field(default_factory=dict)
    fit: Fit = Fit.SURE


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a question is asked: the form as it stands, the language, the channel, and what was searched beforehand."""

    desk: Desk
    form: Form
    language: str
    channel: str
    now: datetime
    fields: tuple[Field, ...] = ()
    prepared: Prepared | None = None

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue in the resident's language."""
        return self.desk.say(key, self.language, **values)


class Kind:
    """Base of all kinds: a question with the field's own options, and a way to skip it when it may be skipped."""

    by_number = True
    wants: tuple[Want, ...] = ()
    several = False

    def enter(self, scene: Scene, field: Field) -> Reading | None:  # noqa: ARG002  for kinds that override it
        """Called when the question comes up: it may answer itself from what is known, or prepare candidates."""
        return None

    def choices(self, scene: Scene, field: Field) -> tuple[Choice, ...]:
        """What can be chosen, as it is shown."""
        shown = field.choices(scene.language)
        return shown if field.required else (*shown, self.skip_choice(scene, field))

    def question(self, scene: Scene, field: Field) -> Reply:
        """The question as it is asked."""
        lines = [local(field.question, scene.language), *self.below(scene, field)]
        return Reply(
            text="\n".join(line for line in lines if line),
            language=scene.language,
            choices=self.choices(scene, field),
            several=self.several,
            wants=self.wants,
        )

    def below(self, scene: Scene, field: Field) -> list[str]:
        """Lines below the question."""
        return [local(field.hint, scene.language)]

    def read(self, scene: Scene, field: Field, message: InboundMessage) -> Reading:
        """The answer in this message."""
        key = self.picked(scene, field, message)
        if key == field.key(SKIP):
            return Reading(Step.SKIPPED)
        if message.choice and key is None:
            return problem(scene.say("forms.old_button"), fit=Fit.NO)
        if not field.required and plain(message.text) in scene.desk.words.skip:
            return Reading(Step.SKIPPED)
        return self.read_answer(scene, field, message, key)

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:
        """The answer, when it is not that the question is skipped; `key` is the choice that was made, if any."""
        raise NotImplementedError

    def fit(self, scene: Scene, field: Field, message: InboundMessage) -> Fit:
        """How surely this message is an answer; must be quick."""
        return self.read(scene, field, message).fit

    def back(self, scene: Scene) -> dict[str, Any] | None:  # noqa: ARG002
        """What to remember after one step back within the question; None when it goes back to the question before."""
        return None

    def show(self, scene: Scene, field: Field, value: Any) -> str:  # noqa: ARG002
        """The answer in words, for a summary."""
        return shorten(str(value), 200)

    def picked(self, scene: Scene, field: Field, message: InboundMessage) -> str | None:
        """The key of the choice that this message makes."""
        choices = self.choices(scene, field)
        if message.choice:
            return message.choice if any(choice.key == message.choice for choice in choices) else None
        return scene.desk.words.choice(message.text, choices, by_number=self.by_number)

    @staticmethod
    def skip_choice(scene: Scene, field: Field) -> Choice:
        """The choice to leave this question out."""
        label = local(field.skip_label, scene.language) or scene.say("forms.skip")
        return Choice(field.key(SKIP), label)


def took(value: Any, note: str = "") -> Reading:
    """The answer is understood."""
    return Reading(Step.TOOK, value, note)


def again(sub: dict[str, Any], note: str = "", fit: Fit = Fit.SURE) -> Reading:
    """Understood so far; the same question goes on with this to remember."""
    return Reading(Step.AGAIN, note=note, sub=sub, fit=fit)


def problem(note: str, fit: Fit = Fit.MAYBE) -> Reading:
    """Not understood, and how to put it right."""
    return Reading(Step.PROBLEM, note=note, fit=fit)


class Single(Kind):
    """One of several options."""

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:  # noqa: ARG002
        option = field.option(key)
        if option is None:
            return problem(scene.say("forms.pick_one"))
        if option.danger:
            return Reading(Step.STOP, option.key, local(option.danger, scene.language))
        return took(option.key)

    def show(self, scene: Scene, field: Field, value: Any) -> str:
        names = {option.key: local(option.name, scene.language) for option in field.options}
        return ", ".join(names.get(key, key) for key in as_keys(value))


class Several(Single):
    """Any number of several options."""

    several = True

    def below(self, scene: Scene, field: Field) -> list[str]:
        return [*super().below(scene, field), scene.say("forms.choose_several")]

    def picked(self, scene: Scene, field: Field, message: InboundMessage) -> str | None:
        if message.choice and "," in message.choice:
            return None
        return super().picked(scene, field, message)

    def read(self, scene: Scene, field: Field, message: InboundMessage) -> Reading:
        if message.choice and "," in message.choice:
            return self.read_answer(scene, field, message, None)
        return super().read(scene, field, message)

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:
        if message.choice:
            keys: list[str] | None = [
                part for part in message.choice.split(",") if field.option(part)
            ] or None
        else:
            keys = [key] if key else scene.desk.words.several(message.text, field.choices(scene.language))
        if keys is None or (not keys and field.required):
            return problem(scene.say("forms.pick_several"))
        options = [option for option in (field.option(key) for key in keys) if option]
        danger = next((option for option in options if option.danger), None)
        if danger:
            return Reading(Step.STOP, danger.key, local(danger.danger or {}, scene.language))
        return took([option.key for option in options])


class Text(Kind):
    """Free words."""

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:  # noqa: ARG002
        text = clean(message.text)
        if not has_words(text):
            return problem(scene.say("forms.text_please"), fit=Fit.SURE if text else Fit.NO)
        if len(text) > LONGEST_TEXT:
            return problem(scene.say("forms.text_too_long"), fit=Fit.SURE)
        return took(text)

    def fit(self, scene: Scene, field: Field, message: InboundMessage) -> Fit:
        reading = self.read(scene, field, message)
        return free_text_fit(scene, message) if reading.step is Step.TOOK else reading.fit


class Story(Text):
    """Free words that have to tell something: a number alone does not."""

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:
        if not tells_something(message.text, scene):
            return problem(scene.say("forms.text_please"))
        return super().read_answer(scene, field, message, key)


def tells_something(text: str, scene: Scene) -> bool:
    """Whether there is a word in it, other than yes or no."""
    words = scene.desk.words
    return sum(sign.isalpha() for sign in text) >= 3 and plain(text) not in words.yes | words.no | words.none


def free_text_fit(scene: Scene, message: InboundMessage) -> Fit:
    """A few words are an answer; a question, or more words, may also be something else."""
    asks = looks_like_question(message.text, scene.desk.texts.words_of_all("words.question_starts"))
    return Fit.MAYBE if asks or len(message.text.split()) > FEW_WORDS else Fit.SURE


class Number(Kind):
    """A number; its digits never count as the number of a choice, so there are no choices."""

    def choices(self, scene: Scene, field: Field) -> tuple[Choice, ...]:  # noqa: ARG002
        return ()

    def below(self, scene: Scene, field: Field) -> list[str]:
        hint = "" if field.required else scene.say("forms.skip_hint")
        return [*super().below(scene, field), hint]

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:  # noqa: ARG002
        number = scene.desk.words.number(message.text)
        if number is None:
            return problem(scene.say("forms.number_please"))
        if field.minimum is not None and number < field.minimum:
            return problem(scene.say("forms.too_small", minimum=f"{field.minimum:g}"), fit=Fit.SURE)
        if field.maximum is not None and number > field.maximum:
            return problem(scene.say("forms.too_big", maximum=f"{field.maximum:g}"), fit=Fit.SURE)
        return took(int(number) if number.is_integer() else number)


class Scale(Number):
    """A number from a short scale; shown as buttons where the number of a choice is the number itself."""

    def choices(self, scene: Scene, field: Field) -> tuple[Choice, ...]:
        low, high = int(field.minimum or 1), int(field.maximum or 5)
        if low != 1 or high > 10:
            return ()
        names = {option.key: local(option.name, scene.language) for option in field.options}
        labels = {
            str(step): f"{step} - {names[str(step)]}" if str(step) in names else str(step)
            for step in range(low, high + 1)
        }
        steps = tuple(Choice(field.key(step), label) for step, label in labels.items())
        return steps if field.required else (*steps, self.skip_choice(scene, field))

    def below(self, scene: Scene, field: Field) -> list[str]:
        low, high = f"{field.minimum or 1:g}", f"{field.maximum or 5:g}"
        question = local(field.question, scene.language)
        told = low in question and high in question
        scale = "" if told else scene.say("forms.scale", minimum=low, maximum=high)
        return [local(field.hint, scene.language), scale]

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:
        if key and key != field.key(SKIP):
            return took(int(key.rpartition(".")[2]))
        reading = super().read_answer(scene, field, message, key)
        whole = not isinstance(reading.value, float)
        return reading if whole else problem(scene.say("forms.number_please"), fit=Fit.SURE)


class When(Number):
    """A day, perhaps with a time. What cannot be read twice in a row is passed on as it was said."""

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:  # noqa: ARG002
        when = scene.desk.calendar.read(message.text, scene.now, scene.language)
        if when is not None:
            return took(str(when))
        if scene.form.tries and has_words(message.text):
            return Reading(
                Step.TOOK, shorten(clean(message.text), 200), scene.say("forms.when_as_told"), fit=Fit.MAYBE
            )
        return problem(scene.say("forms.when_please"))

    def show(self, scene: Scene, field: Field, value: Any) -> str:  # noqa: ARG002
        return scene.desk.calendar.say(str(value), scene.language)


class Contact(Kind):
    """A phone number or an e-mail address."""

    def read_answer(self, scene: Scene, field: Field, message: InboundMessage, key: str | None) -> Reading:  # noqa: ARG002
        text = clean(message.text)
        if plain(text) in scene.desk.words.no:
            return Reading(Step.SKIPPED)
        if not has_contact(text) or len(text) > LONGEST_CONTACT:
            return problem(scene.say("forms.contact_please"))
        return took(text)


class Photos(Kind):
    """One or more photos, until the resident says that is all. The value is a list of media ids."""

    wants = (Want.PHOTO,)

    def choices(self, scene: Scene, field: Field) -> tuple[Choice, ...]:
        key = "forms.photo_done" if scene.form.sub.get("photos") else "forms.photo_none"
        return (Choice(field.key("done"), scene.say(key)),)

    def enter(self, scene: Scene, field: Field) -> Reading | None:  # noqa: ARG002
        sent = scene.form.hints.get("photos", [])
        return again({"photos": sent}) if sent else None

    def question(self, scene: Scene, field: Field) -> Reply:
        reply = super().question(scene, field)
        sent = len(scene.form.sub.get("photos", []))
        if not sent:
            return reply
        more = scene.say("report.more_photos_one" if sent == 1 else "report.more_photos", count=sent)
        return Reply(more, scene.language, reply.choices, wants=self.wants)

    def read(self, scene: Scene, field: Field, message: InboundMessage) -> Reading:
        sent = [*scene.form.sub.get("photos", []), *(file.media_id for file in message.attachments)]
        sent = list(dict.fromkeys(sent))[:MOST_PHOTOS]
        if message.attachments and len(sent) < MOST_PHOTOS:
            return again({"photos": sent})
        if message.attachments:
            return took(sent, scene.say("forms.photos_enough", count=len(sent)))
        words, told = scene.desk.words, plain(message.text)
        ends = told in words.done | words.no | words.none | words.skip
        if ends or self.picked(scene, field, message):
            return took(sent)
        fit = Fit.NO if message.choice else Fit.MAYBE
        return problem(scene.say("forms.photo_please", done=self.choices(scene, field)[0].label), fit=fit)

    def show(self, scene: Scene, field: Field, value: Any) -> str:  # noqa: ARG002
        return str(len(value))


class Notice(Kind):
    """Something to know rather than to answer: said before the next question."""

    def enter(self, scene: Scene, field: Field) -> Reading | None:
        return took(True, local(field.question, scene.language))


BASIC: dict[str, Kind] = {
    "single": Single(),
    "several": Several(),
    "text": Text(),
    "story": Story(),
    "number": Number(),
    "scale": Scale(),
    "when": When(),
    "contact": Contact(),
    "photos": Photos(),
    "notice": Notice(),
}
