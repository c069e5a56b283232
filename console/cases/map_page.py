"""The map: the same cases as in the queue, as points, with the city's own streets below them unless there is a tile server."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from city.records.model import text_in
from city.records.store import city_version
from city.requests.listing import case_page, count_cases, is_late
from city.requests.map import map_points, streets_geojson
from console.cases import filters
from console.shared.access import Permission, require_permission
from console.shared.covering import covered_text
from console.shared.request_context import RequestContext
from core.model import Bounds
from core.settings import Settings

router = APIRouter(prefix="/map")
SeesCases = Annotated[RequestContext, require_permission(Permission.SEE_CASES)]


@router.get("")
def map_(visit: SeesCases, key: str = "") -> Response:
    """The map, and the same cases as a list beside it."""
    wanted, now = filters.read_filters(visit, visit.request.query_params), visit.console.now()
    filters.record_search(visit, wanted)
    with visit.console.database.reading() as session:
        found = case_page(session, wanted.filter, now, key=key)
        return visit.page(
            "cases/map.html",
            cases=found.cases,
            late={case.number for case in found.cases if is_late(case, now)},
            count=count_cases(session, wanted.filter, now),
            wanted=wanted,
            choices=filters.filter_choices(visit, session),
            base=base_of(visit),
            older=_cases_beside(visit, wanted, found.older),
            newer=_cases_beside(visit, wanted, found.newer),
        )


@router.get("/points")
def points_(visit: SeesCases, within: str = "") -> Response:
    """The cases within `south,west,north,east` as JSON: one by one, or in heaps where they are many."""
    wanted = filters.read_filters(visit, visit.request.query_params)
    filters.record_search(visit, wanted)
    with visit.console.database.reading() as session:
        found = map_points(session, replace(wanted.filter, bounds=_read_bounds(within)), visit.console.now())
    return JSONResponse(
        {
            "points": [
                {
                    "number": point.number,
                    "at": [point.latitude, point.longitude],
                    "status": point.status,
                    "label": visit.say(f"cases.status_{point.status}"),
                    "service": text_in(point.service_name, visit.language),
                    "place": covered_text(visit, point.place),
                    "late": point.late,
                }
                for point in found.points
            ],
            "heaps": [
                {"at": [cluster.latitude, cluster.longitude], "count": cluster.count}
                for cluster in found.clusters
            ],
        },
        headers={"Cache-Control": "no-store"},
    )


@router.get("/streets")
def streets_(visit: SeesCases) -> Response:
    """The city's streets as GeoJSON; the browser keeps them until the city is changed."""
    with visit.console.database.reading() as session:
        tag = f'"streets-{city_version(session)}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if visit.request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return JSONResponse(streets_geojson(session), headers=headers)


def base_of(visit: RequestContext) -> dict[str, str]:
    """What lies below the points: tiles and their maker's name, or the address of the streets; and where the city is."""
    settings, centre = visit.console.settings, visit.console.city.profile.centre
    return {
        "tiles": settings.tile_url,
        "attribution": _attribution_of(settings),
        "streets": "" if settings.tile_url else visit.path("/map/streets"),
        "centre": f"{centre.latitude},{centre.longitude}" if centre else "",
    }


def _attribution_of(settings: Settings) -> str:
    """Who made the tiles, and who says where addresses are that the city's own map lacks."""
    makers = [settings.tile_attribution, settings.geocoder_attribution if settings.geocoder else ""]
    return ", ".join(dict.fromkeys(filter(None, makers)))


def _read_bounds(within: str) -> Bounds | None:
    try:
        south, west, north, east = (float(edge) for edge in within.split(","))
    except ValueError:
        return None
    on_earth = -90 <= south < north <= 90 and -540 <= west < east <= 540
    return Bounds(south, west, north, east) if on_earth else None


def _cases_beside(visit: RequestContext, wanted: filters.WantedCases, key: str) -> str:
    return visit.path(f"/map?{urlencode({**wanted.given, 'key': key})}") if key else ""
