"""How alike a text and each service are in words: stems that both have, rare ones counting more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from city.places.addresses import sound_of_name
from city.places.words import word_set
from city.places.words.folding import fold_name
from city.records.model import Service, all_words
from city.services.concepts import concepts_of, phrase_book

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = re.compile(r"[a-z]{3,}")
_STOP = word_set(
    "the and for that this with from not but are was were been have has had its our your you they them there can could would please",
    " who which when where what why how all any more most other some such than then too just also into out over under again very will",
    " report problem request issue complaint city street public property please need want about because someone something near here",
    " los las una uno unos que con por para del como esta este esto hay pero muy son era fue ser sus mis nos les cuando donde porque",
    " calle ciudad problema reporte reportar solicitud alguien algo favor quiero necesito sobre desde hasta cerca aqui",
)
NAME, KEYWORD, SAID, DESCRIPTION = 1.0, 1.0, 0.5, 0.4
"""What a stem is worth by where the service has it."""

ENOUGH = 4
"""Word evidence beyond which more of it says nothing new; a text of fewer words needs as much as it has words."""


class ServiceWording:
    """The stems of a service list, ready to be compared with texts."""

    def __init__(self, services: Sequence[Service]) -> None:
        weights = [_weights_of(service) for service in services]
        holding = Counter(stem for of_service in weights for stem in of_service)
        self._count = len(services)
        self._weights: dict[str, list[tuple[int, float]]] = {}
        for index, of_service in enumerate(weights):
            for stem, weight in of_service.items():
                rarity = math.log(1 + self._count / holding[stem]) / math.log(1 + self._count)
                self._weights.setdefault(stem, []).append((index, weight * rarity))
        self._long = [stem for stem in self._weights if len(stem) >= 5]

    def scores(self, text: str) -> NDArray[np.float32]:
        """Word evidence for each service, shape (services,), 0 to 1."""
        scores = np.zeros(self._count, dtype=np.float32)
        said = word_stems(text)
        for stem in said:
            for index, weight in self._weights.get(self._known_stem(stem), ()):
                scores[index] += weight
        capped: NDArray[np.float32] = np.clip(scores / min(len(said) or 1, ENOUGH), 0, 1).astype(np.float32)
        return capped

    def _known_stem(self, stem: str) -> str:
        """The stem itself, or the one that it is a slip of."""
        if stem in self._weights or len(stem) < 5:
            return stem
        near = process.extractOne(stem, self._long, scorer=OSA.distance, score_cutoff=1)
        return near[0] if near else stem


def word_stems(text: str) -> frozenset[str]:
    """The stems of the words that mean something, as they sound; English and Spanish alike."""
    return frozenset(_stem_of(word) for word in _WORD.findall(fold_name(text)) if word not in _STOP)


@lru_cache(maxsize=8192)
def _stem_of(word: str) -> str:
    # A stemmer keeps state while it works, so none is shared between threads.
    # Always one after the other: where English takes the plural off, Spanish has to do what it does to the singular.
    stem = snowballstemmer.stemmer("english").stemWord(word)
    return sound_of_name(snowballstemmer.stemmer("spanish").stemWord(stem))


def _weights_of(service: Service) -> dict[str, float]:
    weights: dict[str, float] = {}
    said = {concept.code: concept.said for concept in phrase_book()}
    phrases = [phrase for code in concepts_of(service) for phrase in said[code]]
    for weight, texts in (
        (DESCRIPTION, list(service.description.values())),
        (SAID, phrases),
        (KEYWORD, all_words(service.keywords)),
        (NAME, list(service.name.values())),
    ):
        for stem in (stem for text in texts for stem in word_stems(text)):
            weights[stem] = max(weights.get(stem, 0.0), weight)
    return weights
