"""Exports a cross-encoder as ONNX: `python -m knowledge.index.reranker_child MODEL FOLDER`, in a process of its own because it loads PyTorch.

The graph takes tokens, and where the model has them the types of tokens, of shape (pairs, tokens), all pairs of one length, and
gives one number a pair. `SettingsError` when the model cannot be had, has another number of outputs, or its export gives other numbers.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.encoder import ABOUT, TOKENIZER
from core.errors import SettingsError
from knowledge.index.encoder_export import WRONG_SETTING
from knowledge.index.export_child import first_line, save_graph
from knowledge.index.reranker import PairGraph

if TYPE_CHECKING:
    from torch.nn import Module

MOST_TOKENS = 512
"""Of a pair, where the tokenizer says nothing less."""
MOST_APART = 1e-3
"""Between the export's number and the model's own."""
QUESTION = "When is my trash collected?"
SAMPLES = ("Put your cart at the curb by 7 a.m.", "Register at the clerk. " * 40)


def export_reranker(model: str, folder: Path) -> None:
    """Write the export of a cross-encoder, by path or name, into an empty folder."""
    loaded, tokenizer = load_cross_encoder(model)
    if loaded.config.num_labels != 1:
        raise _refusal(model, f"it gives {loaded.config.num_labels} numbers a pair instead of one")
    has_types = "token_type_ids" in tokenizer.model_input_names
    fast = tokenizer.backend_tokenizer
    fast.no_padding()
    fast.enable_truncation(_longest(tokenizer), strategy="only_second")
    fast.save(str(folder / TOKENIZER))
    names = ("tokens", "types") if has_types else ("tokens",)
    save_graph(graph_of_pairs(loaded), folder, names, output="scores")
    (folder / ABOUT).write_text(json.dumps({"name": model, "types": has_types}), encoding="utf-8")
    _compare_scores(loaded, tokenizer, PairGraph(folder), model)


def load_cross_encoder(model: str) -> tuple[Any, Any]:
    """The model and its tokenizer; `SettingsError` when they cannot be had."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True)
        loaded = AutoModelForSequenceClassification.from_pretrained(model)
    except Exception as error:
        # Whatever a missing network, a missing file or somebody else's format raises: only the sentence differs.
        raise _refusal(
            model, f"it cannot be loaded: {first_line(error)}; without a network it has to be a folder here"
        ) from error
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise _refusal(model, "it has no tokenizer of the `tokenizers` library")
    return loaded.eval(), tokenizer


def graph_of_pairs(model: Any) -> Module:
    """The model as a function of tokens, and of their types where it has them."""
    import torch

    class Pairs(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: torch.Tensor, types: torch.Tensor | None = None) -> torch.Tensor:
            given = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            given |= {} if types is None else {"token_type_ids": types}
            scores: torch.Tensor = self.model(**given).logits[:, 0]
            return scores

    return Pairs()


def _longest(tokenizer: Any) -> int:
    return min(int(tokenizer.model_max_length), MOST_TOKENS)


def _compare_scores(model: Any, tokenizer: Any, graph: PairGraph, name: str) -> None:
    import torch

    cut = {"truncation": "only_second", "max_length": _longest(tokenizer)}
    own = []
    for text in SAMPLES:
        pair = {key: torch.tensor([ids]) for key, ids in tokenizer(QUESTION, text, **cut).items()}
        with torch.no_grad():
            own.append(float(model(**pair).logits[0, 0]))
    apart = float(np.abs(np.array(own) - graph.score(QUESTION, SAMPLES)).max())
    if apart > MOST_APART:
        raise _refusal(name, f"its export gives other numbers, {apart:.3f} apart")


def _refusal(name: str, why: str) -> SettingsError:
    return SettingsError(
        f"The cross-encoder {name!r} cannot be used ({why}); correct CITYLINE_RERANKER, or leave it empty."
    )


def main(arguments: Sequence[str]) -> int:
    """Export, and end with `WRONG_SETTING` and a sentence where that cannot be."""
    model, folder = arguments
    try:
        with contextlib.redirect_stdout(sys.stderr):
            export_reranker(model, Path(folder))
    except SettingsError as error:
        sys.stdout.write(f"{error}\n")
        return WRONG_SETTING
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
