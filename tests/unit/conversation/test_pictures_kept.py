"""Room for pictures: so many of one conversation a day, so much in all, windows that begin anew, and pages that end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.store.picture_links import VALID, DatabasePictureLinks
from conversation.store.picture_room import PictureRoom, claimed_pictures
from conversation.store.tables import PictureLink
from conversation.store.usage import KEPT, Usage, Used, Window
from core.errors import BadUpload
from core.model import Picture, Reply, Trouble
from tests.support.builders import NOON, Clock
from tests.unit.conversation.lines import converse

PLENTY = 10**12


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(database, tmp_path, clock):
    return PictureRoom(database, tmp_path / "pictures", 2, PLENTY, lambda owner: f"p-{owner}", clock)


def refused(room, owner):
    with pytest.raises(BadUpload) as caught:
        room.admit(owner)
    return caught.value.trouble


def test_one_conversation_sends_so_many_a_day_and_others_still_may(room, clock):
    for _ in range(2):
        room.admit("anna")
        room.count("anna")
    assert refused(room, "anna") is Trouble.NOT_NOW
    room.admit("ben")
    clock.move(12 * 60 * 60)
    room.admit("anna")


def test_staff_have_no_daily_limit(room):
    for _ in range(5):
        room.admit("")
        room.count("")
    room.admit("")


def test_a_room_that_is_full_takes_nobodys_picture_and_says_so(database, tmp_path, clock):
    room = PictureRoom(database, tmp_path / "pictures", 2, 0, str, clock)
    assert refused(room, "anna") is Trouble.NOT_NOW
    assert refused(room, "") is Trouble.NOT_NOW
    health = room.health()
    assert (health.ok, health.needed) == (False, False)
    assert health.detail.startswith("no room left")


def test_a_room_with_plenty_left_is_well_before_its_folder_is_made(room):
    health = room.health()
    assert (health.ok, health.warning, health.detail) == (True, False, "")


@pytest.mark.parametrize(
    ("window", "passed", "counts"),
    [
        (Window.MINUTE, 59, True),
        (Window.MINUTE, 60, False),
        (Window.FIVE_MINUTES, 299, True),
        (Window.FIVE_MINUTES, 300, False),
        (Window.HOUR, 3599, True),
        (Window.HOUR, 3600, False),
        (Window.DAY, 12 * 3600 - 1, True),
        (Window.DAY, 12 * 3600, False),
    ],
)
def test_a_window_ends_at_the_whole_minute_hour_or_day(database, window, passed, counts):
    usage = Usage(database)
    with database.writing() as session:
        usage.add(session, "anna", Used.MESSAGES, NOON, (window,), 3)
    used = usage.of("anna", NOON + timedelta(seconds=passed))
    assert used == ({(Used.MESSAGES, window): 3} if counts else {})


def test_what_is_used_adds_up_by_what_it_is_and_by_whom(database):
    usage = Usage(database)
    with database.writing() as session:
        for amount in (1, 2):
            usage.add(session, "anna", Used.SEGMENTS, NOON, (Window.MINUTE, Window.DAY), amount)
        usage.add(session, "anna", Used.NOTICES, NOON, (Window.DAY,))
        usage.add(session, "ben", Used.SEGMENTS, NOON, (Window.DAY,))
    assert usage.of("anna", NOON) == {
        (Used.SEGMENTS, Window.MINUTE): 3,
        (Used.SEGMENTS, Window.DAY): 3,
        (Used.NOTICES, Window.DAY): 1,
    }


def test_the_windows_of_noon_are_told_apart_although_all_begin_then(database):
    usage = Usage(database)
    with database.writing() as session:
        usage.add(session, "anna", Used.MESSAGES, NOON, (Window.HOUR,))
    assert usage.of("anna", NOON + timedelta(minutes=7)) == {(Used.MESSAGES, Window.HOUR): 1}


@pytest.mark.parametrize(("window", "rest"), [(Window.MINUTE, 15), (Window.HOUR, 1815), (Window.DAY, 41_415)])
def test_the_rest_of_a_window_is_said_in_seconds(window, rest):
    assert window.rest(NOON + timedelta(minutes=29, seconds=45)) == rest


def test_old_counts_are_forgotten_and_young_ones_are_not(database):
    usage, clock = Usage(database), Clock()
    with database.writing() as session:
        usage.add(session, "anna", Used.PICTURES, NOON, (Window.DAY,))
    usage.forget_old(clock)
    assert usage.of("anna", NOON)
    clock.now += KEPT
    usage.forget_old(clock)
    assert usage.of("anna", NOON) == {}


PICTURES = (Picture("a" * 32, "image/jpeg", ""), Picture("b" * 32, "image/png", "Case 7"))


def test_a_page_of_pictures_is_open_for_a_week_and_for_nobody_without_its_code(database, clock):
    links = DatabasePictureLinks(database, "https://city.example/", clock)
    with database.writing() as session:
        address = links.new(session, Reply("look", "es", pictures=PICTURES))
    code = address.removeprefix("https://city.example/f/")
    shown = links.shown(code)
    assert (shown.caption, shown.language) == ("", "es")
    assert shown.media_ids == ("a" * 32, "b" * 32)
    assert links.shown(code[:-1]) is None
    assert links.shown("") is None
    clock.now += VALID
    assert links.shown(code) is None


def test_a_new_page_forgets_those_that_ended_and_keeps_no_code(database, clock):
    links = DatabasePictureLinks(database, "https://city.example", clock)
    for _ in range(2):
        with database.writing() as session:
            code = links.new(session, Reply("look", pictures=PICTURES)).rpartition("/")[2]
        clock.now += VALID
    with database.reading() as session:
        (kept,) = session.query(PictureLink).all()
    assert code not in {kept.digest, kept.caption}


def test_pictures_are_claimed_by_dialogues_and_links_however_deep_they_stand(database, clock):
    with database.writing() as session:
        dialogue = {"form": {"answers": [{"photo": {"media_id": "c" * 32}}]}}
        converse(session, "young", dialogue=dialogue)
        converse(session, "old", at=NOON - timedelta(days=9), dialogue={"photo": "d" * 32})
        DatabasePictureLinks(database, "", clock).new(session, Reply("look", pictures=PICTURES))
    found = set(claimed_pictures(database, NOON - timedelta(days=1)))
    assert found == {"a" * 32, "b" * 32, "c" * 32}
