"""The outbox and Twilio together: whatever breaks between them, a resident gets each text once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.migrate import upgrade_database
from channels.sms.fake import FakeTrouble
from conversation.delivery.outbox import Outbox
from conversation.delivery.receipts import Deliveries
from conversation.store.conversations import REPLY, ConversationStore
from core.database import Database
from core.model import Delivery, Reply
from core.queue import Queue
from core.tables import QueueItem
from core.vault import Vault
from tests.support.builders import NOON, Clock, inbound, usual_terms
from tests.support.sms import RESIDENT, channel_to

TEXTS = ["One.", "Two.", "Two."]


class Post:
    """An outbox with texts to one resident; `work` is what a worker does, after time has passed."""

    def __init__(self, url: str, channel) -> None:
        self.clock = Clock()
        self.database = Database(url)
        self.memory = ConversationStore(self.database, Vault("s" * 32))
        self.queue = Queue("outbox", self.database, lease=timedelta(seconds=30), now=self.clock)
        terms, deliveries = usual_terms(self.database, self.clock), Deliveries(self.database)
        self.outbox = Outbox(self.database, self.queue, self.memory, deliveries, {"sms": channel}, terms)
        message = inbound("hello", channel="sms", sender=RESIDENT)
        known = self.memory.recall(message, "en")
        with self.database.writing() as session:
            self.memory.remember(session, message, known, NOON)
            for number, text in enumerate(TEXTS):
                reply = REPLY.dump_python(Reply(text), mode="json")
                payload = {"conversation": known.conversation_id, "reply": reply}
                self.queue.put(session, known.conversation_id, f"sms {number}", payload)

    def work(self, channel, *, dies: bool = False) -> None:
        """Deliver what is due; a worker that `dies` has spoken to Twilio and commits nothing."""
        self.clock.move(400)
        self.outbox = replace(self.outbox, channels={"sms": channel})
        for claim in self.queue.claim(5):
            if dies:
                reply = REPLY.validate_python(claim.payload["reply"])
                channel.send(Delivery(claim.key, "sms", RESIDENT, reply, claim.attempt))
            else:
                self.outbox.deliver(claim)

    def states(self) -> list[str]:
        with self.database.reading() as session:
            return [item.state for item in session.scalars(select(QueueItem).order_by(QueueItem.id))]


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'cityline.sqlite'}"
    upgrade_database(url)
    return url


@pytest.mark.parametrize(
    "trouble",
    [
        FakeTrouble("cut"),
        FakeTrouble("cut", accepts=True),
        FakeTrouble("half", accepts=True),
        FakeTrouble("rubbish", accepts=True),
        FakeTrouble(status=500),
        FakeTrouble(status=503, accepts=True),
        FakeTrouble(status=429, after="300"),
    ],
    ids=lambda trouble: f"{trouble.kind}-{trouble.status}-{'taken' if trouble.accepts else 'not-taken'}",
)
def test_each_text_goes_out_once_and_in_order(twilio, url, trouble):
    class Ticks:
        def __call__(self) -> float:
            return console.clock().timestamp() if console else 0.0

    console = None
    twilio.tell(trouble, trouble)
    with channel_to(twilio, ticking=Ticks()) as channel:
        console = Post(url, channel)
        for _ in range(8):
            console.work(channel)
    assert [record.body for record in twilio.ledger] == TEXTS
    assert console.states() == ["done"] * 3
    console.database.dispose()


def test_a_worker_killed_between_twilios_yes_and_our_commit_sends_nothing_twice(twilio, url):
    with channel_to(twilio) as channel:
        console = Post(url, channel)
        console.work(channel, dies=True)
    assert [record.body for record in twilio.ledger] == ["One."]
    with channel_to(twilio) as channel:
        for _ in range(5):
            console.work(channel)
    assert [record.body for record in twilio.ledger] == TEXTS
    assert console.states() == ["done"] * 3
    console.database.dispose()
