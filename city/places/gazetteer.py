"""The city's streets and landmarks in memory: which place a text or a position means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from city.places.geometry import Plane
from city.places.labels import address_label
from city.places.landmarks import BY_KIND, Landmark, Landmarks
from city.places.mentions import PlaceReading, leading_number, read_streets
from city.places.streets import StreetMap
from city.places.tokens import Token, tokenize, without_apartments
from city.places.unmapped import names_place, read_address
from city.places.words import worded_place
from city.records.model import Place, PlaceMatch, Street, text_in
from core.model import Position

SURE = 0.8
"""From this score on a match may be taken as the place, to be confirmed with the rest."""

SPOKEN = 0.95
"""How sure an address is that was read without a map: a number beside a street's name is one, though nobody knows where."""

TIE = 0.03
"""Two different places whose scores are closer than this cannot be told apart; neither is sure then."""

NOISE = 0.8
"""Whatever has less than this share of the best score is not worth offering."""

LONGEST_TEXT = 600
"""Letters of a text that are read; nobody says where something is in more."""


class Gazetteer:
    """Finds addresses, crossings and landmarks; immutable, so any number of threads may ask.

    A city without streets believes what reads as a place: a match of kind `text`, without a position. `american`: addresses are written
    there as in the United States.
    """

    def __init__(
        self,
        streets: Sequence[Street] = (),
        places: Sequence[Place] = (),
        centre: Position | None = None,
        *,
        american: bool = False,
    ) -> None:
        self._american = american
        self._has_streets = bool(streets)
        middle = centre or _middle_of_crossings(streets, places)
        self._streets = StreetMap(streets, Plane(middle))
        self._landmarks = Landmarks(places)

    def find(self, text: str, limit: int = 3, language: str = "en") -> list[PlaceMatch]:
        """The places that an answer to "where is it?" may mean, likeliest first; from SURE on the first is the one."""
        text = text[:LONGEST_TEXT]
        found = self._matches_in(text, strict=False, language=language)[:limit]
        if self._has_streets or (found and found[0].score >= SURE):
            return found
        words = " ".join(text.split())
        is_place = names_place(words, language, american=self._american)
        return [PlaceMatch(words, None, "text", 0.5, words)] if is_place else found

    def extract(self, text: str, language: str = "en") -> PlaceMatch | None:
        """The place inside a sentence about something else; None when in doubt. A `street` still wants its number."""
        text = text[:LONGEST_TEXT]
        if not self._has_streets and (spoken := read_address(text, american=self._american)):
            score = SPOKEN if spoken.street.typed else SURE - 0.1
            return PlaceMatch(spoken.words, None, "text", score, spoken.words)
        return next(iter(self._matches_in(text, strict=True, language=language)), None)

    def nearest(self, position: Position, language: str = "en") -> PlaceMatch | None:
        """The address nearest to a position; None when it is outside the city (2 km from any street)."""
        if not self._has_streets:
            label = f"{position.latitude:.5f}, {position.longitude:.5f}"
            return PlaceMatch(label, position, "position", 0.5)
        found = self._streets.nearest(position)
        if found is None:
            return None
        street, number = found
        address = street.name if number is None else address_label(street.name, str(number))
        return PlaceMatch(worded_place("near", language, address=address), position, "position", 0.9)

    def _matches_in(self, text: str, *, strict: bool, language: str) -> list[PlaceMatch]:
        tokens = without_apartments(tokenize(text))
        readings = read_streets(self._streets, tokens, strict)
        landmarks = self._landmarks.read(tokens, strict)
        if not (strict or readings or landmarks):
            landmarks = self._landmarks.guess(text, len(tokens))
        readings, landmarks = _longest_readings(readings, landmarks)
        matches = [self._of_reading(reading, text, tokens, language) for reading in readings]
        matches += [_of_landmark(landmark, text, tokens, language) for landmark in landmarks]
        return _ranked_matches(matches)

    def _of_reading(
        self, reading: PlaceReading, text: str, tokens: Sequence[Token], language: str
    ) -> PlaceMatch:
        words = text[tokens[reading.start].start : tokens[reading.end - 1].end]
        name = reading.street.name
        if reading.crossed:
            label, position = self._named_crossing(reading, language)
            return PlaceMatch(label, position, "crossing", reading.score, words)
        if reading.number:
            where, _ = self._streets.locate(reading.street, leading_number(reading.number))
            label = address_label(name, reading.number)
            return PlaceMatch(label, where, "address", reading.score, words)
        return PlaceMatch(name, self._streets.middle(reading.street), "street", reading.score, words)

    def _named_crossing(self, reading: PlaceReading, language: str) -> tuple[str, Position | None]:
        """Name and position of a crossing, or of the middle of a stretch between two of them."""
        points = [self._streets.cross(reading.street, other) for other in reading.crossed]
        position = _centre_of([point for point in points if point])
        others = " & ".join(other.name for other in reading.crossed)
        if len(points) == 1:
            return f"{reading.street.name} & {others}", position
        return worded_place("between", language, street=reading.street.name, others=others), position


def _middle_of_crossings(streets: Sequence[Street], places: Sequence[Place]) -> Position:
    points = [position for street in streets for position in street.line] + [
        place.position for place in places
    ]
    return _centre_of(points) or Position(0.0, 0.0)


def _centre_of(points: Sequence[Position]) -> Position | None:
    if not points:
        return None
    count = len(points)
    latitude = sum(point.latitude for point in points) / count
    return Position(latitude, sum(point.longitude for point in points) / count)


def _of_landmark(landmark: Landmark, text: str, tokens: Sequence[Token], language: str) -> PlaceMatch:
    words = text[tokens[landmark.start].start : tokens[landmark.end - 1].end] if tokens else text
    name = text_in(landmark.place.name, language)
    label = f"{name}, {landmark.place.address}" if landmark.place.address else name
    return PlaceMatch(label, landmark.place.position, "landmark", landmark.score, words)


def _longest_readings(
    readings: Sequence[PlaceReading], landmarks: Sequence[Landmark]
) -> tuple[list[PlaceReading], list[Landmark]]:
    """Of two that share words the longer one was meant: Canal Street School is no street, Old Mill Lane no old mill."""
    marks = {(landmark.start, landmark.end) for landmark in landmarks}
    spans = {(reading.start, reading.end) for reading in readings if reading.exact}
    spans |= {(landmark.start, landmark.end) for landmark in landmarks if landmark.score > BY_KIND}
    return (
        [
            reading
            for reading in readings
            if not _lies_inside((reading.start, reading.end), spans)
            and not (reading.bare and (reading.start, reading.end) in marks)
        ],
        [landmark for landmark in landmarks if not _lies_inside((landmark.start, landmark.end), spans)],
    )


def _lies_inside(inner: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer for outer in spans)


def _ranked_matches(matches: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    """Best first, each place once; the first two are held unsure when nothing tells them apart."""
    best: dict[str, PlaceMatch] = {}
    for match in sorted(matches, key=lambda match: (-match.score, -len(match.words))):
        best.setdefault(match.label, match)
    ranked = [match for match in best.values() if match.score >= NOISE * next(iter(best.values())).score]
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < TIE and ranked[0].kind == ranked[1].kind:
        tied = ranked[0].score - TIE
        ranked = [
            replace(match, score=min(match.score, SURE - 0.1)) if match.score > tied else match
            for match in ranked
        ]
    return ranked
