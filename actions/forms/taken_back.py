"""An answer that somebody takes back in words ("no, 14", "the address is wrong"): which one, and what is right instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.forms.fields import Field
from actions.forms.kind import FieldType, ParsedAnswer, QuestionContext
from actions.reading.corrections import Correction
from city.records.model import text_in

NOT_CORRECTED = frozenset({"notice", "photos"})
"""Kinds of field whose answer no words correct."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The answer to `field` is wrong; `reading` is the right one, None when only that was said."""

    field: Field
    reading: ParsedAnswer | None = None


def read_taken_back(
    question: QuestionContext, kinds: Mapping[str, FieldType], correction: Correction, text: str
) -> TakenBack | None:
    """Which answer of the form a correction in `text` is about; the latest that it can be about counts."""
    known = question.form.values
    answered = [
        each for each in reversed(question.fields) if each.name in known and each.kind not in NOT_CORRECTED
    ]
    if not correction.value:
        wrong = _called_wrong(question, answered, text)
        return TakenBack(wrong) if wrong else None
    for each in answered:
        new = kinds[each.kind].read_new(question, each, known[each.name], correction.value)
        if new is not None:
            return TakenBack(each, new)
    return None


def name_of(field: Field, language: str) -> str:
    """What a field is called, also where that is its question."""
    return text_in(field.label, language).strip("?¿？؟: ")


def _called_wrong(question: QuestionContext, answered: Sequence[Field], text: str) -> Field | None:
    """Which of the answers somebody says is wrong."""
    if question.context.replies.names_place(text):
        return next((each for each in answered if each.kind == "place"), None)
    named = question.context.labels.choose_by_words(
        text, [name_of(each, question.language) for each in answered]
    )
    return None if named is None else answered[named]
