"""What a closer look at a question and its candidates tells: plain text against plain text, no index asked twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.index.word_index import WordIndex, word_tokens, words_of
from knowledge.search.elsewhere import is_elsewhere

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.base.model import Passage

LOOKED = ("exact", "characters", "length", "numbers")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+")


def look_at_passages(question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
    """The columns `LOOKED` for each passage.

    Whether it holds the question as it stands; the share of the question's Chinese, Japanese or Thai characters that it has;
    the logarithm of its length in characters, over 5; and the share of the question's numbers that it lacks.
    """
    asked = question.casefold()
    characters = frozenset(_UNSPACED.findall(question))
    numbers = frozenset(_NUMBER.findall(question))
    rows = []
    for passage in passages:
        whole = f"{passage.title} {passage.text}"
        lacking = len(numbers - frozenset(_NUMBER.findall(whole))) if numbers else 0
        rows.append(
            (
                float(asked in whole.casefold()),
                len(characters & frozenset(passage.text)) / max(len(characters), 1),
                np.log1p(len(passage.text)) / 5,
                lacking / max(len(numbers), 1),
            )
        )
    return np.array(rows, dtype=np.float32).reshape(-1, len(LOOKED))


class Vocabulary:
    """What words the documents of an index have, in any of its `languages`."""

    def __init__(self, index: WordIndex, languages: Sequence[str]) -> None:
        self._index = index
        self._languages = tuple(languages) or ("",)
        self._rarest = index.rarity(["\x00"])["\x00"]

    def has(self, word: str) -> bool:
        """Whether all parts of the word, stemmed as one of the languages would, stand in the documents."""
        return any(
            all(rarity < self._rarest for rarity in self._index.rarity(word_tokens(word, language)).values())
            for language in self._languages
        )

    def lacking(self, question: str, asked_in: str) -> float:
        """The share of the question's words, 0 to 1, that no document has."""
        words = list(dict.fromkeys(words_of(question, asked_in)))
        return sum(not self.has(word) for word in words) / max(len(words), 1)

    def is_elsewhere(self, question: str) -> bool:
        """Whether the question names a place, and only such that no document names."""
        return is_elsewhere(question, self.has)
