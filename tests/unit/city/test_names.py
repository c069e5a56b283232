"""Names with slips: how many letters may be wrong, and which names sound like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.places.names import ALIKE, NameIndex, letters_allowed

STREETS = NameIndex(
    [
        (name, name.title())
        for name in ("mill", "miller", "franklin", "walnut", "washington", "elm", "paz", "5")
    ]
)


@pytest.mark.parametrize(
    ("length", "allowed"), [(1, 0), (3, 0), (4, 1), (5, 1), (6, 2), (9, 2), (10, 3), (40, 3)]
)
def test_the_longer_a_name_the_more_letters_may_be_wrong(length, allowed):
    assert letters_allowed(length) == allowed


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("milll", ["mill"]),
        ("millr", ["mill", "miller"]),
        ("franklyn", ["franklin"]),
        ("frankin", ["franklin"]),
        ("wlanut", ["walnut"]),
        ("washingtn", ["washington"]),
        ("wachintong", ["washington"]),
        ("pas", ["paz"]),
        ("el", []),
        ("elms", []),
        ("oak", []),
        ("mill5", []),
        ("", []),
    ],
)
def test_a_misspelt_name_is_found(said, meant):
    assert sorted(name for name, _ in STREETS.near(said)) == sorted(meant)


@pytest.mark.parametrize("name", ["mill", "franklin", "5"])
def test_a_name_that_is_right_is_no_slip_of_itself(name):
    assert STREETS.exact(name) == [name.title()]
    assert name not in [near for near, _ in STREETS.near(name)]


def test_the_fewer_letters_are_wrong_the_likelier_it_is():
    ((_, one_wrong),) = STREETS.near("washingtn")
    ((_, two_wrong),) = STREETS.near("wasingtn")
    assert 1 > one_wrong > two_wrong
    assert STREETS.near("franklyn") == (("franklin", ALIKE),)


def test_two_streets_of_one_core_are_both_found():
    index = NameIndex([("mill", "Mill Road"), ("mill", "Mill Street")])
    assert index.exact("mill") == ["Mill Road", "Mill Street"]
    assert index.exact("elm") == ()


@given(st.text(max_size=40))
def test_whatever_is_said_is_unlike_in_part(said):
    assert all(0 < likeness < 1 for _, likeness in STREETS.near(said))
