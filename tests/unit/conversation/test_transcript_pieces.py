"""A transcript in pieces: where one begins and ends, and what became of what staff and the bot said."""

from __future__ import annotations

import pytest

from conversation.staff.transcript import SentState, has_picture, read_piece, waiting_lines
from conversation.store.staff_tables import StaffLineRow
from conversation.store.tables import Conversation, DeliveryFateRow, DeliveryRow, TranscriptLine
from core.tables import QueueItem
from tests.support.builders import NOON
from tests.unit.conversation.lines import converse


def piece(session, **more):
    return read_piece(session, session.get_one(Conversation, "a"), **more)


@pytest.mark.parametrize(
    ("around", "shown", "earlier", "later"),
    [
        (0, (7, 10), 6, 0),
        (1, (1, 3), 0, 4),
        (2, (1, 4), 0, 5),
        (5, (4, 7), 3, 8),
        (8, (7, 10), 6, 0),
        (10, (7, 10), 6, 0),
        (999, (7, 10), 6, 0),
        (-5, (7, 10), 6, 0),
    ],
    ids=["the end", "the first", "the second", "within", "near the end", "the last", "behind it", "no line"],
)
def test_a_piece_says_where_to_go_on(session, around, shown, earlier, later):
    converse(session, "a", *[("resident", f"line {number}") for number in range(1, 11)])
    found = piece(session, around=around, limit=4)
    assert (found.lines[0].sequence, found.lines[-1].sequence) == shown
    assert (found.earlier, found.later) == (earlier, later)


def test_a_conversation_without_lines_is_an_empty_piece(session):
    converse(session, "a")
    assert (piece(session).lines, piece(session).earlier, piece(session).later) == ((), 0, 0)


def test_walking_back_meets_every_line_once(session):
    converse(session, "a", *[("resident", f"line {number}") for number in range(1, 12)])
    seen, around = [], 0
    for _ in range(9):
        found = piece(session, around=around, limit=4)
        seen = [line.sequence for line in found.lines if line.sequence not in seen] + seen
        if not found.earlier:
            break
        around = found.earlier
    assert seen == list(range(1, 12))


class Sent:
    """A line of a colleague's, the second of a conversation, and its deliveries."""

    def __init__(self, session):
        self.session, self.parts = session, 0
        converse(session, "a", ("resident", "hello"), ("staff", "I am looking"), channel="sms")
        session.add(StaffLineRow(conversation_id="a", sequence=2, outbox_key="sms notice 1 "))

    def part(self, state, fate="", code=""):
        key, self.parts = f"sms notice 1 {self.parts}", self.parts + 1
        self.session.add(
            QueueItem(
                queue="outbox", lane="a", key=key, payload={}, state=state, error="broken", created_at=NOON
            )
        )
        if fate:
            taken = {"channel": "sms", "provider_id": key}
            self.session.add(DeliveryRow(key=key, conversation_id="a", taken_at=NOON, **taken))
            self.session.add(
                DeliveryFateRow(fate=fate, rank=1, error=code, opted_out=False, at=NOON, **taken)
            )
        self.session.flush()

    @property
    def line(self):
        return piece(self.session).lines[1]


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], None),
        ([("waiting",)], SentState.ON_ITS_WAY),
        ([("done",)], SentState.SENT),
        ([("done", "sent")], SentState.SENT),
        ([("done", "delivered")], SentState.DELIVERED),
        ([("done", "failed", "30003")], SentState.FAILED),
        ([("failed",)], SentState.FAILED),
        ([("expired",)], SentState.FAILED),
        ([("unknown",)], SentState.FAILED),
        ([("done", "delivered"), ("waiting",)], SentState.ON_ITS_WAY),
        ([("done", "delivered"), ("done",)], SentState.SENT),
        ([("done", "delivered"), ("failed",), ("waiting",)], SentState.FAILED),
        ([("waiting", "delivered")], SentState.ON_ITS_WAY),
    ],
)
def test_a_line_in_parts_is_as_far_as_the_slowest_of_them(session, parts, state):
    sent = Sent(session)
    for part in parts:
        sent.part(*part)
    assert sent.line.sent == state


def test_why_a_line_was_not_delivered_is_kept_with_the_providers_number(session):
    sent = Sent(session)
    sent.part("done", "failed", "30003")
    assert sent.line.failure.values == {"number": "30003"}


def test_a_provider_that_says_no_number_leaves_the_reason_open(session):
    sent = Sent(session)
    sent.part("done", "failed")
    assert (sent.line.sent, sent.line.failure) == (SentState.FAILED, None)


def test_parts_of_another_line_do_not_count(session):
    sent = Sent(session)
    session.add(
        QueueItem(
            queue="outbox", lane="a", key="sms notice 10 0", payload={}, state="failed", created_at=NOON
        )
    )
    sent.part("done")
    assert sent.line.sent is SentState.SENT


def test_an_answer_of_the_bots_that_did_not_go_out_says_so_at_each_of_its_lines(session):
    converse(session, "a", ("resident", "hello"), ("city", "Hello"), ("city", "And?"), channel="sms")
    for line in session.query(TranscriptLine):
        line.answers = "m1"
    for number, state in enumerate(("done", "failed")):
        session.add(
            QueueItem(
                queue="outbox", lane="a", key=f"sms m1 {number}", payload={}, state=state, created_at=NOON
            )
        )
    session.flush()
    assert [line.sent for line in piece(session).lines] == [None, SentState.FAILED, SentState.FAILED]


def test_what_waits_in_the_lane_is_shown_with_who_wrote_it(session):
    converse(session, "a")
    notices = [
        ("1", "waiting", {"notice": {"by": "Ana", "text": {"": "I am here"}}}),
        ("2", "waiting", {"notice": {"by": "", "text": {"": "the hole is closed"}}}),
        ("3", "waiting", {"text": "a message of the resident"}),
        ("4", "done", {"notice": {"by": "Ana", "text": {"": "said before"}}}),
        ("5", "waiting", {"notice": {"by": "Ben", "text": {}}}),
    ]
    for key, state, payload in notices:
        session.add(
            QueueItem(queue="inbox", lane="key-a", key=key, payload=payload, state=state, created_at=NOON)
        )
    session.flush()
    waiting = waiting_lines(session, session.get_one(Conversation, "a"))
    assert [(one.by, one.text) for one in waiting] == [("Ana", "I am here"), ("Ben", "")]


def test_a_picture_is_seen_only_in_the_conversation_that_it_was_sent_in(session):
    converse(session, "a", ("resident", "look"), ("resident", "hello"))
    converse(session, "b", ("resident", "hello"))
    line = session.query(TranscriptLine).filter_by(conversation_id="a", sequence=1).one()
    line.attachments = [{"content_type": "image/jpeg", "media_id": "f" * 32}]
    session.flush()
    assert has_picture(session, "a", "f" * 32)
    assert not has_picture(session, "b", "f" * 32)
    assert not has_picture(session, "a", "e" * 32)
