"""How an import knows a file again: by its place in the folder that is imported, wherever that folder is today.

`documents/parking/permits.md` is the same source in every installation. Libraries of older versions know their files by full
paths and may hold a document once for each place where the folder ever was; such records are brought together here.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.base.store import DocumentStore, SourceRecord


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import: `folder` is the imported folder as it was named, or of a file named alone the one it lies in."""

    path: Path
    folder: Path
    inside: str
    alone: bool = False

    def places(self) -> list[str]:
        """What it may be known by, shortest first: the longer ones part files that have the shorter one in common."""
        above = [part for part in _path_text(self.folder).split("/") if part]
        least = 0 if self.alone else min(1, len(above))
        return [
            "/".join((*above[len(above) - count :], self.inside)) for count in range(least, len(above) + 1)
        ]

    def place_below(self, folders: int) -> str:
        """Its place with the names of so many folders, the imported one first."""
        return "/".join((*_path_text(self.folder).split("/")[-folders:], self.inside))


def walk_files(paths: Sequence[Path]) -> Iterator[SourceFile]:
    """Every file once, folders in a stable order; hidden files are not documents."""
    seen: set[Path] = set()
    for path in paths:
        given = path.resolve() if path.exists() else path.absolute()
        is_folder = given.is_dir()
        named = given if ".." in path.parts else path.absolute()
        for file in sorted(given.rglob("*")) if is_folder else [given]:
            inside = file.relative_to(given)
            hidden = any(part.startswith((".", "~$")) for part in inside.parts)
            if file not in seen and not hidden and not file.is_dir():
                seen.add(file)
                if is_folder:
                    yield SourceFile(file, named, _path_text(inside))
                else:
                    yield SourceFile(file, file.parent, _path_text(file.name), alone=True)


class Sources:
    """The files of one import and the records of those before. `whole` says that the folders are all there is of them."""

    def __init__(
        self, store: DocumentStore, files: Sequence[SourceFile], kept: Collection[str], *, whole: bool = False
    ) -> None:
        self.records = store.sources()
        self._store, self._kept, self._whole = store, frozenset(kept), whole
        self._present = {_path_text(file.path) for file in files}
        self._by_path = {record.path: place for place, record in self.records.items()}
        self._full_paths: dict[str, list[str]] = {}
        for place in filter(_is_full_path, self.records):
            self._full_paths.setdefault(place.rpartition("/")[2], []).append(place)
        self._taken: set[str] = set()
        self._former: set[str] = set()

    def claim(self, file: SourceFile, seen: str) -> tuple[str, SourceRecord | None, set[str]]:
        """The place of `file` (`seen` is its digest), what is known of it, and the ids of documents that doubled it."""
        known = self._known_records(file, seen)
        place = next((one for one in known if not _is_full_path(one)), "") or self._free_place(file)
        self._taken.add(place)
        if not known:
            return place, None, set()
        best = max(known, key=self._worth_of)
        records = {one: self.records.pop(one) for one in known}
        doubles = {one for record in records.values() for one in record.documents}
        record = replace(records[best], path=_path_text(file.path), whole=self._whole or records[best].whole)
        self.records[place] = record
        return place, record, doubles - set(record.documents)

    def note(self, place: str, file: SourceFile, record: SourceRecord) -> None:
        """Write down what the file gave."""
        self.records[place] = replace(record, path=_path_text(file.path), whole=self._whole or record.whole)

    def missing(self, folders: Sequence[Path]) -> list[str]:
        """The places in `folders` whose files are not there any more.

        Where the folders are not all there is of them, these are only files that were in these very folders.
        """
        roots = [(f"{_path_text(folder.resolve())}/", f"{folder.absolute().name}/") for folder in folders]
        return [
            place
            for place, record in self.records.items()
            if place not in self._taken
            and record.path not in self._present
            and (
                record.path.startswith(tuple(path for path, _ in roots)) or self._is_left_behind(place, roots)
            )
        ]

    def _is_left_behind(self, place: str, roots: Sequence[tuple[str, str]]) -> bool:
        """Whether a record is of folders that lay elsewhere before and are all there is of them."""
        record = self.records[place]
        return self._whole and (
            place.startswith(tuple(self._former))
            or any(
                place.startswith(name) and (record.whole or not _is_file(record.path)) for _, name in roots
            )
        )

    def _known_records(self, file: SourceFile, seen: str) -> list[str]:
        """The records of this file: one by its path or its place, and those of older versions that mean it."""
        exact = self._by_path.get(_path_text(file.path), "")
        if exact in self.records and exact not in self._taken:
            found = [exact]
        else:
            found = [place for place in file.places() if self._fits_elsewhere(place, seen)][:1]
        for place in self._full_paths.get(file.inside.rpartition("/")[2], ()):
            if place in self.records and place not in found and self._is_former(file, place, seen):
                found.append(place)
                root = place.removesuffix(file.inside)
                if not Path(root).is_dir() or self._is_of_same_city(file, place):
                    self._former.add(root)
        return found

    def _fits_elsewhere(self, place: str, seen: str) -> bool:
        """Whether the record at `place` may be of a file that now lies elsewhere, rather than of another file."""
        record = self.records.get(place)
        if record is None or place in self._taken or record.path in self._present:
            return False
        return (self._whole and record.whole) or record.digest == seen or not _is_file(record.path)

    def _is_former(self, file: SourceFile, place: str, seen: str) -> bool:
        if place in self._present or not place.endswith(f"/{file.place_below(1)}"):
            return False
        same = self.records[place].digest == seen or not _is_file(place)
        return same or self._is_of_same_city(file, place)

    def _is_of_same_city(self, file: SourceFile, place: str) -> bool:
        return self._whole and place.endswith(f"/{file.place_below(2)}")

    def _free_place(self, file: SourceFile) -> str:
        places = file.places()
        return next((one for one in places if one not in self.records and one not in self._taken), places[-1])

    def _worth_of(self, place: str) -> tuple[int, float]:
        """Of doubles the one that staff have taken over stays, otherwise the oldest: it is known by its id elsewhere."""
        documents = self.records[place].documents
        oldest = min(map(self._store.written_at, documents), default=float("inf"))
        return len(self._kept.intersection(documents)), -oldest


def _path_text(path: Path | str) -> str:
    """A path as text that JSON can hold, whatever bytes the name is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_full_path(place: str) -> bool:
    return place.startswith("/")


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        return False
