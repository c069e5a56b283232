"""The sample city is complete, speaks both languages everywhere, agrees with itself and holds nobody's real number."""

from __future__ import annotations

import csv
import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

CITY = Path(__file__).resolve().parents[3] / "city" / "sample"
DOCUMENTS = sorted(path for path in (CITY / "documents").iterdir() if path.is_file())
TEXT_FILES = [
    path for path in sorted(CITY.rglob("*")) if path.suffix not in {".pdf", ".docx", ""} and path.is_file()
]

Point = tuple[float, float]


def load(name: str) -> Any:
    return json.loads((CITY / name).read_text(encoding="utf-8"))


PROFILE = tomllib.loads((CITY / "city.toml").read_text(encoding="utf-8"))
SERVICES = load("services.json")
DEPARTMENTS = load("departments.json")
PLACES = load("places.json")
SURVEYS = load("surveys.json")
HOLIDAYS = load("holidays.json")
AREAS, CALENDARS, CONTACTS = load("areas.json"), load("calendars.json"), load("contacts.json")
ELECTIONS = load("elections.json")
FEES = [
    {name: {"en": row[name], "es": row[f"{name}_es"]} for name in ("name", "applies_to", "unit") if row[name]}
    for row in csv.DictReader((CITY / "fees.csv").read_text(encoding="utf-8").splitlines())
]
STREETS = load("streets.geojson")["features"]


def front_matter(path: Path) -> dict[str, str]:
    """The head of a document, whatever its format; empty for the formats that have none."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        head = text.split("---\n")[1]
        return {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    found = dict(re.findall(r'<meta name="([\w-]+)" content="([^"]*)"', text))
    title = re.search(r"<title>([^<]+)</title>", text)
    language = re.search(r'<html lang="(\w\w)"', text)
    return {
        "title": title[1] if title else "",
        "url": found.get("source-url", ""),
        "reviewed": found.get("reviewed", ""),
        "department": found.get("department", ""),
        "language": language[1] if language else "",
    }


PAGES = [path for path in DOCUMENTS if path.suffix in {".md", ".html"}]


def local_texts(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every {language: text} inside a value, with the way to it."""
    if isinstance(value, dict):
        if value and set(value) <= {"en", "es"}:
            yield where, value
        for key, item in value.items():
            yield from local_texts(item, f"{where}/{key}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from local_texts(item, f"{where}/{at}")


@pytest.mark.parametrize(
    ("what", "count", "least"),
    [
        ("services", len(SERVICES), 26),
        ("departments", len(DEPARTMENTS), 7),
        ("departments with services", len({service["department"] for service in SERVICES}), 7),
        ("streets", len(STREETS), 70),
        ("places", len(PLACES), 35),
        ("surveys", len(SURVEYS), 2),
        ("documents", len(DOCUMENTS), 64),
        ("Markdown documents", sum(path.suffix == ".md" for path in DOCUMENTS), 45),
        ("web pages", sum(path.suffix == ".html" for path in DOCUMENTS), 8),
        ("PDF documents", sum(path.suffix == ".pdf" for path in DOCUMENTS), 1),
        ("Word documents", sum(path.suffix == ".docx" for path in DOCUMENTS), 1),
        ("tables of questions", sum(path.suffix == ".csv" for path in DOCUMENTS), 1),
        ("Spanish documents", sum(front_matter(path)["language"] == "es" for path in PAGES), 14),
    ],
)
def test_there_is_enough_of_everything(what: str, count: int, least: int) -> None:
    assert count >= least, what


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("services", [service["service_code"] for service in SERVICES]),
        ("departments", [department["code"] for department in DEPARTMENTS]),
        ("places", [place["code"] for place in PLACES]),
        ("surveys", [survey["code"] for survey in SURVEYS]),
        ("holidays", [holiday["code"] for holiday in HOLIDAYS]),
        ("areas", [area["code"] for area in AREAS]),
        ("calendars", [calendar["code"] for calendar in CALENDARS]),
        ("contacts", [contact["code"] for contact in CONTACTS]),
        ("streets", [street["properties"]["name"] for street in STREETS]),
        (
            "survey keywords",
            [w.casefold() for s in SURVEYS for words in s["keywords"].values() for w in words],
        ),
        ("addresses of pages", [front_matter(path)["url"] for path in PAGES]),
    ],
)
def test_no_code_is_given_twice(what: str, codes: list[str]) -> None:
    assert [code for code, count in Counter(codes).items() if count > 1] == [], what


@pytest.mark.parametrize(
    "name",
    [
        "services.json",
        "departments.json",
        "places.json",
        "surveys.json",
        "holidays.json",
        "areas.json",
        "calendars.json",
        "contacts.json",
    ],
)
def test_every_text_stands_in_both_languages(name: str) -> None:
    half = [where for where, text in local_texts(load(name)) if not (text.get("en") and text.get("es"))]
    assert half == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service["service_code"])
def test_a_service_can_be_found_asked_and_promised(service: dict[str, Any]) -> None:
    assert service["department"] in {department["code"] for department in DEPARTMENTS}
    assert service["days"] > 0
    assert service["place"] in {"required", "optional", "none"}
    for words in service["keywords"].values():
        assert 6 <= len(words) <= 15
        assert len(set(words)) == len(words)
    assert service["metadata"] == bool(service["attributes"])
    assert [question["order"] for question in service["attributes"]] == [
        at for at, _ in enumerate(service["attributes"], start=1)
    ]


def questions() -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Every question of services and surveys with the ones before it."""
    flows = [(service["service_code"], service["attributes"]) for service in SERVICES]
    flows += [(survey["code"], survey["questions"]) for survey in SURVEYS]
    return [(f"{name}-{q['code']}", q, asked[:at]) for name, asked in flows for at, q in enumerate(asked)]


@pytest.mark.parametrize(
    ("question", "before"), [pytest.param(q, before, id=name) for name, q, before in questions()]
)
def test_a_question_has_values_of_its_own_and_depends_only_on_earlier_ones(
    question: dict[str, Any], before: list[dict[str, Any]]
) -> None:
    keys = [value["key"] for value in question.get("values", [])]
    kind = question.get("datatype") or question["kind"]
    assert len(keys) == len(set(keys))
    assert bool(keys) == (kind in {"singlevaluelist", "multivaluelist", "single", "multiple"})
    assert question["code"] not in {earlier["code"] for earlier in before}
    for code, wanted in question.get("skip_unless", {}).items():
        earlier = next(earlier for earlier in before if earlier["code"] == code)
        assert set(wanted) <= {value["key"] for value in earlier["values"]}


def test_every_kind_of_question_is_used() -> None:
    asked = [question for service in SERVICES for question in service["attributes"]]
    assert {question["datatype"] for question in asked} == {
        "string", "text", "number", "datetime", "singlevaluelist", "multivaluelist",
    }  # fmt: skip
    assert any(not question["variable"] for question in asked)
    assert sum("why" in question for question in asked) >= 5
    assert {question["kind"] for survey in SURVEYS for question in survey["questions"]} == {
        "single", "multiple", "scale", "number", "text", "place",
    }  # fmt: skip


def test_a_danger_tells_whom_to_call() -> None:
    dangers = [
        (service["service_code"], value["danger"])
        for service in SERVICES
        for question in service["attributes"]
        for value in question.get("values", [])
        if "danger" in value
    ]
    assert len({code for code, _ in dangers}) >= 4
    assert [code for code, danger in dangers if not all("911" in text for text in danger.values())] == []


def crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where two stretches cross well inside both of them."""
    (rx, ry), (sx, sy) = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    turn = rx * sy - ry * sx
    if math.isclose(turn, 0.0, abs_tol=1e-14):
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / turn
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / turn
    return (a[0] + t * rx, a[1] + t * ry) if 0 <= t <= 1 and 0 <= u <= 1 else None


def test_streets_that_cross_share_a_vertex() -> None:
    lines = {
        street["properties"]["name"]: [(x, y) for x, y in street["geometry"]["coordinates"]]
        for street in STREETS
    }
    lonely = []
    shared_corners = 0
    for (one, first), (other, second) in combinations(lines.items(), 2):
        shared = set(first) & set(second)
        shared_corners += len(shared)
        for a, b in pairwise(first):
            for c, d in pairwise(second):
                at = crossing(a, b, c, d)
                if at is not None and not any(math.dist(at, corner) < 3e-4 for corner in shared):
                    lonely.append((one, other, at))
    assert lonely == []
    assert shared_corners > 200


def test_a_street_has_length_and_house_numbers() -> None:
    for street in STREETS:
        points = street["geometry"]["coordinates"]
        assert len(points) >= 2
        assert all(one != other for one, other in pairwise(points)), street["properties"]["name"]
        numbers = street["properties"]["from_number"], street["properties"]["to_number"]
        assert min(numbers) >= 1
        assert max(numbers) - min(numbers) >= 20


def test_a_place_lies_in_its_street_and_near_the_centre() -> None:
    names = {street["properties"]["name"]: street for street in STREETS}
    for place in PLACES:
        number, _, name = place["address"].partition(" ")
        limits = [names[name]["properties"][key] for key in ("from_number", "to_number")]
        assert min(limits) <= int(number) <= max(limits), place["code"]
        line = [(x, y) for x, y in names[name]["geometry"]["coordinates"]]
        assert min(metres_to(place, a, b) for a, b in pairwise(line)) < 30, place["code"]
        assert (
            math.dist((place["latitude"], place["longitude"]), (PROFILE["latitude"], PROFILE["longitude"]))
            < 0.06
        )


def metres_to(place: dict[str, Any], a: Point, b: Point) -> float:
    """The distance of a place from a stretch of street."""
    east = 111_200 * math.cos(math.radians(place["latitude"]))
    px, py = (place["longitude"] - a[0]) * east, (place["latitude"] - a[1]) * 111_200
    dx, dy = (b[0] - a[0]) * east, (b[1] - a[1]) * 111_200
    t = max(0.0, min(1.0, (px * dx + py * dy) / (dx * dx + dy * dy)))
    return math.hypot(px - t * dx, py - t * dy)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_document_says_what_it_is(path: Path) -> None:
    head = front_matter(path)
    assert head["title"]
    assert head["url"].startswith("https://penstock.example/")
    assert re.fullmatch(r"2026-\d\d-\d\d", head["reviewed"])
    assert head["language"] in {"en", "es"}
    assert head["department"] in {department["code"] for department in DEPARTMENTS}
    words = len(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")).split())
    assert 130 <= words <= 600


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.name)
def test_no_number_or_address_can_be_anybodys(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    phones = re.findall(r"(?<![\d.-])(?:\(?\d{3}\)?[ .-])?\d{3}[.-]\d{4}(?![\d.-])", text)
    assert [phone for phone in phones if not re.fullmatch(r"555-01\d\d", phone)] == []
    hosts = re.findall(r"(?:https?://|@)([\w.-]+\w)", text)
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_an_address_told_in_a_document_is_in_the_city() -> None:
    names = {street["properties"]["name"]: street["properties"] for street in STREETS}
    told = re.compile(
        r"\b(\d{1,4}) (" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b"
    )
    found = []
    for path in TEXT_FILES:
        for number, name in told.findall(path.read_text(encoding="utf-8")):
            limits = names[name]["from_number"], names[name]["to_number"]
            found.append((path.name, number, name, min(limits) <= int(number) <= max(limits)))
    assert len(found) > 60
    assert [where for where in found if not where[3]] == []


FURTHER = sorted((CITY / "languages").glob("*.json"))


@pytest.mark.parametrize("path", FURTHER, ids=lambda path: path.stem)
def test_a_further_language_says_every_text_of_the_city_and_no_other(path):
    language = json.loads(path.read_text(encoding="utf-8"))
    parts = (
        SERVICES,
        DEPARTMENTS,
        SURVEYS,
        HOLIDAYS,
        AREAS,
        CALENDARS,
        FEES,
        CONTACTS,
        ELECTIONS,
        PROFILE["person_desk"],
    )
    said = [text["en"] for part in parts for _, text in local_texts(part) if isinstance(text["en"], str)]
    places = {text["en"] for _, text in local_texts(PLACES) if isinstance(text["en"], str)}
    assert sorted(set(said) - set(language["texts"])) == []
    assert sorted(set(language["texts"]) - set(said) - places) == []


@pytest.mark.parametrize("path", FURTHER, ids=lambda path: path.stem)
def test_a_further_language_has_keywords_of_its_own_for_every_service_and_survey(path):
    keywords = json.loads(path.read_text(encoding="utf-8"))["keywords"]
    codes = {service["service_code"] for service in SERVICES} | {survey["code"] for survey in SURVEYS}
    assert codes - {code for code, words in keywords.items() if words} == set()


SOURCED = [thing for thing in (*PLACES, *HOLIDAYS) if "source" in thing]


@pytest.mark.parametrize("thing", SOURCED, ids=lambda thing: thing["code"])
def test_a_facts_source_is_a_page_of_the_city_with_that_section(thing: dict[str, Any]) -> None:
    source = thing["source"]
    page = next(path for path in PAGES if front_matter(path)["url"] == source["url"])
    head = front_matter(page)
    assert (source["title"], source["reviewed"]) == (head["title"], head["reviewed"])
    assert source.get("section", "") in page.read_text(encoding="utf-8")


def times_in(opening: str) -> set[str]:
    """The times of opening hours as the documents write them: `8:30 a.m.`, `noon`; the day's halves are often said once."""
    told = set()
    for hour, minute in re.findall(r"(\d\d):(\d\d)", opening):
        shown = f"{int(hour) % 12 or 12}" + (f":{minute}" if minute != "00" else "")
        told.add("noon" if (hour, minute) == ("12", "00") else shown)
    return told


@pytest.mark.parametrize(
    "place",
    [
        place
        for place in SOURCED
        if place.get("opening") and "City Hall" not in place.get("source", {}).get("section", "")
    ],
    ids=lambda place: place["code"],
)
def test_opening_hours_agree_with_the_page_that_they_cite(place: dict[str, Any]) -> None:
    page = next(path for path in PAGES if front_matter(path)["url"] == place["source"]["url"])
    text = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    assert [
        told for told in times_in(place["opening"]) if not re.search(rf"(?<![\d:]){told}(?![\d:])", text)
    ] == []


def test_a_phone_told_beside_a_place_is_that_places() -> None:
    """Wherever a document names a place and its address with a number right behind, the facts have that number."""
    phones = {place["address"]: place["phone"] for place in PLACES if "phone" in place}
    addresses = "|".join(sorted(map(re.escape, phones), key=len, reverse=True))
    told = re.compile(rf"({addresses}),(?: or)?(?: call| llame al)? (555-01\d\d)")
    found = [
        (path.name, address, number, phones[address])
        for path in DOCUMENTS
        if path.suffix in {".md", ".html", ".csv"}
        for address, number in told.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(found) >= 3
    assert [wrong for wrong in found if wrong[2] != wrong[3]] == []


def test_city_hall_closes_on_every_holiday_that_its_page_names() -> None:
    page = (CITY / "documents" / "holiday-schedule.md").read_text(encoding="utf-8")
    closed = page.partition("## When is City Hall closed?")[2].partition("##")[0]
    named = [holiday["name"]["en"] for holiday in HOLIDAYS]
    shortened = closed.replace("Thanksgiving and the day after", "Thanksgiving, Day after Thanksgiving")
    assert [name for name in named if name not in shortened] == []
    assert len(named) == shortened.count(",")


def test_the_city_offers_the_languages_that_it_is_written_in():
    assert set(PROFILE["languages"]) == {"en", "es", *(path.stem for path in FURTHER)}
