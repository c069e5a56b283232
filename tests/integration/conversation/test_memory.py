"""Conversations are remembered, and their transcripts replayed from any line on, without an address in sight."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from sqlalchemy import text

from conversation.store.conversations import ConversationStore, Recipient
from core.model import Attachment, Choice, Reply, Source
from core.vault import Vault
from tests.support.builders import NOON, inbound


@pytest.fixture
def memory(database):
    return ConversationStore(database, Vault("s" * 32))


def tell(memory, database, message, *replies):
    known = memory.recall(message, "en")
    known.lines.append(("resident", Reply(message.text), message.attachments))
    known.lines.extend(("city", reply, ()) for reply in replies)
    with database.writing() as session:
        memory.remember(session, message, known, NOON)
    return known


def test_a_new_sender_gets_a_new_conversation_and_a_known_one_their_own(memory, database):
    message = inbound("hello")
    first = tell(memory, database, message, Reply("Hello"))
    assert first.is_new
    again = memory.recall(inbound("me again"), "es")
    assert (again.is_new, again.conversation_id, again.language) == (False, first.conversation_id, "en")
    assert memory.recall(inbound("hello", sender="bela"), "es").is_new


def test_the_dialogue_comes_back_as_it_was_left(memory, database):
    known = memory.recall(inbound("a"), "en")
    known.dialogue = {"flow": {"name": "report", "answers": {"place": "12 Mill Road"}}}
    with database.writing() as session:
        memory.remember(session, inbound("a"), known, NOON)
    assert memory.recall(inbound("b"), "en").dialogue == known.dialogue


def test_the_transcript_is_replayed_from_any_line_on(memory, database):
    full = Reply(
        "Choose",
        choices=(Choice("a", "A"),),
        source=Source("Parking", "Permits", "https://x.example", "2026-01-02"),
    )
    tell(memory, database, inbound("one", provider_id="m1"), full)
    tell(
        memory,
        database,
        inbound("two", attachments=(Attachment("p", "image/jpeg", 5),)),
        Reply("Yes"),
        Reply("And"),
    )
    lines = memory.after("web", "anna", 0)
    assert [(line.sequence, line.sender, line.reply.text) for line in lines] == [
        (1, "resident", "one"),
        (2, "city", "Choose"),
        (3, "resident", "two"),
        (4, "city", "Yes"),
        (5, "city", "And"),
    ]
    assert lines[1].reply == full
    assert (lines[1].answers, lines[1].at) == ("m1", NOON)
    assert lines[2].attachments[0].media_id == "p"
    assert [line.sequence for line in memory.after("web", "anna", 3)] == [4, 5]
    assert memory.after("web", "nobody", 0) == []


def test_the_database_holds_no_address_in_clear(memory, database):
    message = inbound("hello", sender="+1-555-0100", channel="sms")
    known = tell(memory, database, message)
    assert "555-0100" not in str(memory.pack(message))
    with database.reading() as session:
        rows = [str(row) for row in session.execute(text("select * from conversations"))]
    assert "555-0100" not in "".join(rows)
    assert memory.recipient(known.conversation_id) == Recipient("sms", "+1-555-0100", stopped=False)


def test_a_packed_message_comes_back_whole(memory):
    message = inbound(
        "hola ñ 你好", position=None, choice="x", attachments=(Attachment("p", "image/png", 9),)
    )
    lane = memory.lane(message.channel, message.sender)
    assert memory.unpack(memory.pack(message), lane) == message


def test_an_instant_comes_back_in_utc_whatever_the_zone_it_was_given_in(memory, database):
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-5)))
    message = inbound("hello", received_at=NOON)
    known = memory.recall(message, "en")
    with database.writing() as session:
        memory.remember(session, message, known, elsewhere)
    heard = memory.recall(message, "en").heard_at
    assert (heard, heard.utcoffset()) == (NOON, timedelta())
