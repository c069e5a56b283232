"""What words the documents of an index have."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.index.word_index import WordIndex, word_tokens
from knowledge.search.elsewhere import is_elsewhere


class Vocabulary:
    """The words of an index's documents, in any of its `languages`."""

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

    def is_elsewhere(self, question: str) -> bool:
        """Whether the question names a place, and only such that no document names."""
        return is_elsewhere(question, self.has)
