"""The map of a town's streets: which piece of a street a house stands on, where streets cross, what is near a point."""

from __future__ import annotations

import pytest

from city.places.geometry import Plane
from city.places.streets import StreetMap, StreetPiece
from city.records.model import Street
from core.model import Position
from tests.unit.city.town import SOUTH, STEP, WEST, across, along

CENTRE = Position(SOUTH + 5 * STEP, WEST + 5 * STEP)


def piece_of(line, first, last, name="Mill Road"):
    return Street(name, line, (), first, last)


def block(start, end, row=1):
    """A piece of street along the row, from one block to another."""
    return along(row)[start : end + 1]


def map_of(*pieces):
    return StreetMap(pieces, Plane(CENTRE))


@pytest.mark.parametrize(
    ("first", "last", "number", "away"),
    [
        (1, 99, 1, 0),
        (1, 99, 99, 0),
        (1, 99, 50, 0),
        (1, 99, 120, 21),
        (100, 200, 90, 10),
        (300, 1, 150, 0),
        (300, 1, 310, 10),
        (7, 7, 7, 0),
        (7, 7, 9, 2),
        (None, None, 9, float("inf")),
        (1, None, 9, float("inf")),
    ],
)
def test_a_piece_of_street_knows_how_far_a_number_is_from_its_own(first, last, number, away):
    assert StreetPiece(((0, 0), (1, 0)), first, last).numbers_away(number) == away


@pytest.mark.parametrize(
    ("first", "last", "share", "number"),
    [(1, 101, 0.5, 51), (100, 0, 0.25, 75), (7, 7, 0.9, 7), (None, None, 0.5, None)],
)
def test_a_point_along_a_piece_has_a_number(first, last, share, number):
    assert StreetPiece(((0, 0), (1, 0)), first, last).number_at(share) == number


@pytest.mark.parametrize(
    ("pieces", "number", "blocks_east", "known"),
    [
        # one piece
        ([(0, 10, 1, 101)], 51, 5, True),
        ([(0, 10, 101, 1)], 101, 0, True),
        ([(0, 10, 1, 101)], 500, 10, False),
        # two with a gap between their numbers
        ([(0, 2, 1, 99), (4, 10, 201, 1001)], 120, 2, False),
        ([(0, 2, 1, 99), (4, 10, 201, 1001)], 190, 4, False),
        ([(0, 2, 1, 99), (4, 10, 201, 1001)], 2000, 10, False),
        ([(0, 2, 1, 99), (4, 10, 201, 1001)], 1001, 10, True),
        # a single house, and a piece whose numbers nobody noted
        ([(0, 2, 10, 10), (4, 10, 100, 400)], 500, 10, False),
        ([(0, 2, None, None), (4, 10, 100, 400)], 500, 10, False),
        ([(0, 2, None, None)], 500, 1, True),
    ],
)
def test_a_house_stands_on_its_piece_and_an_unknown_one_at_the_nearer_end(pieces, number, blocks_east, known):
    streets = map_of(*(piece_of(block(start, end), first, last) for start, end, first, last in pieces))
    (street,) = streets.streets
    where, is_known = streets.locate(street, number)
    assert (where.longitude - WEST) / STEP == pytest.approx(blocks_east, abs=0.01)
    assert is_known is known


def test_pieces_of_one_name_are_one_street_however_it_is_cased():
    streets = map_of(piece_of(block(0, 2), 1, 99), piece_of(block(4, 6), 101, 199, name="MILL ROAD"))
    assert [(street.name, len(street.pieces)) for street in streets.streets] == [("Mill Road", 2)]


def test_a_street_without_a_readable_name_is_left_out():
    assert map_of(piece_of(block(0, 2), 1, 99, name="The")).streets == ()


def test_streets_cross_where_any_of_their_pieces_do():
    streets = map_of(
        piece_of(block(0, 2), 1, 99),
        piece_of(block(4, 10), 101, 199),
        Street("5th Avenue", across(5), (), 1, 999),
        Street("3rd Avenue", across(3), (), 1, 999),
    )
    mill, fifth, third = streets.streets
    crossing = streets.cross(fifth, mill)
    assert (crossing.latitude, crossing.longitude) == pytest.approx((SOUTH + STEP, WEST + 5 * STEP))
    assert streets.cross(mill, third) is None
    assert streets.cross(mill, mill) is None


@pytest.mark.parametrize(
    ("north", "east", "name", "number"),
    [
        (1, 5, "Mill Road", 51),
        (1.4, 5, "Mill Road", 51),
        (1.6, 5, "Main Street", None),
        (1, -0.2, "Mill Road", 1),
        (-5, 5, "Mill Road", 51),
    ],
)
def test_a_position_belongs_to_the_nearest_street(north, east, name, number):
    streets = map_of(piece_of(along(1), 1, 101), Street("Main Street", along(2)))
    street, house = streets.nearest(Position(SOUTH + north * STEP, WEST + east * STEP))
    assert (street.name, house) == (name, number)


def test_two_kilometres_from_any_street_is_outside_the_city():
    assert map_of(piece_of(along(1), 1, 101)).nearest(Position(SOUTH - 0.018, WEST)) is None
