"""The form engine: ask the next open question, read the answer, go back, skip, begin again, explain, repeat.

A flow says what its fields are and what happens at the end; all else is the same for a report, a survey or a message to a
person. The form lives in the conversation's memory, so it survives silence, restarts and everything asked in between.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step, may_correct
from actions.forms.kinds import BASIC
from actions.forms.place import PlaceKind
from actions.forms.remark import RemarkKind
from actions.forms.service_choice import ServiceKind
from actions.forms.taken_back import name_of, read_taken_back
from actions.reading.corrections import split_parts
from actions.turn.context import ActionContext, led_by
from actions.turn.state import Form
from actions.turn.turn import Fit, Turn
from city.records.model import text_in
from core.model import InboundMessage, Outcome, Reply

KINDS: dict[str, FieldType] = {
    **BASIC,
    "place": PlaceKind(),
    "service": ServiceKind(),
    "remark": RemarkKind(),
}
MAX_STEPS = 200
TRIES_BEFORE_HELP = 2
UNANSWERED = frozenset({Step.PROBLEM, Step.AGAIN, Step.STAYS, Step.REMARK, Step.OTHER})
"""What leaves the question open."""
OF_PLACE = {"place", "place_from_photo"}
"""Hints that were understood from an answer which is taken back."""
OWN_PLACES = frozenset({"home", "last_place"})
"""Hints that are known of the resident before they say anything: they stay through every change."""


class Flow(Protocol):
    """A form's own part: fields, and what its answers do."""

    @property
    def tells_all(self) -> bool:
        """Whether what is said at the end says again what was understood on the way."""
        ...

    def fields(self, context: ActionContext, form: Form) -> Sequence[Field]:
        """The fields in order, given the answers so far; changes nothing."""
        ...

    def deciding_answers(self, form: Form) -> object:
        """What of the form decides which fields there are: while this stays equal, they stay the same."""
        ...

    def drop_outdated(self, context: ActionContext, form: Form) -> None:
        """Drop the answers that cannot stand any more, because the city's definitions have changed since they were given."""
        ...

    def finish(self, session: FormSession) -> list[Reply]:
        """All is answered: do what the form is for. The form is closed already."""
        ...

    def recap(self, session: FormSession) -> str:
        """One line on what is known, for somebody who comes back after a while."""
        ...

    def busy(self, session: FormSession) -> str:
        """What to say when something else is begun while this form is open."""
        ...

    def left(self, session: FormSession) -> str:
        """What to say when the form is closed without finishing it."""
        ...

    def absorb(self, session: FormSession) -> list[str]:
        """Use photos and positions that were sent while another question was open; what to say about them."""
        ...

    def keep_remark(self, session: FormSession, text: str) -> bool:
        """Keep what was said beside an answer; whether this form has a use for it."""
        ...

    def answered(self, session: FormSession, field: Field) -> None:
        """A field has been answered or skipped just now."""
        ...

    def forgotten(self, session: FormSession, field: Field) -> None:
        """The answer to a field has been taken back."""
        ...

    def stopped(self, session: FormSession, reading: ParsedAnswer) -> list[Reply]:
        """An answer meant danger and the form is closed: what to say."""
        ...


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A field and what it is asked in: all that asking it and reading an answer to it take. It changes nothing."""

    context: QuestionContext
    field: Field

    @property
    def kind(self) -> FieldType:
        """How such a field is asked and read."""
        return KINDS[self.field.kind]

    def phrase(self) -> Reply:
        """The question as it is asked."""
        return replace(self.kind.phrase_question(self.context, self.field), outcome=Outcome.ASKED)

    def phrase_again(self) -> Reply:
        """The question once more, in other, shorter words where the field has some."""
        reply, language = self.phrase(), self.context.language
        if self.context.form.sub or not self.field.question:
            return reply
        shorter = text_in(self.field.again, language)
        asked = text_in(self.field.question, language)
        return replace(reply, text=shorter or self.context.say("forms.once_more", question=asked))

    def read_answer(self, message: InboundMessage) -> ParsedAnswer:
        """The answer in this message."""
        return self.kind.read(self.context, self.field, message)

    def fits(self, message: InboundMessage) -> Fit:
        """How surely this message answers the question."""
        if (message.attachments or message.position) and not message.text and not message.choice:
            return Fit.SURE
        return self.kind.fit(self.context, self.field, message)

    def show(self, value: Any) -> str:
        """An answer in words."""
        return self.kind.show(self.context, self.field, value)

    def is_picked(self, message: InboundMessage) -> bool:
        """Whether this message is one of the question's choices."""
        return self.kind.picked(self.context, self.field, message) is not None


def find_question(
    context: ActionContext, flow: Flow, form: Form, message: InboundMessage, language: str
) -> OpenQuestion | None:
    """The open question as a message finds it, before its turn begins; None when its definition has changed meanwhile."""
    fields = tuple(flow.fields(context, form))
    asked = next((each for each in fields if each.name == form.asked), None)
    question = QuestionContext(context, form, language, message.channel, message.received_at, fields)
    return OpenQuestion(question, asked) if asked else None


@dataclass(slots=True)
class FormSession:
    """An open form during one turn: all that reads or changes it goes through here.

    The form is changed in place, and kept in the dialogue whenever its question is asked. Nothing is asked of a form that has been closed.
    """

    context: ActionContext
    flow: Flow
    turn: Turn
    form: Form
    _fields: tuple[Field, ...] | None = field(default=None, init=False, repr=False, compare=False)
    _decided_by: object = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def resume(cls, context: ActionContext, flow: Flow, turn: Turn, form: Form) -> FormSession:
        """Go on with a form that was kept; the answers that cannot stand any more are dropped from it."""
        flow.drop_outdated(context, form)
        return cls(context, flow, turn, form)

    @property
    def language(self) -> str:
        """The resident's language, as it is now."""
        return self.turn.language

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in order; made once, and again only when the answers that decide on them have changed."""
        decided_by = self.flow.deciding_answers(self.form)
        if self._fields is None or self._decided_by != decided_by:
            self._fields, self._decided_by = tuple(self.flow.fields(self.context, self.form)), decided_by
        return self._fields

    @property
    def open_field(self) -> Field | None:
        """The field whose question stands open."""
        return self.find_field(self.form.asked)

    @property
    def open_question(self) -> OpenQuestion | None:
        """The question that stands open; None when its definition has changed meanwhile."""
        asked = self.open_field
        return self.question_of(asked) if asked else None

    def find_field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((each for each in self.fields if each.name == name), None)

    def question_context(self) -> QuestionContext:
        """What the questions of this form are asked in, during this turn."""
        turn = self.turn
        return QuestionContext(
            self.context,
            self.form,
            turn.language,
            turn.message.channel,
            turn.now,
            self.fields,
            turn.prepared,
        )

    def question_of(self, asked: Field) -> OpenQuestion:
        """A field of this form as a question, whether it stands open or not."""
        return OpenQuestion(self.question_context(), asked)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue in the resident's language."""
        return self.context.say(key, self.turn.language, **values)

    def close(self) -> None:
        """No form is open any more."""
        self.turn.state.form = None

    def go_on(self, notes: Sequence[str] = ()) -> list[Reply]:
        """Ask the next open question, or finish; `notes` are said first."""
        said = [note for note in notes if note]
        for _ in range(MAX_STEPS):
            following = self._next_field()
            if following is None:
                self.close()
                first, *rest = self.flow.finish(self)
                return [first if self.flow.tells_all else led_by(said, first), *rest]
            if following.name == self.form.asked or not self._answers_itself(following, said):
                break
        return self.ask(said)

    def ask(self, notes: Sequence[str] = (), *, again: bool = False) -> list[Reply]:
        """Ask the open question (`again` in other words); `notes` are said first."""
        question = self.open_question
        if question is None:  # its definition has changed meanwhile
            self.form.asked = ""
            return self.go_on(notes) if self._next_field() else []
        if self.turn.state.form is None:
            self.turn.state.topic = None  # something else is talked about now
        self.turn.state.form = self.form
        return [led_by(notes, question.phrase_again() if again else question.phrase())]

    def take(self) -> list[Reply]:
        """Read this message as the answer to the open question, and go on."""
        message = self.turn.message
        notes = self.flow.absorb(self)
        question = self.open_question
        if question is None or (notes and not message.text and not message.choice):
            return self.go_on(notes)
        reading = question.read_answer(message)
        corrected = self._correct_in_words(message.text, reading) if message.text else None
        if corrected is not None:
            return corrected
        if reading.step is Step.TOOK and len(split_parts(message.text)) > 1:
            self.form.hints["said"] = [*self.form.hints.get("said", ()), message.text]
        return self._follow(question.field, reading, notes)

    def _correct_in_words(self, text: str, reading: ParsedAnswer) -> list[Reply] | None:
        """Change an earlier answer, where a text says that it is to be another; None when it does not."""
        correction, asked = self.context.corrections.read(text), self.open_question
        if not (correction and asked) or not may_correct(self.context, correction, reading, self.language):
            return None
        found = read_taken_back(asked.context, KINDS, correction, text)
        if found is None:
            return None
        if found.reading is None:
            return self.change(found.field.name)
        is_danger = found.reading.step is Step.STOP
        return (
            self.stop(found.reading) if is_danger else self._replace_answer(found.field, found.reading.value)
        )

    def _replace_answer(self, asked: Field, value: Any) -> list[Reply]:
        """Put another value in the place of an answer, and say so."""
        self.form.values[asked.name] = value
        self.flow.answered(self, asked)
        shown = self.question_of(asked).show(value)
        note = self.say("forms.changed", what=name_of(asked, self.language), value=shown)
        following = self._next_field()
        if following is not None and following.name == self.form.asked:
            return self.ask([note], again=True)
        return self.go_on([note])

    def _told_already(self, asked: Field) -> ParsedAnswer | None:
        """The answer that is surely told by a part of what was said before, among other things."""
        question = self.question_of(asked)
        parts = [part for text in self.form.hints.get("said", ()) for part in split_parts(text)]
        told = (question.kind.read_part(question.context, asked, part) for part in reversed(parts))
        return next((answer for answer in told if answer), None)

    def is_answer(self) -> bool:
        """Whether this message answers the open question as it stands, without anything more to ask about it."""
        question = self.open_question
        if question is None:
            return False
        return question.read_answer(self.turn.message).step not in UNANSWERED

    def back(self) -> list[Reply]:
        """Take the last answer back and ask that question again."""
        question = self.open_question
        earlier = question.kind.back(question.context) if question else None
        if earlier is not None:
            self.form.sub = earlier
            return self.ask()
        if not self.form.trail:
            return self.ask([self.say("forms.first_question")])
        return self.change(self.form.trail[-1])

    def change(self, name: str, sub: dict[str, Any] | None = None) -> list[Reply]:
        """Ask one question anew, with this to remember; the others stay answered."""
        form, asked = self.form, self.find_field(name)
        form.forget(name)
        form.hints = {key: value for key, value in form.hints.items() if key not in OF_PLACE}
        if asked:
            self.flow.forgotten(self, asked)
        form.asked, form.sub, form.tries = name, sub or {}, 0
        return self.ask()

    def skip(self) -> list[Reply]:
        """Leave the open question out, where that is possible."""
        asked = self.open_field
        if asked is None:
            return self.go_on()
        if asked.kind == "photos":
            return self._settle_answer(asked, ParsedAnswer(Step.TOOK, self.form.sub.get("photos", [])))
        if asked.required:
            return self.ask([self.say("forms.needed"), self.say("forms.ways_out_needed")])
        return self._settle_answer(asked, ParsedAnswer(Step.SKIPPED))

    def why(self) -> list[Reply]:
        """Say what the open question is good for, and ask it again."""
        asked = self.open_field
        reason = text_in(asked.why, self.language) if asked else ""
        return self.ask([reason or self.say("forms.no_reason")])

    def leave(self) -> list[Reply]:
        """Close the form without finishing it."""
        self.close()
        return [Reply(self.flow.left(self), self.language)]

    def start_over(self) -> list[Reply]:
        """Begin the same form again, empty."""
        for each in self.fields:
            if self.form.is_answered(each.name):
                self.flow.forgotten(self, each)
        fresh = replace(
            self, form=Form(self.form.name, self.form.subject, hints=_hints_of(self.form, OWN_PLACES))
        )
        return fresh.go_on([self.say("forms.started_over")])

    def stop(self, reading: ParsedAnswer) -> list[Reply]:
        """An answer means danger: close the form and say what that answer calls for."""
        self.close()
        return self.flow.stopped(self, reading)

    def _next_field(self) -> Field | None:
        form = self.form
        return next((f for f in self.fields if not form.is_answered(f.name) and f.applies(form.values)), None)

    def _answers_itself(self, following: Field, said: list[str]) -> bool:
        """Open a question; whether it is answered without being asked. What there is to say about it is added to what is `said`."""
        form = self.form
        form.asked, form.sub, form.tries = following.name, {}, 0
        question = self.question_of(following)
        reading = question.kind.enter(question.context, following)
        if reading is None and (reading := self._told_already(following)):
            shown = question.show(reading.value)
            note = self.say("forms.also_noted", what=name_of(following, self.language), value=shown)
            reading = replace(reading, note=note)
        if reading is None:
            return False
        said += [reading.note] if reading.note else []
        if reading.step is Step.AGAIN:
            form.sub = reading.sub
            return False
        form.values[following.name] = reading.value
        return True

    def _follow(self, asked: Field, reading: ParsedAnswer, notes: Sequence[str]) -> list[Reply]:
        """Do what an answer calls for."""
        said = [*notes, reading.note]
        is_kept = bool(reading.remark) and self.flow.keep_remark(self, reading.remark)
        match reading.step:
            case Step.STAYS:
                return self.ask(said, again=True)
            case Step.REMARK if is_kept:
                return self._ask_differently(asked, [*notes, self.say("forms.noted")], again=True)
            case Step.TOOK | Step.SKIPPED:
                return self._settle_answer(asked, reading, said)
            case Step.AGAIN:
                self.form.sub, self.form.tries = reading.sub, 0
                return self.ask(said)
            case Step.STOP:
                return self.stop(reading)
            case Step.OTHER:
                return self.change(reading.value, reading.sub)
            case Step.PROBLEM | Step.REMARK:
                return self._ask_differently(asked, said)

    def _settle_answer(self, asked: Field, reading: ParsedAnswer, notes: Sequence[str] = ()) -> list[Reply]:
        form = self.form
        form.forget(asked.name)
        if reading.step is Step.SKIPPED:
            form.skipped.append(asked.name)
        else:
            form.values[asked.name] = reading.value
        form.trail.append(asked.name)
        self.flow.answered(self, asked)
        return self.go_on(notes)

    def _ask_differently(self, asked: Field, notes: list[str], *, again: bool = False) -> list[Reply]:
        """The answer was not understood: ask again, after a while with the ways out."""
        self.form.tries += 1
        if self.form.tries >= TRIES_BEFORE_HELP:
            key = "forms.ways_out_needed" if asked.required else "forms.ways_out"
            notes = [*notes, self.say(key)]
        return self.ask(notes, again=again)


def _hints_of(form: Form, kept: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in form.hints.items() if key in kept}


def with_recap(replies: list[Reply], recap: str, instead_of: str = "") -> list[Reply]:
    """The replies, the last of which (the open question) begins with a recap, `instead_of` another word of welcome."""
    if not replies:
        return replies
    *before, question = replies
    text = question.text.removeprefix(instead_of).lstrip()
    return [*before, replace(question, text=f"{recap}\n\n{text}")]
