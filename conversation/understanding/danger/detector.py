"""The detector: words and meaning together, in two levels. It knows no conversation, no channel and no database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from conversation.understanding.automatic.reader import told_by_a_person
from conversation.understanding.danger.expressions import Expressions, Said, load_expressions
from conversation.understanding.danger.meaning import (
    HARMLESS,
    DangerMeaning,
    Meant,
    ordinary_examples,
    own_examples,
    text_pieces,
)
from conversation.understanding.danger.meaning import NLU_STEP as STEP
from core.texts import plain_words

if TYPE_CHECKING:
    from core.ports import Embedder

log = structlog.get_logger()

UNKNOWN = "unknown"
LONGEST = 4000
"""Characters that are read, as of any message."""


class Level(StrEnum):
    """How surely somebody is in danger: SURE is told the number at once, PERHAPS is asked."""

    SURE = "sure"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Danger:
    """That a text tells of danger, how surely, of which kind (`unknown` where it does not say), and in the words of which languages."""

    level: Level
    kind: str = UNKNOWN
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores of `Meant` from which meaning counts, by what the words say; chosen on sentences left out (docs/dialogue.md)."""

    sure_with_words: float = -0.75
    perhaps_with_words: float = -1.1
    perhaps_despite_doubt: float = -0.3
    perhaps_with_hint: float = 0.05
    perhaps_alone: float = 0.35
    sure_with_hint: float = 0.7
    sure_alone: float = 0.9
    ruled_out: float = 0.2


class Detector:
    """Hears danger in a text. Words are heard from the first moment on, meaning as soon as `load` is through. Thread-safe."""

    def __init__(
        self,
        embedder: Callable[[], Embedder | None] = lambda: None,
        cache: Path | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._embedder = embedder
        self._cache = cache
        self._thresholds = thresholds or Thresholds()
        self._own, self._ordinary = own_examples(), ordinary_examples()
        self.expressions: Expressions = load_expressions(self._ordinary_words())
        self._meaning: DangerMeaning | None = None
        self._loading = threading.Lock()

    def _ordinary_words(self) -> frozenset[str]:
        harmless = [each for each in self._own if each.kind == HARMLESS] + self._ordinary
        return frozenset(word for each in harmless for word in plain_words(each.text).split())

    def load(self) -> None:
        """Learn what danger means; without a multilingual encoder words are all there is."""
        with self._loading:
            embedder = None if self._meaning else self._embedder()
            if embedder is not None:
                self._meaning = DangerMeaning(embedder, [*self._own, *self._ordinary[::STEP]], self._cache)
                self._meant_danger("warm up")

    def __call__(self, text: str) -> Danger | None:
        """The danger that a text tells of, or None. Takes about three milliseconds."""
        text = told_by_a_person(text)
        words = plain_words(text[:LONGEST])
        if not words:
            return None
        said = self.expressions.read(words)
        meant = self._meant_danger(text[:LONGEST])
        level = self._danger_level(said, meant)
        return Danger(level, _danger_kind(said, meant), said.languages) if level else None

    def is_sure(self, text: str) -> bool:
        """Whether a text tells of danger so surely that the number is said at once."""
        danger = self(text)
        return danger is not None and danger.level is Level.SURE

    def is_named(self, text: str) -> bool:
        """Whether the words name a danger outright. Takes a fifth of a millisecond."""
        return bool(self.expressions.read(plain_words(told_by_a_person(text)[:LONGEST])).outright)

    def rules_out(self, text: str) -> bool:
        """Whether neither words nor meaning leave room for danger, whoever else believes in it; False as long as meaning is not heard."""
        said, meant = self.expressions.read(plain_words(text[:LONGEST])), self._meant_danger(text[:LONGEST])
        if meant is None or (said.hinted and not said.doubtful):
            return False
        return meant.score < self._thresholds.ruled_out and self._danger_level(said, meant) is None

    def _meant_danger(self, text: str) -> Meant | None:
        """None where meaning is not heard yet, or its encoder fails: words are heard all the same."""
        try:
            return self._meaning(list(text_pieces(text))) if self._meaning else None
        except Exception as error:  # noqa: BLE001  whatever an encoder's file or library raises
            log.error("danger_by_words_alone", fault=type(error).__name__)  # noqa: TRY400  no words of residents
            return None

    def _danger_level(self, said: Said, meant: Meant | None) -> Level | None:
        if meant is None:
            return _by_words_alone(said)
        sure, perhaps = self._needed_scores(said)
        if meant.score >= sure:
            return Level.SURE
        return Level.PERHAPS if meant.score >= perhaps else None

    def _needed_scores(self, said: Said) -> tuple[float, float]:
        """The scores that meaning must reach for either level."""
        at = self._thresholds
        if said.outright and not said.doubtful:
            return (
                (at.perhaps_with_hint, at.perhaps_despite_doubt)
                if said.mended
                else (at.sure_with_words, -9.0)
            )
        if said.outright:
            return at.sure_with_hint, at.perhaps_despite_doubt
        if said.doubtful:
            return 9.0, at.sure_with_hint
        return (at.sure_with_hint, at.perhaps_with_hint) if said.hinted else (at.sure_alone, at.perhaps_alone)


def _by_words_alone(said: Said) -> Level | None:
    if not said.outright:
        return None
    return Level.PERHAPS if said.doubtful else Level.SURE


def _danger_kind(said: Said, meant: Meant | None) -> str:
    """The kind that is named; where several are, the one that is meant, and the first of them otherwise."""
    named = [kind for kind in said.outright if kind != UNKNOWN]
    if meant and (not named or meant.kind in named):
        return meant.kind
    return named[0] if named else UNKNOWN
