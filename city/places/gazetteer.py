"""The city's streets and landmarks in memory: which place a text or a position means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from city.places.allusions import ASSET, allusion_in, assets_of, is_telling, place_words, tells_of_place
from city.places.geometry import Plane
from city.places.labels import address_label
from city.places.landmarks import BY_KIND, BY_NAME, ONE_OF_KIND, Landmark, Landmarks
from city.places.mentions import PlaceReading
from city.places.numbers import han_house_numbers, with_figures
from city.places.points import find_point
from city.places.readings import STREET_ALONE, leading_number, read_streets
from city.places.streets import StreetMap
from city.places.tokens import Token, tokenize, without_apartments
from city.places.towns import TownReader
from city.places.unmapped import names_place, read_address
from city.places.words import APARTMENT_WORDS, NUMBER_SUFFIXES, worded_place
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

ELSEWHERE = 0.75
"""What is left of how sure a place is when another town is named behind it: less than SURE."""

HALF_BLOCK = 50
"""House numbers from the beginning of a block to its middle."""

LONGEST_TEXT = 600
"""Letters of a text that are read; nobody says where something is in more."""


class Gazetteer:
    """Finds addresses, crossings and landmarks; immutable, so any number of threads may ask. `own_name` is the city's.

    A city without streets believes what reads as a place: a match of kind `text`, without a position. `american`: addresses are written
    there as in the United States. `neighbours` are the towns around, and `words` what the city speaks of (`TownReader`).
    """

    def __init__(
        self,
        streets: Sequence[Street] = (),
        places: Sequence[Place] = (),
        centre: Position | None = None,
        own_name: str = "",
        *,
        american: bool = False,
        neighbours: Iterable[str] = (),
        words: Iterable[str] = (),
    ) -> None:
        self._american = american
        self._has_streets = bool(streets)
        self._middle = centre or _middle_of_crossings(streets, places)
        self._streets = StreetMap(streets, Plane(self._middle))
        self._landmarks = Landmarks(places)
        self._towns = TownReader(own_name, streets, places, neighbours, words)

    @property
    def streets(self) -> StreetMap:
        """The streets as a map."""
        return self._streets

    def find(self, text: str, limit: int = 3, language: str = "en") -> list[PlaceMatch]:
        """The places that an answer to "where is it?" may mean, likeliest first; from SURE on the first is the one.

        A text that names none may still tell of one (`allude`). It is empty for a text that tells of no place at all.
        """
        text = han_house_numbers(text[:LONGEST_TEXT])
        if pointed := self._read_point(text, language):
            return [pointed]
        found = self._matches_in(text, strict=False, language=language)[:limit]
        if found and (self._has_streets or found[0].score >= SURE):
            return found
        alluded = self.allude(text, language)
        return [alluded] if alluded else found

    def extract(self, text: str, language: str = "en") -> PlaceMatch | None:
        """The place inside a sentence about something else; None when in doubt. A `street` still wants its number."""
        text = han_house_numbers(text[:LONGEST_TEXT])
        pointed = self._read_point(text, language)
        if pointed and pointed.position:
            return pointed
        if not self._has_streets and (spoken := read_address(text, american=self._american)):
            score = SPOKEN if spoken.street.typed else SURE - 0.1
            return PlaceMatch(spoken.words, None, "text", score, spoken.words)
        return next(iter(self._matches_in(text, strict=True, language=language)), None)

    def allude(self, text: str, language: str = "en") -> PlaceMatch | None:
        """What a text tells of a place that it does not name: see `PlaceMatch`; None when it tells of none."""
        words = " ".join(text[:LONGEST_TEXT].split())
        kind = allusion_in(words) or self._kind_of_unknown(words, language)
        return PlaceMatch(words, None, kind, 0.5, words) if kind else None

    def _kind_of_unknown(self, words: str, language: str) -> str:
        """What a place is that is on no map here; empty for words that are no place."""
        if not self._has_streets:
            return "text" if names_place(place_words(words), language, american=self._american) else ""
        return "unknown" if tells_of_place(words) else ""

    def nearest(self, position: Position, language: str = "en") -> PlaceMatch | None:
        """The address nearest to a position; None when it is outside the city (2 km from any street)."""
        if not self._has_streets:
            return PlaceMatch(_in_figures(position), position, "position", 0.5)
        found = self._streets.nearest(position)
        if found is None:
            return None
        street, number = found
        address = street.name if number is None else address_label(street.name, str(number))
        return PlaceMatch(worded_place("near", language, address=address), position, "position", 0.9)

    def _read_point(self, text: str, language: str) -> PlaceMatch | None:
        """The point that a text carries as coordinates, plus code or link, or the address in a link."""
        point = find_point(text, self._middle)
        if point is None:
            return None
        said = text if any(map(is_telling, tokenize(point.rest))) else ""
        if not point.positions:
            found = self.find(point.words, 1, language) if point.words else []
            return replace(found[0], said=said) if found else PlaceMatch(text, None, "link", 0.5, text)
        for position in point.positions:
            if near := self.nearest(position, language):
                return replace(near, score=1.0, words=text, said=said)
        position = point.positions[0]
        return PlaceMatch(_in_figures(position), position, "outside", 0.5, text, said)

    def _matches_in(self, text: str, *, strict: bool, language: str) -> list[PlaceMatch]:
        every = tokenize(text)
        bare, assets = assets_of(without_apartments(every))
        tokens, readings = self._readings_in(bare, strict)
        landmarks = self._landmarks.read(tokens, strict)
        if not (strict or readings or landmarks):
            landmarks = self._landmarks.guess(text, len(tokens))
        readings, landmarks = _longest_readings(readings, landmarks)
        readings, landmarks = _on_one_street(readings, landmarks, strict)
        matches = [self._of_reading(reading, text, tokens, language) for reading in readings]
        matches += [_of_landmark(landmark, text, tokens, language) for landmark in landmarks]
        return _ranked_matches([_with_words_beside(match, text, every, assets) for match in matches])

    def _readings_in(self, bare: list[Token], strict: bool) -> tuple[list[Token], list[PlaceReading]]:
        """The streets in a text, and the tokens that they are counted by: with house numbers in words, where that finds some."""
        readings = read_streets(self._streets, bare, strict)
        figured = with_figures(bare)
        if len(figured) == len(bare) and all(
            one.number == other.number for one, other in zip(figured, bare, strict=True)
        ):
            return bare, readings
        spelled = read_streets(self._streets, figured, strict)
        more = sum(bool(each.number) for each in spelled) > sum(bool(each.number) for each in readings)
        return (figured, spelled) if more else (bare, readings)

    def _of_reading(
        self, reading: PlaceReading, text: str, tokens: Sequence[Token], language: str
    ) -> PlaceMatch:
        words = text[tokens[reading.start].start : tokens[reading.end - 1].end]
        is_address = bool(reading.number or reading.crossed)
        town = self._towns.other_town(text, tokens, reading.end, is_address=is_address)
        score = reading.score * ELSEWHERE if town else reading.score
        name = reading.street.name
        if reading.crossed:
            label, position = self._named_crossing(reading, language)
            return PlaceMatch(label, position, "crossing", score, words, town=town)
        if reading.number:
            label, where = self._named_address(reading, language)
            kind = "beyond" if reading.beyond else "address"
            return PlaceMatch(label, where, kind, score, words, words if reading.beyond else "", town)
        return PlaceMatch(name, self._streets.middle(reading.street), "street", score, words, town=town)

    def _named_address(self, reading: PlaceReading, language: str) -> tuple[str, Position]:
        """Name and position of a house, of the middle of a block, or of a street's end where its numbers do not go so far."""
        street, number = reading.street, leading_number(reading.number)
        if reading.beyond:
            number = self._streets.end_near(street, number)
            return address_label(street.name, str(number)), self._streets.locate(street, number)[0]
        if reading.block:
            label = worded_place("block", language, street=street.name, number=reading.number)
            return label, self._streets.locate(street, number + HALF_BLOCK)[0]
        return address_label(street.name, reading.number), self._streets.locate(street, number)[0]

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
    """Of two that share words the longer one was meant: Canal Street School is no street, Old Mill Lane no old mill.

    A street that is named without a wrong letter is no part of a landmark that is misspelt.
    """
    landmarks = _without_misspelt(readings, landmarks)
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


def _without_misspelt(readings: Sequence[PlaceReading], landmarks: Sequence[Landmark]) -> list[Landmark]:
    streets = [(reading.start, reading.end) for reading in readings if reading.exact and not reading.bare]
    return [each for each in landmarks if each.exact or not _overlaps((each.start, each.end), streets)]


def _overlaps(one: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(one[0] < other[1] and other[0] < one[1] for other in others)


def _on_one_street(
    readings: Sequence[PlaceReading], landmarks: Sequence[Landmark], strict: bool
) -> tuple[list[PlaceReading], list[Landmark]]:
    """Of a landmark and a street that are named together, what was meant: both words count.

    `The library on Mill Road` is the library of that street. Beside an address or a crossing a landmark only tells more. Inside a
    sentence, one of several libraries is meant only with its street.
    """
    points = [reading for reading in readings if reading.number or reading.crossed]
    if any(reading.score >= SURE for reading in points):
        return list(readings), []
    there = [] if points else _landmarks_on(readings, landmarks)
    if there:
        return [], there
    return list(readings), [landmark for landmark in landmarks if not strict or landmark.score != ONE_OF_KIND]


def _landmarks_on(readings: Sequence[PlaceReading], landmarks: Sequence[Landmark]) -> list[Landmark]:
    """The landmarks whose address is on a street that is named; the only one there is sure."""
    names = {reading.street.name for reading in readings if reading.exact}
    there = [each for each in landmarks if any(name in each.place.address for name in names)]
    return [replace(there[0], score=BY_NAME)] if len(there) == 1 else there


def _with_words_beside(
    match: PlaceMatch, text: str, tokens: Sequence[Token], assets: Sequence[tuple[int, int]]
) -> PlaceMatch:
    """The place with all that was said, where that tells more than its label; a street's pole finds itself."""
    begin = text.find(match.words)
    end = begin + len(match.words)
    named = [token.word for token in tokenize(match.label)]
    beside = [token for token in tokens if not begin <= token.start < end or token.word not in named]
    if match.kind == "street" and assets:
        numbers = ", ".join(text[start:stop] for start, stop in assets)
        return replace(match, label=f"{match.label}, {numbers}", kind=ASSET, score=match.score / STREET_ALONE)
    telling = match.said or any(is_telling(token) for token in beside if not begin <= token.start < end)
    lost = any(token.word in APARTMENT_WORDS | NUMBER_SUFFIXES for token in beside)
    return replace(match, said=" ".join(text.split())) if telling or lost else match


def _in_figures(position: Position) -> str:
    return f"{position.latitude:.5f}, {position.longitude:.5f}"


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
