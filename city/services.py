"""The service list: what residents can report, and which services a text is likely to be about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from bot.ports import Embedder
from city.model import Service, Suggestion

SURE = 0.75
"""From this score on the first suggestion may be taken without asking."""

UNSURE = 0.25
"""Below this score a service is not even offered."""


class ServiceList:
    """The city's active services, in the city's order."""

    def __init__(
        self,
        services: Sequence[Service],
        embedders: Callable[[], Sequence[Embedder]] = tuple,
        cache_folder: Path | None = None,
    ) -> None:
        self._services = tuple(services)
        self._by_code = {service.code: service for service in services}
        self._embedders = embedders
        self._cache_folder = cache_folder

    def all(self) -> tuple[Service, ...]:
        """Every service that can be reported."""
        return self._services

    def by_code(self, code: str) -> Service | None:
        """The service of this code; None when it is unknown or no longer active."""
        return self._by_code.get(code)

    def groups(self) -> dict[str, list[Service]]:
        """Services by group, in the city's order, for browsing."""
        grouped: dict[str, list[Service]] = {}
        for service in self._services:
            grouped.setdefault(service.group, []).append(service)
        return grouped

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest services, best first: `score` >= SURE is one to take; below UNSURE none is offered."""
        scored = [Suggestion(service, self._score(text, service)) for service in self._services]
        scored.sort(key=lambda suggestion: -suggestion.score)
        return [suggestion for suggestion in scored[:limit] if suggestion.score >= UNSURE]

    def warm(self) -> None:
        """Do the slow work before the first text comes."""

    @staticmethod
    def _score(text: str, service: Service) -> float:
        words = [*service.name.values(), *(word for words in service.keywords.values() for word in words)]
        return max((fuzz.token_set_ratio(text.lower(), word.lower()) / 100 for word in words), default=0.0)
