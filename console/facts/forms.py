"""What the forms of facts sent, read into facts; what cannot be read is told in a sentence beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from city.definitions.fact_rows import Fact
from city.facts.opening import WEEKDAYS, read_opening
from city.facts.week import OpeningWeek, opening_of_week, read_times
from city.records.facts import ContactPoint, Fee, FeeRow
from city.records.model import Holiday, Local, Place
from console.facts.common import other_languages
from console.surveys.sent import SentForm
from core.model import Source

MOST_MONEY = Decimal(10) ** 9
"""An amount from which on it is a slip of the finger."""
LONGEST_PHONE, LONGEST_ADDRESS = 40, 200


@dataclass(frozen=True, slots=True)
class SentFact:
    """A form of a fact: its fields, the languages that have fields, and by field what is wrong in a sentence, and what was typed there."""

    form: SentForm
    languages: Sequence[str]
    say: Callable[..., str]
    problems: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def local(self, name: str, before: Local) -> Local:
        """A text of every language; those without a field keep theirs."""
        return other_languages(before, self.languages) | self.form.local(name, self.languages)

    def words(self, name: str, before: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Words of every language; those without a field keep theirs."""
        kept = {language: words for language, words in before.items() if language not in self.languages}
        return kept | self.form.words(name, self.languages)

    def source(self, before: Source | None) -> Source | None:
        """The page that says so; None without a title."""
        title = self.form.text("source_title")
        if not title:
            return None
        reviewed = self.form.day("source_reviewed")
        section = before.section if before and before.title == title else ""
        return Source(title, section, self.form.text("source_url"), reviewed.isoformat() if reviewed else "")

    def wrong(self, name: str, key: str, written: str = "") -> None:
        """Something cannot be used: a sentence of the catalogue beside this field, in which stays what was written."""
        self.problems.setdefault(name, self.say(f"facts.problem_{key}", written=written))
        if written:
            self.typed[name] = written

    def phone(self) -> str:
        """A phone number as it is written."""
        phone = self.form.text("phone")[:LONGEST_PHONE]
        if phone and not re.search(r"\d{3}", phone):
            self.wrong("phone", "phone", written=phone)
        return phone

    def cells(self, name: str, row: int) -> str:
        """A field of a row; rows are counted from 0."""
        cell = self.form.several(name)[row : row + 1]
        return cell[0].strip() if cell else ""

    def local_cells(self, name: str, row: int, before: Local) -> Local:
        """A text of every language in a row."""
        said = {language: self.cells(f"{name}_{language}", row) for language in self.languages}
        kept = other_languages(before, self.languages)
        return kept | {language: text for language, text in said.items() if text}


def read_place(sent: SentFact, before: Place) -> Place:
    """A place: its names, phone, address and hours."""
    read = replace(
        before,
        name=sent.local("name", before.name),
        aliases=sent.words("aliases", before.aliases),
        address=sent.form.text("address")[:LONGEST_ADDRESS],
        phone=sent.phone(),
        hours=sent.local("hours", before.hours),
        opening=read_opening_fields(sent, before.opening),
        source=sent.source(before.source),
    )
    _require_name(sent, read.name)
    return read


def read_opening_fields(sent: SentFact, before: str) -> str:
    """The opening hours, from a line for each weekday or from the text that stands for them."""
    if "opening" in sent.form.form:
        return _read_opening_text(sent)
    times = []
    for number in range(len(WEEKDAYS)):
        written = sent.form.text(f"times_{number}")
        read = read_times(written)
        if read is None:
            sent.wrong(f"times_{number}", "times", written=written)
        times.append(read or "")
    return opening_of_week(OpeningWeek(tuple(times), sent.form.is_checked("holidays")), before)


def _read_opening_text(sent: SentFact) -> str:
    written = sent.form.text("opening")
    if written:
        try:
            read_opening(written)
        except ValueError:
            sent.wrong("opening", "opening", written=written)
    return written


def read_fee(sent: SentFact, before: Fee) -> Fee:
    """A fee with its rows; a row without an amount goes."""
    currency = sent.form.text("currency").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        sent.wrong("currency", "currency", written=currency)
    rows: list[FeeRow] = []
    for number in range(len(sent.form.several("amount"))):
        written = sent.cells("amount", number)
        known = before.rows[number] if number < len(before.rows) else FeeRow(Decimal(0), currency)
        if not written:
            continue
        amount = _read_amount(written)
        if amount is None:
            sent.wrong(f"amount-{len(rows)}", "amount", written=written)
        rows.append(_read_row(sent, number, known, amount or Decimal(0), currency))
    read = replace(
        before,
        name=sent.local("name", before.name),
        aliases=sent.words("aliases", before.aliases),
        rows=tuple(rows),
        source=sent.source(before.source),
    )
    _require_name(sent, read.name)
    if not rows and not sent.problems:
        sent.wrong("amount-0", "no_rows")
    return read


def _read_row(sent: SentFact, number: int, known: FeeRow, amount: Decimal, currency: str) -> FeeRow:
    since = sent.cells("since", number)
    return FeeRow(
        known.amount if amount == known.amount else amount,
        currency,
        sent.local_cells("applies_to", number, known.applies_to),
        sent.local_cells("unit", number, known.unit),
        read_day(sent, f"since-{number}", since),
    )


def _read_amount(written: str) -> Decimal | None:
    """Money as people write it: `$1,200`, `1.75`, `12,50`; None where it is none."""
    bare = re.sub(r"[^\d.,-]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d\d?)?", bare):
        bare = bare.replace(",", "")
    try:
        amount = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        return None
    if not 0 <= amount < MOST_MONEY:
        return None
    amount = amount.quantize(Decimal("0.01"))
    return amount if amount % 1 else amount.quantize(Decimal(1))


def read_day(sent: SentFact, name: str, written: str) -> date | None:
    """A day as browsers send it; what is none is told."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        sent.wrong(name, "day", written=written)
        return None


def read_contact(sent: SentFact, before: ContactPoint, departments: Collection[str]) -> ContactPoint:
    """A contact: a department by what it does, or a body with its own name and phone."""
    department = sent.form.text("department")
    read = replace(
        before,
        name=sent.local("name", before.name),
        keywords=sent.words("keywords", before.keywords),
        department=department if department in departments else "",
        phone=sent.phone(),
        remark=sent.local("remark", before.remark),
        source=sent.source(before.source),
    )
    if not read.department and not (read.phone and read.name):
        sent.wrong("phone" if read.name else f"name_{sent.languages[0]}", "contact")
    if not any(read.keywords.values()):
        sent.wrong(f"keywords_{sent.languages[0]}", "keywords")
    return read


def read_holiday(sent: SentFact, before: Holiday) -> Holiday:
    """A holiday with its day in each year."""
    days = [
        day
        for number, written in enumerate(sent.form.several("date"))
        if (day := read_day(sent, f"date-{number}", written.strip()))
    ]
    read = replace(
        before,
        name=sent.local("name", before.name),
        aliases=sent.words("aliases", before.aliases),
        dates=tuple(sorted(set(days))),
        closes=sent.form.is_checked("closes"),
        source=sent.source(before.source),
    )
    _require_name(sent, read.name)
    if not days and not sent.problems:
        sent.wrong("date-0", "no_dates")
    return read


def _require_name(sent: SentFact, name: Local) -> None:
    if not name:
        sent.wrong(f"name_{sent.languages[0]}", "no_name")


READERS: dict[str, Callable[[SentFact, Any], Fact]] = {
    "place": read_place,
    "fee": read_fee,
    "holiday": read_holiday,
}
"""Readers of the kinds that need nothing beside the form and the fact as it was."""
