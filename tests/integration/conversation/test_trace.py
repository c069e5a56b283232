"""One row a turn says why it went as it did; it says nothing that a resident wrote, and is never in the way."""

from __future__ import annotations

import json

import pytest
import structlog
from sqlalchemy import select, text
from structlog.testing import capture_logs

from conversation.pipeline import ATTEMPTS, handle_safely
from conversation.store.tables import Conversation, TranscriptLine, TurnTrace
from core.database import table_of
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


def traces(house):
    with house.app.database.reading() as session:
        return session.scalars(select(TurnTrace).order_by(TurnTrace.id)).all()


def test_each_turn_leaves_what_it_may_have_been_what_led_and_what_came_of_it(house):
    talk = house.talk()
    said = ("help", "there is a huge pothole", "zebrafinch secret 217 555 0142")
    for words in said:
        talk.say(words)
    found = traces(house)
    assert [(trace.lead, trace.action, trace.outcome) for trace in found] == [
        ("rule", "help", "answered"),
        ("nlu", "report_problem", "asked"),
        ("open_question", "report", "asked"),
    ]
    with house.app.database.reading() as session:
        lines = session.scalars(select(TranscriptLine).order_by(TranscriptLine.sequence)).all()
        items = session.scalars(select(QueueItem.id).where(QueueItem.queue == "inbox")).all()
        kept = json.dumps(
            [dict(row) for row in session.execute(select(table_of(TurnTrace))).mappings()], default=str
        )
    assert [trace.item_id for trace in found] == sorted(items)
    last_of = {line.answers: line.sequence for line in lines}
    assert [trace.sequence for trace in found] == list(last_of.values())
    assert not any(word in kept for word in ("zebrafinch", "secret", "217 555", "555 0142"))
    assert found[0].candidates == [{"kind": "rule", "name": "help"}]
    intents = [each for each in found[1].candidates if each["kind"] == "intent"]
    assert intents[0]["name"] == "report_problem"
    assert 0 < intents[0]["probability"] <= 1
    assert found[2].candidates[0]["kind"] == "open_question"
    assert {"waited", "recall", "rules", "turn_to_write", "act", "write"} <= found[0].milliseconds.keys()
    assert {"nlu", "search"} <= found[1].milliseconds.keys()


def test_what_waits_is_traced_when_it_waits_and_again_when_it_is_answered(house):
    talk = house.talk()
    talk.nlu(up=False)
    talk.say("is there a parade of elephants")
    talk.nlu(up=True)
    assert [trace.lead for trace in traces(house)] == ["waiting", "unclear"]
    assert [trace.outcome for trace in traces(house)] == ["waiting", "unclear"]
    assert len({trace.item_id for trace in traces(house)}) == 1


def test_what_an_assistant_before_us_understood_is_traced_as_heard(house):
    house.app.inbox.accept(inbound("my street is a mess", channel="rasa", intent="report_problem"))
    house.work()
    (trace,) = traces(house)
    assert (trace.lead, trace.action) == ("nlu", "report_problem")
    assert {"kind": "intent", "name": "report_problem", "probability": 1.0} in trace.candidates


def test_silence_is_traced_with_its_reason(house):
    talk = house.talk(channel="sms")
    talk.say("STOP")
    talk.say("is anybody there")
    assert [(trace.lead, trace.outcome) for trace in traces(house)] == [
        ("rule", "opted_out"),
        ("stopped", "silent"),
    ]


def test_a_trace_that_cannot_be_written_loses_nothing(house):
    with house.app.database.writing() as session:
        session.execute(text("DROP TABLE turn_traces"))
    with capture_logs() as logs:
        replies = house.talk().say("help")
    assert replies
    assert "turn_not_traced" in [each["event"] for each in logs]
    with house.app.database.reading() as session:
        assert session.scalars(select(QueueItem.state)).all() == ["done"]
        assert session.scalars(select(TranscriptLine.id)).all()


def test_a_fault_is_traced_and_the_log_names_item_and_conversation_and_nobody(house):
    house.nlu_client.nlu_client = None
    house.app.inbox.accept(inbound("there is a secret zebrafinch", sender="anna"))
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        for _ in range(ATTEMPTS):
            for claim in house.app.inbox_queue.claim(1):
                handle_safely(house.app.services, claim)
            house.clock.move(10)
    (trace,) = traces(house)
    assert (trace.lead, trace.outcome, trace.candidates) == ("fault", "fault", [])
    with house.app.database.reading() as session:
        conversation, item = session.scalar(select(Conversation.id)), session.scalar(select(QueueItem.id))
    failed = [each for each in logs if each["event"] in {"message_failed", "message_given_up"}]
    assert len(failed) == ATTEMPTS + 1
    assert {each["item"] for each in failed} == {item}
    # Until somebody new has been answered they have no lasting id.
    assert failed[0]["conversation"]
    assert trace.conversation_id == conversation
    assert not any(word in str(logs) for word in ("zebrafinch", "anna"))
    assert structlog.contextvars.get_contextvars() == {}
