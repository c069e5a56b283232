"""Two installations of one city on one database: what one of them answers is heard at the other's door."""

from __future__ import annotations

import threading

import pytest

from conversation.delivery.watch import Watch
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

PATIENCE = 60


@pytest.fixture
def two_houses(tmp_path, database_url):
    secret = "s" * 32
    houses = [
        House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url, secret_key=secret)
        for _ in range(2)
    ]
    yield houses
    for house in houses:
        house.close()


def listen(house, sender, channel="web"):
    rung: list[int] = []
    house.app.notifier.listen(channel, sender, lambda: rung.append(len(rung)))
    return rung


def test_what_the_other_process_answered_is_rung_here_once_and_for_nobody_else(two_houses):
    here, there = two_houses
    anna, bela = listen(here, "anna"), listen(here, "bela")
    watch = Watch(here.app.memory, here.app.notifier)
    watch.look()
    here.app.inbox.accept(inbound("hello", sender="anna"))
    there.work()
    watch.look()
    watch.look()
    assert (len(anna), len(bela)) == (1, 0)
    here.app.inbox.accept(inbound("help", sender="anna"))
    there.work()
    watch.look()
    assert len(anna) == 2


def test_whoever_begins_to_listen_after_the_answer_is_rung(two_houses):
    here, there = two_houses
    watch = Watch(here.app.memory, here.app.notifier)
    here.app.inbox.accept(inbound("hello", sender="anna"))
    there.work()
    watch.look()
    anna = listen(here, "anna")
    watch.look()
    assert len(anna) == 1


def test_the_same_name_at_another_door_is_somebody_else(two_houses):
    here, there = two_houses
    rung = listen(here, "anna", "terminal")
    watch = Watch(here.app.memory, here.app.notifier)
    here.app.inbox.accept(inbound("hello", sender="anna"))
    there.work()
    watch.look()
    assert rung == []


def test_more_listeners_than_one_question_asks_for_are_all_rung(two_houses):
    here, there = two_houses
    rung = {f"resident {number}": listen(here, f"resident {number}") for number in range(1_203)}
    spoke = [f"resident {number}" for number in (0, 499, 500, 501, 1_000, 1_202)]
    for sender in spoke:
        here.app.inbox.accept(inbound("hello", sender=sender))
    there.work()
    Watch(here.app.memory, here.app.notifier).look()
    assert [sender for sender, rings in rung.items() if rings] == spoke


def test_a_running_watch_brings_the_news_without_being_asked(two_houses):
    here, there = two_houses
    news = threading.Event()
    here.app.notifier.listen("web", "anna", news.set)
    here.app.life.watch.start()
    here.app.inbox.accept(inbound("hello", sender="anna"))
    there.work()
    assert news.wait(PATIENCE)
