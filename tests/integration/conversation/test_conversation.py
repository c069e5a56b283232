"""The way of a message through the whole core, on both databases: once, in order, and honest when a part is down."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from city.requests.tables import ServiceRequestRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import ATTEMPTS, handle_message, handle_safely
from conversation.store.tables import Conversation, TranscriptLine
from core.errors import LeaseLost
from core.queue_repair import retry_failed
from core.tables import QueueItem
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House


@pytest.fixture
def house(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    yield house
    house.close()


def count(house, table):
    with house.app.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def states(house):
    with house.app.database.reading() as session:
        return sorted(session.scalars(select(QueueItem.state)))


def said(house, sender="anna"):
    return [(line.sender, line.answers) for line in house.app.memory.after("web", sender, 0)]


def test_a_message_that_comes_twice_is_answered_once(house):
    message = inbound("hello", provider_id="m1")
    assert house.app.inbox.accept(message).repeat is False
    assert house.app.inbox.accept(message).repeat is True
    house.work()
    assert house.app.inbox.accept(message).repeat is True
    house.work()
    assert [line for line in said(house) if line[0] == "resident"] == [("resident", "m1")]
    assert states(house) == ["done"]


def test_what_each_reply_came_to_is_kept_beside_it_and_told_to_nobody(house):
    for text in ("help", "blue elephants sing"):
        house.app.inbox.accept(inbound(text))
    house.work()
    with house.app.database.reading() as session:
        lines = session.scalars(select(TranscriptLine).order_by(TranscriptLine.sequence)).all()
    assert [(line.sender, line.outcome) for line in lines] == [
        ("resident", None),
        ("city", "told"),
        ("city", "answered"),
        ("resident", None),
        ("city", "unclear"),
    ]
    assert not any("outcome" in line.reply for line in lines)


def test_messages_of_one_resident_are_answered_in_the_order_in_which_they_came(house):
    for number in range(4):
        house.app.inbox.accept(inbound("help", provider_id=f"m{number}"))
    house.work()
    assert [answers for sender, answers in said(house) if sender == "resident"] == ["m0", "m1", "m2", "m3"]


def test_a_worker_that_is_killed_before_its_commit_leaves_nothing_and_another_answers(house):
    house.app.inbox.accept(inbound("hello", provider_id="m1"))
    (lost,) = house.app.inbox_queue.claim()
    house.clock.move(31)
    house.work()
    before = said(house)
    with pytest.raises(LeaseLost):
        handle_message(house.app.services, lost)
    assert said(house) == before
    assert count(house, Conversation) == 1


def test_free_text_waits_for_the_nlu_and_is_answered_once_when_it_is_back(house):
    talk = house.talk()
    talk.say("help")
    talk.nlu(up=False)
    (notice,) = talk.say("where do I borrow a tent")
    assert notice.text == house.app.texts.say("unclear.waiting", "en")
    assert states(house) == ["done", "parked"]
    answer = talk.nlu(up=True)
    assert "where do I borrow a tent" in answer[0].text
    assert states(house) == ["done", "done"]
    assert talk.nlu(up=True) == []


def test_commands_and_forms_go_on_while_the_nlu_is_down(house):
    talk = house.talk()
    talk.nlu(up=False)
    talk.say("what about the thing")
    assert talk.say("report")[-1].text == house.app.texts.say("report.ask_description", "en")
    assert "parked" in states(house)
    talk.say("There is a deep pothole at 12 Canal Street")
    assert count(house, ServiceRequestRow) == 0


def test_an_nlu_that_fails_again_does_not_tell_the_resident_twice(house):
    talk = house.talk()
    talk.say("help")
    talk.nlu(up=False)
    assert len(talk.say("where do I borrow a tent")) == 1
    house.app.inbox_queue.unpark()
    assert talk.replies() == []
    assert len(talk.nlu(up=True)) == 1


def test_a_fault_of_ours_is_tried_again_then_apologised_for_and_kept(house):
    class Broken:
        def parse(self, text):
            raise ZeroDivisionError

        def is_up(self):
            return True

    house.nlu_client.nlu_client = Broken()
    house.app.inbox.accept(inbound("something free", provider_id="m1"))
    house.app.inbox.accept(inbound("help", provider_id="m2"))
    for _ in range(ATTEMPTS):
        for claim in house.app.inbox_queue.claim(1):
            handle_safely(house.app.services, claim)
        house.clock.move(10)
    lines = house.app.memory.after("web", "anna", 0)
    assert [line.sender for line in lines] == ["resident", "city"]
    assert lines[1].reply.text == house.app.texts.say("general.our_fault", "en")
    house.work()
    assert states(house) == ["done", "failed"]
    assert [answers for sender, answers in said(house) if sender == "resident"] == ["m1", "m2"]


def test_replies_to_a_pushing_channel_stand_in_the_outbox_of_the_same_transaction(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    channel = LedgerChannel("ledger")
    house.app.channels["ledger"] = channel
    house.app.inbox.accept(inbound("hello", channel="ledger", sender="+15550100"))
    house.work()
    app = house.app
    for _ in range(5):
        for claim in app.outbox_queue.claim(1):
            app.outbox.deliver(claim)
    lines = house.app.memory.after("ledger", "+15550100", 0)
    assert [delivery.reply for delivery in channel.ledger] == [
        line.reply for line in lines if line.sender == "city"
    ]
    assert {delivery.recipient for delivery in channel.ledger} == {"+15550100"}
    house.close()


def test_the_language_of_the_first_words_is_the_language_of_the_answer(house):
    talk = house.talk("en")
    replies = talk.say("hola buenos días, ¿qué pueden hacer?")
    assert {reply.language for reply in replies} == {"es"}


def test_done_messages_leave_their_words_in_the_transcript_only(house):
    house.talk().say("hello there neighbour")
    with house.app.database.reading() as session:
        assert set(map(str, session.scalars(select(QueueItem.payload)))) == {"{}"}
        texts = [row["text"] for row in session.scalars(select(TranscriptLine.reply))]
    assert "hello there neighbour" in texts


def test_the_apology_reaches_who_cannot_come_and_look(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    channel = LedgerChannel("ledger")
    house.app.channels.update({"ledger": channel})
    house.nlu_client.nlu_client = None
    house.app.inbox.accept(inbound("something free", channel="ledger", sender="+15550100"))
    for _ in range(ATTEMPTS):
        for claim in house.app.inbox_queue.claim(1):
            handle_safely(house.app.services, claim)
        house.clock.move(10)
    for claim in house.app.outbox_queue.claim(5):
        house.app.outbox.deliver(claim)
    assert [delivery.reply.text for delivery in channel.ledger] == [
        house.app.texts.say("general.our_fault", "en")
    ]
    house.close()


def test_a_message_that_silences_its_worker_is_given_up_at_the_third_claim_and_the_lane_goes_on(house):
    house.app.inbox.accept(inbound("hello", provider_id="deadly"))
    house.app.inbox.accept(inbound("help", provider_id="next"))
    for _ in range(2):
        (killed,) = house.app.inbox_queue.claim()
        assert killed.key == "web deadly"
        house.clock.move(31)
    for _ in range(2):
        (claim,) = house.app.inbox_queue.claim()
        handle_safely(house.app.services, claim)
    assert states(house) == ["done", "failed"]
    lines = house.app.memory.after("web", "anna", 0)
    assert [line.answers for line in lines if line.sender == "resident"] == ["deadly", "next"]
    assert lines[1].reply.text == house.app.texts.say("general.our_fault", "en")


def fail(house, text, provider_id):
    """A message that fails three times over, for a fault of ours that is then mended."""
    mended, house.nlu_client.nlu_client = house.nlu_client.nlu_client, None
    house.app.inbox.accept(inbound(text, provider_id=provider_id))
    for _ in range(ATTEMPTS):
        for claim in house.app.inbox_queue.claim(1):
            handle_safely(house.app.services, claim)
        house.clock.move(10)
    house.nlu_client.nlu_client = mended


def try_again(house):
    with house.app.database.writing() as session:
        retry_failed(session, session.scalars(select(QueueItem.id).where(QueueItem.state == "failed")).all())


def test_a_message_that_failed_is_answered_when_it_is_tried_again_and_written_down_once(house):
    fail(house, "my bus lost a wheel in a pothole", "m1")
    try_again(house)
    house.work()
    lines = house.app.memory.after("web", "anna", 0)
    assert [line.reply.text for line in lines if line.sender == "resident"] == [
        "my bus lost a wheel in a pothole"
    ]
    assert lines[1].reply.text == house.app.texts.say("general.our_fault", "en")
    assert lines[-1].reply.text.startswith("Thank you.")
    assert "my bus lost a wheel in a pothole" not in lines[-1].reply.text
    assert set(states(house)) == {"done"}


def test_a_message_that_is_tried_again_after_newer_ones_says_what_it_is_about(house):
    fail(house, "my bus lost a wheel in a pothole", "m1")
    house.app.inbox.accept(inbound("help", provider_id="m2"))
    house.work()
    try_again(house)
    house.work()
    lines = house.app.memory.after("web", "anna", 0)
    assert [answers for sender, answers in said(house) if sender == "resident"] == ["m1", "m2"]
    assert "my bus lost a wheel in a pothole" in lines[-1].reply.text


def test_a_message_that_fails_again_is_kept_without_another_apology(house):
    fail(house, "my bus lost a wheel in a pothole", "m1")
    before = house.app.memory.after("web", "anna", 0)
    try_again(house)
    fail(house, "help", "m2")
    house.work()
    assert states(house) == ["done", "failed"]
    after = house.app.memory.after("web", "anna", 0)
    assert after[: len(before)] == before
    assert [line.answers for line in after if line.sender == "resident"] == ["m1", "m2"]


def test_an_item_that_cannot_even_be_apologised_for_is_kept_and_ends_nothing(house):
    house.app.inbox.accept(inbound("hello", provider_id="broken"))
    house.app.inbox.accept(inbound("help", provider_id="next"))
    with house.app.database.writing() as session:
        broken = session.scalars(select(QueueItem).where(QueueItem.key == "web broken")).one()
        broken.payload = {"channel": "web"}
    for _ in range(ATTEMPTS + 1):
        for claim in house.app.inbox_queue.claim():
            handle_safely(house.app.services, claim)
        house.clock.move(10)
    assert states(house) == ["done", "failed"]
    assert next(line.answers for line in house.app.memory.after("web", "anna", 0)) == "next"
