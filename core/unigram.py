"""Text into tokens by a vocabulary of likely pieces, as SentencePiece's unigram model cuts it: the most likely pieces for each word.

The `tokenizers` library does the same, but takes 295 MB of memory for the 250,000 pieces of XLM-RoBERTa; the tables here take 4.
Rasa's Python (3.10) can read it, so this module imports nothing of ours.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ABOUT, TABLE = "unigram.json", "unigram.npy"
WORD_START = "\u2581"
"""Stands before each word instead of a space."""
PIECE = np.dtype([("digest", "<u8"), ("token", "<i4"), ("score", "<f4")])
"""A row of the table, which is sorted by the digest of the piece's text."""
PENALTY = 10.0
"""So much below the least likely piece is a character that is in none, as SentencePiece has it."""


REMEMBERED, LONG = 4096, 32
"""So many words are remembered with their tokens, each of so many characters at most: half of a text's words are the same few hundred."""


class UnigramTokenizer:
    """The tokenizer in a folder that `save_unigram` wrote into. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        table = np.load(folder / TABLE)
        self._digests = np.ascontiguousarray(table["digest"])
        self._tokens = np.ascontiguousarray(table["token"])
        self._scores = np.ascontiguousarray(table["score"])
        self._replaced: dict[int, str] = {int(code): text for code, text in about["replaced"].items()}
        self._longest: int = about["longest"]
        self._most: int = about["most_tokens"]
        self._begin, self._end, self._unknown = about["special"]
        self._unknown_score = float(self._scores.min()) - PENALTY
        self._cut_known_word = lru_cache(REMEMBERED)(self._cut_word)

    def read_tokens(self, text: str) -> list[int]:
        """The tokens of a text between those of its beginning and end, at most as many as the model can take."""
        plain = unicodedata.normalize("NFC", text).translate(self._replaced)
        tokens: list[int] = []
        for word in plain.split():
            if len(tokens) >= self._most:
                break
            cut = self._cut_known_word if len(word) <= LONG else self._cut_word
            tokens += cut(WORD_START + word)
        return [self._begin, *tokens[: self._most - 2], self._end]

    def _cut_word(self, word: str) -> tuple[int, ...]:
        """The tokens of the most likely cut, found from the left; several unknown characters side by side are one token."""
        places = range(len(word))
        spans = [(at, end) for at in places for end in range(at + 1, min(at + self._longest, len(word)) + 1)]
        rows = self._find_pieces([word[at:end] for at, end in spans])
        best = [0.0] + [-np.inf] * len(word)
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for (at, end), row in zip(spans, rows, strict=True):
            if row >= 0:
                token, score = int(self._tokens[row]), float(self._scores[row])
            elif end == at + 1:
                token, score = self._unknown, self._unknown_score
            else:
                continue
            if best[at] + score > best[end]:
                best[end], came[end] = best[at] + score, (at, token)
        return self._tokens_before(came)

    def _tokens_before(self, came: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        tokens: list[int] = []
        at = len(came) - 1
        while at > 0:
            at, token = came[at]
            if not (token == self._unknown and tokens and tokens[-1] == token):
                tokens.append(token)
        return tuple(reversed(tokens))

    def _find_pieces(self, texts: Sequence[str]) -> list[int]:
        """The row of each text in the table, -1 for what is no piece."""
        digests = np.array([digest_of(text) for text in texts], dtype=np.uint64)
        rows = np.minimum(np.searchsorted(self._digests, digests), len(self._digests) - 1)
        found: list[int] = np.where(self._digests[rows] == digests, rows, -1).tolist()
        return found


def digest_of(piece: str) -> int:
    """64 bits that stand for a piece: that two of a quarter of a million share theirs is not to be expected, and `save_unigram` looks."""
    return int.from_bytes(blake2b(piece.encode(), digest_size=8).digest(), "little")


def save_unigram(
    folder: Path,
    pieces: Mapping[str, tuple[int, float]],
    *,
    special: tuple[int, int, int],
    replaced: Mapping[int, str],
    most_tokens: int,
) -> None:
    """Write a vocabulary: the token and the score of each piece; the tokens of the beginning, the end and the unknown; what stands for a character."""
    table: NDArray[np.void] = np.array(
        [(digest_of(piece), token, score) for piece, (token, score) in pieces.items()], dtype=PIECE
    )
    table.sort(order="digest")
    assert len(np.unique(table["digest"])) == len(table)  # noqa: S101
    np.save(folder / TABLE, table)
    about = {
        "special": special,
        "longest": max(map(len, pieces)),
        "most_tokens": most_tokens,
        "replaced": dict(replaced),
    }
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
