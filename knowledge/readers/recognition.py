"""The lines that stand on a picture, as RapidOCR reads them: Latin letters with all accents, Chinese and Japanese. Runs in the child process.

The only module that knows the library. One processor does the work, so that a scan takes nothing from those who talk to the bot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""Of a box as its words run: top left, top right, bottom right and bottom left; pixels from the picture's top left."""

_TOO_SHORT = 4


@dataclass(frozen=True, slots=True)
class PictureWord:
    """A word and where it stands."""

    text: str
    corners: Corners


@dataclass(frozen=True, slots=True)
class PictureLine:
    """Words in a row; `sure` from 0 to 1 is how sure they are read as they are."""

    words: tuple[PictureWord, ...]
    sure: float

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right rather than up or down; one that is too short to tell counts as level."""
        (left, top), *_ = self.words[0].corners
        _, (right, lower), *_ = self.words[-1].corners
        return len(self.text) < _TOO_SHORT or abs(right - left) >= abs(lower - top)


class Recogniser:
    """Reads pictures; its models are loaded with the first."""

    def __init__(self) -> None:
        self._engine: Any = None

    def lines_on(self, picture: Any) -> list[PictureLine]:
        """The lines on a picture, an array of height, width and three colours; ImportError where RapidOCR is not installed."""
        if self._engine is None:
            self._engine = _load_engine()
        found = self._engine(picture)
        if not found.txts:
            return []
        return [
            _line_of(text, score, box, words)
            for text, score, box, words in zip(
                found.txts, found.scores, found.boxes, found.word_results, strict=True
            )
        ]


def _load_engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.text_score": 0.0,  # what is unsure is named rather than dropped
            "Global.use_cls": False,  # `knowledge.readers.scans` turns whole pages
            "Global.max_side_len": 2400,
            "Det.limit_type": "max",  # else a strip is made larger first, and takes as long as a page
            "Det.limit_side_len": 2400,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _line_of(text: str, score: float, box: Any, words: Any) -> PictureLine:
    """The line with its words where the library found them; else, as in Chinese, spread over the line by their lengths."""
    tokens = text.split()
    corners = _corners(box)
    placed = [_corners(place) for word, _, place in words or () if place is not None and word.strip()]
    if len(placed) != len(tokens) or any(
        word != token for (word, *_), token in zip(words, tokens, strict=False)
    ):
        placed = list(_spread_over(corners, tokens, len(text)))
    return PictureLine(tuple(map(PictureWord, tokens, placed)), float(score))


def _spread_over(corners: Corners, tokens: Sequence[str], length: int) -> Iterator[Corners]:
    """The part of a line that each of its words has, by the count of letters."""
    top_left, top_right, bottom_right, bottom_left = corners
    at = 0
    for token in tokens:
        start, end = at / length, (at + len(token)) / length
        yield (
            _between(top_left, top_right, start),
            _between(top_left, top_right, end),
            _between(bottom_left, bottom_right, end),
            _between(bottom_left, bottom_right, start),
        )
        at += len(token) + 1


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _corners(box: Any) -> Corners:
    first, second, third, fourth = ((float(x), float(y)) for x, y in box)
    return first, second, third, fourth
