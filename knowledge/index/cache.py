"""What was computed of passages before: their vectors, their words, and how documents were split; so that publishing is quick.

    <folder>/prepared/prepared.sqlite

It is a cache and nothing else: a damaged one is thrown away, what is missing is computed again, and what no snapshot has used
for a month is forgotten. Whoever encodes passages before they are published (`ahead`) makes their publication a matter of seconds.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.base.language import primary_language
from knowledge.base.model import Document, Passage
from knowledge.base.text import text_digest, without_addresses
from knowledge.index.passages import passage_context, split_document
from knowledge.index.word_index import letter_pieces, word_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

FORMAT = "2"  # raised when splitting, or what counts as a word, changes
BATCH = 8
"""Few, because a question that needs the same model waits for the batch in hand."""
BLOCK = 20_000
"""Passages whose words or vectors are in memory at once."""
AHEAD = 200
"""Passages whose words are counted between two signs of life."""
KEPT_DAYS = 30
PASSAGE_FIELDS = tuple(field.name for field in fields(Passage))
values_of: Callable[[Passage], tuple[Any, ...]] = attrgetter(*PASSAGE_FIELDS)
_TABLES = """
CREATE TABLE IF NOT EXISTS splits (key TEXT PRIMARY KEY, passages TEXT, day INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words (key TEXT PRIMARY KEY, words BLOB, pieces BLOB, titles BLOB, day INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (model TEXT, key TEXT, vector BLOB, day INTEGER, PRIMARY KEY (model, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS vectors_by_day ON vectors (day);
CREATE TABLE IF NOT EXISTS terms (id INTEGER PRIMARY KEY, term TEXT UNIQUE);
"""
Counted = tuple["NDArray[np.int32]", "NDArray[np.int32]"]
"""The different words of a text by their numbers, and how often each stands in it."""


def embedded_text(passage: Passage) -> str:
    """What of a passage is encoded: the headings that say what it is about, then its words."""
    words = (
        passage.text
        if "//" not in passage.text and "www" not in passage.text
        else without_addresses(passage.text)
    )
    return f"{passage_context(passage)}\n{words}"


ENCODED: tuple[Callable[[Passage], str], ...] = (embedded_text, passage_context)
"""What of a passage has a vector: the whole of it, and what stands above it."""


def searched_text(passage: Passage) -> str:
    """What of a passage is searched by words: the same, and the words that residents use for it."""
    return f"{passage_context(passage)}\n{passage.text}\n{' '.join(passage.keywords)}"


def passage_name(passage: Passage) -> str:
    """What a passage is called: its headings and the words that residents use for it."""
    return f"{passage_context(passage)}\n{' '.join(passage.keywords)}"


def passage_of(values: dict[str, Any]) -> Passage:
    """A passage as JSON holds it."""
    return Passage(**{**values, "headings": tuple(values["headings"]), "keywords": tuple(values["keywords"])})


def json_of(passage: Passage) -> str:
    """A passage as one line of JSON."""
    return json.dumps(dict(zip(PASSAGE_FIELDS, values_of(passage), strict=True)), ensure_ascii=False)


class PreparedPassages:
    """The cache in the library's `folder`. Every method opens it for itself, so threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "prepared" / "prepared.sqlite"

    def passages_of(self, documents: Iterable[Document]) -> list[Passage]:
        """The passages of all documents, in order; only what is new is split."""
        of_document = {_key_of(document): document for document in documents}
        with self._open_cache() as cache:
            known = dict(
                _rows_by_keys(cache, "SELECT key, passages FROM splits WHERE key IN", list(of_document))
            )
            new = {
                key: [json.loads(json_of(passage)) for passage in split_document(document)]
                for key, document in of_document.items()
                if key not in known
            }
            rows = [
                (key, json.dumps(found, ensure_ascii=False), _today_number()) for key, found in new.items()
            ]
            cache.executemany("INSERT OR IGNORE INTO splits VALUES (?, ?, ?)", rows)
        found = (new[key] if key in new else json.loads(known[key]) for key in of_document)
        return [passage_of(values) for passages in found for values in passages]

    def counted(self, passages: Sequence[Passage], main: str) -> Iterator[dict[str, list[Counted]]]:
        """The counted words, pieces and titles of each passage, block by block. `main` is for what tells no language."""
        terms = _Terms()
        for block in _in_blocks(passages):
            known = self._counted_terms(block, main, terms)
            yield {
                kind: [_unpacked_counts(blobs[at]) for blobs in known]
                for at, kind in enumerate(("words", "pieces", "titles"))
            }

    def _counted_terms(self, block: Sequence[Passage], main: str, terms: _Terms) -> list[list[bytes]]:
        keys = [
            text_digest(FORMAT, searched_text(passage), passage_name(passage), passage.language or main)
            for passage in block
        ]
        with self._open_cache() as cache:
            terms.read(cache)
            query = "SELECT key, words, pieces, titles FROM words WHERE key IN"
            known = {key: blobs for key, *blobs in _rows_by_keys(cache, query, keys)}
            for key, passage in zip(keys, block, strict=True):
                if key not in known:
                    known[key] = [
                        terms.counted(found) for found in _word_lists(passage, passage.language or main)
                    ]
                    cache.execute(
                        "INSERT OR IGNORE INTO words VALUES (?, ?, ?, ?, ?)",
                        (key, *known[key], _today_number()),
                    )
            terms.save(cache)
        return [known[key] for key in keys]

    def terms(self) -> dict[int, str]:
        """The words that `counted` numbers."""
        with self._open_cache() as cache:
            return dict(cache.execute("SELECT id, term FROM terms"))

    def vectors(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        languages: Sequence[str],
        on_done: Callable[[int], None] = lambda _count: None,
        text_of: Callable[[Passage], str] = embedded_text,
    ) -> Iterator[NDArray[np.float32]]:
        """The vectors of all passages, block by block, encoding only those whose text has none yet; each batch is kept at once.

        `text_of` says what of a passage is encoded. An empty text and a passage in a language that the model cannot read get
        zeros; empty `languages` means that it reads all.
        """
        done = 0
        for block in _in_blocks(passages):
            texts = [text_of(passage) if is_legible(passage, languages) else "" for passage in block]
            yield self._block_vectors(texts, embedder, partial(_count_on, on_done, done))
            done += len(block)

    def _block_vectors(
        self,
        of_passage: Sequence[str],
        embedder: Embedder,
        on_done: Callable[[int], None],
    ) -> NDArray[np.float32]:
        keys = [text_digest(text) if text else "" for text in of_passage]
        texts = {key: text for key, text in zip(keys, of_passage, strict=True) if text}
        with self._open_cache() as cache:
            query = "SELECT key, vector FROM vectors WHERE model = ? AND key IN"
            stored = _rows_by_keys(cache, query, list(texts), embedder.name)
            known = {key: np.frombuffer(vector, np.float32) for key, vector in stored}
        missing = sorted(
            texts.keys() - known.keys(), key=lambda key: (len(texts[key]), key)
        )  # alike lengths waste no padding
        on_done(len(of_passage) - len(missing))
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            made = embedder.encode([texts[key] for key in batch])
            known.update(zip(batch, made, strict=True))
            self._keep_vectors(embedder.name, dict(zip(batch, made, strict=True)))
            on_done(len(of_passage) - len(missing) + start + len(batch))
            time.sleep(0.001)  # a question that waits for the model goes first
        nothing = np.zeros_like(next(iter(known.values())) if known else embedder.encode(["city"])[0])
        return np.stack([known.get(key, nothing) for key in keys]).astype(np.float32)

    def ahead(
        self,
        documents: Iterable[Document],
        embedders: Sequence[Embedder],
        on_done: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """Do now what publishing these documents would have to wait for; `on_done` is called again and again."""
        passages = self.passages_of(documents)
        if not passages:
            return
        for start in range(0, len(passages), AHEAD):
            deque(self.counted(passages[start : start + AHEAD], ""), maxlen=0)
            on_done(0)
        for embedder in embedders:
            for text_of in ENCODED:
                languages = read_by(embedder, embedders)
                deque(self.vectors(passages, embedder, languages, on_done, text_of), maxlen=0)

    def forget_unused(self, passages: Sequence[Passage]) -> None:
        """Forget what is older than a month and not of these passages."""
        old = (_today_number() - KEPT_DAYS,)
        with self._open_cache() as cache:
            if cache.execute("SELECT 1 FROM vectors WHERE day < ? LIMIT 1", old).fetchone() is None:
                return
            cache.execute("CREATE TEMP TABLE used (key TEXT PRIMARY KEY) WITHOUT ROWID")
            in_use = ((text_digest(text_of(passage)),) for passage in passages for text_of in ENCODED)
            cache.executemany("INSERT OR IGNORE INTO used VALUES (?)", in_use)
            cache.execute("DELETE FROM vectors WHERE day < ? AND key NOT IN (SELECT key FROM used)", old)
            cache.execute("UPDATE vectors SET day = ?", (_today_number(),))
            cache.execute("DELETE FROM words WHERE day < ?", old)
            cache.execute("DELETE FROM splits WHERE day < ?", old)

    def _keep_vectors(self, model: str, vectors: dict[str, NDArray[np.float32]]) -> None:
        rows = [
            (model, key, np.asarray(vector, np.float32).tobytes(), _today_number())
            for key, vector in vectors.items()
        ]
        with self._open_cache() as cache:
            cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    @contextmanager
    def _open_cache(self) -> Iterator[sqlite3.Connection]:
        """The cache within one transaction; a damaged one is made anew, and whoever was using it tries again."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        cache = self._connected_cache()
        try:
            yield cache
            cache.commit()
        finally:
            cache.close()

    def _connected_cache(self) -> sqlite3.Connection:
        try:
            return _connect_file(self._file)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # busy or no room: not damage
                raise
            self._file.unlink(missing_ok=True)
            return _connect_file(self._file)


class _Terms:
    """The numbers of words, growing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._stored = 0

    def read(self, cache: sqlite3.Connection) -> None:
        """Learn what others have added since; a cache that was made anew gets all of them again at `save`."""
        added = cache.execute("SELECT term, id FROM terms WHERE id > ?", (self._stored,))
        self._numbers.update(added)
        self._stored = cache.execute("SELECT coalesce(max(id), 0) FROM terms").fetchone()[0]

    def counted(self, found: list[str]) -> bytes:
        """The different words of a text and how often each stands there, packed."""
        counts = Counter(found or [""])
        numbers = [self._numbers.setdefault(term, len(self._numbers) + 1) for term in counts]
        return np.array([numbers, list(counts.values())], np.int32).tobytes()

    def save(self, cache: sqlite3.Connection) -> None:
        """Keep what is new."""
        rows = [(number, term) for term, number in self._numbers.items() if number > self._stored]
        cache.executemany("INSERT INTO terms VALUES (?, ?)", rows)
        self._stored = len(self._numbers)


def read_by(embedder: Embedder, embedders: Sequence[Embedder]) -> tuple[str, ...]:
    """The languages that a model is given: all (empty) when it is the only one."""
    languages: tuple[str, ...] = getattr(embedder, "languages", ())
    return languages if len(embedders) > 1 else ()


def _count_on(on_done: Callable[[int], None], before: int, count: int) -> None:
    on_done(before + count)


def _in_blocks(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    for start in range(0, len(passages), BLOCK):
        yield [passages[at] for at in range(start, min(start + BLOCK, len(passages)))]


def _connect_file(file: Path) -> sqlite3.Connection:
    cache = sqlite3.connect(file, timeout=60)
    try:
        cache.execute("PRAGMA synchronous=OFF")
        cache.executescript(_TABLES)
        cache.execute("BEGIN IMMEDIATE")
    except sqlite3.Error:
        cache.close()
        raise
    return cache


def _rows_by_keys(
    cache: sqlite3.Connection, query: str, keys: Sequence[str], *before: str
) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        yield from cache.execute(f"{query} ({','.join('?' * len(some))})", (*before, *some))


def _key_of(document: Document) -> str:
    about = (document.document_id, document.title, document.url, document.reviewed, document.language)
    scanned = ("scanned",) if document.scanned else ()
    return text_digest(FORMAT, *about, *document.keywords, *scanned, document.text)


def _word_lists(passage: Passage, language: str) -> tuple[list[str], list[str], list[str]]:
    return (
        word_tokens(searched_text(passage), language),
        letter_pieces(searched_text(passage), language),
        word_tokens(passage_name(passage), language),
    )


def _unpacked_counts(blob: bytes) -> Counted:
    both = np.frombuffer(blob, np.int32)
    half = len(both) // 2
    return both[:half], both[half:]


def is_legible(passage: Passage, languages: Sequence[str]) -> bool:
    """Whether a model of these languages can read a passage; empty means all."""
    return not languages or primary_language(passage.language) in {"", *languages}


def _today_number() -> int:
    return int(time.time() // 86_400)
