"""A tiny sentence-transformers model in a folder: a random vector a word, trained by nobody, loaded and exported like any other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from knowledge.index.encoder_export import export_folder
from knowledge.index.export_child import export_model


def save_small_model(
    folder: Path, words: Iterable[str], *, dimension: int = 24, prompts: dict[str, str] | None = None
) -> Path:
    """Save a model that knows these words and no other."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    vocabulary = {word: at for at, word in enumerate(["[UNK]", *sorted(set(words))])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(1).normal(size=(len(vocabulary), dimension)).astype(np.float32)
    weights[0] = 1e-3
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu", prompts=prompts
    )
    model.save(str(folder), create_model_card=False)
    return folder


def export_here(model: Path, models: Path) -> Path:
    """Export a model into a folder of models in this process: PyTorch is loaded here, and a child would take seconds more."""
    folder = export_folder(str(model), models)
    folder.mkdir(parents=True)
    export_model(str(model), folder)
    return folder
