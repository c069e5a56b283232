"""What a text means, by its distance from sentences of danger and from such as only look like it.

A kernel ridge regression on the vectors of the multilingual encoder: of what was tried on sentences left out (docs/dialogue.md), the
simplest that wins. It is fitted at every start, in about a second; only the vectors are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.linalg

from city.services.vectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

FOLDER = Path(__file__).parent / "sentences"
NLU_DATA = Path(__file__).parents[3] / "nlu" / "data"
HARMLESS = "harmless"
SHARPNESS = 2.0
"""How quickly likeness fades with the angle between two vectors."""
RIDGE = 0.1
WEIGHT_OF_DANGER = 3.0
NLU_STEP = 4
"""Of the ordinary sentences that Rasa learns from, every so many-th is enough."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the kind of danger it tells of, or `harmless`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Meant:
    """`score` is about 1 for what is surely danger and -1 for what is surely none; `kind` is the likeliest kind if it is one."""

    score: float
    kind: str


def own_examples(folder: Path = FOLDER) -> list[Example]:
    """The sentences that lie beside this file, in all languages."""
    found: list[Example] = []
    for file in sorted(folder.glob("*.txt")):
        kind = HARMLESS
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                kind = line.strip("[] ")
            elif line.strip() and not line.startswith("#"):
                found.append(Example(line.strip(), kind))
    return found


def ordinary_examples(folder: Path = NLU_DATA) -> list[Example]:
    """What residents say on any day: the sentences that Rasa learns from, but those of its intent `emergency`."""
    found = []
    for file in sorted(folder.glob("*.yml")):
        intent = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if told := re.match(r"- intent: (\w+)", line):
                intent = told[1]
            elif line.startswith("    - ") and intent != "emergency":
                found.append(
                    Example(re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line[6:]), HARMLESS)
                )
    return found


class DangerMeaning:
    """Judges by meaning. Building it encodes the examples (seconds, once) and fits."""

    def __init__(self, embedder: Embedder, examples: Sequence[Example], cache: Path | None = None) -> None:
        self._embedder = embedder
        self._vectors = np.asarray(
            vectors_of(embedder, [each.text for each in examples], cache), dtype=np.float32
        )
        self._kinds = sorted({each.kind for each in examples} - {HARMLESS})
        self._weights = _fitted_weights(self._vectors, self._wanted_columns(examples))

    def _wanted_columns(self, examples: Sequence[Example]) -> NDArray[np.float32]:
        """A column for danger of any kind, and one for each kind; 1 where it is, -1 where it is not."""
        kinds = np.array([each.kind for each in examples])
        columns = [kinds != HARMLESS, *(kinds == kind for kind in self._kinds)]
        return np.where(np.stack(columns, axis=1), 1.0, -1.0).astype(np.float32)

    def __call__(self, texts: Sequence[str]) -> Meant:
        """The most dangerous of the texts, which are a message and its sentences."""
        vectors = np.concatenate([self._embedder.encode([text]) for text in texts])
        scores = _likeness_of(vectors, self._vectors) @ self._weights
        worst = scores[int(scores[:, 0].argmax())]
        return Meant(float(worst[0]), self._kinds[int(worst[1:].argmax())])


def _likeness_of(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    likeness: NDArray[np.float32] = np.exp(SHARPNESS * (one @ other.T - 1.0))
    return likeness


def _fitted_weights(vectors: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    heavier = np.where(wanted[:, 0] > 0, WEIGHT_OF_DANGER, 1.0)
    system = _likeness_of(vectors, vectors)
    system[np.diag_indices_from(system)] += RIDGE / heavier
    solved: NDArray[np.float32] = scipy.linalg.solve(
        system, wanted, assume_a="pos", overwrite_a=True, check_finite=False
    )
    return solved.astype(np.float32)


LONGEST_WHOLE = 300
MOST_SENTENCES = 12


def text_pieces(text: str) -> Iterator[str]:
    """A text as it is judged: the whole of a short one, and each sentence of one with several."""
    whole = " ".join(text.split())
    parts = [part.strip() for part in re.split(r"[.!?;\n。！？؟；]+", text) if part.strip()]
    if len(whole) <= LONGEST_WHOLE or not parts:
        yield whole[:LONGEST_WHOLE]
    if len(parts) > 1 or len(whole) > LONGEST_WHOLE:
        yield from (part[:LONGEST_WHOLE] for part in parts[:MOST_SENTENCES])
