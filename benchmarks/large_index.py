"""How long a question takes in a large library, how much of the nearest it finds, and what the index costs.

    python -m benchmarks.large_index --passages 10000 --passages 1000000 [--work FOLDER]

Every passage is made of two of the sample city's in one language: the first half of the one, the second half of the other and
eight words more, half of them invented; its vector lies between theirs, with some noise. So a million different texts need no million
encodings. The questions are those of `benchmarks/questions/penstock.jsonl`, encoded by the city's own models.

Prints one JSON object with an entry for each size. One thread; `ms` are wall-clock time, `cpu_ms` processor time, which other work on
the machine changes less. `--work` keeps the encoded sample city and the indexes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from core.settings import compute_on_one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder
    from knowledge.base.model import Passage
    from knowledge.index.cache import Counted
    from knowledge.search.library import Library

QUESTIONS = Path(__file__).parent / "questions" / "penstock.jsonl"
SAMPLE = Path(__file__).parents[1] / "city" / "sample" / "documents"
NOISE = 0.3
MORE_WORDS = 8
INVENTED = 50_000
ROUNDS = 2
CHECKED = 12
LISTS = ("words", "pieces", "titles")


class MadePassages:
    """As many passages as wanted, made of few when they are asked for; the same number is always the same passage."""

    def __init__(self, originals: Sequence[Passage], count: int) -> None:
        self.originals = originals
        self._count = count
        chance = np.random.default_rng(7)
        self.first = np.arange(count) % len(originals)
        self.second = self.first.copy()
        languages = np.array([passage.language for passage in originals])
        for language in set(languages.tolist()):
            wanted = languages[self.first] == language
            self.second[wanted] = chance.choice(np.flatnonzero(languages == language), wanted.sum())
        self._halves = [halves(passage.text) for passage in originals]
        known = sorted({word for passage in originals for word in passage.text.split()})
        self.words = known + [_invented(number) for number in range(INVENTED)]
        invented = len(known) + chance.zipf(1.2, (count, MORE_WORDS // 2)) % INVENTED
        self.more = np.hstack([chance.integers(len(known), size=(count, MORE_WORDS // 2)), invented])

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __getitem__(self, number: int) -> Passage:
        """The passage with this number."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        one, other = self.first[number], self.second[number]
        more = " ".join([self.words[at] for at in self.more[number].tolist()])
        text = f"{self._halves[one][0]} {self._halves[other][1]} {more}"
        return replace(self.originals[one], passage_id=f"p{number}", document_id=f"d{number // 5}", text=text)


def halves(text: str) -> tuple[str, str]:
    """The two halves of a text."""
    words = text.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def _invented(number: int) -> str:
    return "".join(np.random.default_rng(number).choice(list("abcdefghiklmnoprstuv"), 4 + number % 6))


class Made:
    """In place of `knowledge.index.cache.PreparedPassages`: vectors and counted words are put together from those of the originals."""

    def __init__(
        self, originals: Sequence[Passage], vectors: dict[str, NDArray[np.float32]], made: MadePassages
    ) -> None:
        self._vectors = vectors
        self._numbers: dict[str, int] = {}
        self._parts = [self._lists_of(passage) for passage in originals]
        self._more = {
            kind: [self._numbered(found(word, "en")) for word in made.words]
            for kind, found in _splitters().items()
        }

    def vectors(
        self,
        passages: MadePassages,
        embedder: Embedder,
        _languages: Sequence[str],
        on_done: Callable[[int], None],
    ) -> Iterator[NDArray[np.float32]]:
        """Vectors between those of the two passages that each passage is made of; zeros stay zeros."""
        from knowledge.index.cache import BLOCK

        originals = self._vectors[embedder.name]
        scale = NOISE / np.sqrt(originals.shape[1])
        chance = np.random.default_rng(7)
        for start in range(0, len(passages), BLOCK):
            ones = originals[passages.first[start : start + BLOCK]]
            others = originals[passages.second[start : start + BLOCK]]
            share = chance.uniform(0.5, 0.9, size=(len(ones), 1)).astype(np.float32)
            made = chance.standard_normal(ones.shape, np.float32) * np.float32(scale)
            made += share * ones + (1 - share) * others
            made[~ones.any(axis=1)] = 0
            yield made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
            on_done(start + len(ones))

    def counted(self, passages: MadePassages, _main: str) -> Iterator[dict[str, list[Counted]]]:
        """The counted words of the halves and of the words more."""
        from knowledge.index.cache import BLOCK

        for start in range(0, len(passages), BLOCK):
            numbers = range(start, min(start + BLOCK, len(passages)))
            yield {kind: [self._put_together(passages, number, kind) for number in numbers] for kind in LISTS}

    def _put_together(self, passages: MadePassages, number: int, kind: str) -> Counted:
        one, other = self._parts[passages.first[number]], self._parts[passages.second[number]]
        if kind == "titles":
            found = one["titles"]
        else:
            more = [self._more[kind][at] for at in passages.more[number]]
            found = np.concatenate([one["above"][kind], one["first"][kind], other["second"][kind], *more])
        numbers, counts = np.unique(found, return_counts=True)
        return numbers, counts.astype(np.int32)

    def terms(self) -> dict[int, str]:
        """The words by number."""
        return {number: term for term, number in self._numbers.items()}

    def forget_unused(self, _passages: MadePassages) -> None:
        """Nothing here is kept."""

    def _lists_of(self, passage: Passage) -> dict[str, Any]:
        from knowledge.index.cache import passage_name

        first, second = halves(passage.text)
        parts = {"above": passage_name(passage), "first": first, "second": second}
        lists: dict[str, Any] = {
            name: {
                kind: self._numbered(found(text, passage.language)) for kind, found in _splitters().items()
            }
            for name, text in parts.items()
        }
        return lists | {"titles": lists["above"]["words"]}

    def _numbered(self, found: list[str]) -> NDArray[np.int32]:
        return np.array([self._numbers.setdefault(term, len(self._numbers)) for term in found], np.int32)


def _splitters() -> dict[str, Callable[[str, str], list[str]]]:
    from knowledge.index.word_index import letter_pieces, word_tokens

    return {"words": word_tokens, "pieces": letter_pieces}


def sample_city(
    work: Path, embedders: Sequence[Embedder]
) -> tuple[list[Passage], dict[str, NDArray[np.float32]]]:
    """The passages of the sample city and their vectors by model, encoded at the first time."""
    from knowledge.base.store import DocumentStore
    from knowledge.imports.importing import import_paths
    from knowledge.index.cache import PreparedPassages, read_by

    import_paths([SAMPLE], work / "sample", embedders)
    prepared = PreparedPassages(work / "sample")
    passages = prepared.passages_of(DocumentStore(work / "sample"))
    return passages, {
        one.name: np.concatenate(list(prepared.vectors(passages, one, read_by(one, embedders))))
        for one in embedders
    }


def build(work: Path, count: int, *, again: bool) -> dict[str, Any]:
    """Build the index of so many passages, and, if wanted, once more with one passage more, as a publication does."""
    from knowledge.index.embedding import make_embedders
    from knowledge.index.encoder_models import DEFAULT
    from knowledge.index.snapshot import build_snapshot

    embedders = make_embedders(DEFAULT)
    originals, vectors = sample_city(work, embedders)
    figures: dict[str, Any] = {}
    for name, size in (("build", count), ("publish", count + 1))[: 1 + again]:
        passages = MadePassages(originals, size)
        made = Made(originals, vectors, passages)
        started = time.perf_counter(), time.process_time()
        manifest = build_snapshot(work / str(count), passages, embedders, prepared=made)  # type: ignore[arg-type]
        figures |= {
            f"{name}_seconds": round(time.perf_counter() - started[0], 1),
            f"{name}_cpu_seconds": round(time.process_time() - started[1], 1),
        }
    place = work / str(count) / "snapshots" / manifest.version
    return figures | {
        "building_memory_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "disk_mb": {
            path.name: sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else [path]))
            // 2**20
            for path in sorted(place.iterdir())
        },
        "tuned": [[one.probes, one.groups, one.recall] for one in manifest.tuned],
    }


def search(work: Path, count: int) -> dict[str, Any]:
    """Ask the index of so many passages all questions; in a process of its own, so that its memory is that of searching."""
    from knowledge.index.embedding import make_embedders
    from knowledge.index.encoder_models import DEFAULT
    from knowledge.search.library import Library

    embedders = make_embedders(DEFAULT)
    for embedder in embedders:
        embedder.encode(["Where is the city hall?"])
    before = psutil.Process().memory_info()
    started = time.process_time()
    library = Library(work / str(count), embedders, threshold=0.5)
    opened = time.process_time() - started
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").split("\n") if line.strip()]
    encoding = [_took(lambda row=row: [one.encode([row["query"]]) for one in embedders]) for row in rows]
    first = [_took(lambda row=row: library.ask(row["query"], row["language"])) for row in rows]
    asking = [
        _took(lambda row=row: library.ask(row["query"], row["language"]))
        for _ in range(ROUNDS)
        for row in rows
    ]
    after = psutil.Process().memory_info()
    both = [tuple(np.add(encoding[at % len(rows)], took)) for at, took in enumerate(asking)]
    figures = {
        "opening_cpu_seconds": round(opened, 2),
        "own_memory_mb": round((after.rss - after.shared - before.rss + before.shared) / 2**20),
        "mapped_memory_mb": round((after.shared - before.shared) / 2**20),
        "question": _quantiles(asking),
        "question_first_time": _quantiles(first),
        "question_with_encoding": _quantiles(both),
    }
    return figures | recalls(library, embedders, rows) | {"words_exact": words_exact(library, rows[:CHECKED])}


def _took(work: Callable[[], object]) -> tuple[float, float]:
    started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def _quantiles(times: Sequence[tuple[float, ...]]) -> dict[str, float]:
    wall, processor = 1000 * np.array(times).T
    names = (
        ("ms_p50", wall, 50),
        ("ms_p95", wall, 95),
        ("cpu_ms_p50", processor, 50),
        ("cpu_ms_p95", processor, 95),
    )
    return {name: round(float(np.percentile(values, at)), 1) for name, values, at in names}


def recalls(
    library: Library, embedders: Sequence[Embedder], rows: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """By model: the share of the nearest 10 and 50 of an exact search that is found for the questions it is asked."""
    from knowledge.index.ivf_index import GroupedIndex, nearest_exactly

    opened = library._snapshot  # noqa: SLF001  the library shows no indexes
    assert opened
    found: dict[str, Any] = {}
    for index, embedder in zip(opened.meanings, embedders, strict=True):
        if not isinstance(index, GroupedIndex):
            found[embedder.name] = "exact"
            continue
        languages = getattr(embedder, "languages", ())
        asked = [row["query"] for row in rows if not languages or row["language"] in languages]
        vectors = np.concatenate([embedder.encode([question]) for question in asked])
        exact = nearest_exactly(index._block_vectors, vectors, 50)  # noqa: SLF001
        found[embedder.name] = {
            f"recall@{cut}": round(
                float(
                    np.mean(
                        [
                            np.isin(known[:cut], index.search(vector, 50)[:cut]).mean()
                            for known, vector in zip(exact, vectors, strict=True)
                        ]
                    )
                ),
                4,
            )
            for cut in (10, 50)
        }
    return {"recall": found}


def words_exact(library: Library, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether the best by words and pieces have the scores of the best of all passages, for some questions."""
    from knowledge.index.word_index import letter_pieces, query_tokens

    opened = library._snapshot  # noqa: SLF001
    assert opened
    everything = np.arange(len(opened.passages))
    for row in rows:
        stems = query_tokens(row["query"], opened.manifest.languages, row["language"])
        asked = {"words": stems, "titles": stems, "pieces": letter_pieces(row["query"], row["language"])}
        for name in LISTS:
            index = getattr(opened, name)
            scores = index.scores(asked[name], everything)
            best = scores[index.best(asked[name], 50)]
            if not np.array_equal(np.sort(best), np.sort(scores)[-50:][-len(best) :] if len(best) else best):
                return False
    return True


def main() -> None:
    """Build and search each size, each in a process of its own, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, action="append", help="how many; may be given several times")
    parser.add_argument("--work", type=Path, help="where to keep the encoded sample city and the indexes")
    parser.add_argument("--publish", action="store_true", help="build once more with one passage more")
    parser.add_argument("--search-only", action="store_true", help="the indexes in --work are there already")
    given = parser.parse_args()
    compute_on_one_thread()
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        figures = {}
        for count in given.passages or [10_000]:
            built = {} if given.search_only else _alone(build, work, count, again=given.publish)
            figures[str(count)] = built | _alone(search, work, count)
    print(json.dumps(figures, indent=1))


def _alone(work: Callable[..., dict[str, Any]], *given: object, **named: object) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


if __name__ == "__main__":
    main()
