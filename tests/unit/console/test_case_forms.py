"""The forms of cases: what somebody sent, what is kept for the next form, and what is said when it cannot be done."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from city.requests.casework import CaseRefused
from city.requests.tables import ServiceRequestRow
from console.cases.bulk import _what_is_lacking
from console.cases.bulk_form import Bulk
from console.cases.changes import _end_of
from console.cases.common import act_of, check_holder, check_version
from console.cases.map_page import _read_bounds, base_of
from console.cases.one import _statuses
from console.cases.photos import MOST, _seal_photo, kept_photos, take_photos
from console.cases.telling import Telling
from core.model import Bounds, Position
from tests.support.builders import NOON
from tests.support.staff_visits import visit_of

SHOWN = {"seen": "yes", "language": "es", "usual": "Su caso\r\nestá listo."}


@pytest.mark.parametrize(
    ("form", "edited"),
    [
        (SHOWN | {"message": "Su caso\r\nestá listo."}, {}),
        (SHOWN | {"message": "Su caso\nestá listo.\n"}, {}),
        (SHOWN | {"message": "  "}, {}),
        (SHOWN | {"message": ""}, {}),
        (SHOWN | {"message": "Ya está.\r\nGracias.\r\n"}, {"es": "Ya está.\nGracias."}),
        (SHOWN | {"message": "Ya está.", "seen": ""}, {}),
        ({"message": "Ya está."}, {}),
    ],
    ids=[
        "as it was shown", "as it was shown, with other ends of lines", "blanks", "nothing", "in other words",
        "words that were not shown before", "no form of ours",
    ],
)  # fmt: skip
def test_the_message_is_the_usual_one_unless_staff_put_it_in_other_words(form, edited):
    assert Telling(**form).edited() == edited


@pytest.mark.parametrize(
    ("form", "draft"),
    [
        (SHOWN | {"message": "Ya está."}, "Ya está."),
        (SHOWN | {"message": "Su caso\nestá listo.", "draft": "an earlier one"}, "an earlier one"),
        (SHOWN | {"message": "A later one", "draft": "an earlier one"}, "A later one"),
        ({}, ""),
    ],
)
def test_a_message_that_could_not_be_sent_is_not_lost(form, draft):
    assert Telling(**form).typed()["draft"] == draft


def test_what_was_typed_stands_in_the_form_again():
    typed = Telling(reason="Rain", tell="yes", version="3", photos=["a.1.x", "b.2.y"]).typed()
    assert (typed["reason"], typed["tell"], typed["version"], typed["photos"]) == (
        "Rain",
        "yes",
        "3",
        "a.1.x b.2.y",
    )


@pytest.mark.parametrize(
    ("versions", "number", "version"),
    [
        (["SR-1:4", "SR-2:0"], "SR-1", "4"),
        (["SR-1:4", "SR-2:0"], "SR-2", "0"),
        (["SR-1:4"], "SR-2", ""),
        (["SR-1"], "SR-1", ""),
        (["SR-1:4:5"], "SR-1", "4:5"),
        ([], "SR-1", ""),
        (["", ":", "SR-1:"], "SR-1", ""),
    ],
)
def test_each_of_many_cases_has_the_version_that_was_looked_at(versions, number, version):
    assert Bulk(versions=versions).version_of(number) == version


@pytest.mark.parametrize(
    ("form", "lacking"),
    [
        ({"do": "assign", "numbers": ["SR-1"]}, ""),
        ({"do": "status", "numbers": ["SR-1"], "reason": "done"}, ""),
        ({"do": "department", "numbers": ["SR-1"], "reason": "theirs"}, ""),
        ({"do": "status", "numbers": ["SR-1"], "reason": " \n"}, "cases.refused_needs_reason"),
        ({"do": "department", "numbers": ["SR-1"]}, "cases.refused_needs_reason"),
        ({"do": "assign"}, "cases.none_ticked"),
        ({"do": "delete", "numbers": ["SR-1"], "reason": "x"}, "cases.none_ticked"),
        ({}, "cases.none_ticked"),
    ],
)
def test_what_a_change_of_many_cases_lacks(form, lacking):
    assert _what_is_lacking(Bulk(**form)) == lacking


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("", None),
        ("2026-01-15", datetime(2026, 1, 15, 22, 59, tzinfo=UTC)),
        ("2026-07-15", datetime(2026, 7, 15, 21, 59, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 25, 22, 59, tzinfo=UTC)),
        ("9999-12-31", datetime(9999, 12, 31, 22, 59, tzinfo=UTC)),
    ],
    ids=["none", "winter", "summer", "the clocks go back", "the last day there is"],
)
def test_a_promised_day_lasts_to_its_last_minute_in_the_city(day, end):
    assert _end_of(visit_of("agent"), day) == end


@pytest.mark.parametrize(
    ("day", "timezone"),
    [
        ("soon", "Europe/Berlin"),
        ("2026-02-30", "Europe/Berlin"),
        ("9999-12-31", "America/Los_Angeles"),
        (" ", "UTC"),
    ],
)
def test_what_is_no_day_is_said_at_its_field(day, timezone):
    with pytest.raises(CaseRefused) as refused:
        _end_of(visit_of("agent", timezone=timezone), day)
    assert (refused.value.why, refused.value.field) == ("no_day", "due")


@pytest.mark.parametrize(
    ("version", "is_right"), [("3", True), ("2", False), ("", False), ("03", False), ("3 ", False)]
)
def test_a_case_is_changed_only_as_it_was_looked_at(version, is_right):
    row = ServiceRequestRow(version=3)
    if is_right:
        check_version(row, version)
        return
    with pytest.raises(CaseRefused, match="changed_meanwhile"):
        check_version(row, version)


@pytest.mark.parametrize(
    ("holder", "to", "over", "why"),
    [
        (None, "ana", "", ""),
        ("ana", "ben", "", ""),
        ("ana", "", "", ""),
        ("ben", "ben", "", ""),
        ("ben", "ana", "", "held"),
        ("ben", "cleo", "", "held_by"),
        ("ben", "", "", "held_by"),
        ("ben", "ana", "ben", ""),
        ("ben", "ana", "cleo", "held"),
    ],
    ids=[
        "nobody has it", "one's own, given away", "one's own, freed", "to whoever has it", "taken for oneself", "taken for another",
        "taken from a colleague", "knowingly", "knowingly from somebody who has it no more",
    ],
)  # fmt: skip
def test_nobody_takes_a_case_from_a_colleague_unawares(holder, to, over, why):
    row = ServiceRequestRow(assignee_id=holder)
    if not why:
        check_holder(visit_of("agent"), row, to, over)
        return
    with pytest.raises(CaseRefused) as refused:
        check_holder(visit_of("agent"), row, to, over)
    assert refused.value.why == why


def test_what_is_done_is_done_in_ones_own_name_and_now():
    act = act_of(visit_of("agent"), "because", not_told="chosen")
    assert (act.by.staff_id, act.by.name, act.now, act.reason, act.not_told) == (
        "ana",
        "Ana",
        NOON,
        "because",
        "chosen",
    )


@pytest.mark.parametrize(
    ("status", "offered"),
    [("open", False), ("duplicate", False), ("fixed", True)],
    ids=["what it is already", "a duplicate is made by merging", "another"],
)
def test_which_statuses_a_case_may_be_given(status, offered):
    found = dict(_statuses(visit_of("agent"), ServiceRequestRow(status="open")))
    assert (status in found) is offered
    assert all(found.values())


@pytest.mark.parametrize(
    ("within", "bounds"),
    [
        ("39.7,-89.7,39.9,-89.5", Bounds(39.7, -89.7, 39.9, -89.5)),
        ("-90,-540,90,540", Bounds(-90, -540, 90, 540)),
        ("-18,178,-16,182", Bounds(-18, 178, -16, 182)),
        ("", None),
        ("1,2,3", None),
        ("1,2,3,4,5", None),
        ("a,b,c,d", None),
        ("39.9,-89.7,39.7,-89.5", None),
        ("39.7,-89.5,39.9,-89.7", None),
        ("1,1,1,1", None),
        ("nan,nan,nan,nan", None),
        ("-inf,-inf,inf,inf", None),
        ("0,0,91,1", None),
        ("1e400,0,2,1", None),
    ],
    ids=[
        "a town", "the whole earth, and more", "across the line of dates", "nothing", "too few", "too many", "words", "upside down",
        "the wrong way round", "a point", "no numbers", "without end", "beyond the pole", "too large a number",
    ],
)  # fmt: skip
def test_the_map_asks_for_what_is_in_sight(within, bounds):
    assert _read_bounds(within) == bounds


@pytest.mark.parametrize(
    ("tiles", "streets"), [("", "/console/map/streets"), ("https://tiles.example/{z}/{x}/{y}.png", "")]
)
def test_below_the_points_are_tiles_or_the_citys_own_streets(tiles, streets):
    profile = SimpleNamespace(centre=Position(39.8, -89.65))
    visit = visit_of(
        "viewer",
        city=SimpleNamespace(profile=profile),
        settings=SimpleNamespace(tile_url=tiles, tile_attribution="© somebody", geocoder=""),
    )
    assert base_of(visit) == {
        "tiles": tiles,
        "attribution": "© somebody",
        "streets": streets,
        "centre": "39.8,-89.65",
    }
    profile.centre = None
    assert base_of(visit)["centre"] == ""


class Album:
    """A media store that keeps everything and says how large it is."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def take(self, data: bytes):
        self.kept.append(data)
        return SimpleNamespace(media_id=f"m{len(self.kept)}", size=len(data))


def upload(data: bytes, filename: str = "hole.jpg"):
    return SimpleNamespace(filename=filename, file=SimpleNamespace(read=lambda most: data[:most]))


def test_pictures_of_the_work_go_from_form_to_form():
    visit = visit_of("agent", media=Album())
    carried = take_photos(visit, "SR-1", [upload(b"first"), upload(b"", filename=""), upload(b"second!")])
    assert [(photo.media_id, photo.size) for photo in kept_photos(visit, "SR-1", carried)] == [
        ("m1", 5),
        ("m2", 7),
    ]


def test_more_pictures_than_are_taken_are_left_out():
    album = Album()
    take_photos(visit_of("agent", media=album), "SR-1", [upload(b"x")] * (MOST + 3))
    assert len(album.kept) == MOST


def test_a_picture_belongs_to_one_case_and_one_colleague():
    visit = visit_of("agent", media=Album())
    carried = take_photos(visit, "SR-1", [upload(b"x")])
    assert kept_photos(visit, "SR-2", carried) == ()
    other = visit_of("agent")
    other.staff = SimpleNamespace(staff_id="ben")
    assert kept_photos(other, "SR-1", carried) == ()


SEAL = _seal_photo(visit_of("agent"), "SR-1", "m1")


@pytest.mark.parametrize(
    "carried",
    ["", ".", "m1", "m1.5", "m1.5.guessed", f"m2.5.{SEAL}", f"m1.x.{SEAL}", f"m1.-5.{SEAL}", f"m1.².{SEAL}", f"m1.{'9' * 5000}.{SEAL}"],
    ids=[
        "nothing", "a dot", "no seal", "no seal but a size", "a guessed seal", "another picture", "no size", "less than none",
        "a raised digit", "a size without end",
    ],
)  # fmt: skip
def test_what_no_form_of_ours_brought_is_no_picture(carried):
    assert kept_photos(visit_of("agent"), "SR-1", [carried]) == ()
