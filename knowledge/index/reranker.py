"""A cross-encoder that reads a question and a passage together, which the city names by `CITYLINE_RERANKER`; none by preset.

It is exported as ONNX once, as the encoders are, by a child that loads PyTorch (`knowledge.index.reranker_child`).
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.encoder import ABOUT, FORMAT, GRAPH, TOKENIZER, group_alike, open_graph
from core.errors import CitylineError, SettingsError
from knowledge.index.encoder_export import FOLDER, MODELS, make_once, run_export
from knowledge.index.encoder_models import looks_like_a_path, name_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CHARACTERS = 4_000
"""Characters of a passage that are read; a cross-encoder cuts it to 512 tokens or so anyway."""
SECONDS_BETWEEN_ATTEMPTS = 300.0
"""After it could not be exported or opened."""


class Reranker(Protocol):
    """Says how well passages answer a question."""

    @property
    def name(self) -> str:
        """Name and version."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """A number a text, shape (len(texts),), the greater the better it answers; raises `CitylineError` while it cannot."""
        ...


class CrossEncoder:
    """A cross-encoder for sentence-transformers by name or path, with one score a pair; exported and opened at the first question. Threads may share it."""

    def __init__(self, model: str, models: Path = MODELS) -> None:
        self._model = locate_reranker(model)
        self._models = models
        self._opened: PairGraph | None = None
        self._failed: tuple[float, CitylineError] | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Name and version."""
        return name_model(self._model)

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """A number a text, shape (len(texts),), the greater the better it answers; raises `CitylineError` while it cannot."""
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened.score(question, texts)

    def _open(self) -> PairGraph:
        """The export; a failure is remembered for a while, so that residents do not queue behind one attempt after the other."""
        if self._failed and time.monotonic() < self._failed[0]:
            raise self._failed[1]
        folder = reranker_folder(self._model, self._models)
        try:
            make_once(folder, lambda made: run_export("knowledge.index.reranker_child", self._model, made))
            return open_pairs(folder)
        except CitylineError as error:
            self._failed = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS, error
            raise


class PairGraph:
    """An exported cross-encoder in a folder."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._has_types: bool = json.loads((folder / ABOUT).read_text(encoding="utf-8"))["types"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._session = open_graph(folder / GRAPH)

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """The graph's number for each pair; pairs of one length go through it together, so that none is filled up."""
        pairs = [self._tokenizer.encode(question, text[:MOST_CHARACTERS]) for text in texts]
        scores = np.zeros(len(texts))
        for rows in group_alike([len(pair.ids) for pair in pairs]):
            given = {"tokens": np.array([pairs[row].ids for row in rows], dtype=np.int64)}
            if self._has_types:
                given["types"] = np.array([pairs[row].type_ids for row in rows], dtype=np.int64)
            scores[rows] = self._session.run(None, given)[0]
        return scores


def open_pairs(folder: Path) -> PairGraph:
    """The export in a folder; raises `SettingsError` where its files are damaged."""
    try:
        return PairGraph(folder)
    except Exception as error:
        raise SettingsError(
            f"The exported cross-encoder in {folder} cannot be read ({type(error).__name__}); delete that folder, and it is exported anew."
        ) from error


def make_reranker(setting: str, models: Path = MODELS) -> CrossEncoder | None:
    """The cross-encoder that `setting` names; None where it is empty. Raises `SettingsError` where it names a folder that is not there."""
    return CrossEncoder(setting.strip(), models) if setting.strip() else None


def reranker_folder(model: str, models: Path) -> Path:
    """Where the export of a cross-encoder in its present version is, or will be."""
    digest = hashlib.sha256(f"reranker {FORMAT} {name_model(model)} {model}".encode()).hexdigest()
    return models.resolve() / FOLDER / f"reranker-{Path(name_model(model)).name}-{digest[:8]}"


def locate_reranker(model: str) -> str:
    """The absolute folder of a cross-encoder given by its path, or the name it has at the hub; `SettingsError` when the folder is not there."""
    if Path(model).is_dir():
        return str(Path(model).absolute())
    if looks_like_a_path(model):
        raise SettingsError(
            f"There is no folder {model!r} with a cross-encoder; correct CITYLINE_RERANKER, or leave it empty."
        )
    return model
