"""Questions that must be answered so: staff's own list, checked against the library, also before something is published.

What is asked is anything that answers like the library; this room does not know it. A function gets a session and never commits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.texts import plain_words
from knowledge.questions.tables import MustAnswerRow, MustAnswerRunRow

EXPECTATIONS = ("words", "document", "no_answer")
MOST = 1000
LONGEST = 500


class CheckedLibrary(Protocol):
    """Whatever answers: `knowledge.search.library.Library`, or a trial one with something not yet published."""

    def ask(self, question: str, language: str = "", limit: int = 5) -> Any:
        """An answer with `is_shown`, `maybe` and `found`, whose first has a `passage` (`text`, `title`, `document_id`)."""
        ...


@dataclass(frozen=True, slots=True)
class MustAnswer:
    """One question of the list. `expects` is words (the answer must contain them), document (it comes from there) or no_answer.

    `unsure` is whether its answer was shown with a word that it may not be the answer; it passes all the same.
    """

    entry_id: int
    question: str
    language: str
    expects: str
    expected: str
    passed: bool | None = None
    answer: str = ""
    title: str = ""
    checked_at: datetime | None = None
    written_by: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What one question of the list was answered now; `missing` are the expected words that were not said.

    `unsure`: it was shown with a word that it may not be the answer.
    """

    entry: MustAnswer
    passed: bool
    answer: str = ""
    title: str = ""
    missing: tuple[str, ...] = ()
    unsure: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it failed now and not at the last check."""
        return not self.passed and self.entry.passed is not False


Broken = Checked
"""A check that failed."""

Quote = Callable[[Any, str], str]
"""What of a passage would be said to a question."""


def all_entries(session: Session) -> list[MustAnswer]:
    """The whole list, those that failed first, then the newest."""
    failed_first = (MustAnswerRow.passed.is_(None) | MustAnswerRow.passed).asc()
    rows = session.scalars(select(MustAnswerRow).order_by(failed_first, MustAnswerRow.id.desc()).limit(MOST))
    return [_entry_of_row(row) for row in rows]


def count_failed(session: Session) -> int:
    """How many failed at the last check."""
    failed = select(func.count()).select_from(MustAnswerRow).where(MustAnswerRow.passed.is_(False))
    return session.scalar(failed) or 0


def write_entry(
    session: Session, question: str, language: str, expects: str, expected: str, *, by: str, now: datetime
) -> int:
    """Add a question, or change what is expected of one that is there; its number. Raises `ValueError` for what cannot be checked."""
    question, expected = " ".join(question.split())[:LONGEST], expected.strip()
    if expects not in EXPECTATIONS:
        raise ValueError(f"{expects!r} cannot be expected; choose one of {', '.join(EXPECTATIONS)}.")
    if not question or (expects != "no_answer" and not expected):
        raise ValueError(
            "A question that must be answered came without its question or without what is expected."
        )
    row = session.scalar(
        select(MustAnswerRow).where(MustAnswerRow.question == question, MustAnswerRow.language == language)
    )
    if row is None:
        row = MustAnswerRow(question=question, language=language, answer="", title="")
        session.add(row)
    row.expects, row.expected = expects, "" if expects == "no_answer" else expected
    row.written_by, row.written_at, row.passed = by, now, None
    session.flush()
    return row.id


def remove_entry(session: Session, entry_id: int) -> bool:
    """Take a question off the list; False when it is not there."""
    found = session.get(MustAnswerRow, entry_id)
    if found is None:
        return False
    session.execute(delete(MustAnswerRow).where(MustAnswerRow.id == entry_id))
    return True


def check_all(session: Session, library: CheckedLibrary, quote: Quote | None = None) -> list[Broken]:
    """Ask this library every question of the list, and give back those that it does not answer so. Takes some 20 ms a question.

    `quote` is how a passage is said to residents; without it the whole passage counts. Nothing is written.
    """
    return [checked for checked in check_entries(all_entries(session), library, quote) if not checked.passed]


def check_entries(
    entries: Iterable[MustAnswer], library: CheckedLibrary, quote: Quote | None = None
) -> list[Checked]:
    """Ask the library these questions."""
    return [_check_entry(entry, library, quote) for entry in entries]


@dataclass(frozen=True, slots=True)
class Run:
    """The last check of the whole list: when, and against which version of the library."""

    version: str
    questions: int
    failed: int
    checked_at: datetime


def last_run(session: Session) -> Run | None:
    """The last check of the whole list; None before the first."""
    row = session.get(MustAnswerRunRow, 1)
    return Run(row.version, row.questions, row.failed, row.checked_at) if row else None


def note_run(session: Session, checked: Sequence[Checked], version: str, now: datetime) -> None:
    """Keep what came out of a check of the whole list."""
    note_checks(session, checked, now)
    failed = sum(not one.passed for one in checked)
    session.merge(
        MustAnswerRunRow(id=1, version=version, questions=len(checked), failed=failed, checked_at=now)
    )


def is_due(session: Session, version: str) -> bool:
    """Whether the list was not yet checked against this version of the library, and there is something to check."""
    run = last_run(session)
    if run is not None and run.version == version:
        return False
    return session.scalar(select(MustAnswerRow.id).limit(1)) is not None


def note_checks(session: Session, checked: Sequence[Checked], now: datetime) -> None:
    """Keep what came out, for the list."""
    for one in checked:
        row = session.get(MustAnswerRow, one.entry.entry_id)
        if row is not None:
            row.passed, row.answer, row.title, row.checked_at = one.passed, one.answer, one.title, now
            row.unsure = one.unsure


def _check_entry(entry: MustAnswer, library: CheckedLibrary, quote: Quote | None) -> Checked:
    answered = library.ask(entry.question, entry.language)
    if not answered.is_shown:
        return Checked(entry, passed=entry.expects == "no_answer")
    passage = answered.found[0].passage
    said = quote(passage, entry.question) if quote else passage.text
    missing = tuple(missing_words(entry.expected, said)) if entry.expects == "words" else ()
    passed = {
        "document": passage.document_id == entry.expected,
        "words": not missing,
        "no_answer": False,
    }[entry.expects]
    return Checked(entry, passed, said, passage.title, missing, answered.maybe)


def missing_words(expected: str, said: str) -> list[str]:
    """What an answer must contain and does not: one line, one wording; case, accents and punctuation do not count."""
    heard = plain_words(said)
    words = (line.strip() for line in expected.splitlines())
    return [one for one in words if (wanted := plain_words(one)) and not _is_heard(wanted, heard)]


def _is_heard(wanted: str, heard: str) -> bool:
    """Whether plain words are among others; a number only where it is the whole number."""
    before = r"(?<!\d)" if wanted[0].isdecimal() else ""
    behind = r"(?!\d)" if wanted[-1].isdecimal() else ""
    return bool(re.search(f"{before}{re.escape(wanted)}{behind}", heard))


def _entry_of_row(row: MustAnswerRow) -> MustAnswer:
    return MustAnswer(
        row.id,
        row.question,
        row.language,
        row.expects,
        row.expected,
        row.passed,
        row.answer,
        row.title,
        row.checked_at,
        row.written_by,
        row.unsure,
    )
