"""A message that was changed after it was sent: it corrects the draft, instead of being said twice."""

from __future__ import annotations

from actions.forms.engine import FormSession
from actions.forms.kind import Step
from actions.forms.report_fields import REPORT
from actions.handlers import amend, details, report
from actions.turn.context import ActionContext
from actions.turn.decision import Lead
from actions.turn.turn import Turn
from channels.registry import traits_of
from city.records.model import text_in
from core.model import Reply

MOST_KEPT = 20


def note_question(turn: Turn, was_open: tuple[str, str] | None) -> None:
    """Remember which question this message answered, in case it is changed later; `was_open` is the form and what it had asked."""
    if turn.message.edits or not traits_of(turn.message.channel).can_be_edited:
        return
    answered = _answered_field(turn, was_open)
    said = [*turn.state.said, (turn.message.provider_id, answered)]
    turn.state.said = said[-MOST_KEPT:]


def _answered_field(turn: Turn, was_open: tuple[str, str] | None) -> str:
    """The field that this message answered, or `description` for the one that began a report; empty for none."""
    after = turn.state.form
    if turn.state.filed.get("at") == turn.now.isoformat():
        return was_open[1] if was_open else "description"
    if was_open is None:
        return "description" if after is not None and after.name == REPORT else ""
    answers_it = after is not None and was_open[0] == after.name and after.is_answered(was_open[1])
    return was_open[1] if answers_it else ""


def correct_answer(context: ActionContext, turn: Turn, session: FormSession | None) -> list[Reply] | None:
    """What a changed message changes; None when it is to be taken as if it were new."""
    turn.decision.take(Lead.CORRECTION)  # unless something else leads after all
    said = turn.state.said
    at = next((at for at, (known, _) in enumerate(said) if _is_it(known, turn.message.edits)), None)
    if at is None:
        return None
    if session and session.form.is_answered(said[at][1]):
        return _correct_field(session, said[at][1])
    filed = turn.state.filed
    if session is None and said[at][1] and details.is_recent(context, turn.message, filed):
        turn.state.offer = None
        return amend.take_edit(context, turn, filed, said[at][1])
    if at == len(said) - 1:
        return None
    late = context.say("forms.change_came_late", turn.language)
    return session.ask([late]) if session else [Reply(late, turn.language)]


def _correct_field(session: FormSession, name: str) -> list[Reply]:
    form, field = session.form, session.find_field(name)
    if field is None:
        return session.ask()
    reading = session.question_of(field).read_answer(session.turn.message)
    if reading.step is Step.STOP:
        return session.stop(reading)
    if reading.step is not Step.TOOK:
        return session.ask([session.say("forms.change_not_read")])
    if form.name == REPORT and name == "description":
        report.describe_anew(session, str(reading.value))
    else:
        form.values[name] = reading.value
        session.flow.answered(session, field)
    value = session.question_of(field).show(form.values[name])
    return session.go_on(
        [session.say("forms.changed", what=text_in(field.label, session.language), value=value)]
    )


def _is_it(provider_id: str, edits: str | None) -> bool:
    """Whether `edits` names this message; a channel may put the number of its update before the message's own."""
    return bool(edits) and (provider_id == edits or provider_id.endswith(f".{edits}"))
