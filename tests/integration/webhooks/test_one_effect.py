"""Each webhook one to five times, shuffled and at once: one row in the inbox, one answer, each resident's order kept."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.sms.fake_phone import inbound_form, status_form
from channels.sms.routes import STATUS_PATH
from tests.integration.webhooks.running import Doors
from tests.support import telegram_updates as payloads

PEOPLE = 3
WORDS = ("menu", "hello", "what can you do", "my reports")
often = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def number_of(person: int) -> str:
    return f"+1555010000{person}"


def texts_of(doors: Doors, count: int):
    """(key, sender, request) of texts, in the order in which they were written."""
    for at in range(count):
        record = doors.twilio.keep_inbound(WORDS[at % len(WORDS)], number_of(at % PEOPLE))
        yield f"sms {record.sid}", record.sender, doors.text(inbound_form(doors.twilio, record))


def updates_of(doors: Doors, count: int):
    """The same of Telegram updates."""
    for at in range(count):
        chat = {**payloads.PRIVATE, "id": 5001 + at % PEOPLE}
        person = {**payloads.ANA, "id": chat["id"]}
        message = {
            "message_id": 100 + at,
            "from": person,
            "chat": chat,
            "date": payloads.DATE,
            "text": WORDS[at % len(WORDS)],
        }
        yield (
            f"telegram {900 + at}.{100 + at}",
            str(chat["id"]),
            doors.update(payloads.update(900 + at, message=message)),
        )


def notes_of(doors: Doors, count: int):
    """The same of the example channel's messages."""
    for at in range(count):
        sender = f"person-{at % PEOPLE}"
        note = {"id": f"n{at}", "sender": sender, "text": WORDS[at % len(WORDS)]}
        yield f"echo n{at}", sender, doors.note(note)


MAKERS = {"sms": texts_of, "telegram": updates_of, "echo": notes_of}


def check_answers(doors: Doors, channel: str, sent) -> None:
    """Everything was answered once, each resident's messages in the order in which they were first taken in."""
    taken = [key.removeprefix(f"{channel} ") for key in doors.rows()]
    doors.house.work()
    for sender in {sender for _, sender, _ in sent}:
        theirs = {key.removeprefix(f"{channel} ") for key, whose, _ in sent if whose == sender}
        lines = doors.transcript(channel, sender)
        assert [message for who, message in lines if who == "resident"] == [
            key for key in taken if key in theirs
        ]
        answered = [message for who, message in lines if who == "city"]
        assert set(answered) == theirs
        first_to_last = list(dict.fromkeys(answered))
        assert answered == sorted(answered, key=first_to_last.index)  # the lines of one answer stand together
    deliveries = doors.rows("outbox")
    assert len(deliveries) == len(set(deliveries))


@pytest.mark.parametrize("channel", MAKERS)
@often
@given(data=st.data())
def test_shuffled_and_at_once_each_has_one_effect(house_with_doors, channel, data):
    doors = house_with_doors
    doors.forget()
    sent = list(MAKERS[channel](doors, data.draw(st.integers(1, 8), "messages")))
    times = [data.draw(st.integers(1, 5), "times") for _ in sent]
    requests = [request for (_, _, request), often in zip(sent, times, strict=True) for _ in range(often)]
    answers = doors.at_once(data.draw(st.permutations(requests), "order"))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(doors.rows()) == sorted(key for key, _, _ in sent)
    check_answers(doors, channel, sent)


@pytest.mark.parametrize("channel", MAKERS)
@often
@given(data=st.data())
def test_one_after_the_other_the_residents_order_is_kept_however_many_repeats(
    house_with_doors, channel, data
):
    doors = house_with_doors
    doors.forget()
    sent = list(MAKERS[channel](doors, 6))
    for at, (_, _, request) in enumerate(sent):
        again = data.draw(st.lists(st.sampled_from(sent[: at + 1]), max_size=4), "repeats")
        doors.at_once([request])
        doors.at_once([request, *(repeat for _, _, repeat in again)])
    assert doors.rows() == [key for key, _, _ in sent]
    check_answers(doors, channel, sent)


@pytest.mark.parametrize("channel", MAKERS)
def test_on_each_kind_of_database(either, channel):
    sent = list(MAKERS[channel](either, 8))
    answers = either.at_once([request for _ in range(5) for _, _, request in sent])
    assert {answer.status_code for answer in answers} == {200}
    assert either.rows() == [key for key, _, _ in sent]
    check_answers(either, channel, sent)


def test_after_it_was_answered_a_repeat_changes_nothing(doors):
    (sent,) = texts_of(doors, 1)
    doors.at_once([sent[2]])
    doors.house.work()
    before = doors.count()
    assert [answer.status_code for answer in doors.at_once([sent[2]] * 5)] == [200] * 5
    doors.house.work()
    assert doors.count() == before


@often
@given(st.lists(st.sampled_from(["queued", "sending", "sent", "delivered"]), min_size=1, max_size=12))
def test_status_reports_in_any_order_never_go_backwards(house_with_doors, states):
    doors = house_with_doors
    doors.forget()
    record = doors.twilio.keep_inbound("x", number_of(1))
    answers = doors.at_once(
        [doors.text(status_form(doors.twilio, record, state), STATUS_PATH) for state in states]
    )
    assert {answer.status_code for answer in answers} == {200}
    ranks = {"queued": "accepted", "sending": "accepted", "sent": "sent", "delivered": "delivered"}
    order = ["accepted", "sent", "delivered"]
    assert doors.fates() == [max((ranks[state] for state in states), key=order.index)]
