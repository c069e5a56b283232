"""The memory of a conversation: small JSON, read carefully, because it may be old or broken.

`{"version": 1, "flow": {the open form}, "offer": {choices outside a form}, "last_answer": {...}, "waiting": n, ...}`;
docs/dialogue.md describes every key.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

VERSION = 1
T = TypeVar("T")


@dataclass(slots=True)
class Form:
    """An open form: what it is, what is answered, and which question stands open.

    `subject` is what it is about (a survey's code, a request's number). `trail` lists the fields that the resident answered
    when asked, in order, for going back. `sub` belongs to the open question alone: candidates to choose from, a page.
    `hints` are things said in passing that later questions can use. `tries` counts misread answers to the open question.
    """

    name: str
    subject: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    asked: str = ""
    sub: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    tries: int = 0

    def is_answered(self, name: str) -> bool:
        """Whether this field needs no asking any more."""
        return name in self.values or name in self.skipped

    def forget(self, name: str) -> None:
        """Take an answer back."""
        self.values.pop(name, None)
        if name in self.skipped:
            self.skipped.remove(name)
        if name in self.trail:
            self.trail.remove(name)


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices that stand open outside of a form."""

    name: str
    choices: list[tuple[str, str]]
    data: dict[str, Any] = field(default_factory=dict)


FORM = TypeAdapter(Form)
OFFER = TypeAdapter(Offer)


def open_form(dialogue: dict[str, Any]) -> Form | None:
    """The open form, or None when there is none or it cannot be read."""
    return _read(FORM, dialogue.get("flow"))


def open_offer(dialogue: dict[str, Any]) -> Offer | None:
    """The choices that stand open, or None."""
    return _read(OFFER, dialogue.get("offer"))


def keep_form(dialogue: dict[str, Any], form: Form | None) -> None:
    """Write the open form down, or that there is none any more."""
    if form is None:
        dialogue.pop("flow", None)
    else:
        dialogue["flow"] = asdict(form)


def mend(dialogue: dict[str, Any]) -> bool:
    """Make the memory usable: True when something that the resident was in the middle of had to be dropped."""
    lost = False
    if dialogue.get("version", VERSION) != VERSION:
        lost = bool(dialogue.get("flow"))
        for key in ("flow", "offer", "last_answer"):
            dialogue.pop(key, None)
    if dialogue.get("flow") is not None and open_form(dialogue) is None:
        del dialogue["flow"]
        lost = True
    if dialogue.get("offer") is not None and open_offer(dialogue) is None:
        del dialogue["offer"]
    if not isinstance(dialogue.get("last_answer", {}), dict):
        del dialogue["last_answer"]
    dialogue["version"] = VERSION
    return lost


def _read(adapter: TypeAdapter[T], value: object) -> T | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None
