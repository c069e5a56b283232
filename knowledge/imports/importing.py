"""Bringing files into the library: read what changed, say what became of each file, build the index anew, swap it in."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from core.errors import UnreadableDocument
from core.failures import fail_with
from knowledge.base.model import Document
from knowledge.base.store import SOURCES_FORMAT, DocumentStore, SourceRecord
from knowledge.base.text import one_line, text_digest
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.sources import SourceFile, Sources, walk_files
from knowledge.index import snapshot
from knowledge.index.cache import PreparedPassages
from knowledge.readers.left_out import LeftOut
from knowledge.readers.registry import VERSION, read_documents
from knowledge.readers.scan_limits import MOST_SCANNED

if TYPE_CHECKING:
    from core.ports import Embedder

log = structlog.get_logger(__name__)


STAFFS_NOW = "Staff have changed or withdrawn this document in the console; the file does not overwrite it. Where both say something else, staff choose under Documents, Still right?"
STAFFS_STAY = (
    "{kept} of its documents are staff's now and stay until staff decide under Documents, Still right?"
)


class ImportOutcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    UNREADABLE = "unreadable"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class FileFate:
    """One file of an import; `name` is fit to print, `reason` says why it could not be read, or what of it was left out."""

    name: str
    fate: ImportOutcome
    documents: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `stage` is `reading` (files) or `indexing` (passages)."""

    stage: str
    done: int
    total: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The end of an import. `version` is the snapshot in use; `built` whether this import made it."""

    fates: tuple[FileFate, ...] = field(default_factory=tuple)
    documents: int = 0
    passages: int = 0
    version: str = ""
    built: bool = False

    def count(self, fate: ImportOutcome) -> int:
        """How many files met this fate."""
        return sum(one.fate is fate for one in self.fates)


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A file that the library knows by its place in the folder that was imported, and what it gave; no place where staff wrote it."""

    place: str
    documents: tuple[Document, ...]


def ignore_progress(_progress: Progress) -> None:
    """Nobody watches this import."""


def import_paths(
    paths: Sequence[Path],
    folder: Path,
    embedders: Sequence[Embedder],
    on_progress: Callable[[Progress], None] = ignore_progress,
    *,
    remove_missing: bool = False,
    kept: Collection[str] = (),
    scan_pages: int = MOST_SCANNED,
) -> ImportReport:
    """Import files, and all files in folders, into the library at `folder` (`<data_dir>/knowledge`), and index it.

    A file is known by its place in the folder that is given (`knowledge.documents.sources`): the same place again replaces its documents
    if its bytes changed. A file that cannot be read is reported and leaves what was known of it as it was; one that is gone from a given
    folder goes with its documents. `remove_missing` says that the folders are all there is of them, wherever they lay before. Documents with
    the ids in `kept` are left as they are. Of pages of a file that are pictures `scan_pages` are read, which takes seconds each.
    Waits while another process imports.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder):
        files = list(walk_files(paths))
        store = DocumentStore(folder)
        run = _Run(store, frozenset(kept), Sources(store, files, kept, whole=remove_missing), scan_pages)
        try:
            for at, file in enumerate(files):
                on_progress(Progress("reading", at, len(files), _shown_path(file.path)))
                run.take(file)
            run.remove_missing([path for path in paths if path.is_dir()])
        finally:
            run.store.put_sources(run.known.records)
        manifest, built = index_store(folder, run.store, embedders, on_progress)
    fates = run.fates
    return ImportReport(tuple(fates), manifest.documents, manifest.passages, manifest.version, built)


def list_sources(folder: Path) -> list[ListedSource]:
    """What the library at `folder` holds, by the places of its files; documents of no file come last, each by itself."""
    store = DocumentStore(folder)
    known = {document.document_id: document for document in store}
    found = []
    for place, record in sorted(store.sources().items()):
        documents = tuple(known[one] for one in record.documents if one in known)
        found.append(ListedSource(one_line(place, 500), documents))
    placed = {one.document_id for source in found for one in source.documents}
    return [*found, *(ListedSource("", (one,)) for name, one in sorted(known.items()) if name not in placed)]


def remove_sources(
    places: Sequence[str],
    folder: Path,
    embedders: Sequence[Embedder],
    on_progress: Callable[[Progress], None] = ignore_progress,
    *,
    kept: Collection[str] = (),
) -> ImportReport:
    """Forget the files at these places, or in folders that end in a slash, with their documents, and index the rest.

    Documents with the ids in `kept` are left as they are. A file that is still in its folder comes back with the next import of that.
    """
    with only_one(folder):
        store = DocumentStore(folder)
        run = _Run(store, frozenset(kept), Sources(store, (), kept))
        for place in places:
            run.remove_place(place)
        store.put_sources(run.known.records)
        manifest, built = index_store(folder, store, embedders, on_progress)
    return ImportReport(tuple(run.fates), manifest.documents, manifest.passages, manifest.version, built)


def rebuild_index(
    folder: Path, embedders: Sequence[Embedder], on_progress: Callable[[Progress], None] = ignore_progress
) -> ImportReport:
    """Index the stored documents again where the index does not fit them or the models any more."""
    return import_paths((), folder, embedders, on_progress)


def content_hash(paths: Sequence[Path]) -> str:
    """A digest of the names and bytes of all files in `paths`; cheap, so that a start can skip an import of nothing new."""
    parts = [VERSION, snapshot.FORMAT, SOURCES_FORMAT]
    for file in walk_files(paths):
        parts += [str(file.path), _bytes_digest(file.path)]
    return text_digest(*parts)


@contextmanager
def only_one(folder: Path, lock: str = "import.lock") -> Iterator[None]:
    """One process at a time changes the library at `folder`, or the part of it that has a `lock` of its own; the others wait."""
    with (folder / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _bytes_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"


class _Run:
    """One import under way: the store, what is known of each file, and what became of the files so far."""

    def __init__(
        self, store: DocumentStore, kept: frozenset[str], known: Sources, scan_pages: int = 0
    ) -> None:
        self.store = store
        self.scan_pages = scan_pages
        self.kept = kept
        self.known = known
        self.fates: list[FileFate] = []

    def take(self, file: SourceFile) -> None:
        """Bring in one file, or note why it cannot be."""
        path = file.path
        try:
            fate = self._read_file(file)
        except UnreadableDocument as error:
            fate = FileFate(_shown_path(path), ImportOutcome.UNREADABLE, reason=str(error))
        except OSError as error:
            not_opened = fail_with(UnreadableCode.NOT_OPENED, error=error.strerror or type(error).__name__)
            fate = FileFate(_shown_path(path), ImportOutcome.UNREADABLE, reason=str(not_opened))
        self.fates.append(fate)

    def _read_file(self, file: SourceFile) -> FileFate:
        path = file.path
        _check_is_file(path)
        seen = text_digest(VERSION, _bytes_digest(path))
        place, before, doubles = self.known.claim(file, seen)
        self._forget_documents(place, doubles)
        if before is not None and before.digest == seen:
            return FileFate(_shown_path(path), ImportOutcome.UNCHANGED, len(before.documents))
        name = before.name if before else place
        left_out = LeftOut()
        documents = distinct_documents(read_documents(path, name, left_out, self.scan_pages))
        for document in documents:
            if document.document_id in self.kept:
                self.store.offer(document.document_id, document)
            else:
                self.store.put(document)
        now = tuple(document.document_id for document in documents)
        self._forget_documents(place, set(before.documents if before else ()) - set(now))
        self.known.note(
            place, file, replace(before or SourceRecord("", ()), digest=seen, documents=now, name=name)
        )
        told = str(left_out.as_failure() or "")
        return self._file_fate(path, ImportOutcome.REPLACED if before else ImportOutcome.ADDED, now, told)

    def _file_fate(self, path: Path, fate: ImportOutcome, given: Sequence[str], told: str) -> FileFate:
        kept = len(self.kept.intersection(given))
        if not kept:
            return FileFate(_shown_path(path), fate, len(given), reason=told)
        if kept == len(given):
            return FileFate(_shown_path(path), ImportOutcome.KEPT, kept, reason=STAFFS_NOW)
        reason = f"{kept} of its {len(given)} documents are staff's now and were left as they are; where the file says something else, staff choose under Documents, Still right?"
        return FileFate(_shown_path(path), fate, len(given) - kept, reason=reason)

    def remove_missing(self, folders: Sequence[Path]) -> None:
        """Forget the documents of files that are not in `folders` any more."""
        for place in self.known.missing(folders):
            self._remove_record(place)

    def remove_place(self, place: str) -> None:
        """Forget the file at a place, or all files of a folder."""
        found = [
            one
            for one in self.known.records
            if one == place or (place.endswith("/") and one.startswith(place))
        ]
        for one in found:
            self._remove_record(one)
        if not found:
            reason = str(fail_with(UnreadableCode.NOT_IN_LIBRARY))
            self.fates.append(FileFate(one_line(place, 500), ImportOutcome.UNREADABLE, reason=reason))

    def _remove_record(self, place: str) -> None:
        record = self.known.records.pop(place)
        self._forget_documents(place, set(record.documents))
        kept = len(self.kept.intersection(record.documents))
        reason = STAFFS_STAY.format(kept=kept) if kept else ""
        self.fates.append(
            FileFate(one_line(place, 500), ImportOutcome.REMOVED, len(record.documents) - kept, reason=reason)
        )

    def _forget_documents(self, place: str, document_ids: set[str]) -> None:
        """Forget documents that the file at `place` no longer gives, unless another file gives them too."""
        if not document_ids:
            return
        records = self.known.records.items()
        others = {one for other, record in records if other != place for one in record.documents}
        self.store.remove(document_ids - others - self.kept)
        for one in (document_ids - others) & self.kept:
            self.store.offer(one, None)


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise UnreadableDocument(UnreadableCode.NOT_REGULAR if path.exists() else UnreadableCode.NO_FILE)


def distinct_documents(documents: Iterable[Document]) -> list[Document]:
    """The documents of one file under different ids: of two with one id the second gets a number."""
    seen: dict[str, int] = {}
    found = []
    for document in documents:
        count = seen[document.document_id] = seen.get(document.document_id, 0) + 1
        found.append(
            document if count == 1 else replace(document, document_id=f"{document.document_id}#{count}")
        )
    return found


def _shown_path(path: Path) -> str:
    return one_line(os.fsencode(path).decode("utf-8", "replace"), 500)


def index_store(
    folder: Path,
    store: DocumentStore,
    embedders: Sequence[Embedder],
    on_progress: Callable[[Progress], None],
) -> tuple[snapshot.Manifest, bool]:
    """Build a snapshot unless the one in use is made of the same passages by the same models."""
    passages = PreparedPassages(folder).passages_of(store)
    version = snapshot.current_version(folder)
    content = snapshot.content_of(passages, [embedder.name for embedder in embedders])
    if version and (manifest := _whole_manifest(folder, version, content)):
        return manifest, False
    if not passages:
        (folder / "CURRENT").unlink(missing_ok=True)
        return snapshot.Manifest("", content, "", (), 0, 0, (), ()), bool(version)
    manifest = snapshot.build_snapshot(
        folder, passages, embedders, lambda done, total: on_progress(Progress("indexing", done, total))
    )
    log.info(
        "knowledge_indexed",
        version=manifest.version,
        documents=manifest.documents,
        passages=manifest.passages,
    )
    return manifest, True


def _whole_manifest(folder: Path, version: str, content: str) -> snapshot.Manifest | None:
    """The manifest in use if it is of this content; None where it is not, or damaged, and the index should be built again."""
    try:
        if snapshot.read_manifest(folder, version).content != content:
            return None
        return snapshot.open_snapshot(folder, version).manifest
    except snapshot.DAMAGE:
        log.warning("knowledge_snapshot_rebuilt", version=version)
        return None
