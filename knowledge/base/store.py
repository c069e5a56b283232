"""The documents of the library and where they came from, as JSON files in its folder.

`documents/<digest of the id>.json` holds one document; `offered/<digest of the id>.json` what its file says where staff's words answer
instead; `sources.json` says of every imported file what it looked like and which documents it gave. They are the truth; an index snapshot can always be made again from them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from knowledge.base.model import Document
from knowledge.base.text import text_digest

log = structlog.get_logger(__name__)

SOURCES_FORMAT = "2"
"""Raised when files are known in another way, so that a start brings what was known before into it."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What is known of an imported file: the digest of its bytes and reader, and the ids of its documents in order.

    `name` is what the ids were made of when it first came, `path` where the file was seen last. `whole` is whether it came with
    a folder that is all there is of it, so that it goes when it is not in there any more.
    """

    digest: str
    documents: tuple[str, ...]
    name: str = ""
    path: str = ""
    whole: bool = False


def content_digest(document: Document) -> str:
    """A digest of all that a resident or a search could notice of a document; of one that was not scanned as before there were any."""
    values = asdict(document)
    if not document.scanned:
        del values["scanned"]
    return text_digest(json.dumps(values, ensure_ascii=False, sort_keys=True))


def write_atomically(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a file so that a reader sees the old or the new one whole; `durable` also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with waiting.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    waiting.replace(path)


class DocumentStore:
    """Documents by id. Only one process writes at a time (`knowledge.imports.importing` holds the lock)."""

    def __init__(self, folder: Path) -> None:
        self._documents = folder / "documents"
        self._sources = folder / "sources.json"
        self._offered = folder / "offered"

    def put(self, document: Document) -> None:
        """Add a document, or replace the one with its id."""
        text = json.dumps(asdict(document), ensure_ascii=False, indent=1)
        write_atomically(self._path_of(document.document_id), text, durable=False)

    def remove(self, document_ids: Iterable[str]) -> None:
        """Forget documents; unknown ids are no error."""
        for document_id in document_ids:
            self._path_of(document_id).unlink(missing_ok=True)

    def offer(self, document_id: str, document: Document | None) -> None:
        """Set aside what the source of a document of staff's says now, None for that it is gone, until their list learns of it."""
        value = {"document_id": document_id, "document": asdict(document) if document else None}
        path = self._offered / f"{text_digest(document_id)}.json"
        write_atomically(path, json.dumps(value, ensure_ascii=False), durable=False)

    def offered(self) -> Iterator[tuple[str, Document | None]]:
        """What was set aside so: the id of each document, and what its source says now."""
        for path in sorted(self._offered.glob("*.json")):
            try:
                value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                document = value["document"]
                yield value["document_id"], _document_from(document) if document else None
            except (ValueError, TypeError, KeyError):
                log.warning("knowledge_document_damaged", file=path.name)

    def get(self, document_id: str) -> Document | None:
        """The document with this id, or None."""
        path = self._path_of(document_id)
        return _load_document(path) if path.is_file() else None

    def written_at(self, document_id: str) -> float:
        """When the document was last written, in seconds since 1970; never, where there is none."""
        try:
            return self._path_of(document_id).stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def __iter__(self) -> Iterator[Document]:
        """All documents, in a stable order."""
        for path in sorted(self._documents.glob("*.json")):
            try:
                yield _load_document(path)
            except (ValueError, TypeError):
                log.warning("knowledge_document_damaged", file=path.name)

    def sources(self) -> dict[str, SourceRecord]:
        """What is known of each imported file, by its place; by its full path where an older version wrote it down."""
        if not self._sources.is_file():
            return {}
        rows: dict[str, Any] = json.loads(self._sources.read_text(encoding="utf-8"))
        return {
            place: SourceRecord(
                row["digest"],
                tuple(row["documents"]),
                row.get("name", place),
                row.get("path", place),
                row.get("whole", False),
            )
            for place, row in rows.items()
        }

    def put_sources(self, sources: dict[str, SourceRecord]) -> None:
        """Write down what is known of each imported file."""
        rows = {place: asdict(record) for place, record in sorted(sources.items())}
        write_atomically(self._sources, json.dumps(rows, ensure_ascii=False, indent=1))

    def _path_of(self, document_id: str) -> Path:
        return self._documents / f"{text_digest(document_id)}.json"


def _load_document(path: Path) -> Document:
    return _document_from(json.loads(path.read_text(encoding="utf-8")))


def _document_from(values: dict[str, Any]) -> Document:
    return Document(**{**values, "keywords": tuple(values.get("keywords", ()))})
