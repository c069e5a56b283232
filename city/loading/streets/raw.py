"""What street files hold, in whichever of the usual formats: each entry with its fields, its lines and its points.

Read are GeoJSON (one document, or an entry a line), Overpass JSON, OpenStreetMap's XML and CSV; the content tells which, not the name.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from core.errors import CityDataError

Pair = tuple[float, float]
"""Longitude and latitude, or whatever stands in their places."""

SEQUENCE_MARK = "\x1e"
"""Begins each record of a GeoJSON text sequence, as osmium writes them."""

UNREAD = {
    ".pbf": "osmium cat {name} -o streets.osm",
    ".shp": "ogr2ogr -t_srs EPSG:4326 streets.geojson {name}",
    ".gpkg": "ogr2ogr -t_srs EPSG:4326 streets.geojson {name}",
    ".gz": "gunzip {name}",
    ".zip": "unzip {name}",
}
"""Files that are not read, and the command that makes of them one that is."""


SHAPES = ("geometry", "the_geom", "geom", "shape")
"""Where the shape stands: in GeoJSON, and in the plain JSON of open data portals."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as its file has it: fields by their name in small letters; a file of points has no lines."""

    where: str
    fields: Mapping[str, Any]
    lines: Sequence[Sequence[Pair]] = ()
    point: Pair | None = None

    def text(self, name: str) -> str:
        """A field as text without spaces around it; empty where it is not there."""
        value = self.fields.get(name)
        if value is None or isinstance(value, bool | dict | list):
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())


def read_entries(file: Path) -> Iterator[RawEntry]:
    """The entries of a file. Raises `CityDataError` naming the file, what is wrong and what to do."""
    if command := UNREAD.get(file.suffix):
        said = command.format(name=file.name)
        raise CityDataError(
            f"{file.name} is of a kind that is not read; expected GeoJSON, OSM XML or CSV, so run: {said}"
        )
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CityDataError(f"{file.name} is not UTF-8; save it as UTF-8.") from None
    start = text.lstrip()[:1]
    if not start:
        raise CityDataError(f"{file.name} is empty; bring it again, or leave it out.")
    if start == "<":
        return _of_xml(file, text)
    if start in {"{", "[", SEQUENCE_MARK}:
        return _of_json(file, text)
    return _of_csv(file, text)


def _of_json(file: Path, text: str) -> Iterator[RawEntry]:
    raw = _parsed_json(file, text)
    if isinstance(raw, dict) and isinstance(raw.get("elements"), list):
        return _of_overpass(raw["elements"])
    if isinstance(raw, dict):
        raw = raw.get("features", [raw])
    if not isinstance(raw, list):
        raise CityDataError(f"{file.name} should hold a list of entries, but holds {type(raw).__name__}.")
    return (_of_feature(number, entry) for number, entry in enumerate(raw, start=1))


def _parsed_json(file: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line.strip(f" {SEQUENCE_MARK}\r") for line in text.splitlines()]
        try:
            return [json.loads(line) for line in lines if line]
        except json.JSONDecodeError:
            raise CityDataError(
                f"{file.name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
            ) from None


def _of_feature(number: int, entry: Any) -> RawEntry:
    if not isinstance(entry, dict):
        return RawEntry(f"entry {number}", {})
    fields = entry.get("properties")
    fields = (
        fields
        if isinstance(fields, dict)
        else {name: value for name, value in entry.items() if name not in SHAPES}
    )
    tags = fields.get("tags")
    fields = fields | tags if isinstance(tags, dict) else fields
    small = {str(name).casefold(): value for name, value in fields.items()}
    geometry: dict[str, Any] = next((entry[name] for name in SHAPES if isinstance(entry.get(name), dict)), {})
    lines, point = _shape(str(geometry.get("type", "")), geometry.get("coordinates"))
    return RawEntry(f"entry {number}", small, lines, point)


def _shape(kind: str, coordinates: Any) -> tuple[list[list[Pair]], Pair | None]:
    """The lines, or the point; of a building the middle. Heights are left out; a shape that cannot be read is none."""
    try:
        match kind:
            case "LineString":
                return [_line(coordinates)], None
            case "MultiLineString":
                return [_line(part) for part in coordinates], None
            case "Point":
                return [], _pair(coordinates)
            case "Polygon":
                return [], _middle(_line(coordinates[0]))
            case "MultiPolygon":
                return [], _middle(_line(coordinates[0][0]))
    except (IndexError, TypeError, ValueError):
        pass
    return [], None


def _line(coordinates: Any) -> list[Pair]:
    return [_pair(point) for point in coordinates]


def _pair(point: Any) -> Pair:
    return float(point[0]), float(point[1])


def _middle(ring: Sequence[Pair]) -> Pair:
    ring = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _of_overpass(elements: Sequence[Any]) -> Iterator[RawEntry]:
    """Ways with their own geometry (`out geom`), or with nodes beside them (`out; >; out skel`); nodes with an address."""
    known = [element for element in elements if isinstance(element, dict)]
    nodes = {
        element["id"]: (float(element["lon"]), float(element["lat"]))
        for element in known
        if element.get("type") == "node" and "lon" in element and "lat" in element
    }
    for element in known:
        tags = element.get("tags")
        if isinstance(tags, dict):
            yield _of_element(element, tags, nodes)


def _of_element(element: Mapping[str, Any], tags: Mapping[str, Any], nodes: Mapping[Any, Pair]) -> RawEntry:
    kind = str(element.get("type", ""))
    where = f"{kind} {element.get('id', '')}"
    small = {str(name).casefold(): value for name, value in tags.items()}
    if kind == "node":
        return RawEntry(where, small, point=nodes.get(element.get("id")))
    shape = element.get("geometry")
    line = (
        [(float(point["lon"]), float(point["lat"])) for point in shape if point]
        if isinstance(shape, list)
        else [nodes[node] for node in element.get("nodes", ()) if node in nodes]
    )
    return _of_way(where, small, line, element.get("center"))


def _of_way(where: str, small: Mapping[str, Any], line: list[Pair], centre: Any = None) -> RawEntry:
    """A street, or a building with an address, which is where its middle is."""
    if "highway" in small or not small.get("addr:housenumber"):
        return RawEntry(where, small, [line] if line else [])
    if isinstance(centre, dict):
        return RawEntry(where, small, point=(float(centre["lon"]), float(centre["lat"])))
    return RawEntry(where, small, point=_middle(line) if line else None)


def _of_xml(file: Path, text: str) -> Iterator[RawEntry]:
    try:
        root = ElementTree.fromstring(text.encode())
    except ElementTree.ParseError as error:
        raise CityDataError(f"{file.name} is not XML: {error}.") from None
    if root.tag != "osm":
        raise CityDataError(
            f"{file.name} is XML with the root <{root.tag}>; expected <osm>, as OpenStreetMap, osmium and Overpass write it."
        )
    nodes = {
        node.get("id", ""): (float(node.get("lon", "nan")), float(node.get("lat", "nan")))
        for node in root.iter("node")
    }
    for element in (*root.iter("way"), *root.iter("node")):
        tags = {tag.get("k", "").casefold(): tag.get("v", "") for tag in element.iter("tag")}
        where = f"{element.tag} {element.get('id', '')}"
        if tags and element.tag == "node":
            yield RawEntry(where, tags, point=nodes[element.get("id", "")])
        elif tags:
            line = [nodes[nd.get("ref", "")] for nd in element.iter("nd") if nd.get("ref", "") in nodes]
            yield _of_way(where, tags, line)


def _of_csv(file: Path, text: str) -> Iterator[RawEntry]:
    head = text[:4096].partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if not rows.fieldnames or len(rows.fieldnames) < 2:
        raise CityDataError(
            f"{file.name} is neither GeoJSON, OSM XML nor CSV; expected a first line with the names of the columns."
        )
    for number, row in enumerate(rows, start=2):
        small = {str(name).strip().casefold(): value for name, value in row.items() if name is not None}
        yield RawEntry(f"line {number}", small)
