"""Cases as points on a map: each for itself while they are few, in heaps when they are many; and the city's own streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import Session

from city.records.model import Local
from city.records.tables import StreetRow
from city.requests.listing import Filter, filter_conditions
from city.requests.tables import ServiceRequestRow as Case
from core.model import Bounds

MOST_POINTS = 400
"""So many are shown one by one; of more, each cell of a grid shows how many lie in it."""
CELLS = 10
"""Of the grid, across the piece of the map that is in sight."""
CELL = 0.01
"""Degrees of a cell when no piece of the map was asked for: about a kilometre."""
MOST_STREETS = 20_000
SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """One case on the map."""

    number: str
    latitude: float
    longitude: float
    status: str
    service_name: Local
    place: str
    late: bool


@dataclass(frozen=True, slots=True)
class Heap:
    """Many cases that lie close together: their middle, and how many."""

    latitude: float
    longitude: float
    count: int


@dataclass(frozen=True, slots=True)
class Points:
    """What a piece of the map shows: points, or heaps, and how many cases that is."""

    points: tuple[Point, ...] = ()
    clusters: tuple[Heap, ...] = ()


def map_points(session: Session, wanted: Filter, now: datetime) -> Points:
    """The cases within the filter's bounds, or all with a position when it has none."""
    demands = [
        *filter_conditions(session, wanted, now),
        Case.latitude.is_not(None),
        Case.longitude.is_not(None),
    ]
    if wanted.state == "all":
        demands.append(Case.is_open.in_((True, False)))  # so that the map's index can begin with it
    columns = (
        Case.number, Case.latitude, Case.longitude, Case.status, Case.service_name, Case.place_label, Case.is_open,
        Case.due_key,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(*demands).limit(MOST_POINTS + 1)).all()
    if len(rows) > MOST_POINTS:
        return Points(clusters=_map_clusters(session, demands, wanted.bounds))
    return Points(
        tuple(
            Point(
                row.number,
                row.latitude,
                row.longitude,
                row.status,
                row.service_name,
                row.place_label,
                row.is_open and row.due_key < now,
            )
            for row in rows
        )
    )


def streets_geojson(session: Session) -> dict[str, Any]:
    """The city's streets as GeoJSON, for a map without a tile server."""
    rows = session.scalars(select(StreetRow).order_by(StreetRow.id).limit(MOST_STREETS))
    features = [
        {
            "type": "Feature",
            "properties": {"name": row.name},
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [point["longitude"], point["latitude"]] for point in row.definition.get("line", [])
                ],
            },
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def _map_clusters(
    session: Session, demands: Sequence[ColumnElement[bool]], bounds: Bounds | None
) -> tuple[Heap, ...]:
    high, wide = CELL, CELL
    if bounds:
        high = max(bounds.north - bounds.south, SMALLEST) / CELLS
        wide = max(bounds.east - bounds.west, SMALLEST) / CELLS
    row = cast((Case.latitude + 90) / high, Integer)
    column = cast((Case.longitude + 180) / wide, Integer)
    cells = (
        select(func.avg(Case.latitude), func.avg(Case.longitude), func.count())
        .where(*demands)
        .group_by(row, column)
    )
    return tuple(Heap(*cell) for cell in session.execute(cells).all())
