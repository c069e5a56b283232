"""Words that take something back: "no, 14", "sorry, Maple", "I meant a traffic light", "14 not 12", "the address is wrong"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.reading.words import clean_text, plain_text
from core.texts import Texts, any_of_phrases, fold_text, phrases_expression

LONGEST = 120
"""Characters above which a text is a story, not a correction."""
PARTS = re.compile(r"[,;.!\n，。；！、؛،]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right instead (`value`, empty when only told that something is wrong); `is_plain` when the words can mean nothing else."""

    value: str
    is_plain: bool


class CorrectionReader:
    """Reads corrections with the words of all languages. Make it once."""

    def __init__(self, texts: Texts) -> None:
        plain, weak, instead = (
            any_of_phrases(map(fold_text, texts.words_of_all(key)))
            for key in ("replies.meant", "replies.no_but", "replies.not_but")
        )
        self._plain = re.compile(rf"^\W*(?:(?:{weak})\W*)*(?:{plain})\W*(?P<value>.*)$", re.DOTALL)
        self._weak = re.compile(rf"^\W*(?:{weak})(?:\W+|(?=\d))(?P<value>.*)$", re.DOTALL)
        self._first_not = re.compile(rf"^\W*(?:{instead})\W+[^,;]+[,;]\s*(?P<value>.+)$", re.DOTALL)
        self._then_not = re.compile(rf"^(?P<value>.+?)[\s,]+(?:{instead})\s+\S.*$", re.DOTALL)
        self._wrong = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.is_wrong"))))

    def read(self, text: str) -> Correction | None:
        """The correction that a text is; None when it is none."""
        said = fold_text(clean_text(text))
        if not said or len(said) > LONGEST:
            return None
        for expression, is_plain in (
            (self._first_not, False),
            (self._then_not, False),
            (self._plain, True),
            (self._weak, False),
        ):
            if (match := expression.match(said)) and match["value"].strip():
                return Correction(match["value"].strip(), is_plain)
        if not self._wrong.search(plain_text(said)):
            return None
        right = [part for part in split_parts(said) if not self._wrong.search(plain_text(part))]
        return Correction(right[0] if len(right) == 1 else "", is_plain=True)


def split_parts(text: str) -> list[str]:
    """What a text tells one after the other, between its commas and ends of sentences."""
    return [part.strip() for part in PARTS.split(clean_text(text)) if part.strip()]
