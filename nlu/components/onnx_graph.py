"""Writes a computation as an ONNX graph in memory, for onnxruntime to run in one thread.

The `onnx` package would bring a newer protobuf than Rasa can stand; a graph of ours needs a dozen fields of the format
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), whose numbers never change.
"""

from __future__ import annotations

import struct
from typing import Any, Dict, List, Sequence, Tuple, Union

import numpy as np

IR_VERSION, OPERATORS, CONTRIBUTED_OPERATORS = 8, 17, 1
BLOCK = 64
"""Weights of 8 bits share a scale by this many; so do the activations they are multiplied with."""
_TYPES = {"float32": 1, "uint8": 2, "int32": 6, "int64": 7}
# Operators of onnxruntime itself, made for models of this kind.
_CONTRIBUTED = frozenset(
    {"BiasGelu", "EmbedLayerNormalization", "MatMulNBits", "MultiHeadAttention", "SkipLayerNormalization"}
)
_INT_64 = (1 << 64) - 1


class Graph:
    """Grows by `weight` and `add`, which give the name of what they made; `session` makes it ready to run."""

    def __init__(self) -> None:
        self._nodes: List[bytes] = []
        self._weights: List[bytes] = []
        self._made = 0

    def weight(self, array: np.ndarray) -> str:
        """A constant: float32, uint8, int32 or int64."""
        name = self._new_name()
        shape = b"".join(_number(1, size) for size in array.shape)
        content = _bytes(9, np.ascontiguousarray(array).tobytes())
        self._weights.append(
            shape + _number(2, _TYPES[array.dtype.name]) + _bytes(8, name.encode()) + content
        )
        return name

    def add(self, operator: str, *inputs: str, **attributes: float) -> str:
        """The one output (or the first) of an operator."""
        return self.split(operator, 1, *inputs, **attributes)[0]

    def split(self, operator: str, outputs: int, *inputs: str, **attributes: float) -> List[str]:
        """The outputs of an operator that has several."""
        made = [self._new_name() for _ in range(outputs)]
        domain = b"com.microsoft" if operator in _CONTRIBUTED else b""
        self._nodes.append(
            b"".join(_bytes(1, name.encode()) for name in inputs)
            + b"".join(_bytes(2, name.encode()) for name in made)
            + _bytes(4, operator.encode())
            + b"".join(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
            + _bytes(7, domain)
        )
        return made

    def multiply(self, vectors: str, matrix: np.ndarray) -> str:
        """`vectors` times a matrix of shape (inputs, outputs) in full precision."""
        return self.add("MatMul", vectors, self.weight(matrix))

    def multiply_in_8_bits(self, vectors: str, matrix: np.ndarray) -> str:
        """The same with both sides in 8 bits, in blocks along the inputs: half the time, and cosines above 0.999 kept."""
        inputs, outputs = matrix.shape
        blocks = matrix.T.reshape(outputs, inputs // BLOCK, BLOCK)
        scales = np.maximum(np.abs(blocks).max(axis=2) / 127, 1e-12).astype(np.float32)
        steps = (np.round(blocks / scales[:, :, None]) + 128).clip(0, 255).astype(np.uint8)
        return self.add(
            "MatMulNBits",
            vectors,
            self.weight(steps),
            self.weight(scales),
            K=inputs,
            N=outputs,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,  # onnxruntime's word for activations in 8 bits
        )

    def session(self, inputs: Dict[str, Tuple[str, Sequence[Union[str, int]]]], output: str) -> Any:
        """An onnxruntime session; `inputs` have a type and a shape, whose free sizes are words."""
        import onnxruntime

        graph = (
            b"".join(_bytes(1, node) for node in self._nodes)
            + _bytes(2, b"encoder")
            + b"".join(_bytes(5, weight) for weight in self._weights)
            + b"".join(_bytes(11, _declared(name, kind, shape)) for name, (kind, shape) in inputs.items())
            + _bytes(12, _declared(output, "float32", ()))
        )
        model = (
            _number(1, IR_VERSION)
            + _bytes(7, graph)
            + _bytes(8, _number(2, OPERATORS))
            + _bytes(8, _bytes(1, b"com.microsoft") + _number(2, CONTRIBUTED_OPERATORS))
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def _new_name(self) -> str:
        self._made += 1
        return f"v{self._made}"


def _varint(number: int) -> bytes:
    number &= _INT_64
    coded = b""
    while number > 0x7F:
        coded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return coded + bytes([number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _attribute(name: str, value: float) -> bytes:
    coded = _bytes(1, name.encode())
    if isinstance(value, float):
        return coded + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)
    return coded + _number(3, value) + _number(20, 2)


def _declared(name: str, kind: str, shape: Sequence[Union[str, int]]) -> bytes:
    sizes = b"".join(
        _bytes(1, _bytes(2, size.encode()) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor = _number(1, _TYPES[kind]) + (_bytes(2, sizes) if shape else b"")
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))
