"""The rows that answers count in: values, numbers and ranges of them, streets; and who is counted."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from city.places.labels import without_door
from city.records.model import Survey, SurveyQuestion
from city.surveys.checks import keys_of
from city.surveys.surveys import Answer, chosen_keys

SKIPPED = ""
"""The key of the row of those who skipped a question."""

NOT_SAID = ""
"""The group of those of whom the channel or area is not known."""

MOST_NUMBERS = 12
"""A number between limits that are no further apart is counted as it is."""

RANGES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""The upper ends of the ranges in which other numbers are counted."""


@dataclass(slots=True, eq=False)
class Person:
    """One answer set: `position` is the index of the first question that is open, the number of questions when none is; `rows`
    remembers what `answer_keys` found.
    """

    channel: str
    language: str
    answers: dict[str, Answer]
    position: int = 0
    rows: dict[str, list[str]] = field(default_factory=dict)


class AnswerReading:
    """Answers as the database keeps them, JSON, put into people with the rows that they count in; equal ones are read once."""

    def __init__(self, survey: Survey) -> None:
        self._questions = {question.code: question for question in survey.questions}
        self._known: dict[tuple[str, str | None], tuple[Answer, list[str]]] = {}

    def into(self, person: Person, code: str, written: str | None) -> None:
        """Give somebody this answer."""
        question = self._questions.get(code)
        known = self._known.get((code, written))
        if known is None:
            value = None if written is None else json.loads(written)
            known = value, _rows_of(question, value) if question else []
            if question is None or question.kind != "text":
                self._known[code, written] = known
        person.answers[code] = known[0]
        if question is not None:
            person.rows[code] = known[1]


def answer_keys(question: SurveyQuestion, person: Person) -> list[str]:
    """The rows that somebody's answer counts in."""
    found = person.rows.get(question.code)
    if found is None:
        found = person.rows[question.code] = _rows_of(question, person.answers.get(question.code))
    return found


def _rows_of(question: SurveyQuestion, value: Answer) -> list[str]:
    if value is None or value == []:
        return [SKIPPED]
    if question.kind == "text":
        return ["answered"]
    if question.kind == "place":
        return [without_door(str(value))]
    if question.kind == "number" and isinstance(value, int | float):
        return [number_row(question, value)]
    return sorted(chosen_keys(value))


def row_keys(question: SurveyQuestion, people: Sequence[Person]) -> list[str]:
    """The rows of a question in order: its values, else what was said; those who skipped it last."""
    said = set(chain.from_iterable(answer_keys(question, person) for person in people))
    was_skipped = SKIPPED in said
    said.discard(SKIPPED)
    if question.kind == "scale":
        keys = sorted(said | keys_of(question), key=float)
    elif question.kind == "number":
        keys = sorted(said, key=_least_number)
    elif question.kind in {"single", "multiple"}:
        known = [value.key for value in question.values]
        keys = [*known, *sorted(said.difference(known))]
    else:
        keys = ["answered"] if question.kind == "text" else sorted(said)
    if question.kind == "text":
        return keys
    return [*keys, SKIPPED] if was_skipped or not question.required else keys


def tally_rows(
    question: SurveyQuestion, keys: Sequence[str], groups: Sequence[Sequence[Person]]
) -> list[list[int]]:
    said = ((answer_keys(question, person) for person in group) for group in groups)
    counts = [Counter(chain.from_iterable(keys_of_group)) for keys_of_group in said]
    return [[of_group[key] for of_group in counts] for key in keys]


def number_row(question: SurveyQuestion, number: float) -> str:
    """The row of a number: itself where there can be few, else one of a few ranges that do not depend on what was said."""
    if _has_few_numbers(question) and float(number).is_integer():
        return str(int(number))
    if number < 0:
        return "<0"
    if number > RANGES[-1]:
        return f">{RANGES[-1]}"
    place = bisect_left(RANGES, number)
    top = RANGES[place]
    least = RANGES[place - 1] + 1 if place else top
    return f"{least}-{top}" if least < top else f"{top}"


def _has_few_numbers(question: SurveyQuestion) -> bool:
    low, high = question.minimum, question.maximum
    return low is not None and high is not None and high - low <= MOST_NUMBERS


def _least_number(row: str) -> float:
    """Where a row of numbers comes in order."""
    if row.startswith("<"):
        return float("-inf")
    if row.startswith(">"):
        return float("inf")
    below_zero = row.startswith("-")
    least = float(row.removeprefix("-").partition("-")[0])
    return -least if below_zero else least
