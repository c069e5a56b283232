"""The library's desk: ask it a question, get passages with how sure it is. It follows the newest snapshot by itself."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog

from core.errors import CitylineError
from core.model import Health
from core.texts import fold_text
from knowledge.base.model import Answer, AnsweredPage, Found, PageAnswer, Passage, Remark
from knowledge.base.text import clean_text
from knowledge.freshness.remarks import Remarks, read_remarks, stamp_of
from knowledge.index import snapshot
from knowledge.search.continuing import rank_on_page
from knowledge.search.ranking import Ranked, rank_candidates, rerank_first
from knowledge.search.retrieval import gather_signals

if TYPE_CHECKING:
    from core.ports import Embedder
    from knowledge.index.reranker import Reranker
    from knowledge.index.snapshot import Snapshot

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
MOST_CHARACTERS = 1000
CLOSE = 0.15
"""Sureness of the page from which on it is asked whether one of the nearest is meant: the right one is among three in nine of ten such cases (docs/knowledge.md)."""
RERANKED, FEWEST_RERANKED = 10, 2
"""So many of the first are read by a reranker: of the questions of residents of the sample city, 99 in 100 have the right section among them."""
EXACT = 0.95
"""How sure the library is of a passage whose heading is the question, word for word."""


class Library:
    """Answers from the snapshot in use at `folder` (`<data_dir>/knowledge`), opened at the first look. Safe to share between threads.

    The embedders must be those that the snapshot was built with; a snapshot of other models is not opened, `health` says
    so, and the last good one stays in use. From `threshold` on, sure of the section, a passage is the answer; below it, from
    `maybe` on, sure of the page, it is shown as what comes closest. The preset shows none so. A `reranker` puts the first few in its order;
    while it cannot, they stay in that of the library, and `health` says so.
    """

    def __init__(
        self,
        folder: Path,
        embedders: Sequence[Embedder],
        threshold: float,
        maybe: float = 1.0,
        *,
        reranker: Reranker | None = None,
    ) -> None:
        self._folder = folder
        self._embedders = tuple(embedders)
        self._threshold = threshold
        self._maybe = maybe
        self._reranker = reranker
        self._reranker_trouble = ""
        self._snapshot: Snapshot | None = None
        self._trouble = ""
        self._tried = ""
        self._looked = 0.0
        self._has_looked = False
        self._lock = threading.Lock()
        self._remarks = Remarks()
        self._remarks_stamp = 0

    @property
    def version(self) -> str:
        """The snapshot in use, empty when there is none."""
        current = self._in_use()
        return current.manifest.version if current else ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to answer from."""
        return self._in_use() is None

    def ask(self, question: str, language: str = "", limit: int = 5) -> Answer:
        """The passages nearest to a question, at most `limit`, best first; empty and not confident when there are none.

        `language` is the person's; it counts where the question's own words do not tell.
        """
        self._look_now_and_then()
        current = self._in_use()
        asked = " ".join(clean_text(question).split())[:MOST_CHARACTERS]
        if current is None or not any(character.isalnum() for character in asked):
            return Answer(question, confident=False)
        signals = gather_signals(current, self._embedders, asked, language)
        order = self._rerank(current, asked, rank_candidates(signals))
        ranked = [
            Found(current.passages[number], sure)
            for number, sure in zip(order.numbers.tolist(), order.sure.tolist(), strict=True)
        ]
        newer_first = self._remarks.put_newer_first(staff_wrote_it_first(asked, ranked))
        found = tuple(newer_first[:limit])
        if not found:
            return Answer(question, confident=False)
        confident = found[0].score >= self._threshold
        near = max(found[0].score, order.page_sure)
        maybe = not confident and near >= self._maybe
        close = not confident and not maybe and near >= CLOSE
        return Answer(question, confident, found, maybe, close)

    def ask_page(
        self, question: str, page: AnsweredPage, language: str = "", limit: int = 5
    ) -> PageAnswer | None:
        """What a page that was answered from says to words that may go on with it; None when it cannot."""
        current = self._in_use()
        asked = " ".join(clean_text(question).split())[:MOST_CHARACTERS]
        if current is None or not any(character.isalnum() for character in asked):
            return None
        ranked = rank_on_page(current, self._embedders, asked, page, language)
        if ranked is None:
            return None
        found = tuple(
            Found(current.passages[number], sure)
            for number, sure in zip(ranked.numbers.tolist(), ranked.sure.tolist(), strict=True)
        )
        confident = found[0].score >= self._threshold
        answer = Answer(question, confident, found[:limit], maybe=not confident)
        return PageAnswer(answer, ranked.near, ranked.behind)

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        """What has to be said beside a quotation: another version, or another page that says another number."""
        return self._remarks.on(passage, quoted)

    def warm_up(self) -> None:
        """Load the models now rather than at the first question."""
        for embedder in self._embedders:
            embedder.encode(["Where is the city hall?"])

    def reload_if_changed(self) -> bool:
        """Open the snapshot that `CURRENT` names if it is another one; True if it was. Damage leaves the old one in use."""
        with self._lock:
            self._looked = time.monotonic()
            self._read_remarks()
            version = snapshot.current_version(self._folder)
            opened = self._snapshot.manifest.version if self._snapshot else ""
            if version == opened or (version and version == self._tried):
                return False
            return self._open_version(version)

    def health(self) -> Health:
        """The state of the library; an empty one is up and says so."""
        facts: dict[str, str | int | float] = {"version": self.version}
        if current := self._in_use():
            manifest = current.manifest
            facts |= {
                "documents": manifest.documents,
                "passages": manifest.passages,
                "models": ", ".join(manifest.models),
            }
        trouble = self._trouble or self._reranker_trouble
        detail = trouble or ("" if current else "There are no documents yet; import some.")
        return Health("knowledge", ok=not trouble, detail=detail, needed=False, facts=facts)

    def _rerank(self, current: Snapshot, question: str, ranked: Ranked) -> Ranked:
        """The candidates, the first few in the order of the reranker where there is one and it can."""
        numbers = ranked.numbers[:RERANKED].tolist()
        if self._reranker is None or len(numbers) < FEWEST_RERANKED:
            return ranked
        passages = [current.passages[number] for number in numbers]
        try:
            scores = self._reranker.score(question, [_whole_text(passage) for passage in passages])
        except CitylineError as error:
            if self._reranker_trouble != str(error):
                log.error("reranker_failed", why=str(error))  # noqa: TRY400  the sentence says it
            self._reranker_trouble = str(error)
            return ranked
        self._reranker_trouble = ""
        pages = np.array([passage.document_id == passages[0].document_id for passage in passages])
        return rerank_first(ranked, scores, pages)

    def _in_use(self) -> Snapshot | None:
        """The snapshot. It is opened at the first look and not when the library is made: libraries and disk take a second for it."""
        if not self._has_looked:
            self.reload_if_changed()
            self._has_looked = (
                True  # only now: nobody may take a library that is being opened for an empty one
            )
        return self._snapshot

    def _look_now_and_then(self) -> None:
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.reload_if_changed()

    def _read_remarks(self) -> None:
        stamp = stamp_of(self._folder)
        if stamp != self._remarks_stamp:
            self._remarks, self._remarks_stamp = read_remarks(self._folder), stamp

    def _open_version(self, version: str) -> bool:
        if not version:
            self._snapshot = None
            return True
        wanted = tuple(embedder.name for embedder in self._embedders)
        try:
            opened = snapshot.open_snapshot(self._folder, version)
        except snapshot.DAMAGE as error:
            self._trouble = f"The index {version} cannot be opened ({type(error).__name__}); import again."
            self._tried = version
            log.exception("knowledge_snapshot_damaged", version=version)
            return False
        if opened.manifest.models != wanted:
            self._trouble = f"The index {version} was made by {', '.join(opened.manifest.models)}, not by {', '.join(wanted)}; import again."
            self._tried = version
            log.warning("knowledge_other_models", version=version, wanted=wanted)
            return False
        self._snapshot, self._trouble, self._tried = opened, "", ""
        log.info("knowledge_opened", version=version, passages=opened.manifest.passages)
        return True


def _whole_text(passage: Passage) -> str:
    """A passage with what stands above it."""
    return "\n".join((passage.title, *passage.headings, passage.text))


def staff_wrote_it_first(question: str, ranked: Sequence[Found]) -> list[Found]:
    """The passages whose heading is this very question first, and surely: staff wrote them to answer it."""
    words = bare_words(question)
    exact = [
        Found(found.passage, max(found.score, EXACT))
        for found in ranked
        if words
        and words in {bare_words(heading) for heading in (*found.passage.headings[-1:], found.passage.title)}
    ]
    passages = {found.passage.passage_id for found in exact}
    return exact + [found for found in ranked if found.passage.passage_id not in passages]


@lru_cache(maxsize=100_000)
def bare_words(text: str) -> str:
    """A text without accents, case and punctuation, for comparing whole questions."""
    return " ".join(re.findall(r"\w+", fold_text(text)))
