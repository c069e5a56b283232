"""The proofs of the web door: each opens exactly what it was made for."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.web.keys import Keys
from core.model import Attachment, Position, SmallMap
from tests.support.builders import NOON, Clock

SECRET = "a secret of at least thirty-two characters"
PICTURE = Attachment("abc", "image/jpeg", 123, Position(41.5, -74.0))


@pytest.fixture
def keys() -> Keys:
    return Keys(SECRET)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32 characters"):
        Keys("short")


def test_a_token_opens_one_conversation_for_ever(keys):
    token = keys.new_token()
    assert keys.sender(token) == Keys(SECRET).sender(token)
    assert keys.sender(token) != keys.sender(keys.new_token())


def test_the_address_does_not_give_the_token_away(keys):
    token = keys.new_token()
    assert token not in keys.sender(token)
    assert keys.sender(keys.sender(token)) is None


def test_a_token_of_another_installation_opens_nothing(keys):
    assert keys.sender(Keys(SECRET + "!").new_token()) is None


@given(st.text())
def test_what_we_did_not_make_opens_nothing(text):
    keys = Keys(SECRET)
    assert keys.sender(text) is None
    assert keys.redeem_ticket(text, NOON) is None
    assert keys.picture("anna", text) is None


@given(place=st.integers(0, 63), sign=st.sampled_from("abcXYZ019-_"))
def test_a_token_changed_in_one_place_opens_nothing(place, sign):
    keys = Keys(SECRET)
    token = keys.new_token()
    changed = token[:place] + sign + token[place + 1 :]
    assert (keys.sender(changed) is None) == (changed != token)


def test_a_ticket_is_good_once(keys):
    ticket = keys.issue_ticket("anna", NOON)
    assert [keys.redeem_ticket(ticket, NOON) for _ in range(2)] == ["anna", None]


@pytest.mark.parametrize(("seconds", "sender"), [(0, "anna"), (29, "anna"), (30, None), (3600, None)])
def test_a_ticket_is_good_for_thirty_seconds(keys, seconds, sender):
    clock = Clock()
    ticket = keys.issue_ticket("anna", clock())
    clock.move(seconds)
    assert keys.redeem_ticket(ticket, clock()) == sender


def test_spent_tickets_are_forgotten_when_they_could_not_be_used_anyway(keys):
    clock = Clock()
    for _ in range(10):
        keys.redeem_ticket(keys.issue_ticket("anna", clock()), clock())
        clock.move(20)
    assert len(keys._spent) <= 3


def test_a_proof_of_one_kind_is_no_proof_of_another(keys):
    ticket = keys.issue_ticket("anna", NOON)
    handle = keys.picture_handle("anna", PICTURE)
    token = keys.new_token()
    assert keys.picture("anna", ticket) is None
    assert keys.redeem_ticket(handle, NOON) is None
    assert keys.redeem_ticket(token, NOON) is None
    assert keys.form_token(token) != keys.picture_key(token)


@pytest.mark.parametrize("picture", [PICTURE, Attachment("x", "image/png", 0, None)])
def test_a_picture_handle_keeps_all_that_we_know_of_it(keys, picture):
    assert keys.picture("anna", keys.picture_handle("anna", picture)) == picture


def test_a_picture_handle_is_its_senders_own(keys):
    assert keys.picture("bert", keys.picture_handle("anna", PICTURE)) is None


def test_the_secret_is_not_shown(keys):
    from tests.support.web_chat import build_chat

    assert SECRET not in repr(build_chat())
    assert SECRET not in repr(keys)


@pytest.mark.parametrize(
    ("days", "opens"), [(0, True), (1, True), (7, True), (8, False), (400, False), (-1, True)]
)
def test_the_address_of_a_picture_is_good_for_a_week(days, opens):
    key = Keys(SECRET, lambda: NOON).picture_key("abc")
    later = Keys(SECRET, lambda: NOON + timedelta(days=days))
    assert later.opens_picture("abc", key) is opens


@pytest.mark.parametrize("change", ["", ".", "x", "9999999.x", "99999999999.x", "٣.x", "longer", "another"])
def test_a_key_that_we_did_not_make_opens_no_picture(change):
    keys = Keys(SECRET, lambda: NOON)
    day, tag = keys.picture_key("abc").split(".")
    changed = {"longer": f"{int(day) + 1}.{tag}", "another": keys.picture_key("abd")}.get(change, change)
    assert not keys.opens_picture("abc", changed)


MAP = SmallMap((Position(41.652, -74.334), Position(41.66, -74.35)), "Map with numbered pins")


def test_a_map_is_opened_by_its_address_alone_for_a_week():
    clock = Clock()
    keys = Keys(SECRET, clock)
    sealed = keys.seal_map("anna", 3, MAP, "ar")
    assert keys.open_map(sealed) == (SmallMap(MAP.pins, ""), "ar")
    clock.move(timedelta(days=7).total_seconds())
    assert keys.open_map(sealed)
    clock.move(timedelta(days=1).total_seconds())
    assert keys.open_map(sealed) is None


def test_the_address_of_a_map_says_neither_where_nor_whose_it_is(keys):
    sealed = keys.seal_map("anna", 3, MAP, "en")
    shown = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert not [part for part in (b"41.6", b"74.3", b"anna") if part in shown]
    others = {keys.seal_map(who, line, MAP, "en") for who, line in (("anna", 4), ("ben", 3))}
    assert len(others | {sealed}) == 3


@pytest.mark.parametrize("change", ["", "x", "AAAA", "ä", "e30"])
def test_an_address_that_we_did_not_make_opens_no_map(keys, change):
    sealed = keys.seal_map("anna", 3, MAP, "en")
    assert keys.open_map(change) is None
    assert keys.open_map(sealed[:-2] + "zz") is None or sealed.endswith("zz")
    assert Keys(SECRET[::-1]).open_map(sealed) is None
