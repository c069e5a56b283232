"""What most forms have in common, so that each says only what is its own."""

from __future__ import annotations

from actions.forms.engine import FormSession
from actions.forms.fields import Field
from actions.forms.kind import ParsedAnswer
from actions.turn.context import ActionContext
from actions.turn.state import Form
from core.model import Outcome, Reply


class PlainFlow:
    """A form that keeps nothing before its end and has no use for a photo that it did not ask for."""

    tells_all = False

    def deciding_answers(self, form: Form) -> object:  # noqa: ARG002
        """No answer changes what else is asked."""
        return None

    def drop_outdated(self, context: ActionContext, form: Form) -> None:
        """Every answer stands."""

    def busy(self, session: FormSession) -> str:
        """Something else is begun while this form is open."""
        return session.say("forms.busy_other")

    def left(self, session: FormSession) -> str:
        """The form is closed without finishing it."""
        return session.say("forms.left")

    def absorb(self, session: FormSession) -> list[str]:
        """Say kindly that a photo is of no use here."""
        asked = session.open_field
        expected = asked is not None and asked.kind in {"photos", "remark"}
        if not session.turn.message.attachments or expected:
            return []
        return [session.say("forms.photo_not_now")]

    def keep_remark(self, session: FormSession, text: str) -> bool:  # noqa: ARG002
        """A form that has no use for remarks."""
        return False

    def answered(self, session: FormSession, field: Field) -> None:
        """Nothing is kept before the end."""

    def forgotten(self, session: FormSession, field: Field) -> None:
        """Nothing was kept."""

    def stopped(self, session: FormSession, reading: ParsedAnswer) -> list[Reply]:
        """An answer meant danger: say so, with the number to call."""
        phone = session.context.emergency_number()
        return [Reply(reading.note, session.language, urgent=True, phone=phone, outcome=Outcome.WARNED)]
