"""What has to be said beside an answer: that another page says another number, or that there is another version of the page.

    <folder>/remarks.json

The file is made of the findings that nobody decided about (`knowledge.freshness.findings`), so that a question costs no look into the
database. Whoever decides or looks over the library writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from knowledge.base.model import Found, Passage, Remark

log = structlog.get_logger(__name__)

FILE = "remarks.json"
ALIKE = 0.3
"""Share of the words that two versions of a section have in common, from which on the newer one answers what the older one would."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """All remarks: the newer document of each older one (id and title), and of each document its sentences that others contradict,
    with what those say and whether that was settled to be right.
    """

    newer: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    contradicted: Mapping[str, Sequence[tuple[str, str, bool]]] = field(default_factory=dict)

    def on(self, passage: Passage, quoted: str) -> Remark:
        """What has to be said beside this quotation of a passage."""
        said = [
            (other, is_right)
            for sentence, other, is_right in self.contradicted.get(passage.document_id, ())
            if _bare(sentence) in _bare(quoted)
        ]
        _, title = self.newer.get(passage.document_id, ("", ""))
        has_older = passage.document_id in {newer for newer, _ in self.newer.values()}
        return Remark(*(said[0] if said else ("", False)), title, has_older)

    def put_newer_first(self, ranked: Sequence[Found]) -> list[Found]:
        """The passages with each of an older version replaced by what the newer one says there, as far as that was found."""
        if not self.newer:
            return list(ranked)
        placed: dict[str, Found] = {}
        for found in ranked:
            newer, _ = self.newer.get(found.passage.document_id, ("", ""))
            mate = _mate_of(found, [one for one in ranked if newer and one.passage.document_id == newer])
            best = Found(mate.passage, max(mate.score, found.score)) if mate else found
            placed.setdefault(best.passage.passage_id, best)
        return list(placed.values())


def read_remarks(folder: Path) -> Remarks:
    """The remarks of the file; none where it is not there, or damaged."""
    values = _read_file(folder)
    return Remarks(
        {older: (newer, title) for older, (newer, title) in values.get("newer", {}).items()},
        {
            name: [(one, other, right) for one, other, right in pairs]
            for name, pairs in values.get("contradicted", {}).items()
        },
    )


def examined_mark(folder: Path) -> str:
    """The name of the last look over the library; empty before the first."""
    return str(_read_file(folder).get("mark", ""))


def stamp_of(folder: Path) -> int:
    """Tells whether the file was written since: its time in nanoseconds, 0 where it is not there."""
    try:
        return (folder / FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _read_file(folder: Path) -> dict[str, Any]:
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.warning("remarks_damaged", file=FILE)
        return {}
    return values if isinstance(values, dict) else {}


def _mate_of(found: Found, others: Sequence[Found]) -> Found | None:
    """The passage of a newer version that says what this one says."""
    words = set(_bare(found.passage.text).split())
    likeness = [(_share(words, set(_bare(one.passage.text).split())), one) for one in others]
    best = max(likeness, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= ALIKE else None


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _bare(text: str) -> str:
    return " ".join(text.split())
