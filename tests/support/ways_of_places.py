"""Ways to say where something is, what each has to mean, and what the line makes of it: `ways.tsv` beside the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.forms.engine import KINDS
from actions.forms.fields import Field
from actions.forms.kind import QuestionContext, Step
from actions.forms.place import is_certain, mentioned_place, to_json
from actions.turn.state import Form
from city.loading.folder import read_city
from city.places.geometry import Plane
from city.places.streets import NamedStreet, StreetMap
from core.model import Position
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import SAMPLE, House

NEAR = 30.0
"""Metres from the place that was meant within which another counts as the same: half a city block."""
LAST = {"label": "55 Loom Street", "kind": "address", "latitude": 41.6545, "longitude": -74.3345}
"""The place of the last report of whoever speaks."""
FIELD = Field("place", "place", {"en": "Where is it?"})


@dataclass(frozen=True, slots=True)
class WayToSay:
    """One way: `asked` is answer or message; `meaning` as the head of the file says."""

    language: str
    asked: str
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of it: `how` is took, asked or nothing; the places, and the `mode` of the question that follows."""

    how: str
    places: tuple[dict[str, Any], ...] = ()
    mode: str = ""
    note: str = ""


def read_ways(path: Path) -> list[WayToSay]:
    """The lines of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [WayToSay(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def hear_way(house: House, way: WayToSay) -> Understood:
    """What the form makes of it: as the answer to its question, or as what was said at first."""
    form = Form("report", asked="place", hints={"last_place": LAST})
    question = QuestionContext(house.assistant.context, form, way.language, "web", NOON)
    kind = KINDS["place"]
    if way.asked == "message":
        match = mentioned_place(house.city.gazetteer, way.text, way.language)
        if match is None:
            return Understood("nothing")
        if is_certain(match):
            return Understood("took", (to_json(match),))
        form.hints["place"] = to_json(match)
        reading = kind.enter(question, FIELD)
        assert reading is not None
    else:
        reading = kind.read(question, FIELD, inbound(way.text))
    if reading.step is Step.TOOK:
        return Understood("took", (reading.value,), note=reading.note)
    if reading.step is Step.AGAIN:
        return Understood(
            "asked", tuple(reading.sub.get("places", ())), reading.sub.get("mode", ""), reading.note
        )
    return Understood("nothing", note=reading.note)


class MeaningJudge:
    """Says whether what was understood is what a way of the file means."""

    def __init__(self) -> None:
        city = read_city(SAMPLE)
        assert city.profile.centre is not None
        self._plane = Plane(city.profile.centre)
        self._map = StreetMap(city.streets, self._plane)
        self._streets = {street.name: street for street in self._map.streets}
        self._landmarks = {place.code: place.position for place in city.places}

    def verdict(self, way: WayToSay, heard: Understood) -> str:
        """right, asked, missed (asked again for something that was said), astray (asked about other places), or wrong."""
        meaning, _, words = way.meaning.partition(" + ")
        wanted = meaning.split(" | ")
        if any(self._is_met(one, heard) for one in wanted):
            return "right" if self._keeps(words, way, heard) else "wordless"
        if heard.how == "took":
            return "wrong"
        if heard.how == "nothing" or heard.mode == "unknown":
            return "missed"
        return (
            "asked" if any(self._is_at(one, place) for one in wanted for place in heard.places) else "astray"
        )

    def _is_met(self, meaning: str, heard: Understood) -> bool:
        if meaning == "nothing":
            return heard.how == "nothing"
        if meaning == "elsewhere":
            return heard.how == "asked" and bool(heard.note)
        if meaning in {"home", "highway", "asset", "link"}:
            return heard.mode == meaning
        if meaning == "last":
            return heard.how == "took" and heard.places[0]["label"] == LAST["label"]
        if meaning.startswith("ask "):
            labels = [place["label"] for place in heard.places]
            return heard.how == "asked" and all(one.lstrip("~") in labels for one in meaning[4:].split(" ; "))
        if meaning.startswith("beyond "):
            return heard.mode == "beyond" and self._is_at(meaning[7:], heard.places[0])
        if meaning.startswith("~"):
            return (
                heard.how != "nothing"
                and heard.mode in {"", "narrow"}
                and self._is_at(meaning, heard.places[0])
            )
        return heard.how == "took" and self._is_at(meaning, heard.places[0])

    @staticmethod
    def _keeps(words: str, way: WayToSay, heard: Understood) -> bool:
        """Whether these words of the resident are kept beside the place; those of a first message are its description."""
        if way.asked == "message":
            return True
        kept = " ".join(f"{place['label']} {place.get('words', '')}" for place in heard.places)
        return all(
            word in kept.replace(",", " ").split() or word in kept.split(" ")[0] for word in words.split()
        )

    def _is_at(self, meaning: str, place: dict[str, Any]) -> bool:
        if meaning.startswith("~"):
            return meaning[1:] in place["label"]
        wanted = self._spot(meaning)
        if wanted is None or "latitude" not in place:
            return False
        (x, y), reach = wanted
        found = self._plane.point(Position(place["latitude"], place["longitude"]))
        return ((found[0] - x) ** 2 + (found[1] - y) ** 2) ** 0.5 <= reach

    def _spot(self, meaning: str) -> tuple[tuple[float, float], float] | None:
        """The point that is meant, in metres, and how far from it another may be."""
        if meaning.startswith("@"):
            return self._plane.point(self._landmarks[meaning[1:]]), NEAR
        if point := re.fullmatch(r"(-?[\d.]+),(-?[\d.]+)", meaning):
            return self._plane.point(Position(float(point[1]), float(point[2]))), NEAR
        if " x " in meaning:
            return self._between(*([self._crossing(*meaning.split(" x "))] * 2))
        if ": " in meaning:
            street, _, ends = meaning.partition(": ")
            return self._between(*(self._crossing(street, end) for end in ends.split(", ")))
        if stretch := re.fullmatch(r"(.+) (\d+)-(\d+)", meaning):
            street = self._streets[stretch[1]]
            return self._between(
                *(self._map.locate(street, int(number))[0] for number in stretch.groups()[1:])
            )
        if address := re.fullmatch(r"(\d+) (.+)", meaning):
            spot = self._map.locate(self._streets[address[2]], int(address[1]))[0]
            return self._between(spot, spot)
        return None

    def _crossing(self, one: str, other: str) -> Position:
        spot = self._map.cross(self._street(one), self._street(other))
        assert spot is not None, f"{one} and {other} do not cross"
        return spot

    def _street(self, name: str) -> NamedStreet:
        return self._streets[name]

    def _between(self, one: Position, other: Position) -> tuple[tuple[float, float], float]:
        (ax, ay), (bx, by) = self._plane.point(one), self._plane.point(other)
        half = (((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5) / 2
        return ((ax + bx) / 2, (ay + by) / 2), half + NEAR
