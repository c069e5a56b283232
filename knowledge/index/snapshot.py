"""Index snapshots: built beside the one in use, then swapped in by renaming one small file.

    <folder>/CURRENT                    the version in use
    <folder>/snapshots/<version>/       manifest.json, passages.jsonl, words/, pieces/, titles/, meaning-<n>.faiss, headings-<n>.npy, centres-<n>.npy
                                (and meaning-<n>.npy in a large library, see `knowledge.index.ivf_index`)
    <folder>/prepared/                  what was computed of passages before (`knowledge.index.cache`)

A reader that still holds an older version keeps its mapped files until it reopens; the last two versions stay on disk.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.base.language import primary_language
from knowledge.base.model import Passage
from knowledge.base.store import write_atomically
from knowledge.index.cache import PreparedPassages, embedded_text, is_legible, read_by
from knowledge.index.embedding import floor_of, give_back_memory
from knowledge.index.heading_vectors import HeadingVectors
from knowledge.index.ivf_index import GroupedIndex, Tuned, write_groups
from knowledge.index.language_centres import CentreCounter, LanguageCentres
from knowledge.index.passage_file import PassageFile, write_passages
from knowledge.index.passages import passage_context
from knowledge.index.vector_file import write_vectors
from knowledge.index.vector_index import LARGE, FaissIndex, MeaningIndex, write_exact
from knowledge.index.word_index import WordIndex
from knowledge.index.word_index_builder import WordIndexWriter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

FORMAT = "7"  # raised when the files of a snapshot, or what is embedded, change their meaning
KEPT = 2
DAMAGE = (OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError)
"""What opening a damaged snapshot raises; RuntimeError is FAISS's, EOFError numpy's."""
TRIED, FEW_WORDS = 200, 6
"""A large index is tuned with so many questions of so many words."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `content` is the digest of its passages, models and format; `created` is UTC, ISO.

    `languages` are those of at least one passage in fifty, the commonest first. `floors` are the cosines that each model
    gives to texts that have nothing in common. `tuned` says for each model of a large library how its index is searched.
    `format` is `FORMAT` when the snapshot was built; it was not noted before 6.
    """

    version: str
    content: str
    created: str
    models: tuple[str, ...]
    documents: int
    passages: int
    languages: tuple[str, ...]
    floors: tuple[float, ...]
    tuned: tuple[Tuned, ...] = ()
    format: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot: passages, and their indexes in the same order."""

    manifest: Manifest
    passages: PassageFile
    meanings: tuple[MeaningIndex, ...]
    headings: tuple[HeadingVectors, ...]
    centres: tuple[LanguageCentres, ...]
    words: WordIndex
    pieces: WordIndex
    titles: WordIndex


_TELLING = attrgetter("passage_id", "title", "headings", "url", "reviewed", "language", "keywords")
"""What tells passages apart; the id is a digest of the document's id and of the words."""


def current_version(folder: Path) -> str:
    """The version in use, empty when there is none."""
    try:
        return (folder / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def content_of(passages: Sequence[Passage], models: Sequence[str]) -> str:
    """The digest that tells whether a snapshot would differ from another."""
    content = hashlib.sha256(json.dumps([FORMAT, *models]).encode())
    for passage in passages:
        content.update(json.dumps(_TELLING(passage)).encode() + b"scanned" * passage.scanned)
    return content.hexdigest()[:32]


def read_manifest(folder: Path, version: str) -> Manifest:
    """What the snapshot of this version holds."""
    text = (folder / "snapshots" / version / "manifest.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    for name in ("models", "languages", "floors"):
        values[name] = tuple(values[name])
    values["tuned"] = tuple(Tuned(**one) for one in values.get("tuned", ()))
    return Manifest(**values)


def is_outdated(folder: Path) -> bool:
    """Whether the snapshot in use was built by an older Cityline, which kept other files, or is damaged."""
    version = current_version(folder)
    try:
        return bool(version) and read_manifest(folder, version).format != FORMAT
    except DAMAGE:
        return True


def open_snapshot(folder: Path, version: str) -> Snapshot:
    """Open a snapshot; its indexes are mapped from disk. `ValueError` when it is of another format."""
    place = folder / "snapshots" / version
    manifest = read_manifest(folder, version)
    if manifest.format != FORMAT:
        raise ValueError(f"The snapshot {version} is of format {manifest.format or 'before 6'}, not {FORMAT}")
    passages = PassageFile.open(place / "passages.jsonl", manifest.passages)
    kind = GroupedIndex if manifest.tuned else FaissIndex
    meanings = tuple(kind.open(place / f"meaning-{at}.faiss") for at in range(len(manifest.models)))
    headings = tuple(
        HeadingVectors.open(place / f"headings-{at}.npy", len(passages)) for at in range(len(manifest.models))
    )
    centres = tuple(
        LanguageCentres.open(place / f"centres-{at}.npy", manifest.languages)
        for at in range(len(manifest.models))
    )
    words, parts, titles = (WordIndex.open(place / name, len(passages)) for name in _WORD_INDEXES)
    return Snapshot(manifest, passages, meanings, headings, centres, words, parts, titles)


def build_snapshot(
    folder: Path,
    passages: Sequence[Passage],
    embedders: Sequence[Embedder],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    prepared: PreparedPassages | None = None,
) -> Manifest:
    """Index `passages`, write the snapshot and make it the one in use. `on_progress` gets texts encoded, of how many.

    `prepared` is the cache to take from and add to, that of `folder` unless another is given.
    """
    content = content_of(passages, [embedder.name for embedder in embedders])
    version = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{content[:8]}"
    manifest = Manifest(
        version=version,
        content=content,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        models=tuple(embedder.name for embedder in embedders),
        documents=len({passage.document_id for passage in passages}),
        passages=len(passages),
        languages=_languages_at(passages),
        floors=tuple(floor_of(embedder) for embedder in embedders),
        format=FORMAT,
    )
    place = folder / "snapshots" / f".{version}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    prepared = prepared or PreparedPassages(folder)
    manifest = _write_snapshot(
        place, manifest, passages, _Computed(embedders, prepared, on_progress), _groups_of(folder)
    )
    final = folder / "snapshots" / version
    shutil.rmtree(final, ignore_errors=True)
    place.rename(final)
    write_atomically(folder / "CURRENT", version)
    _forget_old(folder, version)
    prepared.forget_unused(passages)
    give_back_memory()
    return manifest


@dataclass(frozen=True, slots=True)
class _Computed:
    """Who computes the vectors, what was computed before, and who is told how far it is."""

    embedders: Sequence[Embedder]
    prepared: PreparedPassages
    on_progress: Callable[[int, int], None]

    def vectors(self, passages: Sequence[Passage], at: int) -> Iterator[NDArray[np.float32]]:
        """The vectors of all passages by the model `at`, block by block."""
        return self._vectors_of(embedded_text, passages, at, 2 * at)

    def headings(self, passages: Sequence[Passage], at: int) -> Iterator[NDArray[np.float32]]:
        """The vectors of what stands above all passages by the model `at`, block by block."""
        return self._vectors_of(passage_context, passages, at, 2 * at + 1)

    def _vectors_of(
        self, text_of: Callable[[Passage], str], passages: Sequence[Passage], at: int, rounds: int
    ) -> Iterator[NDArray[np.float32]]:
        total = 2 * len(passages) * len(self.embedders)
        report = partial(self._report_progress, rounds * len(passages), total)
        return self.prepared.vectors(passages, self.embedders[at], self._languages_at(at), report, text_of)

    def questions(self, passages: Sequence[Passage], at: int) -> NDArray[np.float32]:
        """The vectors of a few words of some passages each: as far from the passages as residents' questions are, measured."""
        chance = np.random.default_rng(7)
        some = (passages[number] for number in range(0, len(passages), max(1, len(passages) // (TRIED * 4))))
        legible = [passage.text.split() for passage in some if is_legible(passage, self._languages_at(at))]
        step = max(1, len(legible) // TRIED)
        asked = [
            " ".join(chance.permutation(words)[:FEW_WORDS]) for words in legible[::step][:TRIED] if words
        ]
        return self.embedders[at].encode(asked or ["city"])

    def _languages_at(self, at: int) -> Sequence[str]:
        return read_by(self.embedders[at], self.embedders)

    def _report_progress(self, before: int, total: int, done: int) -> None:
        self.on_progress(before + done, total)


def _write_snapshot(
    place: Path, manifest: Manifest, passages: Sequence[Passage], computed: _Computed, before: _Before
) -> Manifest:
    tuned = []
    languages = [primary_language(passage.language) for passage in passages]
    for at, model in enumerate(manifest.models):
        path = place / f"meaning-{at}.faiss"
        counter = CentreCounter(manifest.languages, languages)
        vectors = counter.watch(computed.vectors(passages, at))
        if len(passages) <= LARGE:
            write_exact(path, vectors)
        else:
            questions = computed.questions(passages, at)
            tuned.append(write_groups(path, len(passages), vectors, questions, before.get(model)))
        counter.write(place / f"centres-{at}.npy")
        write_vectors(place / f"headings-{at}.npy", len(passages), computed.headings(passages, at))
    main = manifest.languages[0] if manifest.languages else ""
    writers = {name: WordIndexWriter(place / name) for name in _WORD_INDEXES}
    for counted in computed.prepared.counted(passages, main):
        for name, writer in writers.items():
            writer.add(counted[name])
    terms = computed.prepared.terms()
    for writer in writers.values():
        writer.finish(terms)
    write_passages(place / "passages.jsonl", passages)
    manifest = replace(manifest, tuned=tuple(tuned))
    (place / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    return manifest


_Before = dict[str, Path]
"""By model: the groups of the snapshot in use."""


def _groups_of(folder: Path) -> _Before:
    """The groups of the snapshot in use, none when it is small or damaged."""
    version = current_version(folder)
    try:
        manifest = read_manifest(folder, version)
    except DAMAGE:
        return {}
    place = folder / "snapshots" / version
    files = {
        model: place / f"meaning-{at}.faiss" for at, model in enumerate(manifest.models) if manifest.tuned
    }
    return {model: file for model, file in files.items() if file.is_file()}


_WORD_INDEXES = ("words", "pieces", "titles")


def _languages_at(passages: Sequence[Passage]) -> tuple[str, ...]:
    counts = Counter(primary_language(passage.language) for passage in passages)
    del counts[""]
    return tuple(language for language, count in counts.most_common() if count * 50 >= len(passages))


def _forget_old(folder: Path, current: str) -> None:
    versions = sorted(path.name for path in (folder / "snapshots").iterdir() if path.is_dir())
    for version in [name for name in versions if name != current][: -(KEPT - 1)]:
        shutil.rmtree(folder / "snapshots" / version, ignore_errors=True)
