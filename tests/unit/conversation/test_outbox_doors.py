"""A door may be shut between two attempts to send; what may have gone out through it already is not said a second time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversation.delivery.codes import DeliveryCode
from conversation.delivery.fake_channel import LedgerChannel
from conversation.delivery.outbox import MOST_ATTEMPTS, Outbox
from conversation.delivery.receipts import Deliveries
from conversation.store.conversations import REPLY, ConversationStore
from core.database import Database
from core.errors import SendCode, SendError, SendLater, SendUnknown
from core.failures import Failure, read_failure
from core.model import Delivery, Reply
from core.queue import Queue
from core.tables import QueueItem
from core.vault import Vault
from tests.support.builders import NOON, Clock, inbound, usual_terms
from tests.support.databases import open_database

CUT = SendUnknown(SendCode.UNNAMED, provider="Ledger")


class Post:
    """An outbox with one text for one number, and a door that can be shut and opened."""

    def __init__(self, database: Database, *failures: SendError, accepts_when_cut: bool = True) -> None:
        self.database, self.clock = database, Clock()
        self.memory = ConversationStore(database, Vault("s" * 32))
        self.queue = Queue("outbox", database, lease=timedelta(seconds=30), now=self.clock)
        self.channel = LedgerChannel(failures=failures, accepts_when_cut=accepts_when_cut)
        self.doors = {"ledger": self.channel}
        terms = usual_terms(database, self.clock)
        self.outbox = Outbox(database, self.queue, self.memory, Deliveries(database), self.doors, terms)
        message = inbound("hello", channel="ledger", sender="+15550100")
        known = self.memory.recall(message, "en")
        reply = REPLY.dump_python(Reply("Your case is done."), mode="json")
        with database.writing() as session:
            self.memory.remember(session, message, known, NOON)
            payload = {"conversation": known.conversation_id, "reply": reply, "lasting": True}
            self.queue.put(session, known.conversation_id, "news", payload)

    def shut(self) -> None:
        self.doors.pop("ledger", None)

    def open(self) -> None:
        self.doors["ledger"] = self.channel

    def work(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.move(301)
            for claim in self.queue.claim():
                self.outbox.deliver(claim)

    def is_killed(self, *, after_sending: bool) -> None:
        """The process dies with the delivery in hand."""
        (claim,) = self.queue.claim()
        if after_sending:
            self.channel.send(Delivery(claim.key, "ledger", "+15550100", Reply("Your case is done.")))

    @property
    def state(self) -> str:
        with self.database.reading() as session:
            return session.scalars(select(QueueItem.state)).one()

    @property
    def failure(self) -> Failure | None:
        with self.database.reading() as session:
            item = session.scalars(select(QueueItem)).one()
            return read_failure(item.failure, item.error)


@pytest.fixture
def post(tmp_path):
    with open_database(f"sqlite:///{tmp_path / 'post.sqlite'}") as database:
        yield lambda *failures, **options: Post(database, *failures, **options)


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_cut_send_is_looked_up_though_its_door_was_shut_in_between(post, rounds):
    console = post(CUT)
    console.work()
    console.shut()
    console.work(rounds)
    console.open()
    console.work()
    assert (len(console.channel.ledger), console.channel.lookups, console.state) == (1, 1, "done")


@pytest.mark.parametrize("after_sending", [True, False], ids=["after the provider's yes", "before it"])
def test_a_killed_send_is_looked_up_though_the_next_start_had_no_such_door(post, after_sending):
    console = post()
    console.is_killed(after_sending=after_sending)
    console.shut()
    console.work()
    console.open()
    console.work()
    assert (len(console.channel.ledger), console.channel.lookups, console.state) == (1, 1, "done")


def test_a_cut_send_that_was_not_taken_goes_out_when_the_door_is_open_again(post):
    console = post(CUT, accepts_when_cut=False)
    console.work()
    console.shut()
    console.work()
    assert (console.channel.ledger, console.state) == ([], "waiting")
    console.open()
    console.work()
    assert (len(console.channel.ledger), console.state) == (1, "done")


def test_what_was_never_begun_waits_for_its_door_and_goes_out_without_a_question(post):
    console = post()
    console.shut()
    console.work()
    assert console.failure.code == DeliveryCode.NO_CHANNEL
    assert "ledger" in str(console.failure)
    console.open()
    console.work()
    assert (len(console.channel.ledger), console.channel.lookups, console.state) == (1, 0, "done")


def test_what_a_provider_put_off_waits_for_its_door_without_a_question_too(post):
    console = post(SendLater(SendCode.PACE, provider="Ledger"))
    console.work()
    console.shut()
    console.work()
    console.open()
    console.work()
    assert (len(console.channel.ledger), console.channel.lookups) == (1, 0)


def test_of_a_door_that_never_opens_staff_see_that_nobody_knows_whether_it_went_out(post):
    console = post(CUT)
    console.work()
    console.shut()
    console.work(MOST_ATTEMPTS)
    assert console.state == "unknown"
    assert console.failure.code == DeliveryCode.NEVER_SAID
    assert console.failure.cause.cause.code == DeliveryCode.NO_CHANNEL
