"""The list of conversations and the transcript as staff see them."""

from __future__ import annotations

import pytest

from conversation.delivery.fake_channel import LedgerChannel
from conversation.staff.conversation_list import (
    Order,
    WantedConversations,
    Which,
    conversation_card,
    label_of,
    list_page,
    taken_count,
    waiting_count,
)
from conversation.staff.takeover import Colleague, answer_resident, take_over
from conversation.staff.transcript import SentState, has_picture, read_piece, waiting_lines
from conversation.store.tables import Conversation
from core.model import DeliveryReport, DeliveryStatus
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

ANA = Colleague("staff-1", "Ana")


@pytest.fixture
def house(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    house.sms = LedgerChannel("sms")
    house.app.channels.update({"sms": house.sms})
    yield house
    house.close()


def talk(house, *words, channel="web", language="en"):
    """Somebody's conversation, a minute after the one before; its id."""
    house.clock.move(60)
    resident = house.talk(language, channel)
    for text in words:
        resident.say(text)
    return resident, id_of(house, resident)


def id_of(house, resident):
    with house.app.database.reading() as session:
        lane = house.app.memory.lane(resident.channel, resident.sender)
        return session.query(Conversation.id).filter_by(sender_key=lane).scalar()


def do(house, what, *more):
    with house.app.database.writing() as session:
        what(house.app.services, session, *more)


def ids(house, which=Which.ALL, **more):
    with house.app.database.reading() as session:
        return [card.conversation_id for card in list_page(session, WantedConversations(which, **more)).cards]


def test_lists_are_narrowed_and_ordered(house):
    _, waits = talk(house, "hello", "I want to talk to a person about my water bill", "skip")
    _, waits_too = talk(house, "I want to talk to a person about my water bill", channel="sms")
    _, unclear = talk(house, "xyzzy qwerty blorp", channel="sms")
    _, angry = talk(house, "this is terrible, you are useless")
    _, spanish = talk(house, "hola", language="es")
    do(house, take_over, angry, ANA)

    assert ids(house) == [spanish, angry, unclear, waits_too, waits]
    assert ids(house, order=Order.LONGEST) == [waits, waits_too, unclear, angry, spanish]
    assert ids(house, Which.WAITING, order=Order.LONGEST) == [waits, waits_too]
    assert ids(house, Which.WAITING, channel="sms") == [waits_too]
    assert ids(house, Which.UNANSWERED) == [unclear]
    assert ids(house, Which.UNHAPPY) == [angry]
    assert ids(house, Which.TAKEN) == [angry]
    assert ids(house, Which.MINE, staff_id=ANA.staff_id) == [angry]
    assert ids(house, Which.MINE, staff_id="staff-2") == []
    assert ids(house, language="es") == [spanish]
    with house.app.database.reading() as session:
        assert (waiting_count(session), taken_count(session), taken_count(session, "staff-2")) == (2, 1, 0)


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_one_another_without_gap_or_repeat(house, order):
    made = [talk(house, "hello")[1] for _ in range(5)]
    seen, behind = [], ""
    with house.app.database.reading() as session:
        for _ in range(3):
            page = list_page(session, WantedConversations(order=order, behind=behind), limit=2)
            seen += [card.conversation_id for card in page.cards]
            behind = page.cursor
    assert behind == ""
    assert seen == (made if order is Order.LONGEST else made[::-1])


@pytest.mark.parametrize("cursor", ["", "x", "2026-01-01_a", "_", "2026-01-01T00:00:00+00:00_", "\x00_\x00"])
def test_a_cursor_that_is_none_begins_at_the_beginning(house, cursor):
    _, only = talk(house, "hello")
    assert ids(house, behind=cursor) == [only]


def test_a_card_tells_who_waits_since_when_for_what_and_what_was_said_last(house):
    _, conversation_id = talk(house, "hello", "I want to talk to a person about my water bill", "skip")
    with house.app.database.reading() as session:
        shown = conversation_card(session, conversation_id)
    assert shown.waiting_since == house.clock()
    assert "water bill" in shown.reason
    assert (shown.last_sender, shown.last.text, shown.channel) == ("resident", "skip", "web")
    assert shown.label == label_of(shown.person_id)


@pytest.mark.parametrize("person_id", ["", "x", "not hex at all"])
def test_a_label_of_something_odd_is_a_label_all_the_same(person_id):
    assert label_of(person_id) == "R-?"


def test_the_fate_of_staffs_words_is_shown_where_the_channel_tells(house):
    _, conversation_id = talk(house, "hello", channel="sms")
    do(house, take_over, conversation_id, ANA)
    do(house, answer_resident, conversation_id, ANA, "We are on it.")
    with house.app.database.reading() as session:
        conversation = session.get(Conversation, conversation_id)
        assert [(line.by, line.text) for line in waiting_lines(session, conversation)] == [
            ("Ana", "We are on it.")
        ]
    house.work()
    assert sent_of(house, conversation_id) == (SentState.ON_ITS_WAY, "")
    while claims := house.app.outbox_queue.claim(5):
        for claim in claims:
            house.app.outbox.deliver(claim)
    assert sent_of(house, conversation_id) == (SentState.SENT, "")
    provider_id = receipt_of(house)
    house.app.deliveries.note(DeliveryReport("sms", provider_id, DeliveryStatus.DELIVERED))
    assert sent_of(house, conversation_id) == (SentState.DELIVERED, "")


def test_words_that_never_came_to_the_phone_are_shown_as_failed(house):
    _, conversation_id = talk(house, "hello", channel="sms")
    do(house, take_over, conversation_id, ANA)
    do(house, answer_resident, conversation_id, ANA, "We are on it.")
    house.work()
    while claims := house.app.outbox_queue.claim(5):
        for claim in claims:
            house.app.outbox.deliver(claim)
    house.app.deliveries.note(DeliveryReport("sms", receipt_of(house), DeliveryStatus.FAILED, "30005"))
    assert sent_of(house, conversation_id) == (
        SentState.FAILED,
        "The provider could not deliver it (its error 30005).",
    )


def test_on_the_web_nothing_is_claimed_about_delivery(house):
    _, conversation_id = talk(house, "hello")
    do(house, take_over, conversation_id, ANA)
    do(house, answer_resident, conversation_id, ANA, "We are on it.")
    house.work()
    assert sent_of(house, conversation_id) == (None, "")


def test_a_long_transcript_is_read_in_pieces(house):
    _, conversation_id = talk(house, *["help"] * 6)
    with house.app.database.reading() as session:
        conversation = session.get(Conversation, conversation_id)
        last = conversation.last_sequence
        newest = read_piece(session, conversation, limit=4)
        middle = read_piece(session, conversation, around=5, limit=4)
    assert [line.sequence for line in newest.lines] == list(range(last - 3, last + 1))
    assert (newest.earlier, newest.later) == (last - 4, 0)
    assert 5 in [line.sequence for line in middle.lines]
    assert middle.later > 0


def test_a_picture_belongs_to_the_conversation_in_which_it_was_sent(house):
    resident, conversation_id = talk(house, "hello")
    resident.say(photo=True)
    _, other = talk(house, "hello")
    (picture,) = [
        picture for line in house.app.memory.after("web", resident.sender, 0) for picture in line.attachments
    ]
    with house.app.database.reading() as session:
        assert has_picture(session, conversation_id, picture.media_id)
        assert not has_picture(session, other, picture.media_id)


def sent_of(house, conversation_id):
    with house.app.database.reading() as session:
        piece = read_piece(session, session.get(Conversation, conversation_id))
    (line,) = [line for line in piece.lines if line.sender == "staff"]
    return line.sent, str(line.failure or "")


def receipt_of(house):
    from conversation.store.tables import DeliveryRow

    with house.app.database.reading() as session:
        return session.query(DeliveryRow.provider_id).order_by(DeliveryRow.key.desc()).first()[0]
