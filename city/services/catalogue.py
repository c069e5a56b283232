"""The service list: what residents can report, and which services a text is likely to be about."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from city.records.model import Service, Suggestion
from city.services.by_cases import SHARE, CaseExamples
from city.services.by_meaning import ServiceMeaning
from city.services.by_name import ServiceNames
from city.services.by_words import ServiceWording
from core.ports import Embedder
from core.texts import fold_text, load_texts, plain_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE = 0.75
"""From this score on the first suggestion may be taken without asking."""

OFFERED = 0.12
"""Below this score of the first, none is offered at all."""

UNSURE = 0.08
"""Below this score a service is not offered beside the first."""

WORDS = 0.2
"""Weight of word evidence beside meaning."""

MINOR = 0.25
"""Weight of the embedder that is not at home in the text's language."""

SHARPNESS = 18.0
NOTHING = 0.26
"""Calibration, fitted with `benchmarks/categories.py`: how fast a lead in likeness becomes certainty, and the likeness
that no service at all is credited with.
"""

LONGEST_TEXT = 1_000
LONGEST_NAME = 100
"""Characters of the longest text that may be the name of a service and no more."""


class ServiceList:
    """The city's active services, in the city's order. Immutable but for what is computed once, on first use."""

    def __init__(
        self,
        services: Sequence[Service],
        embedders: Callable[[], Sequence[Embedder]] = tuple,
        cache_folder: Path | None = None,
        examples: Callable[[], CaseExamples | None] = lambda: None,
    ) -> None:
        self._services = tuple(services)
        self._examples = examples
        self._by_code = {service.code: service for service in services}
        self._embedders = embedders
        self._cache_folder = cache_folder
        self._lock = threading.Lock()
        self._ready: tuple[ServiceWording, tuple[ServiceMeaning, ...]] | None = None
        self._names = ServiceNames([service for service in services if not is_other(service)])

    def all(self) -> tuple[Service, ...]:
        """Every service that can be reported."""
        return self._services

    def by_code(self, code: str) -> Service | None:
        """The service of this code; None when it is unknown or no longer active."""
        return self._by_code.get(code)

    def groups(self) -> dict[str, list[Service]]:
        """Services by group, in the city's order, for browsing."""
        grouped: dict[str, list[Service]] = {}
        for service in self._services:
            grouped.setdefault(service.group, []).append(service)
        return grouped

    def suggest(self, text: str, limit: int = 3, *, every: bool = False) -> list[Suggestion]:
        """The likeliest services, best first, as probabilities: from SURE on one to take.

        Those below UNSURE are left out, all of them when the first is below OFFERED, and so is a service named Other that stands alone: a text about something else gets
        none. `every` keeps them all.
        """
        text = text[:LONGEST_TEXT]
        if not self._services or not text.strip():
            return []
        scores = self._service_probabilities(text)
        best = np.argsort(-scores, kind="stable")[:limit]
        found = [Suggestion(self._services[index], round(float(scores[index]), 4)) for index in best]
        if every:
            return found
        if found[0].score < OFFERED:
            return []
        found = [suggestion for suggestion in found if suggestion.score >= UNSURE]
        return [] if all(is_other(suggestion.service) for suggestion in found) else found

    def named(self, text: str) -> list[Suggestion]:
        """The services whose name or keyword is the whole text, in any writing, likeliest first; their scores add up to how sure it is
        that it is one of them. None where the text says more: then `suggest` tells what it is likely to mean.

        The service named Other is none of them: its words (thanks, complaint) are no problem's name.
        """
        return self._names.match(text) if len(text) <= LONGEST_NAME else []

    def warm(self) -> None:
        """Do the slow work before the first text comes: read or compute the vectors of the list."""
        self._matching_parts()

    def likeness(self, text: str) -> NDArray[np.float32]:
        """Uncalibrated likeness of each service, in the list's order; one named Other is credited with NOTHING."""
        wording, meanings = self._matching_parts()
        words = wording.scores(text)
        if not meanings:
            return words
        weights = _embedder_weights(text, len(meanings))
        meaning = sum(
            (weight * part.scores(text) for weight, part in zip(weights, meanings, strict=True)),
            start=np.zeros(len(self._services), dtype=np.float32),
        )
        likeness: NDArray[np.float32] = meaning / sum(weights) + WORDS * words
        for index, service in enumerate(self._services):
            if is_other(service):
                likeness[index] = NOTHING
        return likeness

    def _service_probabilities(self, text: str) -> NDArray[np.float32]:
        likeness = self.likeness(text)
        weights = np.exp(SHARPNESS * (likeness - NOTHING))
        probabilities = self._with_examples(text, weights / (1 + weights.sum()))
        named = {found.service.code: found.score for found in self.named(text)}
        certain = np.array([named.get(service.code, 0.0) for service in self._services], dtype=np.float32)
        combined: NDArray[np.float32] = certain + (1 - certain.sum()) * probabilities
        return combined

    def _with_examples(self, text: str, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same certainty that it is any service at all, shared out by the list and by confirmed cases that are alike."""
        examples = self._examples()
        if examples is None:
            return probabilities
        weights = _embedder_weights(text, len(examples.embedders))
        votes = examples.votes(text, weights, [service.code for service in self._services])
        if not votes.any():
            return probabilities
        taught: NDArray[np.float32] = (1 - SHARE) * probabilities + SHARE * probabilities.sum() * votes
        return taught

    def _matching_parts(self) -> tuple[ServiceWording, tuple[ServiceMeaning, ...]]:
        with self._lock:
            if self._ready is None:
                meanings = (
                    ServiceMeaning(self._services, embedder, self._cache_folder)
                    for embedder in self._embedders()
                )
                self._ready = (ServiceWording(self._services), tuple(meanings) if self._services else ())
            return self._ready


def is_other(service: Service) -> bool:
    """Whether a service is the one for whatever fits nowhere else."""
    return any(plain_words(name) in _other_names() for name in service.name.values())


@cache
def _other_names() -> frozenset[str]:
    """What cities call such a service, in every language of the catalogue."""
    return frozenset(map(plain_words, load_texts().words_of_all("words.other")))


@cache
def _small_words() -> tuple[frozenset[str], frozenset[str]]:
    """The small words of English, and those of the catalogue's other languages; none that stands in both."""
    texts = load_texts()
    english = frozenset(map(plain_words, texts.words("gate.telling", texts.fallback)))
    others = frozenset(map(plain_words, texts.words_of_all("gate.telling"))) - english
    shared = {plain_words(word) for code in texts.languages[1:] for word in texts.words("gate.telling", code)}
    return english - shared, others


def _embedder_weights(text: str, count: int) -> list[float]:
    """Weights of the embedders: the first is at home in English, the others in other languages."""
    words = re.findall(r"[^\W\d_]+", fold_text(text))
    english, others = _small_words()
    known = sum(word in english for word in words)
    foreign = sum(word in others for word in words) > known or (not known and not text.isascii())
    if count == 1:
        return [1.0]
    if not re.search(r"[a-z]", fold_text(text)):
        return [0.0, *[1.0] * (count - 1)]
    return [MINOR, *[1.0] * (count - 1)] if foreign else [1.0, *[MINOR] * (count - 1)]
