"""The overview: which day is shown, and how each part of the house is, in words."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from console.overview import EARLIEST, _health_parts, _wanted_day
from conversation.staff.dashboard import days_until
from core.model import Health
from tests.support.staff_visits import visit_of

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        ("", TODAY),
        ("2026-05-31", TODAY - timedelta(days=1)),
        ("2026-06-01", TODAY),
        ("2026-06-02", TODAY),
        ("9999-12-31", TODAY),
        ("0001-01-01", EARLIEST),
        ("1969-12-31", EARLIEST),
        ("yesterday", TODAY),
        ("2026-02-30", TODAY),
        ("2026-05-31T10:00", TODAY),
        ("٢٠٢٦-٠٥-٣١", TODAY),
    ],
)
def test_the_day_that_an_address_names(wanted, day):
    assert _wanted_day(wanted, TODAY) == day


def test_before_the_earliest_day_there_are_days_to_draw():
    days = days_until(EARLIEST)
    assert (days[-1], EARLIEST - timedelta(days=1)) == (EARLIEST, days[-2])


def parts(*found: Health, language: str = "en"):
    return _health_parts(
        visit_of("viewer", language=language, checks=[partial(lambda one: one, each) for each in found])
    )


def test_a_part_is_told_in_the_words_of_whoever_reads_it():
    english, spanish = (
        parts(Health("database", ok=True, detail="sqlite"), language=code)[0] for code in ("en", "es")
    )
    assert english.ok
    assert english.detail == "sqlite"
    assert english.name != spanish.name
    assert "_" not in english.name + spanish.name


def test_a_part_that_is_newer_than_the_catalogue_has_its_own_name():
    part = parts(Health("carrier_pigeons", ok=False, detail="asleep", facts={"birds_in_the_air": 3}))[0]
    assert (part.name, part.ok, part.detail) == ("carrier pigeons", False, "asleep")
    assert part.facts == (("birds in the air", "3"),)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, ()), ("", ()), (False, ()), (7, ("7",)), ("late", ("late",)), (0.5, ("0.5",)), (None, ("None",))],
)
def test_a_fact_that_says_nothing_is_left_out(value, shown):
    facts = parts(Health("carrier_pigeons", ok=True, facts={"birds": value}))[0].facts
    assert tuple(said for _, said in facts) == shown


def test_a_warning_is_no_fact():
    assert parts(Health("carrier_pigeons", ok=True, warning=True))[0].facts == ()


def test_a_part_that_cannot_be_asked_is_ill_and_the_page_is_shown():
    def pigeons_health() -> Health:
        raise OSError("a resident's words")

    part = _health_parts(visit_of("viewer", checks=[pigeons_health]))[0]
    assert (part.name, part.ok, part.detail) == ("pigeons", False, "OSError")
