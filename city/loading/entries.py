"""The entries of a city folder's files: JSON (or Open311's XML) in, checked entries out, each mistake named with its file and entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from defusedxml import ElementTree
from pydantic import BaseModel, ValidationError

from city.loading.translations import read_translations
from core.errors import CityDataError

EntryT = TypeVar("EntryT", bound=BaseModel)


def read_entries(folder: Path, name: str, kind: type[EntryT]) -> list[EntryT]:
    """The entries of one file; a missing file has none. A folder that is itself a file holds services only."""
    file = folder / name
    if folder.is_file():
        if name != "services.json":
            return []
        file = folder
    if not file.is_file():
        return []
    translations = read_translations(folder)
    return [
        check_entry(kind, translations.add_to(raw), file.name, _entry_name(raw, number))
        for number, raw in enumerate(_entries_of(file), start=1)
    ]


def _entries_of(file: Path) -> Sequence[Any]:
    text = file.read_bytes()
    raw = _xml_entries(file, text) if text.lstrip()[:1] == b"<" else _parsed_json(file, text)
    if isinstance(raw, dict):
        raw = raw.get("services", raw)
    if not isinstance(raw, list):
        raise CityDataError(f"{file.name} should hold a list of entries, but holds {type(raw).__name__}.")
    return raw


def _parsed_json(file: Path, text: bytes) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CityDataError(
            f"{file.name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except UnicodeDecodeError:
        raise CityDataError(f"{file.name} is not UTF-8; save it as UTF-8.") from None


def _xml_entries(file: Path, text: bytes) -> list[dict[str, str | None]]:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise CityDataError(f"{file.name} is not XML: {error}.") from None
    return [{child.tag: child.text for child in service} for service in root.iter("service")]


def _entry_name(raw: Any, number: int) -> str:
    fields = raw if isinstance(raw, dict) else {}
    code = fields.get("service_code") or fields.get("code")
    return f"entry {number} ({code})" if code else f"entry {number}"


def check_entry(kind: type[EntryT], raw: Any, file: str, entry: str) -> EntryT:
    """An entry as it should be; a `CityDataError` names the file, the entry, the field, and what was expected."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the entry"
        raise CityDataError(
            f"{file}, {entry}, {field}: {first['msg']}; got {first['input']!r:.80}."
        ) from None
