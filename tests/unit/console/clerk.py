"""Somebody of staff who sends forms, without a browser: what a page would show and where it would lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NoReturn

from starlette.datastructures import FormData

from console.shared.errors import NotThere
from console.shared.pages import HERE
from console.surveys.sent import SentForm
from core.database import Database
from core.texts import load_texts
from tests.support.builders import NOON

TEXTS = load_texts(HERE / "catalogue")


@dataclass(frozen=True)
class Shown:
    """A page: its template, its status, and what it was given."""

    template: str
    status: int
    given: dict[str, Any]


@dataclass(frozen=True)
class Went:
    """Where the browser is led, and the sentence that is said there."""

    path: str
    said: str = ""


@dataclass
class Clerk:
    """A visit of one who may do everything in these departments; none means all."""

    database: Database
    departments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "es")
    language: str = "en"
    written: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        profile = SimpleNamespace(timezone="UTC")
        self.staff = SimpleNamespace(staff_id="ana", name="Ana", departments=self.departments)
        self.console = SimpleNamespace(
            database=self.database,
            languages=self.languages,
            now=lambda: NOON,
            settings=None,
            texts=SimpleNamespace(lists={}, words_of_all=lambda _key: ()),
            city=SimpleNamespace(profile=profile),
        )

    def say(self, key: str, **values: object) -> str:
        return TEXTS.say(key, self.language, **values)

    def sees(self, department: str) -> bool:
        return not self.departments or department in self.departments

    def path(self, below: str) -> str:
        return below

    def page(self, template: str, *, status: int = 200, **given: Any) -> Shown:
        return Shown(template, status, given)

    def go(self, below: str, *, said: str = "", **_values: object) -> Went:
        return Went(below, said)

    def not_found(self) -> NoReturn:
        raise NotThere

    def record(self, _session: Any, action: str, subject: str = "", **_details: object) -> None:
        self.written.append((action, subject))


def filled(*fields: tuple[str, str], **more: str) -> SentForm:
    """A form with these fields."""
    return SentForm(FormData([*fields, *more.items()]))
