"""What changed between two versions of a document, line by line and within a line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from knowledge.documents.documents import Content

AROUND = 2
"""Lines that did not change, shown beside each change."""
MOST_WORDS = 2000
_DETAILS = (
    "title",
    "language",
    "department",
    "audience",
    "url",
    "reviewed_on",
    "review_by",
    "valid_from",
    "valid_until",
    "keywords",
    "scanned",
)


@dataclass(frozen=True, slots=True)
class ChangedPiece:
    """Some words: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the comparison; `skipped` lines that did not change stand in its place when it has no pieces."""

    pieces: tuple[ChangedPiece, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class DetailChange:
    """A field that says something else now."""

    name: str
    before: str
    after: str


def changed_details(before: Content, after: Content) -> list[DetailChange]:
    """Which fields beside the text say something else."""
    pairs = (
        (name, _shown_value(getattr(before, name)), _shown_value(getattr(after, name))) for name in _DETAILS
    )
    return [DetailChange(name, old, new) for name, old, new in pairs if old != new]


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """The lines of both texts in one order, what did not change left out but for a little around each change."""
    old, new = before.split("\n"), after.split("\n")
    found: list[ChangedLine] = []
    groups = SequenceMatcher(None, old, new).get_opcodes()
    for at, (kind, start, end, new_start, new_end) in enumerate(groups):
        if kind == "equal":
            found += _unchanged_lines(old[start:end], is_first=at == 0, is_last=at == len(groups) - 1)
        elif kind == "replace":
            found += _replaced_lines(old[start:end], new[new_start:new_end])
        else:
            found += [_changed_line("removed", line) for line in old[start:end]]
            found += [_changed_line("added", line) for line in new[new_start:new_end]]
    return found


def _unchanged_lines(lines: Sequence[str], *, is_first: bool, is_last: bool) -> list[ChangedLine]:
    head, tail = (0 if is_first else AROUND), (0 if is_last else AROUND)
    left_out = len(lines) - head - tail
    if left_out < 2:
        return [_changed_line("same", line) for line in lines]
    return [
        *(_changed_line("same", line) for line in lines[:head]),
        ChangedLine(skipped=left_out),
        *(_changed_line("same", line) for line in lines[len(lines) - tail :]),
    ]


def _replaced_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedLine]:
    """Lines in pairs, word by word where they are alike; the rest as removed and added."""
    for before, after in zip(old, new, strict=False):
        yield from _changed_words(before, after)
    yield from (_changed_line("removed", line) for line in old[len(new) :])
    yield from (_changed_line("added", line) for line in new[len(old) :])


def _changed_words(before: str, after: str) -> Iterator[ChangedLine]:
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    if max(len(old), len(new)) > MOST_WORDS or not _are_alike(before.split(), after.split()):
        yield from (_changed_line("removed", before), _changed_line("added", after))
        return
    pieces = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(ChangedPiece("same", "".join(old[start:end])))
            continue
        pieces.append(ChangedPiece("removed", "".join(old[start:end])))
        pieces.append(ChangedPiece("added", "".join(new[new_start:new_end])))
    yield ChangedLine(tuple(piece for piece in pieces if piece.text))


def _are_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= 0.3


def _changed_line(kind: str, text: str) -> ChangedLine:
    return ChangedLine((ChangedPiece(kind, text),))


def _shown_value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "✓" if value else ""
    return "" if value is None else str(value)
