"""What went wrong, as data: a code and the values that belong to it, kept where rows keep errors and said in every language of the console.

A code has one English sentence for developers; `console/catalogue/<language>/failures.toml` has its sentence for staff, with the same places.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

Value = str | int
MAX_TEXT = 500
"""Characters of a value that are kept."""


class ErrorCode(StrEnum):
    """The base of each room's codes: the value is what is stored, `sentence` is its English template with named places.

    No two codes of the house share a value, since the catalogue knows them by it alone.
    """

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    @property
    def places(self) -> frozenset[str]:
        """The names of the values that belong to it."""
        return places_of(self.sentence)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong. `text` is the English sentence; a row of an earlier release has no code and nothing but its text."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    text: str = ""
    cause: Failure | None = None

    def __str__(self) -> str:
        return f"{self.text} {self.cause}" if self.cause else self.text

    def as_data(self) -> dict[str, Any]:
        """As JSON, for a row or another process; `read_failure` and `parse_failure` understand it."""
        data: dict[str, Any] = {"code": str(self.code), "values": dict(self.values), "text": self.text}
        return data | ({"cause": self.cause.as_data()} if self.cause else {})


class FailureCode(ErrorCode):
    """What goes wrong with any piece of work, whatever the queue."""

    FAULT = "fault", "{kind} at attempt {attempt}."
    STUCK = "stuck", "It silenced its worker."


def fail_with(code: ErrorCode, *, cause: Failure | None = None, **values: Value) -> Failure:
    """The failure with this code; a value without a place, or a place without a value, is a mistake of ours (`ValueError`)."""
    if values.keys() != code.places:
        raise ValueError(f"{code} has the places {sorted(code.places)}, not {sorted(values)}.")
    return Failure(code.value, values, code.sentence.format_map(values), cause)


def fail_with_fault(error: Exception, attempt: int) -> Failure:
    """The failure for an exception that nobody expected; its words stay in the log, since they may be a resident's."""
    return fail_with(FailureCode.FAULT, kind=type(error).__name__, attempt=attempt)


def read_failure(data: object, text: str | None) -> Failure | None:
    """The failure of a row: its `data`, unless an earlier release has written another `text` beside it. None where nothing went wrong."""
    if text is None:
        return None
    found = parse_failure(data)
    return found if found is not None and str(found) == text else Failure("", text=text)


def parse_failure(data: object) -> Failure | None:
    """What `as_data` wrote, taken with care; None for anything else."""
    match data:
        case {"code": str(code), "values": dict(values), "text": str(text), **rest}:
            plain = {str(name): _plain(value) for name, value in values.items()}
            return Failure(code, plain, text, parse_failure(rest.get("cause")))
    return None


def places_of(sentence: str) -> frozenset[str]:
    """The names that stand in braces in a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def _plain(value: object) -> Value:
    return value if isinstance(value, int) else str(value)[:MAX_TEXT]
