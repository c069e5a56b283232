"""Search by meaning in a large library: vectors in groups, of which only those nearest to the question are searched.

    meaning-<n>.faiss    the groups (FAISS, IVF) with each vector in one byte a number
    meaning-<n>.npy      the vectors, two bytes a number: what is found in the groups is put in order by these

How many groups are searched (probes) is found when the index is built: the fewest with which enough of what an exact search
finds is found for questions made of the passages' own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index.vector_file import write_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENOUGH = 0.985
"""The share of the exact search's nearest `LOOKED_AT` that must be found."""
LOOKED_AT = 50
SURPLUS = 2
"""So many times what is asked for comes from the groups, to be put in order by the finer vectors."""
TRAINED_ON = 64
"""Vectors for each group that the groups are made from."""
ROUNDS = 8
BLOCK = 50_000


@dataclass(frozen=True, slots=True)
class Tuned:
    """How many groups are searched of how many, and the share of the nearest that this finds."""

    probes: int
    groups: int
    recall: float


class GroupedIndex:
    """An approximate index, mapped from disk."""

    def __init__(self, index: Any, vectors: NDArray[np.float16]) -> None:
        self._index = index
        self._vectors = vectors

    @classmethod
    def open(cls, path: Path) -> GroupedIndex:
        """Open what `write_groups` wrote; ValueError when the two files do not belong together."""
        import faiss

        index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        lists = faiss.downcast_InvertedLists(index.invlists)
        if hasattr(lists, "prefetch_nthread"):
            lists.prefetch_nthread = 0  # FAISS would start 32 threads at each question
        vectors = np.load(path.with_suffix(".npy"), mmap_mode="r")
        if vectors.shape[1] != index.d or len(vectors) < index.ntotal:
            raise ValueError(f"{path.name} and its vectors do not belong together")
        return cls(index, vectors)

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The numbers of nearly always the `count` vectors nearest to `vector`, nearest first."""
        _, numbers = self._index.search(vector.reshape(1, -1), SURPLUS * count)
        found = np.sort(numbers[0][numbers[0] >= 0])
        return found[np.argsort(-self.cosines(vector, found), kind="stable")[:count]]

    def cosines(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of `vector` with each of the numbered ones, to three digits."""
        return self.vectors(numbers) @ vector

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors themselves, shape (count, dimension)."""
        return np.asarray(self._vectors[numbers]).astype(np.float32)

    def tune(self, questions: NDArray[np.float32]) -> Tuned:
        """Search as few groups as find `ENOUGH`, and say how many."""
        groups = int(self._index.nlist)
        exact = nearest_exactly(self._vectors, questions, LOOKED_AT)
        for probes in _steps_of_groups(groups):
            self._index.nprobe = probes
            hits = [
                np.isin(known, self.search(question, LOOKED_AT)).sum()
                for question, known in zip(questions, exact, strict=True)
            ]
            recall = sum(hits) / max(exact.size, 1)
            if recall >= ENOUGH:
                break
        return Tuned(probes, groups, round(float(recall), 4))


def write_groups(
    path: Path,
    size: int,
    blocks: Iterable[NDArray[np.float32]],
    questions: NDArray[np.float32],
    before: Path | None = None,
) -> Tuned:
    """Write an index of `size` vectors that come in blocks, tuned with `questions` (shape (some, dimension)).

    `before` is the index of an earlier snapshot by the same model; its groups are kept while they are as many as needed.
    """
    import faiss

    vectors = write_vectors(path.with_suffix(".npy"), size, blocks)
    legible = np.concatenate([np.flatnonzero(block.any(axis=1)) + at for at, block in _in_blocks(vectors)])
    index = _grouped_index(vectors, legible, before)
    for start in range(0, len(legible), BLOCK):
        numbers = legible[start : start + BLOCK]
        index.add_with_ids(vectors[numbers].astype(np.float32), numbers)
    tuned = GroupedIndex(index, vectors).tune(questions)
    faiss.write_index(index, str(path))
    return tuned


def nearest_exactly(
    vectors: NDArray[np.float16], questions: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    """By an exact search: the numbers of the nearest to each question, shape (questions, count), nearest first."""
    numbers: NDArray[np.int64] = np.zeros((len(questions), 0), np.int64)
    cosines: NDArray[np.float32] = np.zeros((len(questions), 0), np.float32)
    for at, block in _in_blocks(vectors):
        here = questions @ block.astype(np.float32).T
        some = np.argpartition(-here, min(count, len(block)) - 1, axis=1)[:, :count]
        numbers = np.concatenate([numbers, some + at], axis=1)
        cosines = np.concatenate([cosines, np.take_along_axis(here, some, axis=1)], axis=1)
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        numbers = np.take_along_axis(numbers, order, axis=1)
        cosines = np.take_along_axis(cosines, order, axis=1)
    return numbers


def _steps_of_groups(groups: int) -> list[int]:
    """The numbers of groups to try: each a good third more than the one before."""
    steps = {min(groups, round(4 * 2 ** (at / 2))) for at in range(40)}
    return sorted(steps)


def _in_blocks(vectors: NDArray[np.float16]) -> Iterator[tuple[int, NDArray[np.float16]]]:
    for at in range(0, len(vectors), BLOCK):
        yield at, np.asarray(vectors[at : at + BLOCK])


def _grouped_index(vectors: NDArray[np.float16], legible: NDArray[np.int64], before: Path | None) -> Any:
    """An empty index whose groups are made: those of `before` where they fit, else of a sample of the vectors."""
    import faiss

    dimension = vectors.shape[1]
    groups = 2 ** int(np.log2(max(len(legible), 1)) / 2 + 1.25) if len(legible) > 16 else 1
    known = _emptied_index(before) if before else None
    if known is not None and known.nlist == groups and known.d == dimension:
        return known
    index: Any = faiss.index_factory(dimension, f"IVF{groups},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = ROUNDS, TRAINED_ON, 1
    step = max(1, len(legible) // (groups * TRAINED_ON))
    sample = vectors[legible[::step]].astype(np.float32)
    index.train(sample if len(sample) else np.eye(1, dimension, dtype=np.float32))
    return index


def _emptied_index(path: Path) -> Any:
    """The groups of an index without what is in them; None when it is damaged."""
    import faiss

    try:
        index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
    except RuntimeError:
        return None
    lists: Any = faiss.ArrayInvertedLists(index.nlist, index.code_size)
    lists.this.disown()  # the index frees them
    index.replace_invlists(lists, True)
    index.ntotal = 0
    return index
