"""Fine-tuning with sentence-transformers' own trainer. Needs the packages of `requirements/tune.txt`, and says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import TuningError
from knowledge.index.export_child import load_model
from knowledge.index.prompts import prompts_of

INSTALL = ".tools/bin/uv pip install --python .venv/bin/python -r requirements/tune.txt"


@dataclass(frozen=True, slots=True)
class Training:
    """How to train. `steps` of 0 means as many as `epochs` give; training ends after `minutes` in any case."""

    seed: int = 7
    steps: int = 0
    epochs: int = 6
    batch: int = 16
    rate: float = 3e-5
    minutes: float = 20.0
    threads: int = 1


OnStep = Callable[[int, int, float], None]
"""Called after each step with its number, of how many, and seconds since the beginning."""


def check_installed() -> None:
    """Raise `TuningError` when a package that only training needs is missing."""
    from sentence_transformers.util import is_training_available

    if not is_training_available():
        raise TuningError(f"Tuning needs two more packages; install them with: {INSTALL}")


def train_model(
    base: str, pairs: Sequence[tuple[str, str]], folder: Path, how: Training, on_step: OnStep
) -> None:
    """Fine-tune `base` on (question, passage) pairs and save the model in `folder`. The other passages of a batch are the wrong ones."""
    import torch
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers
    from transformers.trainer_callback import PrinterCallback

    model = load_model(base)
    query, document = prompts_of(model, base)
    torch.set_num_threads(how.threads)
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder / "work"),
        num_train_epochs=how.epochs,
        max_steps=how.steps or -1,
        per_device_train_batch_size=how.batch,
        learning_rate=how.rate,
        warmup_steps=0.1,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        prompts={"anchor": query, "positive": document} if query or document else None,
        seed=how.seed,
        data_seed=how.seed,
        use_cpu=True,
        save_strategy="no",
        eval_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(
            {"anchor": [question for question, _ in pairs], "positive": [passage for _, passage in pairs]}
        ),
        loss=MultipleNegativesRankingLoss(model),
        callbacks=[_step_watcher(how.minutes, on_step)],
    )
    trainer.remove_callback(PrinterCallback)  # it prints to standard output, which is for the report
    trainer.train()
    if query or document:
        model.prompts = {"query": query, "document": document}
    model.save(str(folder), create_model_card=False)


def _step_watcher(minutes: float, on_step: OnStep) -> Any:
    """A callback of the trainer that tells each step and ends the training when its time is over."""
    from transformers import TrainerCallback

    began = time.monotonic()

    class Watcher(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002  the library's names
            seconds = time.monotonic() - began
            on_step(state.global_step, state.max_steps, seconds)
            control.should_training_stop = control.should_training_stop or seconds > 60 * minutes

    return Watcher()
