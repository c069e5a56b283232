"""Phrases that mean things, found in a folded text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.texts import phrases_expression


class PhraseNames:
    """Folded phrases and what each of them means, found in a folded text. Immutable."""

    def __init__(self, named: Mapping[str, tuple[str, ...]]) -> None:
        self._named = dict(named)
        self.expression = phrases_expression(tuple(named))

    def find(self, folded: str) -> list[tuple[re.Match[str], tuple[str, ...]]]:
        """Where something is named and what that means, in the text's order."""
        return [(match, self._meaning(match[0])) for match in self.expression.finditer(folded)]

    def _meaning(self, said: str) -> tuple[str, ...]:
        """Also behind what Arabic writes together with a name."""
        whole = self._named.get(said)
        if whole is not None:
            return whole
        return next((named for phrase, named in self._named.items() if said.endswith(phrase)), ())
