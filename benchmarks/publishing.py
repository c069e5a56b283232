"""How long a published document takes until another process answers from it, and what questions take meanwhile.

    python -m benchmarks.publishing --passages 10000

The library is made of words at random, and so are the vectors of what is there already; the documents that are published are
encoded by the city's own models, as in service. Prints one JSON object; seconds, and milliseconds for the questions.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from channels.registry import InstallationSettings
from core.settings import compute_on_one_thread, load_settings

if TYPE_CHECKING:
    from bot.app import App

WORDS = 20_000
PUBLICATIONS = 5


def fill(app: App, passages: int) -> int:
    """Put documents of three passages each into the library, with vectors at random; how many passages there are."""
    from knowledge.base.model import Document
    from knowledge.base.store import DocumentStore
    from knowledge.base.text import text_digest
    from knowledge.imports.importing import ignore_progress, index_store
    from knowledge.index.cache import PreparedPassages, embedded_text

    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnoprstuv", k=chance.randint(3, 9))) for _ in range(WORDS)]
    weights = [1 / (rank + 3) for rank in range(WORDS)]
    store, prepared = DocumentStore(app.jobs.folder), PreparedPassages(app.jobs.folder)
    for number in range(passages // 3):
        sections = [f"## Part {at}\n\n{' '.join(chance.choices(words, weights, k=140))}." for at in range(3)]
        store.put(Document(f"d{number}", f"Page {number}", "\n\n".join(sections), language="en"))
    found = prepared.passages_of(store)
    vectors = np.random.default_rng(7)
    for embedder in app.embedders:
        some = vectors.normal(size=(len(found), embedder.encode(["one"]).shape[1])).astype(np.float32)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
        keys = [text_digest(embedded_text(passage)) for passage in found]
        prepared._keep_vectors(embedder.name, dict(zip(keys, some, strict=True)))  # noqa: SLF001  in place of hours of encoding
    index_store(app.jobs.folder, store, app.embedders, ignore_progress)
    return len(found)


def watch(folder: Path, model: str, titles: list[str], seen: Any) -> None:
    """In another process: ask for each title until it is answered from; tell when."""
    from knowledge.index.embedding import make_embedders
    from knowledge.search.library import Library

    compute_on_one_thread()
    library = Library(folder, make_embedders(model), 0.2)
    library.warm_up()
    seen.put(time.time())
    for title in titles:
        while not any(one.passage.title == title for one in library.ask(title, "en").found):
            time.sleep(0.1)
        seen.put(time.time())


def publish(app: App, title: str) -> float:
    """Write a document and publish it, as the console does; when it was."""
    from knowledge.documents.documents import create_draft
    from knowledge.publishing import publish_documents as note

    with app.database.writing() as session:
        text = (
            f"## {title}\n\n{title} is open every day from nine to five, and admission is free for children."
        )
        number = create_draft(session, title=title, text=text, language="en", by="Ana", now=app.now())
        note(session, [number], by="Ana", now=app.now())
        app.jobs.index(session)
    app.workers.jobs.wake()
    return time.time()


def measure(app: App, passages: int) -> dict[str, object]:
    """Publish a few documents one after the other while residents ask."""
    count = fill(app, passages)
    titles = [f"Museum of {name}" for name in ("lanterns", "zithers", "kayaks", "gravel", "yeast")]
    spawn = multiprocessing.get_context("spawn")
    seen = spawn.Queue()
    model = app.settings.embedding_model
    other = spawn.Process(target=watch, args=(app.jobs.folder, model, titles, seen), daemon=True)
    other.start()
    app.library.warm_up()
    seen.get(timeout=120)
    app.workers.jobs.start()
    stopping, took = threading.Event(), list[float]()
    asker = threading.Thread(target=_ask, args=(app, stopping, took))
    asker.start()
    seconds = []
    for title in titles[:PUBLICATIONS]:
        begun = publish(app, title)
        seconds.append(round(seen.get(timeout=120) - begun, 2))
    stopping.set()
    asker.join()
    other.join(20)
    app.life.stop()
    took.sort()
    return {
        "passages": count,
        "searchable_after": seconds,
        "median": statistics.median(seconds),
        "questions_meanwhile": len(took),
        "question_p50_ms": round(took[len(took) // 2] * 1000),
        "question_p95_ms": round(took[int(len(took) * 0.95)] * 1000),
        "question_max_ms": round(took[-1] * 1000),
    }


def _ask(app: App, stopping: threading.Event, took: list[float]) -> None:
    number = 0
    while not stopping.is_set():
        number += 1
        begun = time.monotonic()
        app.library.ask(f"Where is page number {number} of the city's museum?", "en")
        took.append(time.monotonic() - begun)
        time.sleep(0.2)


def main() -> None:
    """Run it in a folder of its own."""
    from bot.app import Replacements, build_app
    from bot.migrate import upgrade_database
    from nlu.fake import WordNluClient

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    chosen = parser.parse_args()
    compute_on_one_thread()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(InstallationSettings, _env_file=None, data_dir=Path(folder))
        upgrade_database(settings.database)
        app = build_app(settings, Replacements(WordNluClient()))
        print(json.dumps(measure(app, chosen.passages), indent=1))


if __name__ == "__main__":
    main()
