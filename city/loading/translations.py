"""Further languages of a city folder: `languages/<code>.json` says its texts in one more language, so that a language is a file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import CityDataError

FOLDER = "languages"
CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")


class LanguageFile(BaseModel):
    """`texts` leads from a text as the other files have it to what it is in this language; `keywords` and `aliases` are lists by the
    code of a service, survey or place.
    """

    model_config = ConfigDict(extra="forbid")

    texts: dict[str, str] = Field(default_factory=dict)
    keywords: dict[str, list[str]] = Field(default_factory=dict)
    aliases: dict[str, list[str]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translations:
    """The language files of a folder, by code of the language."""

    languages: dict[str, LanguageFile] = field(default_factory=dict)

    def add_to(self, entry: Any) -> Any:
        """The entry as it was read, with what the language files know of it; what the entry itself says in a language stays."""
        if not self.languages:
            return entry
        code = str(entry.get("service_code") or entry.get("code") or "") if isinstance(entry, dict) else ""
        return self._with_translations(entry, code)

    def _with_translations(self, value: Any, code: str) -> Any:
        if isinstance(value, list):
            return [self._with_translations(item, code) for item in value]
        if not isinstance(value, dict):
            return value
        if _is_text(value):
            known = {
                language: self._said_in_languages(value, file) for language, file in self.languages.items()
            }
            return {language: said for language, said in known.items() if said} | value
        return {
            name: self._listed_words(inner, name, code)
            if name in {"keywords", "aliases"}
            else self._with_translations(inner, code)
            for name, inner in value.items()
        }

    @staticmethod
    def _said_in_languages(text: dict[str, str], file: LanguageFile) -> str:
        return next((file.texts[said] for said in text.values() if said in file.texts), "")

    def _listed_words(self, words: Any, name: str, code: str) -> Any:
        if not isinstance(words, dict):
            return words
        known = {language: getattr(file, name).get(code) for language, file in self.languages.items()}
        return {language: listed for language, listed in known.items() if listed} | words


def language_files(folder: Path) -> list[Path]:
    """The language files of a city folder, in order."""
    return sorted((folder / FOLDER).glob("*.json")) if folder.is_dir() else []


def read_translations(folder: Path) -> Translations:
    """Read the language files; a `CityDataError` names the file and what was expected."""
    languages = {}
    for file in language_files(folder):
        if not CODE.fullmatch(file.stem):
            raise CityDataError(
                f"{FOLDER}/{file.name}: expected a file named by a language, such as fr.json."
            )
        try:
            languages[file.stem] = LanguageFile.model_validate(json.loads(file.read_bytes()))
        except json.JSONDecodeError as error:
            raise CityDataError(
                f"{FOLDER}/{file.name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
            ) from None
        except (ValidationError, UnicodeDecodeError) as error:
            raise CityDataError(f"{FOLDER}/{file.name}: {str(error).splitlines()[-1].strip()}.") from None
    return Translations(languages)


def _is_text(value: dict[str, Any]) -> bool:
    return bool(value) and all(
        CODE.fullmatch(key) is not None and isinstance(said, str) for key, said in value.items()
    )
