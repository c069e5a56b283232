"""What failed and what the queues hold of a conversation, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from conversation.delivery.services import urgent_lane
from conversation.staff.failed import failed_count, failed_one, failed_page
from conversation.staff.items import conversations_of, items_of
from conversation.store.conversations import ConversationStore
from conversation.store.tables import Conversation, DeliveryFateRow, DeliveryRow
from core.failures import Failure
from core.queue import Queue
from core.vault import Vault
from tests.support.builders import NOON, Clock, inbound


@pytest.fixture
def memory(database):
    return ConversationStore(database, Vault("s" * 32))


@pytest.fixture
def talk(database, memory):
    message = inbound("hello", channel="sms", sender="+15550100")
    known = memory.recall(message, "en")
    with database.writing() as session:
        memory.remember(session, message, known, NOON)
    return known.conversation_id


def end(database, queue, lane, state, **payload):
    name = Queue(queue, database, now=Clock())
    with database.writing() as session:
        name.put(session, lane, f"{queue} {lane} {state}", payload)
    (claim,) = name.claim()
    with database.writing() as session:
        name.fence(session, claim)
        name.finish(session, claim, state, None if state == "done" else Failure("broken", text="broken"))
    return claim


def test_messages_and_deliveries_that_failed_are_found_with_their_conversation(database, memory, talk):
    lane = memory.lane("sms", "+15550100")
    claims = [
        end(database, "inbox", lane, "failed", channel="sms"),
        end(database, "outbox", talk, "failed", conversation=talk),
        end(database, "outbox", urgent_lane(talk), "failed", conversation=talk),
        end(database, "inbox", "nobody", "failed", channel="telegram"),
    ]
    end(database, "outbox", talk, "unknown", conversation=talk)
    end(database, "jobs", "library", "failed", job="index")
    with database.reading() as session:
        page = failed_page(session)
        assert failed_count(session) == 4
        assert failed_count(session, ["parks"]) == 0
        assert failed_one(session, claims[0].item_id, ["parks"]) is None
        assert failed_one(session, claims[1].item_id) == page.failed[2]
    assert [one.item_id for one in page.failed] == [claim.item_id for claim in reversed(claims)]
    assert [one.conversation_id for one in page.failed] == ["", talk, talk, talk]
    assert [one.channel for one in page.failed] == ["telegram", "sms", "sms", "sms"]
    assert page.behind == 0


def test_the_items_of_a_conversation_come_with_the_providers_last_word(database, memory, talk):
    lane = memory.lane("sms", "+15550100")
    claims = [
        end(database, "inbox", lane, "done", channel="sms"),
        end(database, "files", f"{lane} 1", "done", channel="sms"),
        end(database, "outbox", talk, "done", conversation=talk),
        end(database, "outbox", urgent_lane(talk), "failed", conversation=talk),
    ]
    end(database, "inbox", "nobody", "failed", channel="telegram")
    sent = {"channel": "sms", "provider_id": "SM1"}
    with database.writing() as session:
        session.add(DeliveryRow(key=claims[2].key, conversation_id=talk, taken_at=NOON, **sent))
        fate = {"fate": "failed", "rank": 3, "error": "30003", "opted_out": False, "at": NOON}
        session.add(DeliveryFateRow(**sent, **fate))
    with database.reading() as session:
        items = items_of(session, session.get_one(Conversation, talk))
        places = [(claim.queue, claim.lane) for claim in claims] + [("inbox", "nobody"), ("jobs", "library")]
        assert conversations_of(session, places) == dict.fromkeys(places[:4], talk)
        assert items_of(session, session.get_one(Conversation, talk), limit=1) == items[-1:]
    assert [item.item_id for item in items] == [claim.item_id for claim in claims]
    assert [(item.fate, item.fate_error) for item in items] == [
        ("", ""),
        ("", ""),
        ("failed", "30003"),
        ("", ""),
    ]
    assert [item.state for item in items] == ["done", "done", "done", "failed"]
