"""The memory of a conversation: what stands open and what was said before, kept as small JSON between two messages.

`read_state` reads what is stored with care, because it may be old, newer than this release, or broken: what cannot be read is left out, and
keys that are not known are kept as they are. docs/dialogue.md describes every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

VERSION = 1
LOST = "lost"
"""Stands where a form stood that could not be read, until its writer is told."""
T = TypeVar("T")


@dataclass(slots=True)
class Form:
    """An open form: what it is, what is answered, and which question stands open.

    `subject` is what it is about (a survey's code, a request's number). `trail` lists the fields that the resident answered
    when asked, in order, for going back. `sub` belongs to the open question alone: candidates to choose from, a page.
    `hints` are things said in passing that later questions can use, `remarks` those that answer no question and go along with the form.
    `tries` counts misread answers to the open question.
    """

    name: str
    subject: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    asked: str = ""
    sub: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
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

    @property
    def subject(self) -> str:
        """What was talked about when this was offered."""
        return str(self.data.get("question") or self.data.get("text") or "")


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A quotation ready to be shown, as it is remembered for "more".

    `elsewhere` is what another page says instead, settled to be right or not; `newer` the title of a newer version, `has_older` whether there is an older one.
    """

    passage_id: str
    text: str
    title: str
    section: str = ""
    url: str = ""
    reviewed: str = ""
    language: str = ""
    document: str = ""
    elsewhere: str = ""
    elsewhere_is_right: bool = False
    newer: str = ""
    has_older: bool = False
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer that "more", "helpful" and "not helpful" are about; `pages` are those still to be shown."""

    question: str = ""
    passage: str = ""
    title: str = ""
    pages: list[AnswerPage] = field(default_factory=list)
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """What was answered last, for questions that go on with it.

    It is a page of the library (`document`, its id, and `title`), or things that facts are known of (`subjects`, a kind and a code each), or a
    page about such things; not `is_shown`: they were only asked whether they mean that page. `fields` are the facts that were asked of them, `days` the first and last of the days, ISO. `at` is when it was answered, ISO.
    """

    at: str
    document: str = ""
    title: str = ""
    subjects: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    is_shown: bool = True


@dataclass(slots=True)
class DialogueState:
    """What is remembered between two messages.

    `said` has the last messages as (provider id, the field that it answered), for words that are changed later. `wrong_codes` and
    `codes_given` are times in ISO format, `strange_numbers` the time at which each number that is not theirs was asked for. `home` is the place
    that they asked to have remembered as their own address, `address` the one that was named last.
    `introduced` is None before the first reply, `warned` says that danger was. `note_answered` says that an automatic note was. `unknowns` counts
    questions to which nothing was found, `comforted` that anger or hardship was met, `language_chosen` that the resident said which, `language_asked` is there once they were asked
    in two languages which (`of`), with the `text` that an answer takes up again. `lost_form` says that a form stood open and could not be read, and that its writer
    has not been told.
    """

    form: Form | None = None
    offer: Offer | None = None
    last_answer: LastAnswer | None = None
    topic: Topic | None = None
    expects_question: bool = False
    waiting: int = 0
    introduced: bool | None = None
    warned: bool = False
    note_answered: bool = False
    unknowns: int = 0
    comforted: bool = False
    language_chosen: bool = False
    language_asked: dict[str, Any] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong_codes: list[str] = field(default_factory=list)
    codes_given: list[str] = field(default_factory=list)
    strange_numbers: dict[str, str] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    filed: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    unknown: dict[str, Any] = field(default_factory=dict)
    lost_form: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is stored; what is empty is left out."""
        parts: dict[str, Any] = {
            "flow": asdict(self.form) if self.form else LOST if self.lost_form else None,
            "offer": self.offer and asdict(self.offer),
            "last_answer": self.last_answer and asdict(self.last_answer),
            "topic": self.topic and asdict(self.topic),
            "expects": "question" if self.expects_question else "",
            "waiting": self.waiting,
            "warned": self.warned,
            "note_answered": self.note_answered,
            "unknowns": self.unknowns,
            "comforted": self.comforted,
            "language_chosen": self.language_chosen,
            "language_asked": self.language_asked,
            "said": self.said,
            "wrong_codes": self.wrong_codes,
            "codes_given": self.codes_given,
            "strange_numbers": self.strange_numbers,
            "home": self.home,
            "filed": self.filed,
            "address": self.address,
        }
        introduced = {} if self.introduced is None else {"introduced": self.introduced}
        kept = {key: value for key, value in parts.items() if value}
        return {**self.unknown, "version": VERSION, **introduced, **kept}


FORM = TypeAdapter(Form)
OFFER = TypeAdapter(Offer)
LAST_ANSWER = TypeAdapter(LastAnswer)
TOPIC = TypeAdapter(Topic)
COUNT = TypeAdapter(int)
TEXT = TypeAdapter(str)
SAID = TypeAdapter(list[tuple[str, str]])
TIMES = TypeAdapter(list[str])
PLACE = TypeAdapter(dict[str, Any])
TIMES_BY_NAME = TypeAdapter(dict[str, str])
KEYS = frozenset(
    {
        "version",
        "flow",
        "offer",
        "last_answer",
        "topic",
        "expects",
        "waiting",
        "introduced",
        "warned",
        "note_answered",
        "unknowns",
        "comforted",
        "language_chosen",
        "language_asked",
        "said",
        "wrong_codes",
        "codes_given",
        "strange_numbers",
        "home",
        "address",
    }
)
"""The keys of this version."""
OF_ITS_VERSION = frozenset({"flow", "offer", "last_answer", "topic"})
"""Keys whose values another version may have meant otherwise."""


def read_state(stored: Mapping[str, Any]) -> DialogueState:
    """What is stored of a conversation; nothing is changed in it."""
    is_ours = stored.get("version", VERSION) == VERSION
    kept = stored if is_ours else {key: stored[key] for key in stored.keys() - OF_ITS_VERSION}
    form = _read_or_none(FORM, kept.get("flow"))
    introduced = kept.get("introduced")
    return DialogueState(
        form=form,
        offer=_read_or_none(OFFER, kept.get("offer")),
        last_answer=_read_or_none(LAST_ANSWER, kept.get("last_answer")),
        topic=_read_or_none(TOPIC, kept.get("topic")),
        expects_question=kept.get("expects") == "question",
        waiting=_read_count(kept.get("waiting")),
        introduced=None if introduced is None else bool(introduced),
        warned=bool(kept.get("warned")),
        note_answered=bool(kept.get("note_answered")),
        unknowns=_read_count(kept.get("unknowns")),
        comforted=bool(kept.get("comforted")),
        language_chosen=bool(kept.get("language_chosen")),
        language_asked=_read_or(PLACE, kept.get("language_asked"), {}),
        said=_read_or(SAID, kept.get("said"), []),
        wrong_codes=_read_or(TIMES, kept.get("wrong_codes"), []),
        codes_given=_read_or(TIMES, kept.get("codes_given"), []),
        strange_numbers=_read_or(TIMES_BY_NAME, kept.get("strange_numbers"), {}),
        home=_read_or(PLACE, kept.get("home"), {}),
        filed=_read_or(PLACE, kept.get("filed"), {}),
        address=_read_or(TEXT, kept.get("address"), ""),
        unknown={key: value for key, value in kept.items() if key not in KEYS},
        lost_form=form is None and stored.get("flow") is not None,
    )


def _read_count(stored: object) -> int:
    return max(_read_or_none(COUNT, stored) or 0, 0)


def without_offer(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of a conversation, with no choices open outside of a form."""
    state = read_state(stored)
    state.offer = None
    return state.to_json()


def _read_or(adapter: TypeAdapter[T], value: object, instead: T) -> T:
    read = _read_or_none(adapter, value)
    return instead if read is None else read


def _read_or_none(adapter: TypeAdapter[T], value: object) -> T | None:
    try:
        return None if value is None else adapter.validate_python(value)
    except ValidationError:
        return None
