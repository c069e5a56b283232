"""Search by words: how a text becomes tokens in each language, and BM25 over them.

A token is a stem with its accents folded. Chinese, Japanese and Thai, which write no spaces, become pairs of characters.
The second index holds the four-letter pieces of words: it finds misspelt words and the parts of German compounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.texts import fold
from knowledge.language import stop_words

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


@cache
def _stemmer(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(_STEMMERS[language]) if language in _STEMMERS else None


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    return fold(stemmer.stemWord(word) if stemmer else word)


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


def tokens(text: str, language: str) -> list[str]:
    """The stems of `text`, stop words left out unless there is nothing else."""
    found = words_of(text, language) or words_of(text, language, keep_stop_words=True)
    return [_stem(word, language) for word in found]


def query_tokens(question: str, languages: Iterable[str], asked_in: str) -> list[str]:
    """The stems of a question for documents in several languages: every stemmer's view of each word, each once."""
    found = words_of(question, asked_in) or words_of(question, asked_in, keep_stop_words=True)
    views = dict.fromkeys(
        _stem(word, language) for word in found for language in (asked_in, *sorted(set(languages)))
    )
    return list(views)


def pieces(text: str, language: str) -> list[str]:
    """The overlapping four-letter pieces of the words of `text`, a mark before the first letter of a word."""
    found: list[str] = []
    for word in words_of(text, language):
        marked = f"_{fold(word)}"
        found.extend(marked[at : at + PIECE] for at in range(max(1, len(marked) - PIECE + 1)))
    return found


class WordIndex:
    """BM25 over lists of tokens, kept in a folder. `scores` are raw BM25; `limit_of` is the most that a text could get."""

    def __init__(self, engine: Any, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[list[str]], *, k1: float = 1.2, b: float = 0.75) -> WordIndex:
        """Index the token lists of all passages; an empty list is a passage without words."""
        numbers: dict[str, int] = {}
        counts = [Counter(found or [""]) for found in texts]
        counted = [
            (
                np.array([numbers.setdefault(term, len(numbers)) for term in count], np.int32),
                np.array(list(count.values()), np.int32),
            )
            for count in counts
        ]
        return cls.of_counts(counted, {number: term for term, number in numbers.items()}, k1=k1, b=b)

    @classmethod
    def of_counts(
        cls,
        texts: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]],
        terms: Mapping[int, str],
        *,
        k1: float = 1.2,
        b: float = 0.75,
    ) -> WordIndex:
        """Index texts whose different words, by number, were counted before; computed for all at once, unlike bm25s does."""
        import bm25s
        from scipy.sparse import csr_array

        sizes = np.array([len(numbers) for numbers, _ in texts])
        lengths = np.array([counts.sum() for _, counts in texts], np.float32)
        numbers = np.concatenate([numbers for numbers, _ in texts])
        often = np.concatenate([counts for _, counts in texts]).astype(np.float32)
        holders = np.bincount(numbers)
        used = np.flatnonzero(holders)
        columns = np.zeros(len(holders), np.int32)
        columns[used] = np.arange(len(used))
        rarity = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        norms = (k1 * ((1 - b) + b * lengths / lengths.mean())).astype(np.float32)
        weights = rarity[numbers] * (often / (np.repeat(norms, sizes) + often))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        by_text = csr_array((weights, columns[numbers], starts), shape=(len(texts), len(used)))
        by_term = by_text.tocsc()
        engine = bm25s.BM25(k1=k1, b=b, method="lucene")
        engine.scores = {
            "data": by_term.data,
            "indices": by_term.indices,
            "indptr": by_term.indptr,
            "num_docs": len(texts),
        }
        engine.nonoccurrence_array = None
        engine.vocab_dict = {terms[number]: at for at, number in enumerate(used.tolist())}
        engine.vocab_dict.setdefault("", len(used))
        engine.unique_token_ids_set = set(engine.vocab_dict.values())
        return cls(engine, len(texts))

    @classmethod
    def open(cls, folder: Path, size: int) -> WordIndex:
        """Open what `save` wrote, mapped from disk."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), mmap=True, show_progress=False, verbosity=0), size)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        self._engine.save(str(folder), show_progress=False)

    def scores(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every passage, shape (passages,), all zero when no token is known."""
        known = self._known(asked)
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._engine.get_scores_from_ids(known), dtype=np.float32)

    def rarity(self, asked: Sequence[str]) -> dict[str, float]:
        """How much a token tells: its inverse document frequency, ln(1 + (N - n + .5)/(n + .5)); unknown ones have the most."""
        starts = self._engine.scores["indptr"]
        return {token: self._idf(starts, self._engine.vocab_dict.get(token)) for token in asked}

    def _idf(self, starts: NDArray[np.int32], token_id: int | None) -> float:
        holders = 0 if token_id is None else int(starts[token_id + 1] - starts[token_id])
        return float(np.log(1 + (self._size - holders + 0.5) / (holders + 0.5)))

    def _known(self, asked: Sequence[str]) -> list[int]:
        vocabulary = self._engine.vocab_dict
        return [vocabulary[token] for token in dict.fromkeys(asked) if token and token in vocabulary]
