"""Search by words: how a text becomes tokens in each language, and BM25 over them.

A token is a stem with its accents folded. Chinese, Japanese and Thai, which write no spaces, become pairs of characters.
The second index holds the four-letter pieces of words: it finds misspelt words and the parts of German compounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.texts import fold_text
from knowledge.base.language import stop_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:['’][^\W\d_]{{1,2}}\b)?")
_UNSPACED_START = re.compile(rf"[{_UNSPACED}]")
_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hi": "hindi", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
PIECE = 4
LOOK_AGAIN = 4
"""A look at who is within reach costs as much as adding up the postings of one passage in so many."""
SHORT = 50_000
"""So many postings are added up without looking."""
LOOKUP = 16
"""Finding a passage among the holders of a word costs as much as adding up so many of them."""
ROUNDING = 1e-3
"""More than what rounding can change of a BM25 score."""


@cache
def _stemmer_for(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(_STEMMERS[language]) if language in _STEMMERS else None


@lru_cache(maxsize=100_000)
def _stem_word(word: str, language: str) -> str:
    stemmer = _stemmer_for(language)
    return fold_text(stemmer.stemWord(word) if stemmer else word)


def words_of(text: str, language: str, *, keep_stop_words: bool = False) -> list[str]:
    """The words of `text` in lower case; runs of characters without spaces come as overlapping pairs."""
    stops = frozenset() if keep_stop_words else stop_words(language)
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if _UNSPACED_START.match(run):
            found.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        else:
            word = re.sub(r"['’]\w{1,2}$", "", run)
            if word not in stops:
                found.append(word)
    return found


def word_tokens(text: str, language: str) -> list[str]:
    """The stems of `text`, stop words left out unless there is nothing else."""
    found = words_of(text, language) or words_of(text, language, keep_stop_words=True)
    return [_stem_word(word, language) for word in found]


def query_tokens(question: str, languages: Iterable[str], asked_in: str) -> list[str]:
    """The stems of a question for documents in several languages: every stemmer's view of each word, each once."""
    found = words_of(question, asked_in) or words_of(question, asked_in, keep_stop_words=True)
    views = dict.fromkeys(
        _stem_word(word, language) for word in found for language in (asked_in, *sorted(set(languages)))
    )
    return list(views)


def letter_pieces(text: str, language: str) -> list[str]:
    """The overlapping four-letter pieces of the words of `text`, a mark before the first letter of a word."""
    found: list[str] = []
    for word in words_of(text, language):
        marked = f"_{fold_text(word)}"
        found.extend(marked[at : at + PIECE] for at in range(max(1, len(marked) - PIECE + 1)))
    return found


class WordIndex:
    """BM25 over lists of tokens, kept in a folder. `scores` are raw BM25."""

    def __init__(self, engine: Any, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def open(cls, folder: Path, size: int) -> WordIndex:
        """Open what `knowledge.index.word_index_builder` wrote, mapped from disk."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), mmap=True, show_progress=False, verbosity=0), size)

    def scores(self, asked: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The BM25 scores of these passages (in rising order), shape (passages,); all zero when no token is known."""
        scores = np.zeros(len(numbers), dtype=np.float32)
        for term in self._known_terms(asked):
            scores += self._of_term(term, numbers)
        return scores

    def best(self, asked: Sequence[str], count: int) -> NDArray[np.int64]:
        """The numbers of the `count` passages with the highest scores above 0, in rising order.

        Exactly these, though the passages of frequent words are not all looked at: rare words are summed up for every
        passage first, until the frequent ones that are left can lift only a few passages among the best.
        """
        terms = sorted(self._known_terms(asked), key=self._holder_count)
        most = [_inverse_frequency(self._size, self._holder_count(term)) for term in terms]
        sums, unseen = np.zeros(self._size, dtype=np.float32), 0
        found = None
        for at, term in enumerate(terms):
            ahead = self._holder_count(term)
            if unseen + ahead > max(self._size // LOOK_AGAIN, SHORT) and sum(most[:at]) > sum(most[at:]):
                unseen = 0
                found = self._within_reach(sums, terms[at:], most[at:], count)
                if found is not None:
                    break
            np.add.at(sums, *self._postings_of(term))
            unseen += ahead
        if found is None:
            found = _at_least(sums, max(_reached_by(sums, count), float(np.finfo(np.float32).tiny)))
        scores = self.scores(asked, found)
        order = np.argsort(-scores, kind="stable")[:count]
        return np.sort(found[order[scores[order] > 0]])

    def _within_reach(
        self, sums: NDArray[np.float32], terms: Sequence[int], most: Sequence[float], count: int
    ) -> NDArray[np.int64] | None:
        """The passages that may be among the `count` best, with these terms still to come; None when they are too many.

        The passages that lead so far are scored to the end: what the last of them gets, the best must have.
        """
        reached_by_count = _reached_by(sums, count)
        if reached_by_count <= 0:
            return None
        leading = _at_least(sums, reached_by_count)
        leading = np.sort(leading[np.argsort(-sums[leading], kind="stable")[:count]])
        finished = sums[leading] + sum(self._of_term(term, leading) for term in terms)
        needed, left = float(finished.min()) - ROUNDING, sum(most)
        if needed <= left:
            return None
        able = _at_least(sums, needed - left)
        if len(able) * len(terms) * LOOKUP > sum(self._holder_count(term) for term in terms):
            return None
        reached = sums[able]
        for term, at_most in zip(terms, most, strict=True):
            reached = reached + self._of_term(term, able)
            left -= at_most
            kept = reached >= needed - left
            able, reached = able[kept], reached[kept]
        return able

    def _postings_of(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Who holds a term, in rising order, and the score that each gets for it."""
        start, end = self._engine.scores["indptr"][term : term + 2].tolist()
        data, indices = self._engine.scores["data"], self._engine.scores["indices"]
        return np.asarray(indices[start:end]), np.asarray(data[start:end])

    def _of_term(self, term: int, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        holders, scores = self._postings_of(term)
        at = np.minimum(np.searchsorted(holders, numbers.astype(holders.dtype)), len(holders) - 1)
        return np.where(holders[at] == numbers, scores[at], np.float32(0))

    def _holder_count(self, term: int) -> int:
        starts = self._engine.scores["indptr"]
        return int(starts[term + 1] - starts[term])

    def rarity(self, asked: Sequence[str]) -> dict[str, float]:
        """How much a token tells: its inverse document frequency, ln(1 + (N - n + .5)/(n + .5)); unknown ones have the most."""
        terms = {token: self._engine.vocab_dict.get(token) for token in asked}
        return {
            token: _inverse_frequency(self._size, 0 if term is None else self._holder_count(term))
            for token, term in terms.items()
        }

    def _known_terms(self, asked: Sequence[str]) -> list[int]:
        vocabulary = self._engine.vocab_dict
        known = (vocabulary[token] for token in dict.fromkeys(asked) if token and token in vocabulary)
        return [term for term in known if self._holder_count(term)]


def _inverse_frequency(size: int, holders: int) -> float:
    return float(np.log(1 + (size - holders + 0.5) / (holders + 0.5)))


def _reached_by(sums: NDArray[np.float32], count: int) -> float:
    """A sum that at least `count` passages reach, near the highest such; 0 when there are fewer passages.

    Of every few passages only the best is looked at, which is quicker than to find the `count` best of a million.
    """
    width = len(sums) // (count * 64)
    if width > 1:
        sums = sums[: len(sums) // width * width].reshape(width, -1).max(axis=0)
    return float(np.partition(sums, -count)[-count]) if len(sums) >= count else 0.0


def _at_least(sums: NDArray[np.float32], needed: float) -> NDArray[np.int64]:
    return np.flatnonzero(sums >= np.float32(needed))
