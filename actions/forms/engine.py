"""The form engine: ask the next open question, read the answer, go back, skip, begin again, explain, repeat.

A flow says what its fields are and what happens at the end; all else is the same for a report, a survey or a message to a
person. The form lives in the conversation's memory, so it survives silence, restarts and everything asked in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, Step
from actions.forms.kinds import BASIC
from actions.forms.place import PlaceKind
from actions.forms.remark import RemarkKind
from actions.forms.service_choice import ServiceKind
from actions.forms.summary import SummaryKind
from actions.turn.context import ActionContext, led_by
from actions.turn.state import Form, keep_form
from actions.turn.turn import Fit, Turn
from city.records.model import local
from core.model import InboundMessage, Reply

KINDS: dict[str, FieldType] = {
    **BASIC,
    "place": PlaceKind(),
    "service": ServiceKind(),
    "remark": RemarkKind(),
    "summary": SummaryKind(lambda scene, field, value: KINDS[field.kind].show(scene, field, value)),
}
MOST_STEPS = 200
TRIES_BEFORE_HELP = 2


class Flow(Protocol):
    """A form's own part: fields, and what its answers do."""

    def fields(self, desk: ActionContext, form: Form) -> list[Field]:
        """The fields in order, given the answers so far."""
        ...

    def finish(self, desk: ActionContext, turn: Turn, form: Form) -> list[Reply]:
        """All is answered: do what the form is for. The form is closed already."""
        ...

    def recap(self, desk: ActionContext, form: Form, language: str) -> str:
        """One line on what is known, for somebody who comes back after a while."""
        ...

    def busy(self, desk: ActionContext, form: Form, language: str) -> str:
        """What to say when something else is begun while this form is open."""
        ...

    def left(self, desk: ActionContext, form: Form, language: str) -> str:
        """What to say when the form is closed without finishing it."""
        ...

    def absorb(self, desk: ActionContext, turn: Turn, form: Form, field: Field | None) -> list[str]:
        """Use photos and positions that were sent while another question was open; what to say about them."""
        ...

    def answered(self, desk: ActionContext, turn: Turn, form: Form, field: Field) -> None:
        """A field has been answered or skipped just now."""
        ...

    def forgotten(self, desk: ActionContext, turn: Turn, form: Form, field: Field) -> None:
        """The answer to a field has been taken back."""
        ...

    def stopped(self, desk: ActionContext, turn: Turn, form: Form, reading: ParsedAnswer) -> list[Reply]:
        """An answer meant danger and the form is closed: what to say."""
        ...


def scene_of(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> QuestionContext:
    """The scene of a turn."""
    fields = tuple(flow.fields(desk, form))
    return QuestionContext(desk, form, turn.language, turn.message.channel, turn.now, fields, turn.prepared)


def fit_of(desk: ActionContext, flow: Flow, form: Form, message: InboundMessage, language: str) -> Fit:
    """Whether this message answers the open question; changes nothing."""
    field = open_field(desk, flow, form)
    if field is None:  # its definition has changed meanwhile: the form itself has to say what now
        return Fit.SURE
    scene = QuestionContext(
        desk, form, language, message.channel, message.received_at, tuple(flow.fields(desk, form))
    )
    if (message.attachments or message.position) and not message.text and not message.choice:
        return Fit.SURE
    return KINDS[field.kind].fit(scene, field, message)


def picks(desk: ActionContext, flow: Flow, form: Form, message: InboundMessage, language: str) -> bool:
    """Whether this message is one of the choices of the open question."""
    field = open_field(desk, flow, form)
    if field is None:
        return False
    scene = QuestionContext(
        desk, form, language, message.channel, message.received_at, tuple(flow.fields(desk, form))
    )
    return KINDS[field.kind].picked(scene, field, message) is not None


def open_field(desk: ActionContext, flow: Flow, form: Form) -> Field | None:
    """The field whose question stands open."""
    return next((field for field in flow.fields(desk, form) if field.name == form.asked), None)


def go_on(desk: ActionContext, flow: Flow, turn: Turn, form: Form, notes: Sequence[str] = ()) -> list[Reply]:
    """Ask the next open question, or finish; `notes` are said first."""
    said = [note for note in notes if note]
    for _ in range(MOST_STEPS):
        field = _next_field(desk, flow, form)
        if field is None:
            keep_form(turn.dialogue, None)
            first, *rest = flow.finish(desk, turn, form)
            return [led_by(said, first), *rest]
        if field.name == form.asked:
            break
        form.asked, form.sub, form.tries = field.name, {}, 0
        reading = KINDS[field.kind].enter(scene_of(desk, flow, turn, form), field)
        if reading is None:
            break
        said += [reading.note] if reading.note else []
        if reading.step is Step.AGAIN:
            form.sub = reading.sub
            break
        form.values[field.name] = reading.value
    return ask(desk, flow, turn, form, said)


def ask(desk: ActionContext, flow: Flow, turn: Turn, form: Form, notes: Sequence[str] = ()) -> list[Reply]:
    """Ask the open question (again); `notes` are said first."""
    field = open_field(desk, flow, form)
    if field is None:  # its definition has changed meanwhile
        form.asked = ""
        return go_on(desk, flow, turn, form, notes) if _next_field(desk, flow, form) else []
    keep_form(turn.dialogue, form)
    return [led_by(notes, KINDS[field.kind].question(scene_of(desk, flow, turn, form), field))]


def take(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Read this message as the answer to the open question, and go on."""
    field = open_field(desk, flow, form)
    notes = flow.absorb(desk, turn, form, field)
    if field is None or (notes and not turn.message.text and not turn.message.choice):
        return go_on(desk, flow, turn, form, notes)
    reading = KINDS[field.kind].read(scene_of(desk, flow, turn, form), field, turn.message)
    said = [*notes, reading.note]
    match reading.step:
        case Step.TOOK | Step.SKIPPED:
            return _settle(desk, flow, turn, form, reading, said)
        case Step.AGAIN:
            form.sub, form.tries = reading.sub, 0
            return ask(desk, flow, turn, form, said)
        case Step.CHANGE:
            return change(desk, flow, turn, form, str(reading.value))
        case Step.DROP:
            return leave(desk, flow, turn, form)
        case Step.STOP:
            keep_form(turn.dialogue, None)
            return flow.stopped(desk, turn, form, reading)
        case Step.PROBLEM:
            return _not_understood(desk, flow, turn, form, said)


def is_answer(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> bool:
    """Whether this message answers the open question as it stands, without anything more to ask about it."""
    field = open_field(desk, flow, form)
    if field is None:
        return False
    reading = KINDS[field.kind].read(scene_of(desk, flow, turn, form), field, turn.message)
    return reading.step not in {Step.PROBLEM, Step.AGAIN}


def back(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Take the last answer back and ask that question again."""
    field = open_field(desk, flow, form)
    earlier = KINDS[field.kind].back(scene_of(desk, flow, turn, form)) if field else None
    if earlier is not None:
        form.sub = earlier
        return ask(desk, flow, turn, form)
    if not form.trail:
        return ask(desk, flow, turn, form, [desk.say("forms.first_question", turn.language)])
    return change(desk, flow, turn, form, form.trail[-1])


def change(desk: ActionContext, flow: Flow, turn: Turn, form: Form, name: str) -> list[Reply]:
    """Ask one question anew; the others stay answered."""
    field = next((field for field in flow.fields(desk, form) if field.name == name), None)
    form.forget(name)
    form.hints = {key: value for key, value in form.hints.items() if key == "photos"}
    if field:
        flow.forgotten(desk, turn, form, field)
    form.asked, form.sub, form.tries = name, {}, 0
    return ask(desk, flow, turn, form)


def skip(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Leave the open question out, where that is possible."""
    field = open_field(desk, flow, form)
    if field is None:
        return go_on(desk, flow, turn, form)
    if field.kind == "photos":
        return _settle(desk, flow, turn, form, ParsedAnswer(Step.TOOK, form.sub.get("photos", [])), [])
    if field.required:
        note = local(field.why, turn.language) or desk.say("forms.needed", turn.language)
        return ask(desk, flow, turn, form, [note, desk.say("forms.ways_out_needed", turn.language)])
    return _settle(desk, flow, turn, form, ParsedAnswer(Step.SKIPPED))


def why(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Say what the open question is good for, and ask it again."""
    field = open_field(desk, flow, form)
    reason = local(field.why, turn.language) if field else ""
    return ask(desk, flow, turn, form, [reason or desk.say("forms.no_reason", turn.language)])


def leave(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Close the form without finishing it."""
    keep_form(turn.dialogue, None)
    return [Reply(flow.left(desk, form, turn.language), turn.language)]


def start_over(desk: ActionContext, flow: Flow, turn: Turn, form: Form) -> list[Reply]:
    """Begin the same form again, empty."""
    for field in flow.fields(desk, form):
        if form.is_answered(field.name):
            flow.forgotten(desk, turn, form, field)
    fresh = Form(form.name, form.subject)
    return go_on(desk, flow, turn, fresh, [desk.say("forms.started_over", turn.language)])


def _next_field(desk: ActionContext, flow: Flow, form: Form) -> Field | None:
    fields = flow.fields(desk, form)
    return next((f for f in fields if not form.is_answered(f.name) and f.applies(form.values)), None)


def _settle(  # noqa: PLR0917  the four that every step has, and what was read
    desk: ActionContext, flow: Flow, turn: Turn, form: Form, reading: ParsedAnswer, notes: Sequence[str] = ()
) -> list[Reply]:
    field = open_field(desk, flow, form)
    if field is None:
        return go_on(desk, flow, turn, form, notes)
    form.forget(field.name)
    if reading.step is Step.SKIPPED:
        form.skipped.append(field.name)
    else:
        form.values[field.name] = reading.value
    form.trail.append(field.name)
    flow.answered(desk, turn, form, field)
    return go_on(desk, flow, turn, form, notes)


def _not_understood(desk: ActionContext, flow: Flow, turn: Turn, form: Form, notes: list[str]) -> list[Reply]:
    field = open_field(desk, flow, form)
    form.tries += 1
    if form.tries >= TRIES_BEFORE_HELP:
        key = "forms.ways_out_needed" if field and field.required else "forms.ways_out"
        notes = [*notes, desk.say(key, turn.language)]
    return ask(desk, flow, turn, form, notes)


def recapped(replies: list[Reply], recap: str) -> list[Reply]:
    """The replies, the last of which (the open question) begins with a recap."""
    if not replies:
        return replies
    *before, question = replies
    return [*before, replace(question, text=f"{recap}\n\n{question.text}")]
