"""What a form sent, where its fields depend on the installation's languages and on how many rows it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from city.records.model import AttributeValue, Local

LONGEST_TEXT = 2_000
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields of a form, read leniently: what is missing is empty."""

    form: FormData

    def text(self, name: str) -> str:
        """One line or more of text, ends trimmed."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n").strip()[:LONGEST_TEXT] if isinstance(value, str) else ""

    def several(self, name: str) -> list[str]:
        """All values of a name, in order."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def local(self, name: str, languages: Sequence[str]) -> Local:
        """A text for each language, from the fields `name_<language>`; empty ones are left out."""
        said = {language: self.text(f"{name}_{language}") for language in languages}
        return {language: text for language, text in said.items() if text}

    def words(self, name: str, languages: Sequence[str]) -> dict[str, list[str]]:
        """Words for each language, put apart by commas or lines."""
        said = {language: split_words(self.text(f"{name}_{language}")) for language in languages}
        return {language: words for language, words in said.items() if words}

    def number(self, name: str) -> float | None:
        """A number; None where there is none to be read."""
        text = self.text(name).replace(",", ".")
        return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text) else None

    def day(self, name: str) -> date | None:
        """A day, as browsers send it; None where there is none to be read."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            return None

    def is_checked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def rules(self) -> dict[str, list[str]]:
        """Skip rules: each ticked `rule` is an earlier question's code and one of its values, with a line break between."""
        found: dict[str, list[str]] = {}
        for ticked in self.several("rule"):
            code, _, key = ticked.replace("\r\n", "\n").partition("\n")
            found.setdefault(code, []).append(key)
        return found

    def values(
        self, languages: Sequence[str], known: Sequence[AttributeValue] = ()
    ) -> tuple[AttributeValue, ...]:
        """The rows of values in the order of their numbers; a row without any name goes. `known` keep what is in no field."""
        before = {value.key: value for value in known}
        rows: list[tuple[float, AttributeValue]] = []
        keys = [key for key in self.several("value_key") if key]
        for number, key in enumerate(self.several("value_key")):
            name = self._cell_texts("value", number, languages)
            if not name:
                continue
            made = key or new_code(next(iter(name.values())), keys, upper=False)
            keys.append(made)
            kept = before.get(made, AttributeValue(made, {}))
            danger = self._cell_texts("danger", number, languages)
            if danger:
                danger = _other_languages(kept.danger or {}, languages) | danger
            place = self.several("value_place")[number : number + 1]
            order = float(place[0]) if place and place[0].strip().isdecimal() else float(number + 1)
            name = _other_languages(kept.name, languages) | name
            rows.append((order, replace(kept, name=name, danger=danger or None)))
        return tuple(value for _, value in sorted(rows, key=lambda row: row[0]))

    def _cell_texts(self, name: str, number: int, languages: Sequence[str]) -> Local:
        cells = {language: self.several(f"{name}_{language}")[number : number + 1] for language in languages}
        said = {language: cell[0].strip()[:LONGEST_TEXT] for language, cell in cells.items() if cell}
        return {language: text for language, text in said.items() if text}


async def _sent_form(request: Request) -> SentForm:
    return SentForm(await request.form())


Form = Annotated[SentForm, Depends(_sent_form)]


def _other_languages(text: Local, languages: Sequence[str]) -> Local:
    """What is said in languages that have no field."""
    return {language: words for language, words in text.items() if language not in languages}


def split_words(text: str) -> list[str]:
    """Words or phrases that are put apart by commas or lines, each once."""
    return list(dict.fromkeys(word for part in re.split(r"[,\n]", text) if (word := " ".join(part.split()))))


def new_code(words: str, taken: Container[str], *, upper: bool = True) -> str:
    """A short code that is made of words and is not taken yet."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST_CODE].strip("-") or "q"
    code = code.upper() if upper else code
    if code not in taken:
        return code
    return next(made for number in range(2, 10_000) if (made := f"{code}-{number}") not in taken)
