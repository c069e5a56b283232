"""Sentences of danger and look-alikes that nothing learns from: `held_out.txt`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "held_out.txt"


@dataclass(frozen=True, slots=True)
class Aside:
    """A sentence: `how` is direct, indirect or harmless."""

    language: str
    kind: str
    how: str
    text: str


def held_out() -> list[Aside]:
    """All of them."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [Aside(*line.split(" ", 3)) for line in lines if line and not line.startswith("#")]
