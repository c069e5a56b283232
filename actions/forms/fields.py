"""Forms as data: fields, made from the catalogue, from a service's definition or from a survey's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any

from city.records.model import AttributeValue, Local, ServiceAttribute, SurveyQuestion, text_in
from core.model import Choice

DATATYPES = {
    "string": "text",
    "text": "text",
    "number": "number",
    "datetime": "when",
    "singlevaluelist": "single",
    "multivaluelist": "several",
}
"""Open311's datatypes of a service attribute, and the kinds of field that ask for them."""

SURVEY_KINDS = {
    "single": "single",
    "multiple": "several",
    "scale": "scale",
    "number": "number",
    "text": "text",
    "place": "place",
}
ATTRIBUTE = "q-"
"""Before the code of a service's own question, so that it never collides with a field of the form itself."""

KEY_LIMIT = 60
"""Bytes that a button's key may have: Telegram takes 64. A comma joins several keys on the web."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `danger` is what to say when it is chosen: the form stops there."""

    key: str
    name: Local
    danger: Local | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `kind` is the name of an entry in `actions.forms.engine.KINDS`; `label` is its short name in a summary.

    `again` is the question in other, shorter words, for when something else was said. `only_if` maps the name of an earlier field to the answers for which this one is asked at all.
    """

    name: str
    kind: str
    question: Local
    label: Local = field(default_factory=dict)
    again: Local = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    only_if: Mapping[str, Sequence[str]] = field(default_factory=dict)
    why: Local = field(default_factory=dict)
    hint: Local = field(default_factory=dict)
    skip_label: Local = field(default_factory=dict)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether the answers so far call for this question."""
        return all(set(as_keys(values.get(name))) & set(keys) for name, keys in self.only_if.items())

    def key(self, option: str) -> str:
        """The key of a button of this field, unlike any other field's, so that an old button is known as one."""
        key = f"{self.name}.{option}"
        if len(key.encode()) <= KEY_LIMIT and "," not in key:
            return key
        return f"{blake2s(self.name.encode(), digest_size=4).hexdigest()}.{blake2s(option.encode(), digest_size=8).hexdigest()}"

    def choices(self, language: str) -> tuple[Choice, ...]:
        """The options as they are shown."""
        return tuple(Choice(self.key(option.key), text_in(option.name, language)) for option in self.options)

    def option_of(self, key: str) -> Option | None:
        """The option of this key of its own."""
        return next((option for option in self.options if option.key == key), None)

    def option(self, key: str | None) -> Option | None:
        """The option behind a shown key."""
        return next((option for option in self.options if self.key(option.key) == key), None)


def as_keys(value: object) -> list[str]:
    """An answer as the list of keys that conditions look at."""
    if isinstance(value, list):
        return [str(part) for part in value]
    if isinstance(value, float):
        return [f"{value:g}"]
    return [] if value is None else [str(value)]


def of_attribute(attribute: ServiceAttribute) -> Field:
    """The field that asks a service's own question; a notice (`variable` false) is only said."""
    return Field(
        name=ATTRIBUTE + attribute.code,
        kind=DATATYPES.get(attribute.datatype, "text") if attribute.variable else "notice",
        question=attribute.description,
        label=attribute.description,
        options=_options_of(attribute.values),
        required=attribute.required,
        only_if={ATTRIBUTE + code: keys for code, keys in attribute.skip_unless.items()},
        why=attribute.why,
        hint=attribute.datatype_description,
    )


def of_question(question: SurveyQuestion) -> Field:
    """The field that asks a survey's question."""
    return Field(
        name=question.code,
        kind=SURVEY_KINDS.get(question.kind, "text"),
        question=question.text,
        options=_options_of(question.values),
        required=question.required,
        minimum=question.minimum,
        maximum=question.maximum,
        only_if=question.skip_unless,
        why=question.why,
    )


def _options_of(values: Sequence[AttributeValue]) -> tuple[Option, ...]:
    return tuple(Option(value.key, value.name, value.danger) for value in values)
