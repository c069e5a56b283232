"""Who finds a place when many are connected, and how the parts of a process say how they are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.connections import FOR_OURSELVES, Crowd
from bot.health import city_health, nlu_health, workers_health
from bot.turns import my_turn
from nlu.fake import WordNluClient


def crowd_of(places: int, **more: object) -> Crowd:
    """A process with so many places in all."""
    return Crowd(places + FOR_OURSELVES, **more)


@pytest.mark.parametrize(
    ("places", "most", "ordinary", "of_one"),
    [(800, 800, 700, 175), (64, 64, 48, 12), (0, 32, 16, 8), (-200, 32, 16, 8)],
    ids=["a server", "a small one", "hardly any handle", "fewer than it needs itself"],
)
def test_some_places_are_kept_for_health_and_webhooks_and_one_network_has_a_share(
    places, most, ordinary, of_one
):
    crowd = crowd_of(places)
    assert (crowd.most, crowd.ordinary, crowd.of_one) == (most, ordinary, of_one)


def test_one_network_takes_its_share_and_another_still_finds_places():
    crowd = crowd_of(64)
    let_in = [crowd.enter("192.0.2.7") is not None for _ in range(14)]
    assert let_in == [True] * 12 + [False] * 2
    assert crowd.enter("192.0.2.8") == "192.0.2.8"


def test_a_place_that_was_given_back_can_be_taken_again_and_nothing_is_remembered():
    crowd = crowd_of(64)
    for _ in range(3):
        networks = [crowd.enter("192.0.2.7") for _ in range(12)]
        for network in networks:
            crowd.leave(network)
    assert (crowd.count, crowd.taken) == (0, {})


def test_a_household_of_ipv6_counts_as_one_network():
    crowd = crowd_of(64)
    assert {crowd.enter(f"2001:db8:1:2::{number}") for number in range(1, 4)} == {"2001:db8:1:2::/64"}


def test_beyond_all_places_nobody_is_let_in_not_even_a_proxy():
    crowd = crowd_of(32)
    assert [crowd.enter("127.0.0.1") for _ in range(33)] == [""] * 32 + [None]


@pytest.mark.parametrize(
    ("trusted", "address", "stands_for_many"),
    [
        (["10.0.0.7"], "10.0.0.7", True),
        (["10.0.0.7"], "10.0.0.8", False),
        (["10.0.0.0/8"], "10.200.3.4", True),
        (["2001:db8::/32"], "2001:db8::5", True),
        (["2001:db8::/32"], "10.0.0.7", False),
        (["*"], "203.0.113.9", True),
        ([], "127.0.0.1", True),
        ([], "::1", True),
        ([], "testclient", False),
        ([], "", False),
    ],
)
def test_a_trusted_proxy_and_this_machine_stand_for_many(trusted, address, stands_for_many):
    assert crowd_of(64, trusted=trusted).stands_for_many(address) is stands_for_many


@pytest.mark.parametrize(
    ("target", "waits"),
    [
        (b"/health", False),
        (b"/health?verbose=1", False),
        (b"/sms/incoming", False),
        (b"/healthy", True),
        (b"/", True),
        (b"/?/health", True),
    ],
)
def test_in_a_crowd_only_the_reserved_paths_are_answered(target, waits):
    crowd = crowd_of(32, reserved=["/health", "/sms/incoming"])
    for _ in range(crowd.ordinary):
        crowd.enter("127.0.0.1")
    assert not crowd.is_full_for(target)
    crowd.enter("127.0.0.1")
    assert crowd.is_full_for(target) is waits


class Silent:
    """A connection that says nothing, and gives its place back when it is let go."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.network = crowd, crowd.enter("127.0.0.1")
        crowd.silent[self] = None

    def let_go(self) -> None:
        self.crowd.leave(self.network)
        del self.crowd.silent[self]


def test_the_longest_silent_makes_room_and_nobody_does_while_there_is_some():
    crowd = crowd_of(32)
    first, second = Silent(crowd), Silent(crowd)
    crowd.make_room()
    assert list(crowd.silent) == [first, second]
    while crowd.count < crowd.ordinary:
        crowd.enter("127.0.0.1")
    crowd.make_room()
    assert list(crowd.silent) == [second]


@pytest.mark.parametrize(("alive", "ok"), [([True, True], True), ([True, False], False), ([], True)])
def test_the_workers_are_well_when_each_of_them_is(alive, ok):
    health = workers_health([SimpleNamespace(is_alive=one) for one in alive])
    assert (health.ok, bool(health.detail)) == (ok, not ok)


@pytest.mark.parametrize(
    ("up", "rasa", "ok"),
    [
        (True, None, True),
        (False, None, False),
        (True, True, True),
        (True, False, False),
        (False, True, False),
    ],
    ids=["elsewhere", "elsewhere and down", "our own", "our own is not ready", "our own gives no sense"],
)
def test_free_text_is_understood_when_rasa_answers_and_is_ready(up, rasa, ok):
    server = None if rasa is None else SimpleNamespace(is_ready=lambda: rasa)
    health = nlu_health(SimpleNamespace(is_up=lambda: up), server)
    assert (health.part, health.ok) == ("nlu", ok)


def test_the_fake_says_how_it_is_as_the_real_one_does():
    assert nlu_health(WordNluClient(), None).ok


def test_without_a_city_it_is_said_how_to_load_one():
    city = SimpleNamespace(is_loaded=False)
    assert "cityline city load" in city_health(city).detail
    loaded = SimpleNamespace(is_loaded=True, profile=SimpleNamespace(name="Penstock"))
    assert (city_health(loaded).ok, city_health(loaded).detail) == (True, "Penstock")


def test_who_prepares_alone_waits_for_nobody_and_gives_the_turn_back(tmp_path):
    told: list[str] = []
    for _ in range(2):
        with my_turn(tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'a.sqlite'}", told.append):
            assert (tmp_path / "new" / "start.lock").exists()
    assert told == []
