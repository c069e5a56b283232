"""The filters of the queue, from an address: what is kept, what is left out, and which moments the days mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from console.cases.filters import FIELDS, ME, read_filters, without_contacts
from console.shared.access import Permission

BERLIN = ZoneInfo("Europe/Berlin")


def visit(*permissions, zone=BERLIN):
    console = SimpleNamespace(city=SimpleNamespace(profile=SimpleNamespace(zone=zone)))
    staff = SimpleNamespace(departments=("parks",), staff_id="ana")
    return SimpleNamespace(console=console, staff=staff, may=lambda permission: permission in permissions)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"q": "  a   hole "}, {"q": "a hole"}),
        ({"q": " \t "}, {}),
        ({"q": "x" * 300}, {"q": "x" * 200}),
        ({"state": "settled"}, {"state": "settled"}),
        ({"state": "nonsense"}, {}),
        ({"order": "nonsense"}, {}),
        ({"since": "2026-03-01"}, {"since": "2026-03-01"}),
        ({"since": "soon"}, {}),
        ({"since": "0001-01-01"}, {}),
        ({"until": "2026-02-30"}, {}),
        ({"until": "9999-12-31"}, {}),
        ({"unknown": "1"}, {}),
    ],
)
def test_what_cannot_be_read_is_left_out(given, kept):
    assert read_filters(visit(), given).given == kept


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        ("2026-01-15", datetime(2026, 1, 14, 23, tzinfo=UTC), 24),
        ("2026-07-15", datetime(2026, 7, 14, 22, tzinfo=UTC), 24),
        ("2026-03-29", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("2026-10-25", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
    ],
    ids=["winter", "summer", "the clocks go forward", "the clocks go back"],
)
def test_a_day_is_the_whole_day_in_the_city(day, begins, hours):
    wanted = read_filters(visit(), {"since": day, "until": day}).filter
    assert (wanted.since, wanted.until) == (begins, begins + timedelta(hours=hours))


@pytest.mark.parametrize(("who", "assignee"), [("", ""), (ME, "ana"), ("bert", "bert")])
def test_me_is_who_asks(who, assignee):
    assert read_filters(visit(), {"who": who}).filter.assignee == assignee


@pytest.mark.parametrize(
    ("flag", "late", "soon", "reopened"),
    [
        ("late", True, False, False),
        ("soon", False, True, False),
        ("reopened", False, False, True),
        ("nonsense", False, False, False),
    ],
)
def test_a_flag_is_one_of_three(flag, late, soon, reopened):
    wanted = read_filters(visit(), {"flag": flag}).filter
    assert (wanted.late, wanted.soon, wanted.reopened) == (late, soon, reopened)


def test_without_a_filter_what_is_open_is_shown_the_newest_first_of_ones_own_departments():
    wanted = read_filters(visit(), {}).filter
    assert (wanted.state, wanted.order, tuple(wanted.scope)) == ("open", "newest", ("parks",))
    assert (wanted.since, wanted.until, wanted.by_contacts) == (None, None, False)


def test_only_who_may_see_contacts_finds_by_them():
    assert read_filters(visit(Permission.SEE_CONTACT), {}).filter.by_contacts


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_behind_more_filters_opens_them(name):
    wanted = read_filters(visit(), {name: "2026-03-01" if name in {"since", "until"} else "newest"})
    behind = {"place", "since", "until", "language", "channel", "order"}
    assert wanted.has_more is (name in behind)


def test_an_address_keeps_the_order_of_the_fields_and_no_contact():
    wanted = read_filters(visit(), {"place": "Elm Street", "q": "call +1 217 555 0142", "state": "settled"})
    assert wanted.query.startswith("q=call")
    assert wanted.query.endswith("&state=settled&place=Elm+Street")
    assert without_contacts(wanted) == "state=settled&place=Elm+Street"
