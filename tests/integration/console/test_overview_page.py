"""The overview: what it counts, for whom, and how the parts are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.records.model import NewRequest, PlaceMatch
from city.requests.requests import file_request
from core.model import Position


def report(house):
    """A pothole on Elm Street, reported by a resident."""
    place = PlaceMatch("20 Elm Street", Position(41.0, -73.0), "address", 1.0)
    new = NewRequest("pothole", "anna", "web", "en", "report-1", place=place)
    with house.app.database.writing() as session:
        file_request(session, new, house.clock())


def figures(page) -> dict[str, str]:
    """The big numbers by what they are called; those of the day."""
    return {
        " ".join(one.dt.get_text().split()): one.select_one(".big").get_text()
        for one in page.soup.select(".figure")
    }


def table(page, caption) -> dict[str, list[str]]:
    """A table's rows by their first cell."""
    found = next(
        one for one in page.soup.select("table") if one.caption and caption in one.caption.get_text()
    )
    return {
        row.th.get_text().strip(): [cell.get_text().strip() for cell in row.select("td")]
        for row in found.select("tbody tr")
    }


def test_the_day_is_told_in_figures(house):
    house.resident_says("hello", "What time is the zebra parade?")
    house.resident_says("hola", language="es", channel="sms")
    shown = figures(house.sign_in("viewer").get("/"))
    assert (shown["Messages"], shown["Answered by the bot"], shown["Not answered"]) == ("3", "2", "1")
    assert (shown["Answered by a person"], shown["Cases open"]) == ("0", "0")


def test_messages_are_told_by_channel_and_language(house):
    house.resident_says("hello", "What time is the zebra parade?")
    house.resident_says("hola", language="es", channel="sms")
    page = house.sign_in("viewer").get("/")
    assert table(page, "Messages by channel") == {
        "Web chat": ["2", "1", "0", "1"],
        "SMS": ["1", "1", "0", "0"],
    }
    assert table(page, "Messages by language") == {
        "English": ["2", "1", "0", "1"],
        "Spanish": ["1", "1", "0", "0"],
    }


def test_cases_count_and_the_busiest_are_named(house):
    report(house)
    page = house.sign_in("viewer").get("/")
    shown = figures(page)
    assert (shown["Opened"], shown["Closed"], shown["Cases open"]) == ("1", "0", "1")
    assert table(page, "Most reported") == {"Pothole or broken road": ["1"]}
    assert table(page, "Most reported places") == {"Elm Street": ["1"]}


def test_staff_with_departments_see_their_own_cases(house):
    report(house)
    house.resident_says("hello")
    page = house.sign_in("viewer", departments=("nobodys",)).get("/")
    shown = figures(page)
    assert (shown["Opened"], shown["Cases open"], shown["Cases late"]) == ("0", "0", "0")
    assert "Cases of your departments" in page.main
    assert shown["Messages"] == "1"


def test_who_waits_for_a_person_stands_on_top(house):
    house.resident_says("hello", "person", "my tax bill", "skip")
    page = house.sign_in("agent").get("/")
    assert figures(page)["Waiting for a person"] == "1"


@pytest.mark.parametrize(
    ("day", "messages"),
    [("2026-06-01", "1"), ("2026-05-31", "0"), ("2030-01-01", "1"), ("soon", "1"), ("", "1")],
)
def test_any_day_can_be_looked_at_but_none_to_come(house, day, messages):
    house.resident_says("hello")
    assert figures(house.sign_in("viewer").get(f"/?day={day}"))["Messages"] == messages


def test_a_day_leads_to_the_day_before_and_back(house):
    viewer = house.sign_in("viewer")
    page = viewer.get("/").follow("Day before")
    assert page.path == "/?day=2026-05-31"
    assert page.follow("Day after").path == "/?day=2026-06-01"
    assert page.follow("Today").path == "/"


def test_the_live_part_is_the_same_without_its_frame(house):
    house.resident_says("hello")
    viewer = house.sign_in("viewer")
    piece = viewer.get("/overview/now", **{"x-cityline-live": "1"})
    assert figures(piece) == figures(viewer.get("/"))
    assert piece.soup.select_one("h1") is None


def test_every_part_says_how_it_is(house):
    viewer = house.sign_in("viewer")
    assert table(viewer.get("/"), "How every part is")["Understanding (Rasa)"][0] == "well"
    house.nlu_client.up = False
    health = table(viewer.get("/"), "How every part is")
    assert health["City data"] == ["well", "Penstock"]
    assert health["Understanding (Rasa)"][0] == "not well"


def test_a_part_that_fails_to_say_is_not_well(house):
    def broken():
        raise RuntimeError("no power")

    house.open_console(replace(house.services, checks=[*house.services.checks, broken]))
    page = house.sign_in("viewer").get("/")
    assert page.status == 200
    assert table(page, "How every part is")["broken"] == ["not well", "RuntimeError"]


def test_the_overview_speaks_spanish(house):
    page = house.sign_in("viewer", language="es").get("/")
    assert "Respondidos por el bot" in page.main
    assert "Los últimos 30 días" in page.main


def test_what_is_kept_of_thirty_days_follows_every_new_case(house):
    viewer = house.sign_in("viewer")
    report(house)
    assert table(viewer.get("/"), "Most reported") == {"Pothole or broken road": ["1"]}
    place = PlaceMatch("22 Elm Street", Position(41.0, -73.0), "address", 1.0)
    with house.app.database.writing() as session:
        file_request(
            session, NewRequest("pothole", "bert", "web", "en", "report-2", place=place), house.clock()
        )
    assert table(viewer.get("/"), "Most reported") == {"Pothole or broken road": ["2"]}
    assert table(viewer.get("/"), "Most reported places") == {"Elm Street": ["2"]}
