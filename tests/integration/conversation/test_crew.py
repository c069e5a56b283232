"""A provider that hangs holds up its own residents and nobody else's."""

from __future__ import annotations

import threading

import pytest

from conversation.delivery.crew import Crew
from conversation.delivery.fake_channel import LedgerChannel
from core.model import Delivery, Receipt
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

PATIENCE = 60
RESIDENTS = 12


class Waiting(LedgerChannel):
    """A channel whose sends wait until it is let go, and that tells when it has taken what it should."""

    def __init__(self, name: str, *, hangs: bool) -> None:
        super().__init__(name)
        self.let_go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.all_heard = threading.Event()
        if not hangs:
            self.let_go.set()

    def send(self, delivery: Delivery) -> Receipt:
        self.begun.release()
        assert self.let_go.wait(PATIENCE)
        receipt = super().send(delivery)
        if len({taken.recipient for taken in self.ledger}) == RESIDENTS:
            self.all_heard.set()
        return receipt


@pytest.fixture
def house(tmp_path, database_url):
    channels = {"hanging": Waiting("hanging", hangs=True), "working": Waiting("working", hangs=False)}
    house = House(
        tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url, channels=channels, workers=2
    )
    house.hanging, house.working = channels.values()
    yield house
    house.hanging.let_go.set()
    house.close()


def write_to_all(house, channel):
    for number in range(RESIDENTS):
        house.app.inbox.accept(inbound("help", channel=channel, sender=f"{channel} {number}"))
    house.work()


def test_while_one_provider_hangs_the_residents_of_another_are_answered_and_afterwards_its_own(house):
    write_to_all(house, "hanging")
    house.app.workers.outbox.start()
    for _ in range(2):  # all of its senders are stuck
        assert house.hanging.begun.acquire(timeout=PATIENCE)
    write_to_all(house, "working")
    house.app.workers.outbox.wake("working")
    assert house.working.all_heard.wait(PATIENCE)
    assert house.hanging.ledger == []
    house.hanging.let_go.set()
    house.clock.move(5)
    house.app.workers.outbox.wake()
    assert house.hanging.all_heard.wait(PATIENCE)


def test_what_goes_through_a_door_that_is_shut_is_not_left_to_nobody(house):
    write_to_all(house, "hanging")
    del house.app.channels["hanging"]
    senders = Crew(house.app.outbox_queue, house.app.outbox.deliver, house.app.channels, size=2)
    senders.start()
    write_to_all(house, "working")
    senders.wake()
    assert house.working.all_heard.wait(PATIENCE)
    assert senders.is_alive
    senders.stop()
    assert house.app.outbox_queue.counts()["waiting"] >= RESIDENTS
