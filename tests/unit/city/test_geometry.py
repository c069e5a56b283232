"""Lines, points and crossings on the flat map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.places.geometry import Plane, closest_on_line, crossing_point, point_along
from core.model import Position

BENT = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0))


@pytest.mark.parametrize(
    ("share", "point"),
    [(0, (0, 0)), (0.25, (50, 0)), (0.5, (100, 0)), (0.75, (100, 50)), (1, (100, 100)), (2, (100, 100))],
)
def test_a_share_of_a_line_is_measured_along_its_bends(share, point):
    assert point_along(BENT, share) == pytest.approx(point)


@pytest.mark.parametrize(
    ("point", "distance", "share"), [((50, 10), 10, 0.25), ((120, 50), 20, 0.75), ((-30, -40), 50, 0)]
)
def test_the_closest_point_of_a_line_is_found(point, distance, share):
    assert closest_on_line(BENT, point) == pytest.approx((distance, share))


def test_lines_cross_touch_or_miss_one_another():
    street = ((0.0, 0.0), (100.0, 0.0))
    assert crossing_point(street, ((50.0, -50.0), (50.0, 50.0))) == pytest.approx((50, 0))
    assert crossing_point(street, ((50.0, 10.0), (50.0, 90.0))) == (50.0, 10.0)
    assert crossing_point(street, ((50.0, 30.0), (50.0, 90.0))) is None
    assert crossing_point(street, ((0.0, 50.0), (100.0, 50.0))) is None


def test_a_line_of_one_spot_is_no_trouble():
    spot = ((5.0, 5.0), (5.0, 5.0))
    assert point_along(spot, 0.5) == (5.0, 5.0)
    assert closest_on_line(spot, (5.0, 9.0)) == pytest.approx((4.0, 0.0))


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_the_plane_takes_every_position_there_and_back(north, east):
    plane = Plane(Position(41.6, -74.4))
    position = Position(41.6 + north, -74.4 + east)
    back = plane.position(plane.point(position))
    assert (back.latitude, back.longitude) == pytest.approx((position.latitude, position.longitude))
