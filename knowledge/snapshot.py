"""Index snapshots: built beside the one in use, then swapped in by renaming one small file.

    <folder>/CURRENT                    the version in use
    <folder>/snapshots/<version>/       manifest.json, passages.jsonl, words/, pieces/, titles/, meaning-<n>.faiss
    <folder>/vectors/<model>.npz        vectors of the passages in use, so that only changed passages are encoded again

A reader that still holds an older version keeps its mapped files until it reopens; the last two versions stay on disk.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from knowledge.embedding import floor_of, give_back_memory
from knowledge.language import primary
from knowledge.meaning import FaissIndex, MeaningIndex
from knowledge.model import Passage
from knowledge.passages import context
from knowledge.store import write_atomically
from knowledge.text import digest, without_addresses
from knowledge.words import WordIndex, pieces, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.ports import Embedder

FORMAT = "3"  # raised when the files of a snapshot, or what is embedded, change their meaning
KEPT = 2
BATCH = 64


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `content` is the digest of its passages, models and format; `created` is UTC, ISO.

    `languages` are those of at least one passage in fifty, the commonest first. `floors` are the cosines that each model
    gives to texts that have nothing in common.
    """

    version: str
    content: str
    created: str
    models: tuple[str, ...]
    documents: int
    passages: int
    languages: tuple[str, ...]
    floors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot: passages, and their indexes in the same order."""

    manifest: Manifest
    passages: tuple[Passage, ...]
    meanings: tuple[MeaningIndex, ...]
    words: WordIndex
    pieces: WordIndex
    titles: WordIndex


def current_version(folder: Path) -> str:
    """The version in use, empty when there is none."""
    try:
        return (folder / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def content_of(passages: Sequence[Passage], models: Sequence[str]) -> str:
    """The digest that tells whether a snapshot would differ from another."""
    return digest(FORMAT, *models, *(json.dumps(asdict(passage), ensure_ascii=False) for passage in passages))


def read_manifest(folder: Path, version: str) -> Manifest:
    """What the snapshot of this version holds."""
    text = (folder / "snapshots" / version / "manifest.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    for name in ("models", "languages", "floors"):
        values[name] = tuple(values[name])
    return Manifest(**values)


def open_snapshot(folder: Path, version: str) -> Snapshot:
    """Open a snapshot; its indexes are mapped from disk."""
    place = folder / "snapshots" / version
    manifest = read_manifest(folder, version)
    with (place / "passages.jsonl").open(encoding="utf-8") as lines:
        passages = tuple(_passage(json.loads(line)) for line in lines)
    meanings = tuple(FaissIndex.open(place / f"meaning-{at}.faiss") for at in range(len(manifest.models)))
    words, parts, titles = (WordIndex.open(place / name, len(passages)) for name in _WORD_INDEXES)
    return Snapshot(manifest, passages, meanings, words, parts, titles)


def _passage(values: dict[str, Any]) -> Passage:
    return Passage(**{**values, "headings": tuple(values["headings"]), "keywords": tuple(values["keywords"])})


def build_snapshot(
    folder: Path,
    passages: Sequence[Passage],
    embedders: Sequence[Embedder],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Manifest:
    """Index `passages`, write the snapshot and make it the one in use. `on_progress` gets passages encoded, of how many."""
    content = content_of(passages, [embedder.name for embedder in embedders])
    version = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{content[:8]}"
    manifest = Manifest(
        version=version,
        content=content,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        models=tuple(embedder.name for embedder in embedders),
        documents=len({passage.document_id for passage in passages}),
        passages=len(passages),
        languages=_languages(passages),
        floors=tuple(floor_of(embedder) for embedder in embedders),
    )
    place = folder / "snapshots" / f".{version}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    _write(place, manifest, passages, embedders, on_progress)
    final = folder / "snapshots" / version
    shutil.rmtree(final, ignore_errors=True)
    place.rename(final)
    write_atomically(folder / "CURRENT", version)
    _forget_old(folder, version)
    give_back_memory()
    return manifest


def _write(
    place: Path,
    manifest: Manifest,
    passages: Sequence[Passage],
    embedders: Sequence[Embedder],
    on_progress: Callable[[int, int], None],
) -> None:
    total = len(passages) * len(embedders)
    for at, embedder in enumerate(embedders):
        before = at * len(passages)
        reads: tuple[str, ...] = getattr(embedder, "languages", ()) if len(embedders) > 1 else ()
        report = partial(_report, on_progress, before, total)
        vectors = _vectors(place.parents[1], passages, embedder, reads, report)
        FaissIndex.build(vectors).save(place / f"meaning-{at}.faiss")
    main = manifest.languages[0] if manifest.languages else ""
    for name, found in _WORD_INDEXES.items():
        WordIndex.build([found(passage, passage.language or main) for passage in passages]).save(place / name)
    lines = (json.dumps(asdict(passage), ensure_ascii=False) for passage in passages)
    (place / "passages.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (place / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def _report(on_progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    on_progress(before + done, total)


def embedded(passage: Passage) -> str:
    """What of a passage is encoded: the headings that say what it is about, then its words."""
    return f"{context(passage)}\n{without_addresses(passage.text)}"


def searched(passage: Passage) -> str:
    """What of a passage is searched by words: the same, and the words that residents use for it."""
    return f"{context(passage)}\n{passage.text}\n{' '.join(passage.keywords)}"


def named(passage: Passage) -> str:
    """What a passage is called: its headings and the words that residents use for it."""
    return f"{context(passage)}\n{' '.join(passage.keywords)}"


def _words(passage: Passage, language: str) -> list[str]:
    return tokens(searched(passage), language)


def _pieces(passage: Passage, language: str) -> list[str]:
    return pieces(searched(passage), language)


def _titles(passage: Passage, language: str) -> list[str]:
    return tokens(named(passage), language)


_WORD_INDEXES: dict[str, Callable[[Passage, str], list[str]]] = {
    "words": _words,
    "pieces": _pieces,
    "titles": _titles,
}


def _languages(passages: Sequence[Passage]) -> tuple[str, ...]:
    counts = Counter(primary(passage.language) for passage in passages)
    del counts[""]
    return tuple(language for language, count in counts.most_common() if count * 50 >= len(passages))


def _vectors(
    folder: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    languages: Sequence[str],
    on_done: Callable[[int], None],
) -> NDArray[np.float32]:
    """The vectors of all passages, encoding only those whose text has none yet.

    A passage in a language that the model cannot read gets zeros; empty `languages` means that it reads all.
    """
    cache = folder / "vectors" / f"{digest(embedder.name)}.npz"
    legible = [not languages or primary(passage.language) in {"", *languages} for passage in passages]
    keys = [digest(embedded(passage)) if yes else "" for passage, yes in zip(passages, legible, strict=True)]
    known = _load_vectors(cache)
    texts = {
        key: embedded(passage)
        for key, passage in zip(keys, passages, strict=True)
        if key and key not in known
    }
    missing = sorted(texts, key=lambda key: len(texts[key]))  # alike lengths together waste no padding
    on_done(len(passages) - len(missing))
    try:
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            known.update(zip(batch, embedder.encode([texts[key] for key in batch]), strict=True))
            on_done(len(passages) - len(missing) + start + len(batch))
    finally:  # an import that was stopped goes on from here
        if missing or len(known) > len(set(keys)):
            _save_vectors(cache, {key: known[key] for key in keys if key in known})
    nothing = np.zeros_like(next(iter(known.values())) if known else embedder.encode(["city"])[0])
    return np.stack([known.get(key, nothing) for key in keys]).astype(np.float32)


def _load_vectors(cache: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with cache.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # none yet, or damaged: encode again
        return {}


def _save_vectors(cache: Path, known: dict[str, NDArray[np.float32]]) -> None:
    if not known:
        return
    cache.parent.mkdir(parents=True, exist_ok=True)
    waiting = cache.with_suffix(".tmp.npz")
    np.savez(waiting, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    waiting.replace(cache)


def _forget_old(folder: Path, current: str) -> None:
    versions = sorted(path.name for path in (folder / "snapshots").iterdir() if path.is_dir())
    for version in [name for name in versions if name != current][: -(KEPT - 1)]:
        shutil.rmtree(folder / "snapshots" / version, ignore_errors=True)
