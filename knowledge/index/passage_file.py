"""The passages of a snapshot on disk: one line of JSON each, mapped and read when a passage is asked for."""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from knowledge.base.model import Passage
from knowledge.index.cache import json_of, passage_of

REMEMBERED = 10_000
"""Passages that stay in memory once read, some 25 MB; reading one again takes 10 µs."""


class PassageFile:
    """Passages by number, in the order they were written. Safe to share between threads."""

    def __init__(self, count: int, read: Callable[[int], Passage]) -> None:
        self._count = count
        self._read = lru_cache(maxsize=REMEMBERED)(read)

    @classmethod
    def open(cls, path: Path, count: int) -> PassageFile:
        """Open what `write` wrote; ValueError when it does not hold `count` passages."""
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        starts = (
            np.load(_starts_path(path), mmap_mode="r")
            if _starts_path(path).is_file()
            else _found_starts(mapped)
        )
        if len(starts) != count + 1 or starts[-1] != len(mapped):
            raise ValueError(f"{path.name} does not hold {count} passages")
        read = partial(_passage_at, mapped, starts)
        for at in {0, count - 1}:
            read(at)
        return cls(count, read)

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __getitem__(self, number: int) -> Passage:
        """The passage with this number, from 0."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        return self._read(int(number))


def write_passages(path: Path, passages: Iterable[Passage]) -> None:
    """Write passages to a file, and beside it where each begins."""
    starts = [0]
    with path.open("wb") as file:
        for passage in passages:
            starts.append(starts[-1] + file.write(f"{json_of(passage)}\n".encode("utf-8", "surrogatepass")))
    np.save(_starts_path(path), np.array(starts, np.int64))


def _starts_path(path: Path) -> Path:
    return path.with_suffix(".starts.npy")


def _found_starts(mapped: mmap.mmap) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each line begins, and the end, of a file of format 4 or older, which has no list of that."""
    ends = np.flatnonzero(np.frombuffer(mapped, np.uint8) == ord("\n"))
    return np.concatenate([[0], ends + 1]).astype(np.int64)


def _passage_at(
    mapped: mmap.mmap, starts: np.ndarray[tuple[int], np.dtype[np.int64]], number: int
) -> Passage:
    start, end = starts[number : number + 2].tolist()
    return passage_of(json.loads(mapped[start:end].decode("utf-8", "surrogatepass")))
