"""Makes what a client sent harmless and plain: text without tricks, JSON without depth."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from channels.web.errors import Refusal

MAX_DEPTH = 20
MAX_MARKS = 5
# Characters that reorder or hide the text around them: bidirectional controls, byte order mark, interlinear marks.
HIDDEN = frozenset(
    map(chr, (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x2070), 0xFEFF))
) | frozenset(map(chr, range(0xFFF9, 0xFFFC)))


def clean_text(text: str) -> str:
    """The text in NFC, without control, bidirectional and lone surrogate characters, and with at most five marks on a letter."""
    kept: list[str] = []
    marks = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if (
            marks > MAX_MARKS
            or character in HIDDEN
            or kind == "Cs"
            or (kind == "Cc" and character not in "\n\t")
        ):
            continue
        kept.append(character)
    return "".join(kept).strip()


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def read_object(raw: str | bytes) -> dict[str, Any]:
    """The JSON object in `raw`; a `Refusal` with what is wrong for anything else."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_frame", detail=f"this is not JSON: {type(error).__name__}") from None
    if not isinstance(value, dict):
        raise Refusal("bad_frame", detail=f"a JSON object was expected, not {type(value).__name__}")
    if _depth(value) > MAX_DEPTH:
        raise Refusal("bad_frame", detail=f"the JSON is nested deeper than {MAX_DEPTH} levels")
    return value
