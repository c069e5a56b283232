"""What a text tells besides, when something else was asked or nothing at all: facts for a form's questions, and what a reporter says of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.forms.engine import KINDS
from actions.forms.fields import Field
from actions.forms.kind import ParsedAnswer, QuestionContext, Step
from actions.forms.place import without_place
from actions.forms.report_fields import CONTACT, PHOTOS


@dataclass(frozen=True, slots=True)
class ToldFacts:
    """`answers` by the names of their fields, the `contact` that was given, and the names of what is `settled`: no photo, no name."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    contact: str = ""
    settled: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.answers or self.contact or self.settled)


def read_told(question: QuestionContext, fields: Iterable[Field], texts: Sequence[str]) -> ToldFacts:
    """What the texts tell of these fields, the latest first; where something is tells nothing of what it is like."""
    context = question.context
    bare = [without_place(context.city.gazetteer, text, question.language) for text in reversed(texts)]
    parts = [part for text in bare for part in context.parts_of(text)]
    answers = {each.name: answer.value for each in fields if (answer := read_field(question, each, parts))}
    contact = next(filter(None, map(context.reporters.contact_in, bare)), "")
    is_anonymous = any(map(context.reporters.is_anonymous, bare))
    has_no_photo = any(map(context.reporters.has_no_photo, parts))
    settled = {PHOTOS: has_no_photo, CONTACT: is_anonymous and not contact}
    return ToldFacts(answers, contact, frozenset(name for name, is_so in settled.items() if is_so))


def read_field(question: QuestionContext, asked: Field, parts: Iterable[str]) -> ParsedAnswer | None:
    """The answer to one field that a part surely tells."""
    told = (KINDS[asked.kind].read_part(question, asked, part) for part in parts)
    return next((answer for answer in told if answer and answer.step is Step.TOOK), None)
