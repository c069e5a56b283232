"""A kind of question for adding to a request: words, photos, or both in one message."""

from __future__ import annotations

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext, free_text_fit, problem, took
from actions.forms.kinds import LONGEST_TEXT
from actions.reading.words import clean_text, has_words
from actions.turn.turn import Fit
from core.model import InboundMessage, Want


class RemarkKind(FieldType):
    """The value is `{"text": words, "photos": [media ids]}`."""

    wants = (Want.PHOTO,)

    def read_answer(
        self,
        question: QuestionContext,
        field: Field,  # noqa: ARG002
        message: InboundMessage,
        key: str | None,  # noqa: ARG002
    ) -> ParsedAnswer:
        text = clean_text(message.text)
        photos = [file.media_id for file in message.attachments]
        if not has_words(text) and not photos:
            return problem(question.say("forms.text_please"))
        if len(text) > LONGEST_TEXT:
            return problem(question.say("forms.text_too_long"), fit=Fit.SURE)
        return took({"text": text, "photos": photos})

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        if message.attachments:
            return Fit.SURE
        reading = self.read(question, field, message)
        return free_text_fit(question, message) if reading.value else reading.fit
