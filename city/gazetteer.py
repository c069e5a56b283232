"""The city's streets and landmarks in memory: which place a text means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Position
from city.model import Place, PlaceMatch, Street


class Gazetteer:
    """Finds addresses, crossings and landmarks."""

    def __init__(
        self, streets: Sequence[Street] = (), places: Sequence[Place] = (), centre: Position | None = None
    ) -> None:
        self._streets = tuple(streets)
        self._places = tuple(places)
        self._centre = centre

    def find(self, text: str, limit: int = 3, language: str = "en") -> list[PlaceMatch]:  # noqa: ARG002
        """The places that an answer to "where is it?" may mean, likeliest first."""
        words = " ".join(text.split())
        return [PlaceMatch(words, None, "text", 0.5, words)][:limit] if words else []

    def extract(self, text: str, language: str = "en") -> PlaceMatch | None:  # noqa: ARG002
        """The place inside a sentence about something else; None when in doubt."""
        return None

    def nearest(self, position: Position, language: str = "en") -> PlaceMatch | None:  # noqa: ARG002
        """The address nearest to a position; None when it is outside the city."""
        return PlaceMatch(f"{position.latitude:.5f}, {position.longitude:.5f}", position, "position", 0.5)
