"""The outbox sends once, honestly: it asks the provider before it repeats what was cut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversation.delivery.fake_channel import LedgerChannel
from conversation.delivery.outbox import MOST_ATTEMPTS, Outbox
from conversation.delivery.receipts import Deliveries
from conversation.store.conversations import REPLY, ConversationStore
from conversation.store.tables import Conversation
from core.database import Database
from core.errors import SendCode, SendError, SendLater, SendRefused, SendUnknown
from core.model import Delivery, DeliveryReport, DeliveryStatus, Reply
from core.queue import Queue
from core.tables import QueueItem
from core.vault import Vault
from tests.support.builders import NOON, Clock, inbound, usual_terms


class Post:
    """An outbox with one conversation, a clock, and a ledger at the other end."""

    def __init__(self, database: Database, failures: list[SendError], **options: bool) -> None:
        self.clock = Clock()
        self.database = database
        self.memory = ConversationStore(database, Vault("s" * 32))
        self.queue = Queue("outbox", database, lease=timedelta(seconds=30), now=self.clock)
        self.channel = LedgerChannel(failures=failures, **options)
        self.deliveries = Deliveries(database)
        terms = usual_terms(database, self.clock)
        channels = {"ledger": self.channel}
        self.outbox = Outbox(database, self.queue, self.memory, self.deliveries, channels, terms)
        message = inbound("hello", channel="ledger", sender="+15550100")
        known = self.memory.recall(message, "en")
        with database.writing() as session:
            self.memory.remember(session, message, known, NOON)
        self.conversation = known.conversation_id

    def put(self, text: str, *, urgent: bool = False, lasting: bool = False) -> None:
        reply = REPLY.dump_python(Reply(text, urgent=urgent), mode="json")
        payload = {"conversation": self.conversation, "reply": reply, "lasting": lasting}
        with self.database.writing() as session:
            self.queue.put(session, self.conversation, text, payload)

    def work(self, seconds: float = 0) -> None:
        self.clock.move(seconds)
        for claim in self.queue.claim(5):
            self.outbox.deliver(claim)

    def states(self) -> dict[str, str]:
        with self.database.reading() as session:
            return {item.key: item.state for item in session.scalars(select(QueueItem))}

    def sent(self) -> list[str]:
        return [delivery.reply.text for delivery in self.channel.ledger]


@pytest.fixture
def post(database):
    return lambda *failures, **options: Post(database, list(failures), **options)


def test_a_reply_is_sent_to_the_address_and_its_receipt_kept(post):
    console = post()
    console.put("Good morning")
    console.work()
    assert [(delivery.recipient, delivery.reply.text) for delivery in console.channel.ledger] == [
        ("+15550100", "Good morning")
    ]
    assert console.states() == {"Good morning": "done"}


def test_replies_of_one_conversation_keep_their_order_when_the_first_has_to_wait(post):
    console = post(SendLater(SendCode.PACE, 20, provider="Ledger"))
    for text in ("one", "two"):
        console.put(text)
    console.work()
    console.work()
    assert console.sent() == []
    for _ in range(3):
        console.work(25)
    assert console.sent() == ["one", "two"]


def test_a_provider_that_asks_to_wait_is_never_asked_earlier(post):
    console = post(SendLater(SendCode.PACE, 20, provider="Ledger"))
    console.put("one")
    console.work()
    console.work(19.5)
    assert console.sent() == []
    console.work(1)
    assert console.sent() == ["one"]


def test_a_refused_reply_is_closed_and_the_next_one_goes_out(post):
    console = post(SendRefused(SendCode.ABROAD))
    for text in ("one", "two"):
        console.put(text)
    console.work()
    console.work()
    assert console.states() == {"one": "failed", "two": "done"}


def test_a_cut_send_that_was_taken_is_looked_up_and_not_repeated(post):
    console = post(SendUnknown(SendCode.UNNAMED, provider="Ledger"))
    console.put("one")
    console.work()
    assert console.states() == {"one": "waiting"}
    console.work(10)
    assert console.sent() == ["one"]
    assert console.states() == {"one": "done"}


def test_a_cut_send_that_an_earlier_release_wrote_down_is_looked_up_and_not_repeated(post):
    console = post(SendUnknown(SendCode.UNNAMED, provider="Ledger"))
    console.put("one")
    console.work()
    with console.database.writing() as session:
        (item,) = session.scalars(select(QueueItem))
        assert item.error == "unknown"
        item.failure = None
    console.work(10)
    assert (console.sent(), console.states()) == (["one"], {"one": "done"})


def test_a_cut_send_that_was_not_taken_is_sent_again(post):
    console = post(SendUnknown(SendCode.UNNAMED, provider="Ledger"), accepts_when_cut=False)
    console.put("one")
    console.work()
    console.work(10)
    assert console.sent() == ["one"]


def test_while_the_provider_cannot_say_nothing_is_repeated(post):
    console = post(
        SendUnknown(SendCode.UNNAMED, provider="Ledger"),
        SendLater(SendCode.SILENT, provider="Ledger"),
        SendLater(SendCode.SILENT, provider="Ledger"),
    )
    console.put("one")
    for _ in range(3):
        console.work(60)
    assert (console.sent(), console.states()) == (["one"], {"one": "waiting"})
    console.work(60)
    assert (console.sent(), console.states()) == (["one"], {"one": "done"})


def test_a_provider_that_never_says_holds_the_lane_back_for_a_while_and_not_for_ever(post):
    console = post(
        SendUnknown(SendCode.UNNAMED, provider="Ledger"),
        *[SendLater(SendCode.SILENT, provider="Ledger")] * (MOST_ATTEMPTS - 1),
    )
    for text in ("one", "two"):
        console.put(text)
    for _ in range(MOST_ATTEMPTS - 1):
        console.work(301)
    assert console.states() == {"one": "waiting", "two": "waiting"}
    console.work(301)
    assert console.states() == {"one": "unknown", "two": "waiting"}
    console.work(301)
    assert (console.sent(), console.states()["two"]) == (["one", "two"], "done")


@pytest.mark.parametrize(("taken", "state"), [(True, "done"), (False, "failed")])
def test_a_delivery_that_silences_its_sender_is_looked_up_and_not_sent_a_third_time(post, taken, state):
    console = post()
    console.put("one")
    for _ in range(2):
        (claim,) = console.queue.claim()
        console.clock.move(31)
    if taken:
        console.channel.send(Delivery(claim.key, "ledger", "+15550100", Reply("one")))
    console.work(31)
    assert console.states() == {"one": state}
    assert len(console.sent()) == taken


def test_a_process_killed_between_the_providers_yes_and_our_commit_does_not_send_twice(post):
    console = post()
    console.put("one")
    (claim,) = console.queue.claim()
    console.channel.send(Delivery(claim.key, "ledger", "+15550100", Reply("one")))
    console.work(31)
    assert (console.sent(), console.channel.lookups) == (["one"], 1)
    assert console.states() == {"one": "done"}


def test_what_the_resident_stopped_is_not_sent_even_when_it_was_queued_before(post):
    console = post()
    console.put("before")
    stop(console)
    console.work()
    assert (console.sent(), console.states()) == ([], {"before": "failed"})


def test_the_answer_to_the_stop_itself_goes_out(post):
    console = post()
    stop(console)
    payload = {"conversation": console.conversation, "reply": REPLY.dump_python(Reply("Done"), mode="json")}
    with console.database.writing() as session:
        console.queue.put(session, console.conversation, "bye", payload | {"though_stopped": True})
    console.work()
    assert console.sent() == ["Done"]


def test_a_receipt_is_kept_and_a_late_report_never_goes_backwards(post):
    console = post()
    console.put("one")
    console.work()
    assert console.deliveries.fate_of("one") == (DeliveryStatus.ACCEPTED, "")
    for fate in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.SENT):
        console.deliveries.note(DeliveryReport("ledger", "ledger-1", fate))
    assert console.deliveries.fate_of("one") == (DeliveryStatus.DELIVERED, "")
    assert console.deliveries.fate_of("nobody") is None
    assert console.deliveries.belongs_to_another("ledger-1", "two")
    assert not console.deliveries.belongs_to_another("ledger-1", "one")


@pytest.mark.parametrize("report_first", [True, False])
def test_an_opt_out_that_the_provider_reports_stops_all_further_texts(post, report_first):
    console = post()
    report = DeliveryReport("ledger", "ledger-1", DeliveryStatus.FAILED, "21610", opted_out=True)
    console.put("one")
    if report_first:
        console.deliveries.note(report)
    console.work()
    if not report_first:
        console.deliveries.note(report)
    console.put("two")
    console.work()
    assert console.sent() == ["one"]


def test_a_refused_text_is_reported_under_our_own_key(post):
    console = post()
    console.put("one")
    (claim,) = console.queue.claim()
    console.deliveries.note(DeliveryReport("ledger", "one", DeliveryStatus.FAILED, "21610", opted_out=True))
    console.outbox.deliver(claim)
    assert console.states() == {"one": "failed"}
    assert console.sent() == []


def test_money_is_counted_by_day_and_by_conversation(post):
    console = post()
    console.deliveries = Deliveries(console.database, console.clock)
    console.put("one")
    console.work()
    console.deliveries.add("one", 2, 0.02)
    console.deliveries.add("one", 2, 0.02)
    assert console.deliveries.spent_today() == pytest.approx(0.04)
    assert console.deliveries.spent_on(console.conversation) == pytest.approx(0.04)
    console.clock.move(24 * 3600)
    assert console.deliveries.spent_today() == 0
    assert console.deliveries.spent_on("somebody else") == 0


HOUR = 3600


@pytest.mark.parametrize(
    ("kind", "hours", "state"),
    [
        ({}, 3.9, "done"),
        ({}, 4.1, "expired"),
        ({}, 40, "expired"),
        ({"urgent": True}, 0.9, "done"),
        ({"urgent": True}, 1.1, "expired"),
        ({"lasting": True}, 4.1, "done"),
        ({"lasting": True}, 47.9, "done"),
        ({"lasting": True}, 48.1, "expired"),
    ],
)
def test_what_could_not_be_sent_in_its_time_is_closed_and_never_sent_out_of_the_blue(
    post, kind, hours, state
):
    console = post()
    console.put("one", **kind)
    console.work(hours * HOUR)
    assert console.states() == {"one": state}
    assert console.sent() == (["one"] if state == "done" else [])


@pytest.mark.parametrize(
    ("wait", "state"), [(3 * HOUR, "waiting"), (5 * HOUR, "expired"), (24 * HOUR, "expired")]
)
def test_what_would_have_to_wait_too_long_is_closed_at_once(post, wait, state):
    console = post(SendLater(SendCode.PACE, wait, provider="Ledger"))
    console.put("one")
    console.put("two", lasting=True)
    console.work()
    assert console.states() == {"one": state, "two": "waiting"}
    console.work()
    assert console.sent() == (["two"] if state == "expired" else [])


def test_an_expired_answer_is_shown_to_staff_as_none(post):
    console = post()
    console.put("one")
    console.work(5 * HOUR)
    with console.database.reading() as session:
        (item,) = session.scalars(select(QueueItem))
        assert (item.error, item.payload["conversation"]) == (
            "It could not be sent within 4 hours.",
            console.conversation,
        )
        assert session.scalar(select(Conversation.unanswered)) is True


def test_a_late_text_that_was_taken_when_it_was_cut_is_done_and_not_expired(post):
    console = post(SendUnknown(SendCode.UNNAMED, provider="Ledger"))
    console.put("one")
    console.work()
    console.work(5 * HOUR)
    assert (console.states(), console.sent()) == ({"one": "done"}, ["one"])


def stop(console: Post) -> None:
    message = inbound("stop", channel="ledger", sender="+15550100")
    known = console.memory.recall(message, "en")
    known.stops = True
    with console.database.writing() as session:
        console.memory.remember(session, message, known, NOON)
