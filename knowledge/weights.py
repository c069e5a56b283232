"""First guesses, to be learned by `benchmarks/learn_ranking.py`."""

from __future__ import annotations

_ORDER = ((12.0, 3.0, 1.5, 1.5, 0.5), (0.0, 8.0, 4.0, 7.0, 0.5), (0.0, 10.0, 1.0, 2.0, 0.0))
_ONE = ((12.0, 8.0, 1.5, 2.5, 0.5), (6.0, 8.0, 4.0, 7.0, 0.5), (4.0, 10.0, 1.0, 2.0, 0.0))
ORDER: dict[str, tuple[tuple[float, ...], ...]] = {"both": _ORDER, "english": _ONE, "multilingual": _ONE}
_SURE = (
    (0.1, 6.0, 1.0, 1.0, 0.4, 1.0, 0.0, -4.0),
    (0.1, 6.0, 1.0, 1.0, 0.4, 1.0, 0.0, -4.0),
    (0.1, 6.0, 0.0, 0.0, 0.4, 1.0, 0.0, -3.5),
)
SURENESS: dict[str, tuple[tuple[float, ...], ...]] = {"both": _SURE, "english": _SURE, "multilingual": _SURE}
