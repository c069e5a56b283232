"""How well the library finds documents: builds an index of any data with the product's own pipeline and asks it.

    python benchmarks/retrieval.py --docs docs.jsonl --queries queries.jsonl      JSON lines: id, title, text; query, relevant
    python benchmarks/retrieval.py --faq faq.jsonl                                JSON lines: id, question, answer

With --faq only the answer is the document. A document ranks where its best passage does. Prints one JSON object; R@k is the
share of queries (in %) with a relevant document among the first k.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from knowledge.embedding import DEFAULT, make_embedders
from knowledge.language import detect
from knowledge.library import Library
from knowledge.model import Document
from knowledge.passages import split
from knowledge.readers.jsonlines import unflatten
from knowledge.snapshot import build_snapshot

CUTS = (1, 5, 10)
DEEP = 200


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def documents_of(rows: list[dict[str, Any]]) -> list[Document]:
    """Documents of rows with `id`, `title` (may be empty or missing) and `text`; nothing else of a row is used."""
    found = []
    for row in rows:
        title, text = str(row.get("title") or ""), str(row.get("text") or "")
        found.append(Document(str(row["id"]), title, unflatten(text), language=detect(f"{title}\n{text}")))
    return found


def from_faq(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Answers as documents, questions as queries."""
    documents = [{"id": row["id"], "title": "", "text": row["answer"]} for row in rows]
    return documents, [{"query": row["question"], "relevant": [row["id"]]} for row in rows]


def ranked(library: Library, query: str) -> list[str]:
    """Ids of the documents found, each where its best passage stands."""
    answer = library.ask(query, limit=DEEP)
    return list(dict.fromkeys(found.passage.document_id for found in answer.found))


def measure(library: Library, queries: list[dict[str, Any]]) -> dict[str, float]:
    """Ask everything; percent and milliseconds."""
    hits: Counter[int] = Counter()
    reciprocal, times = 0.0, []
    for query in queries:
        started = time.perf_counter()
        ids = ranked(library, query["query"])
        times.append(1000 * (time.perf_counter() - started))
        relevant = {str(one) for one in query["relevant"]}
        rank = next((at for at, one in enumerate(ids, start=1) if one in relevant), None)
        if rank:
            hits.update(cut for cut in CUTS if rank <= cut)
            reciprocal += 1 / rank if rank <= 10 else 0
    count = max(len(queries), 1)
    times.sort()
    figures = {f"R@{cut}": round(100 * hits[cut] / count, 1) for cut in CUTS}
    return figures | {
        "MRR@10": round(100 * reciprocal / count, 1),
        "ms_p50": round(times[len(times) // 2], 1) if times else 0.0,
        "ms_p95": round(times[int(len(times) * 0.95)], 1) if times else 0.0,
    }


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--faq", type=Path)
    parser.add_argument("--model", default=DEFAULT, help=f"as in CITYLINE_EMBEDDING_MODEL, default {DEFAULT}")
    parser.add_argument(
        "--folder", type=Path, help="keep the index here, so that a second run builds nothing"
    )
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if given.faq:
        rows, queries = from_faq(rows_of(given.faq))
    elif given.docs and given.queries:
        rows, queries = rows_of(given.docs), rows_of(given.queries)
    else:
        parser.error("give --docs and --queries, or --faq")
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        embedders = make_embedders(given.model)
        started = time.perf_counter()
        passages = [passage for document in documents_of(rows) for passage in split(document)]
        manifest = build_snapshot(folder, passages, embedders)
        built = time.perf_counter() - started
        library = Library(folder, embedders, threshold=0.5)
        library.warm_up()
        figures: dict[str, Any] = measure(library, queries)
    figures |= {
        "queries": len(queries),
        "documents": manifest.documents,
        "passages": manifest.passages,
        "build_seconds": round(built, 1),
        "memory_mb": round(psutil.Process().memory_info().rss / 2**20),
        "model": ", ".join(manifest.models),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
