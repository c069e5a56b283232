"""What was read of each document before, so that only a changed one is read again.

    <folder>/prepared/claims.sqlite

It is a cache and nothing else, keyed by the digest of a document; what the library does not hold any more goes at the next look.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.base.model import Document
from knowledge.base.store import content_digest
from knowledge.base.text import text_digest
from knowledge.freshness.claims import PageClaim, claims_of
from knowledge.freshness.values import StatedValue, ValueKind
from knowledge.freshness.versions import DocumentTraits, traits_of
from knowledge.index.passages import split_document

FORMAT = "1"
"""Raised when claims or traits are read in another way."""
BETWEEN_SIGNS = 50
"""Documents read between two signs of life; each takes some milliseconds."""
_TABLE = "CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, traits TEXT, claims TEXT) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read of a document."""

    traits: DocumentTraits
    claims: tuple[PageClaim, ...]


def read_all(
    documents: Sequence[Document], folder: Path, on_done: Callable[[], None] = lambda: None
) -> list[ReadDocument]:
    """What each document claims and is told by; only what is new is read. `on_done` is called again and again meanwhile."""
    keys = [text_digest(FORMAT, content_digest(document)) for document in documents]
    with _open_cache(folder / "prepared" / "claims.sqlite") as cache:
        known = {key: (traits, claims) for key, traits, claims in cache.execute("SELECT * FROM documents")}
        found = []
        for at, (key, document) in enumerate(zip(keys, documents, strict=True)):
            if at % BETWEEN_SIGNS == 0:
                on_done()
            if key in known:
                found.append(_from_texts(*known[key]))
                continue
            read = ReadDocument(traits_of(document), tuple(claims_of(split_document(document))))
            cache.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (key, *_as_texts(read)))
            found.append(read)
        cache.executemany("DELETE FROM documents WHERE key = ?", [(key,) for key in set(known) - set(keys)])
    return found


@contextmanager
def _open_cache(path: Path) -> Iterator[sqlite3.Connection]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=60)
        connection.execute(_TABLE)
    except sqlite3.DatabaseError:
        connection.close()
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path, timeout=60)
        connection.execute(_TABLE)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def _as_texts(read: ReadDocument) -> tuple[str, str]:
    traits = read.traits
    told = [
        traits.document_id, traits.language, traits.title, sorted(traits.key), traits.is_of_a_day,
        traits.age, sorted(traits.sketch),
    ]  # fmt: skip
    claims = [
        [
            claim.document_id, claim.passage_id, claim.language, claim.title, claim.section, claim.sentence,
            [[value.kind, value.value, value.start, value.end] for value in claim.values],
            claim.words, sorted(claim.stems), [sorted(line) for line in claim.above], sorted(claim.topics),
        ]
        for claim in read.claims
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False), json.dumps(claims, ensure_ascii=False)


def _from_texts(traits: str, claims: str) -> ReadDocument:
    name, language, title, key, is_of_a_day, age, sketch = json.loads(traits)
    told = DocumentTraits(name, language, title, frozenset(key), is_of_a_day, tuple(age), frozenset(sketch))
    return ReadDocument(told, tuple(_claim_from(values) for values in json.loads(claims)))


def _claim_from(values: list[Any]) -> PageClaim:
    document_id, passage_id, language, title, section, sentence, stated, words, stems, above, topics = values
    return PageClaim(
        document_id,
        passage_id,
        language,
        title,
        section,
        sentence,
        tuple(StatedValue(ValueKind(kind), value, start, end) for kind, value, start, end in stated),
        tuple(words),
        frozenset(stems),
        tuple(frozenset(line) for line in above),
        frozenset(topics),
    )
