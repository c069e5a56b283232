"""Words as residents write them: cleaned of what cannot be seen, and folded so that spelling habits do not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import dropwhile

from core.texts import UNSPACED, is_unspaced, script_of
from core.texts import plain_words as folded

QUESTION_MARKS = ("?", "¿", "？", "؟")
KEPT_CONTROLS = {"\n", "\t"}
JOINER = "\u200d"
THUMBS = "\U0001f44d\U0001f44e"


def clean_text(text: str) -> str:
    """The text without control, bidirectional and other invisible signs; spaces and line breaks in moderation."""
    seen = "".join(
        sign
        for sign in text
        if sign in KEPT_CONTROLS or sign == JOINER or unicodedata.category(sign)[0] != "C"
    )
    lines = [" ".join(line.split()) for line in seen.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_text(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces; digits, decimal signs inside numbers and thumbs stay."""
    return folded(text, also=THUMBS)


def without_opening(text: str, fillers: Collection[str]) -> str:
    """A text, as `plain_text` has it, without the words before the first that says something; also where words are not spaced."""
    words = plain_text(text).split()
    said = list(dropwhile(lambda word: word in fillers, words))
    while said and is_unspaced(said[0][0]):
        opening = max((each for each in fillers if said[0].startswith(each)), key=len, default="")
        if not opening:
            break
        said[0] = said[0].removeprefix(opening)
        said = said if said[0] else said[1:]
    return " ".join(said)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it at all."""
    return any(sign.isalnum() for sign in text)


def in_other_script(text: str, ours: Collection[str]) -> bool:
    """Whether most letters are of a script that is not among `ours`."""
    scripts = [script for sign in text if (script := script_of(sign))]
    return sum(script not in ours for script in scripts) * 2 > len(scripts)


def looks_like_question(text: str, starters: tuple[str, ...]) -> bool:
    """Whether it ends or begins like a question; `starters` are the words that begin one, in scripts without spaces those that make one."""
    if any(mark in text for mark in QUESTION_MARKS):
        return True
    first = plain_text(text)
    return any(
        starter in first if re.match(rf"[{UNSPACED}]", starter) else first.startswith(f"{starter} ")
        for starter in map(plain_text, starters)
    )


def shorten_text(text: str, limit: int) -> str:
    """The text on one line, cut at a word so that it is at most `limit` characters long."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
