"""What most forms have in common, so that each says only what is its own."""

from __future__ import annotations

from actions.forms.fields import Field
from actions.forms.kind import ParsedAnswer
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Turn
from core.model import Reply


class PlainFlow:
    """A form that keeps nothing before its end and has no use for a photo that it did not ask for."""

    def busy(self, desk: ActionContext, form: Form, language: str) -> str:  # noqa: ARG002
        """Something else is begun while this form is open."""
        return desk.say("forms.busy_other", language)

    def left(self, desk: ActionContext, form: Form, language: str) -> str:  # noqa: ARG002
        """The form is closed without finishing it."""
        return desk.say("forms.left", language)

    def absorb(self, desk: ActionContext, turn: Turn, form: Form, field: Field | None) -> list[str]:  # noqa: ARG002
        """Say kindly that a photo is of no use here."""
        expected = field is not None and field.kind in {"photos", "remark"}
        if not turn.message.attachments or expected:
            return []
        return [desk.say("forms.photo_not_now", turn.language)]

    def answered(self, desk: ActionContext, turn: Turn, form: Form, field: Field) -> None:
        """Nothing is kept before the end."""

    def forgotten(self, desk: ActionContext, turn: Turn, form: Form, field: Field) -> None:
        """Nothing was kept."""

    def stopped(self, desk: ActionContext, turn: Turn, form: Form, reading: ParsedAnswer) -> list[Reply]:  # noqa: ARG002
        """An answer meant danger: say so, with the number to call."""
        return [Reply(reading.note, turn.language, urgent=True, phone=desk.emergency_number())]
