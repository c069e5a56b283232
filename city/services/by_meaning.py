"""How alike a text and each service are in meaning, by the vectors of one embedder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from city.records.model import Service
from city.services.concepts import concepts_of, phrase_book
from city.services.vectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

SAID = 2.0
"""Weight of what residents say about such things, against 1 for the service's own words."""

HUB = 0.4
"""Share of a service's likeness to everything that is taken off: some services sound like any complaint at all."""


class ServiceMeaning:
    """Vectors of a service list, ready to be compared with texts. Immutable, so any number of threads may ask."""

    def __init__(self, services: Sequence[Service], embedder: Embedder, cache_folder: Path | None) -> None:
        self._embedder = embedder
        texts = _Texts()
        # The phrase book first and apart: its vectors stay good when the city changes its services.
        self._said = _padded_matrix(
            [[texts.index(phrase) for phrase in concept.said] for concept in phrase_book()]
        )
        phrases = len(texts.all)
        self._parts = [
            _padded_matrix([[texts.index(text) for text in part(service)] for service in services])
            for part in (_service_names, _service_descriptions, _service_keywords, _whole_texts)
        ]
        codes = [concept.code for concept in phrase_book()]
        found = [concepts_of(service) for service in services]
        self._concepts = _padded_matrix([[codes.index(code) for code in of_service] for of_service in found])
        self._sureness = _padded_floats([list(of_service.values()) for of_service in found])
        self._vectors = np.concatenate(
            [
                vectors_of(embedder, texts.all[:phrases], cache_folder),
                vectors_of(embedder, texts.all[phrases:], cache_folder),
            ]
        )
        background = self._vectors[np.unique(self._said[self._said >= 0])]
        self._hub = HUB * self._service_likeness(background).mean(axis=1)

    def scores(self, text: str) -> NDArray[np.float32]:
        """Likeness of each service, shape (services,), about -0.2 to 0.7."""
        scores: NDArray[np.float32] = self._service_likeness(self._embedder.encode([text]))[:, 0] - self._hub
        return scores

    def _service_likeness(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (services, queries), from vectors of shape (queries, dimension)."""
        alike = self._vectors @ queries.T
        own = np.nanmean(np.stack([_best_likeness(alike, part) for part in self._parts]), axis=0)
        concept_scores = _best_two(alike, self._said)
        sureness = self._sureness[:, :, None]
        said = np.where(self._concepts[:, :, None] >= 0, concept_scores[self._concepts] * sureness, -np.inf)
        best = said.max(axis=1)
        best = np.where(np.isfinite(best), best, own)
        likeness: NDArray[np.float32] = (own + SAID * best) / (1 + SAID)
        return likeness


class _Texts:
    """Texts, each once, by index."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._known: dict[str, int] = {}

    def index(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = len(self.all)
            self.all.append(text)
        return self._known[text]


def _service_names(service: Service) -> Iterable[str]:
    return service.name.values()


def _service_descriptions(service: Service) -> Iterable[str]:
    return (text for text in service.description.values() if text)


def _service_keywords(service: Service) -> Iterable[str]:
    return (word for words in service.keywords.values() for word in words if word)


def _whole_texts(service: Service) -> Iterable[str]:
    """Everything in one language as one text."""
    for language, name in service.name.items():
        words = ", ".join(service.keywords.get(language, ()))
        yield f"{name}. {service.description.get(language, '')} {words}".strip()


def _padded_matrix(lists: Sequence[Sequence[int]]) -> NDArray[np.intp]:
    """Lists of indices as one matrix, the rest filled with -1; at least one column."""
    width = max(1, *(len(indices) for indices in lists)) if lists else 1
    matrix = np.full((len(lists), width), -1, dtype=np.intp)
    for row, indices in enumerate(lists):
        matrix[row, : len(indices)] = indices
    return matrix


def _padded_floats(lists: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    width = max(1, *(len(values) for values in lists)) if lists else 1
    matrix = np.zeros((len(lists), width), dtype=np.float32)
    for row, values in enumerate(lists):
        matrix[row, : len(values)] = values
    return matrix


def _best_likeness(alike: NDArray[np.float32], indices: NDArray[np.intp]) -> NDArray[np.float32]:
    """The best likeness in each row of indices, NaN for rows without any."""
    picked = np.where(indices[:, :, None] >= 0, alike[indices], -np.inf).max(axis=1)
    best: NDArray[np.float32] = np.where(np.isfinite(picked), picked, np.nan)
    return best


def _best_two(alike: NDArray[np.float32], indices: NDArray[np.intp]) -> NDArray[np.float32]:
    """The mean of the two best likenesses in each row of indices; every row has two."""
    picked = np.where(indices[:, :, None] >= 0, alike[indices], -np.inf)
    mean: NDArray[np.float32] = np.sort(picked, axis=1)[:, -2:].mean(axis=1)
    return mean
