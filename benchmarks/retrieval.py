"""How well the library finds documents: builds an index of any data with the product's own pipeline and asks it.

    python benchmarks/retrieval.py --docs docs.jsonl --queries queries.jsonl      JSON lines: id, title, text; query, relevant
    python benchmarks/retrieval.py --faq faq.jsonl                                JSON lines: id, question, answer
    python benchmarks/retrieval.py --city city/sample/documents --queries queries.jsonl      `relevant` are names of files
    ... [--model minilm+use] [--reranker MODEL] [--folder INDEX]

A query may name the `sections` that answer (how their headings begin); then only those are right, and `document_first` has the share
whose first passage is of a right document at least. With --faq only the answer is the document. A document ranks where its best passage does. Prints one JSON object; R@k is the
share of queries (in %) with a relevant document among the first k. Queries whose `relevant` is empty have no answer there
and count in the following alone: `answered` and `answered_in_vain` are the shares of queries with and without an answer that
are shown one at the preset threshold, `right_when_answered` is how many of all that are shown one get a relevant document, and
`curve` has rows of the share of queries answered when only the surest are, how many of those are right, and the least score.
`shown`, `right_when_shown` and `shown_in_vain` count those as well that are shown as unsure. With --city, `relevant`
and `sections` may also come as one `document` and `heading`, and `pairs` has R@1 and R@5 by
the language of the query and those that its documents are written in, such as "fr to en".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library_cases import is_section
from core.ports import Embedder
from core.settings import Settings
from knowledge.base.language import detect_language
from knowledge.base.model import Document
from knowledge.base.store import DocumentStore
from knowledge.imports.importing import import_paths
from knowledge.index.embedding import make_embedders
from knowledge.index.encoder_models import DEFAULT
from knowledge.index.passages import split_document
from knowledge.index.reranker import make_reranker
from knowledge.index.snapshot import Manifest, build_snapshot, current_version, read_manifest
from knowledge.readers.jsonlines import restore_line_breaks
from knowledge.search.library import Library

CUTS = (1, 3, 5, 10)
DEEP = 200
THRESHOLD: float = Settings.model_fields["answer_threshold"].default
MAYBE: float = Settings.model_fields["maybe_threshold"].default


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def documents_of(rows: list[dict[str, Any]]) -> list[Document]:
    """Documents of rows with `id`, `title` (may be empty or missing) and `text`; nothing else of a row is used."""
    found = []
    for row in rows:
        title, text = str(row.get("title") or ""), str(row.get("text") or "")
        found.append(
            Document(
                str(row["id"]), title, restore_line_breaks(text), language=detect_language(f"{title}\n{text}")
            )
        )
    return found


def from_faq(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Answers as documents, questions as queries."""
    documents = [{"id": row["id"], "title": "", "text": row["answer"]} for row in rows]
    return documents, [{"query": row["question"], "relevant": [row["id"]]} for row in rows]


SHARES = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)


class Outcome(NamedTuple):
    """What came of one query: the rank of its first relevant document (0: not found), and how sure the library was of its first."""

    rank: int
    score: float
    confident: bool
    answerable: bool
    milliseconds: float
    shown: bool = False
    document_first: bool = False


def ask(library: Library, query: dict[str, Any]) -> Outcome:
    """Ask one query."""
    started = time.perf_counter()
    answer = library.ask(query["query"], str(query.get("language", "")), limit=DEEP)
    took = 1000 * (time.perf_counter() - started)
    relevant = {str(one) for one in query["relevant"]}
    sections = query.get("sections", ())
    found = [one.passage for one in answer.found]
    # A document ranks where its best passage does, a section where its own does.
    places = {(one.document_id, one.headings if sections else ()): one for one in reversed(found)}
    listed = [one for one in found if places[one.document_id, one.headings if sections else ()] is one]
    rank = next((at for at, one in enumerate(listed, start=1) if is_section(one, relevant, sections)), 0)
    score = answer.found[0].score if answer.found else 0.0
    document = bool(found) and found[0].document_id in relevant
    return Outcome(rank, score, answer.confident, bool(relevant), took, answer.is_shown, document)


def curve(outcomes: Sequence[Outcome]) -> list[list[float]]:
    """Rows of the share of queries answered (in %), how many of those are right (in %), and the least score among them."""
    surest = sorted(outcomes, key=lambda one: -one.score)
    rows: list[list[float]] = []
    for share in SHARES if surest else ():
        some = surest[: max(1, round(share * len(surest) / 100))]
        rows.append([share, _percent(one.rank == 1 for one in some), round(some[-1].score, 3)])
    return rows


def measure(library: Library, queries: list[dict[str, Any]]) -> dict[str, Any]:
    """Ask everything; percent and milliseconds."""
    outcomes = [ask(library, query) for query in queries]
    asked = [one for one in outcomes if one.answerable]
    strange = [one for one in outcomes if not one.answerable]
    times = sorted(one.milliseconds for one in outcomes) or [0.0]
    figures: dict[str, Any] = {f"R@{cut}": _percent(0 < one.rank <= cut for one in asked) for cut in CUTS}
    figures |= {
        "MRR@10": _percent(1 / one.rank if 0 < one.rank <= 10 else 0 for one in asked),
        "document_first": _percent(one.document_first for one in asked),
        "answered": _percent(one.confident for one in asked),
        "right_when_answered": _percent(one.rank == 1 for one in outcomes if one.confident),
        "shown": _percent(one.shown for one in asked),
        "right_when_shown": _percent(one.rank == 1 for one in outcomes if one.shown),
        "ms_p50": round(times[len(times) // 2], 1),
        "ms_p95": round(times[int(len(times) * 0.95)], 1),
        "curve": curve(outcomes),
    }
    if strange:
        figures["answered_in_vain"] = _percent(one.confident for one in strange)
        figures["shown_in_vain"] = _percent(one.shown for one in strange)
    return figures | by_pair(queries, outcomes)


def by_pair(queries: Sequence[dict[str, Any]], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """R@1 and R@5 by the language of the query and those that its documents are written in; nothing where these are not known."""
    groups: dict[str, list[int]] = {}
    for query, one in zip(queries, outcomes, strict=True):
        if query.get("written_in"):
            groups.setdefault(f"{query['language']} to {query['written_in']}", []).append(one.rank)
    pairs = {
        pair: {
            "queries": len(ranks),
            "R@1": _percent(rank == 1 for rank in ranks),
            "R@5": _percent(0 < rank <= 5 for rank in ranks),
        }
        for pair, ranks in sorted(groups.items())
    }
    return {"pairs": pairs} if pairs else {}


def _percent(values: Iterable[float]) -> float:
    known = list(values)
    return round(100 * sum(known) / max(len(known), 1), 1)


def labelled_query(row: dict[str, Any]) -> dict[str, Any]:
    """The query with `relevant` and `sections`, also where its label is one `document` and `heading`."""
    if "document" not in row:
        return row
    answered = bool(row.get("answerable", True))
    label = {
        "relevant": [row["document"]] if answered else [],
        "sections": [row["heading"]] if answered and row["heading"] else [],
    }
    return row | label


def from_city(
    folder: Path, documents: Path, queries: list[dict[str, Any]], embedders: Sequence[Embedder]
) -> list[dict[str, Any]]:
    """Import a city's documents into the library at `folder`; the queries, with ids of documents for names of files and their languages."""
    import_paths([documents], folder, embedders)
    store = DocumentStore(folder)
    of_file = {Path(origin).name: record.documents for origin, record in store.sources().items()}
    languages = {document.document_id: document.language for document in store}
    asked = []
    for query in map(labelled_query, queries):
        relevant = [one for name in query["relevant"] for one in of_file.get(name, ())]
        written_in = "+".join(sorted({languages[one] for one in relevant}))
        asked.append(query | {"relevant": relevant, "written_in": written_in})
    return asked


def prepare(
    given: argparse.Namespace, folder: Path, embedders: Sequence[Embedder]
) -> tuple[Manifest, list[dict[str, Any]]]:
    """Build the index that was asked for; what it holds, and the queries."""
    if given.city:
        asked = from_city(folder, given.city, rows_of(given.queries), embedders)
        return read_manifest(folder, current_version(folder)), asked
    if given.faq:
        rows, asked = from_faq(rows_of(given.faq))
    else:
        rows, asked = rows_of(given.docs), rows_of(given.queries)
    passages = [passage for document in documents_of(rows) for passage in split_document(document)]
    return build_snapshot(folder, passages, embedders), asked


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--faq", type=Path)
    parser.add_argument("--city", type=Path, help="a folder of documents as `knowledge import` takes it")
    parser.add_argument("--model", default=DEFAULT, help=f"as in CITYLINE_EMBEDDING_MODEL, default {DEFAULT}")
    parser.add_argument("--reranker", default="", help="as in CITYLINE_RERANKER, none by default")
    parser.add_argument(
        "--folder", type=Path, help="keep the index here, so that a second run builds nothing"
    )
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    if not given.faq and not (given.queries and (given.docs or given.city)):
        parser.error("give --docs and --queries, --city and --queries, or --faq")
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        embedders = make_embedders(given.model)
        started = time.perf_counter()
        manifest, queries = prepare(given, folder, embedders)
        built = time.perf_counter() - started
        library = Library(folder, embedders, THRESHOLD, MAYBE, reranker=make_reranker(given.reranker))
        library.warm_up()
        figures = measure(library, queries)
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
