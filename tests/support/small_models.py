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


def save_small_cross_encoder(folder: Path, words: Iterable[str], *, labels: int = 1) -> Path:
    """Save a tiny BERT that reads two texts of these words and gives `labels` numbers, trained by nobody."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: at for at, word in enumerate([*special, *sorted(set(words))])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    torch.manual_seed(1)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(vocabulary), num_labels=labels, max_position_embeddings=64, **size)
    BertForSequenceClassification(config).save_pretrained(str(folder))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), special, strict=True))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=64,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **names,
    ).save_pretrained(str(folder))
    return folder


def export_here(model: Path, models: Path) -> Path:
    """Export a model into a folder of models in this process: PyTorch is loaded here, and a child would take seconds more."""
    folder = export_folder(str(model), models)
    folder.mkdir(parents=True)
    export_model(str(model), folder)
    return folder
