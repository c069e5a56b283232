"""How near two questions are in meaning, whatever languages they are asked in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.questions.tables import QuestionAnchorRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

SAME_IN_ONE = 0.6
"""Cosine from which on a model of few languages (MiniLM: English) takes two questions to mean the same."""

SAME_IN_ANY = 0.56
"""The same for a model that compares across languages."""


class Vectors:
    """Questions as the vectors of all embedders, one behind the other; zeros where an embedder cannot read the language."""

    def __init__(self, embedders: Sequence[Embedder]) -> None:
        self._embedders = sorted(embedders, key=lambda embedder: not _embedder_languages(embedder))
        self.names = "+".join(embedder.name for embedder in self._embedders)
        sizes = [embedder.encode(["city"]).shape[1] for embedder in self._embedders]
        self._ends = np.cumsum(sizes).tolist()

    def of(self, questions: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Vectors of (question, language) pairs, a row each."""
        texts = [bare_question(question) or " " for question, _ in questions]
        parts = []
        for embedder in self._embedders:
            vectors = np.array(embedder.encode(texts), dtype=np.float32)
            reads = _embedder_languages(embedder)
            if reads:
                vectors[[language not in reads for _, language in questions]] = 0.0
            parts.append(vectors)
        return np.hstack(parts)

    def read_by(self, language: str) -> list[bool]:
        """For each embedder, whether it reads this language."""
        return [
            not _embedder_languages(embedder) or language in _embedder_languages(embedder)
            for embedder in self._embedders
        ]

    def sameness(
        self,
        vector: NDArray[np.float32],
        read_by: Sequence[bool],
        others: NDArray[np.float32],
        others_read_by: NDArray[np.bool_],
    ) -> NDArray[np.float32]:
        """How far each of `others` is above (or below) the threshold of the best embedder that reads both."""
        same = np.full(len(others), -1.0, dtype=np.float32)
        decided = np.zeros(len(others), dtype=bool)
        start = 0
        for at, end in enumerate(self._ends):
            if read_by[at]:
                now = others_read_by[:, at] & ~decided
                threshold = SAME_IN_ONE if _embedder_languages(self._embedders[at]) else SAME_IN_ANY
                same[now] = others[now, start:end] @ vector[start:end] - threshold
                decided |= now
            start = end
        return same


class Anchors:
    """All anchors in memory, in step with their table: it only grows."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._last_id = 0
        self._groups: list[int] = []
        self._read_by: list[list[bool]] = []
        self._rows: list[NDArray[np.float32]] = []
        self._matrix: NDArray[np.float32] | None = None
        self._legible: NDArray[np.bool_] = np.zeros((0, 0), dtype=np.bool_)
        self._filled = 0

    def catch_up(self, session: Session) -> None:
        """Read the anchors that are new in the table; those of other models are encoded again."""
        rows = session.scalars(
            select(QuestionAnchorRow)
            .where(QuestionAnchorRow.id > self._last_id)
            .order_by(QuestionAnchorRow.id)
        ).all()
        old = [row for row in rows if row.models != self._vectors.names]
        if old:
            again = self._vectors.of([(row.question, row.language) for row in old])
            for row, vector in zip(old, again, strict=True):
                row.models, row.vectors = self._vectors.names, vector.tobytes()
        for row in rows:
            self._keep_anchor(
                row.id, row.group_id, row.language, np.frombuffer(row.vectors, dtype=np.float32)
            )

    def add(
        self, session: Session, group_id: int, language: str, question: str, vector: NDArray[np.float32]
    ) -> None:
        """Make a question an anchor of its group."""
        row = QuestionAnchorRow(
            group_id=group_id,
            language=language,
            question=question,
            models=self._vectors.names,
            vectors=vector.astype(np.float32).tobytes(),
        )
        session.add(row)
        session.flush()
        self._keep_anchor(row.id, group_id, language, vector)

    def nearest(self, vector: NDArray[np.float32], language: str) -> int | None:
        """The group that a question means the same as; None when it is none of them. Of equals the newest anchor counts."""
        if not self._rows:
            return None
        same = self._same_language(vector, language)
        best = len(same) - 1 - int(same[::-1].argmax())
        return self._groups[best] if same[best] >= 0 else None

    def nearest_groups(self, vector: NDArray[np.float32], language: str, most: int) -> list[int]:
        """The groups nearest in meaning, best first, whether or not they mean the same."""
        if not self._rows:
            return []
        order = np.argsort(-self._same_language(vector, language), kind="stable")
        return list(dict.fromkeys(self._groups[at] for at in order.tolist()))[:most]

    def _same_language(self, vector: NDArray[np.float32], language: str) -> NDArray[np.float32]:
        return self._vectors.sameness(vector, self._vectors.read_by(language), *self._all_anchors())

    def _keep_anchor(self, anchor_id: int, group_id: int, language: str, vector: NDArray[np.float32]) -> None:
        self._last_id = anchor_id
        self._groups.append(group_id)
        self._read_by.append(self._vectors.read_by(language))
        self._rows.append(vector)

    def _all_anchors(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The anchors as matrices, which have room for more so that they are seldom made anew."""
        count = len(self._rows)
        if self._matrix is None or len(self._matrix) < count:
            room = max(256, 2 * count)
            self._matrix = np.zeros((room, len(self._rows[0])), dtype=np.float32)
            self._legible = np.zeros((room, len(self._read_by[0])), dtype=np.bool_)
            self._filled = 0
        if self._filled < count:
            self._matrix[self._filled : count] = self._rows[self._filled :]
            self._legible[self._filled : count] = self._read_by[self._filled :]
            self._filled = count
        return self._matrix[:count], self._legible[:count]


def bare_question(question: str) -> str:
    """A question without case, accents and punctuation: how it is compared. Models are misled by a leading ¿ and by capitals."""
    return " ".join(re.findall(r"\w+", question.casefold()))


def _embedder_languages(embedder: Embedder) -> tuple[str, ...]:
    """The languages that an embedder is for; none means any."""
    languages: tuple[str, ...] = getattr(embedder, "languages", ())
    return languages
