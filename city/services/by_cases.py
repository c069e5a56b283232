"""What confirmed cases teach: of which service the reports most alike to a text turned out to be.

Only numbers are held, in memory, by a digest of each text: what is erased from the city's records is gone with the next look at them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

FEWEST_CASES, MOST_CASES = 100, 2_000
"""Fewer confirmed cases teach nothing yet; of more the newest count. Two thousand take 7 MB."""
NEAREST, WARMTH = 10, 0.1
"""So many of the nearest cases vote; a case that is less alike by so much in cosine has a vote of 1/e beside the nearest one's."""
SHARE = 0.5
"""What the votes decide of a text that is about some service; the service list itself decides the rest."""
AT_ONCE, BATCH = 200, 8
"""Texts that one look encodes at most, and in one go, between which a resident's text may come."""

Case = tuple[str, str]
"""What was reported, and the code of the service that it turned out to be."""


@dataclass(frozen=True, slots=True)
class CaseExamples:
    """Confirmed cases as vectors, one row for each case in the matrix of each embedder."""

    codes: tuple[str, ...]
    embedders: tuple[Embedder, ...]
    vectors: tuple[NDArray[np.float32], ...]

    def votes(self, text: str, weights: Sequence[float], services: Sequence[str]) -> NDArray[np.float32]:
        """Shares of the nearest cases' votes by service, shape (services,), adding up to 1; all 0 where none is of these services."""
        alike = sum(
            (
                weight * (vectors @ embedder.encode([text])[0])
                for weight, embedder, vectors in zip(weights, self.embedders, self.vectors, strict=True)
                if weight
            ),
            start=np.zeros(len(self.codes), dtype=np.float32),
        ) / sum(weights)
        place = {code: index for index, code in enumerate(services)}
        nearest = [at for at in np.argsort(-alike, kind="stable") if self.codes[at] in place][:NEAREST]
        votes = np.zeros(len(services), dtype=np.float32)
        for at in nearest:
            votes[place[self.codes[at]]] += np.exp((alike[at] - alike[nearest[0]]) / WARMTH)
        shares: NDArray[np.float32] = votes / (votes.sum() or 1)
        return shares


class CaseMemory:
    """The cases that are known so far. `learn` is called by one thread, `examples` may be read by any."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[NDArray[np.float32]]] = {}
        self.examples: CaseExamples | None = None

    def learn(self, cases: Sequence[Case], embedders: Sequence[Embedder]) -> int:
        """Hold these cases, the newest first, and no others; how many are held. New ones are encoded a part at a time, so call it again."""
        if len(cases) < FEWEST_CASES or not embedders:
            self._known, self.examples = {}, None
            return 0
        keyed = [(_digest_of(text), text, code) for text, code in cases[:MOST_CASES]]
        new = list({key: text for key, text, _ in keyed if key not in self._known}.items())[:AT_ONCE]
        for start in range(0, len(new), BATCH):
            self._encode(new[start : start + BATCH], embedders)
        held = [(key, code) for key, _, code in keyed if key in self._known]
        self._known = {key: self._known[key] for key, _ in held}
        self.examples = self._examples_of(held, embedders) if len(held) >= FEWEST_CASES else None
        return len(held)

    def _examples_of(self, held: Sequence[tuple[bytes, str]], embedders: Sequence[Embedder]) -> CaseExamples:
        vectors = tuple(np.stack([self._known[key][at] for key, _ in held]) for at in range(len(embedders)))
        return CaseExamples(tuple(code for _, code in held), tuple(embedders), vectors)

    def _encode(self, texts: Sequence[tuple[bytes, str]], embedders: Sequence[Embedder]) -> None:
        rows = [embedder.encode([text for _, text in texts]) for embedder in embedders]
        for at, (key, _) in enumerate(texts):
            self._known[key] = [matrix[at] for matrix in rows]


def _digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
