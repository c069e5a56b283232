"""What every command stands on: settings, texts, the secret and the database. Cheap to make; nothing is read or started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.database import Database
from core.ports import Embedder
from core.queue import utc_now
from core.settings import Settings
from core.texts import Texts, load_texts
from core.vault import Vault, open_vault
from knowledge.index.reranker import make_reranker
from knowledge.search.library import Library


@dataclass(frozen=True)
class Foundation:
    """The parts that need no others. `now` is the clock, aware and in UTC."""

    settings: Settings
    texts: Texts
    vault: Vault
    database: Database
    now: Callable[[], datetime]

    @property
    def library_folder(self) -> Path:
        """Where documents and their index lie."""
        return self.settings.data_dir / "knowledge"

    @property
    def cache_folder(self) -> Path:
        """Where vectors are kept that would only be computed again."""
        return self.settings.data_dir / "cache"


def lay_foundation(settings: Settings, now: Callable[[], datetime] = utc_now) -> Foundation:
    """The foundation of the installation that these settings describe; its tables are brought up to date by `bot.migrate`."""
    return Foundation(
        settings=settings,
        texts=load_texts(),
        vault=open_vault(settings.secret_key, settings.data_dir),
        database=Database(settings.database),
        now=now,
    )


def open_library(foundation: Foundation, embedders: Sequence[Embedder]) -> Library:
    """The documents, to be asked; the index is opened at the first look."""
    settings = foundation.settings
    return Library(
        foundation.library_folder,
        embedders,
        settings.answer_threshold,
        settings.maybe_threshold,
        reranker=make_reranker(settings.reranker, settings.models),
    )
