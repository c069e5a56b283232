"""What steps cost, as `policy.toml` says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "policy.toml"


@dataclass(frozen=True, slots=True)
class StepCosts:
    """What asking back and half an answer cost, in replies."""

    ask_back: float
    ask_openly: float
    unsure: float
    unknown: float
    kinds: float


@dataclass(frozen=True, slots=True)
class Floors:
    """Probabilities below which a kind of problem says nothing, and from which it is `taken`; and those
    from which a meaning is `named` when it is asked back, and `followed` without being asked about.
    """

    kind: float
    taken: float
    named: float
    followed: float


@dataclass(frozen=True, slots=True)
class ActCosts:
    """What an act costs where something else was meant, and what it costs, besides, to miss it."""

    wrongly: float
    missed: float


@dataclass(frozen=True, slots=True)
class Policy:
    """The table of costs."""

    steps: StepCosts
    floors: Floors
    acts: Mapping[str, ActCosts]

    def costs_of(self, act: str) -> ActCosts:
        """Those of this act, or what acts cost that the table does not name."""
        return self.acts.get(act, self.acts["default"])


@cache
def load_policy() -> Policy:
    """The table in the file."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    acts = {name: ActCosts(**costs) for name, costs in raw["acts"].items()}
    return Policy(StepCosts(**raw["steps"]), Floors(**raw["floors"]), acts)
