"""One run of tuning: measure, train, measure again, keep the model only if it is clearly better. Nothing in use is changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import TuningError
from core.once import made_once
from knowledge.base.model import Passage
from knowledge.index.cache import PreparedPassages, embedded_text
from knowledge.index.embedding import SentenceEmbedder, make_embedders, query_vector
from knowledge.index.encoder_models import MULTILINGUAL, NOTE
from knowledge.index.snapshot import build_snapshot
from knowledge.search.library import Library
from knowledge.tuning.questions import (
    FEWEST,
    Asked,
    judge_ranks,
    nearest_passage,
    new_setting,
    note_of_report,
    rank_by_meaning,
    rank_figures,
    split_questions,
)
from knowledge.tuning.training import OnStep, Training, check_installed, train_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

DEEP = 200
MEASURED = ("model before", "model after", "library before", "library after")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run: figures on the held-back questions, the verdict, and what to set when the model was kept."""

    base: str
    learned_from: int
    held_back: int
    seed: int
    made: str
    digest: str
    languages: tuple[str, ...]
    figures: dict[str, dict[str, float]]
    kept: bool
    why: str
    setting: str


@dataclass
class Tuner:
    """Tunes `base` for the passages of a library and questions asked of it. `setting` is CITYLINE_EMBEDDING_MODEL as it is now.

    Models and the report go into `models`; vectors of passages are taken from and added to the cache of `library_folder`.
    """

    passages: Sequence[Passage]
    asked: Sequence[Asked]
    setting: str
    base: str
    models: Path
    library_folder: Path
    how: Training = field(default_factory=Training)
    on_step: OnStep = lambda _step, _steps, _seconds: None
    tell: Callable[[str], None] = lambda _line: None

    @made_once
    def _prepared(self) -> PreparedPassages:
        return PreparedPassages(self.library_folder)

    def run(self) -> Report:
        """Do it. An interruption leaves nothing behind."""
        check_installed()
        if len(self.asked) < FEWEST:
            raise TuningError(
                f"There are {len(self.asked)} confirmed questions and tuning needs {FEWEST}: let residents ask a while longer, "
                "or bring your own with --questions. The model in use serves well until then."
            )
        self.models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tuning-", dir=self.models) as scratch:
            report = self._run_tuning(Path(scratch))
        (self.models / "tuning.json").write_text(note_of_report(self.base, asdict(report)), encoding="utf-8")
        return report

    def _run_tuning(self, scratch: Path) -> Report:
        before = SentenceEmbedder(self.base, self.models)
        self.tell(f"Reading {len(self.passages)} passages with the model as it is")
        questions, vectors = self._question_vectors(before), self._passage_vectors(before)
        learn, held = split_questions(self.asked, questions, self.how.seed)
        alone = [self._ranks_alone(questions, vectors, held)]
        whole = [self._ranks_in_library(scratch / "before", make_embedders(self.setting, self.models), held)]
        self.tell(f"Learning from {len(learn)} questions; {len(held)} are held back")
        model = scratch / "model"
        train_model(self.base, self._training_pairs(learn, questions, vectors), model, self.how, self.on_step)
        shutil.rmtree(model / "work", ignore_errors=True)
        digest = _model_digest(model)
        (model / NOTE).write_text(
            note_of_report(self.base, {"digest": digest, "languages": before.languages})
        )
        self.tell("Reading the passages with the tuned model")
        after = SentenceEmbedder(str(model), scratch)
        alone.append(self._ranks_alone(self._question_vectors(after), self._passage_vectors(after), held))
        tuned = new_setting(self.setting, str(model), MULTILINGUAL)
        whole.append(self._ranks_in_library(scratch / "after", self._embedders(tuned, after), held))
        verdict = judge_ranks((alone[0], alone[1]), (whole[0], whole[1]), self.how.seed)
        place = self.models / digest
        report = Report(
            base=self.base,
            learned_from=len(learn),
            held_back=len(held),
            seed=self.how.seed,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            digest=digest,
            languages=before.languages,
            figures=dict(zip(MEASURED, map(rank_figures, (*alone, *whole)), strict=True)),
            kept=verdict.kept,
            why=verdict.why,
            setting=new_setting(self.setting, str(place), MULTILINGUAL) if verdict.kept else "",
        )
        if verdict.kept:
            _keep_model(model, place, note_of_report(self.base, asdict(report)))
        return report

    def _training_pairs(
        self, learn: Sequence[int], questions: NDArray[np.float32], vectors: NDArray[np.float32]
    ) -> list[tuple[str, str]]:
        numbers = [nearest_passage(self.asked[at], questions[at], vectors) for at in learn]
        return [
            (self.asked[at].question, embedded_text(self.passages[number]))
            for at, number in zip(learn, numbers, strict=True)
        ]

    def _ranks_alone(
        self, questions: NDArray[np.float32], vectors: NDArray[np.float32], held: Sequence[int]
    ) -> list[int]:
        return rank_by_meaning([self.asked[at] for at in held], questions[held], vectors, self.passages)

    def _question_vectors(self, embedder: SentenceEmbedder) -> NDArray[np.float32]:
        return np.stack([query_vector(embedder, one.question) for one in self.asked])

    def _passage_vectors(self, embedder: SentenceEmbedder) -> NDArray[np.float32]:
        return np.concatenate(list(self._prepared.vectors(self.passages, embedder, ())))

    def _embedders(self, setting: str, tuned: SentenceEmbedder) -> list[Embedder]:
        """Those of `setting`, with the one that is there already: its export goes with it if the model is not kept."""
        made = make_embedders(setting, self.models)
        return [tuned if each.name == tuned.name else each for each in made]

    def _ranks_in_library(
        self, folder: Path, embedders: Sequence[Embedder], held: Sequence[int]
    ) -> list[int]:
        """Ranks as residents get them: the library with these models."""
        build_snapshot(folder, self.passages, embedders, prepared=self._prepared)
        library = Library(folder, embedders, threshold=0.5)
        ranks = []
        for one in (self.asked[at] for at in held):
            found = library.ask(one.question, limit=DEEP).found
            documents = dict.fromkeys(each.passage.document_id for each in found)
            ranks.append(
                next((at for at, name in enumerate(documents, start=1) if name in one.documents), DEEP + 1)
            )
        return ranks


def _model_digest(model: Path) -> str:
    total = sha256()
    for file in sorted(model.rglob("*.safetensors")):
        total.update(file.read_bytes())
    return total.hexdigest()[:12]


def _keep_model(model: Path, place: Path, about: str) -> None:
    """Move a model to its place in one step, with what is known of it inside."""
    (model / NOTE).write_text(about, encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    model.rename(place)
