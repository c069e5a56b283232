"""A colleague takes a conversation, answers in the bot's place and gives it back: through the whole hall, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from city.people.tables import PersonRequestRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.staff.takeover import (
    LONGEST_ANSWER,
    Colleague,
    TakeoverOutcome,
    answer_resident,
    give_back_forgotten,
    hand_back,
    settle_otherwise,
    take_over,
)
from conversation.store.staff_tables import StaffLineRow, TakeoverRow
from conversation.store.tables import Conversation
from core.model import Consent, Position
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

ANA, BEN = Colleague("staff-1", "Ana"), Colleague("staff-2", "Ben")


@pytest.fixture
def house(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    house.sms = LedgerChannel("sms")
    house.app.channels.update({"sms": house.sms})
    yield house
    house.close()


class Staff:
    """What staff do to the conversation of one resident."""

    def __init__(self, house, talk):
        self.house = house
        self.talk = talk
        with house.app.database.reading() as session:
            lane = house.app.memory.lane(talk.channel, talk.sender)
            self.id = session.scalar(select(Conversation.id).where(Conversation.sender_key == lane))

    def do(self, what, *more):
        with self.house.app.database.writing() as session:
            outcome = what(self.house.app.services, session, self.id, *more)
        self.house.work()
        return outcome

    def row(self, table=Conversation):
        column = Conversation.id if table is Conversation else table.conversation_id
        with self.house.app.database.reading() as session:
            return session.scalars(select(table).where(column == self.id)).first()

    def lines(self):
        return [
            (line.sender, line.reply.text)
            for line in self.house.app.memory.after(self.talk.channel, self.talk.sender, 0)
        ]


def begin(house, *words, channel="web", language="en"):
    talk = house.talk(language, channel)
    for text in words or ("hello",):
        talk.say(text)
    return talk, Staff(house, talk)


def send(house):
    while claims := house.app.outbox_queue.claim(5):
        for claim in claims:
            house.app.outbox.deliver(claim)


def sent(house):
    send(house)
    return [delivery.reply.text for delivery in house.sms.ledger]


def requests(house):
    with house.app.database.reading() as session:
        return [(row.state, row.closed_by) for row in session.scalars(select(PersonRequestRow))]


def test_the_resident_is_told_by_name_who_is_here(house):
    talk, staff = begin(house)
    assert staff.do(take_over, ANA) is TakeoverOutcome.DONE
    assert [reply.text for reply in talk.replies()] == [
        house.app.texts.say("takeover.here", "en", name="Ana")
    ]


def test_the_bot_writes_down_what_is_said_and_is_silent(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.replies()
    assert talk.say("where do I borrow a tent?") == []
    assert talk.say("report") == []
    assert talk.say(photo=True) == []
    assert staff.lines()[-3:] == [
        ("resident", "where do I borrow a tent?"),
        ("resident", "report"),
        ("resident", ""),
    ]


def test_a_shared_place_can_be_read_by_a_person(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.say(position=Position(1.5, -2.25))
    assert staff.lines()[-1] == ("resident", "(1.50000, -2.25000)")


def test_what_staff_write_is_a_line_of_theirs(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    assert staff.do(answer_resident, ANA, "  The crew comes on Friday.\r\nAna  ") is TakeoverOutcome.DONE
    (line,) = [line for line in house.app.memory.after("web", talk.sender, 0) if line.sender == "staff"]
    assert (line.reply.text, line.reply.by) == ("The crew comes on Friday.\nAna", "Ana")


def test_danger_is_answered_at_once_all_the_same(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.replies()
    (reply,) = talk.say("help there is a gas leak and a fire")
    assert reply.urgent


def test_on_a_text_channel_the_name_leads_and_the_fate_can_be_found(house):
    _, staff = begin(house, channel="sms")
    send(house)
    house.sms.ledger.clear()
    staff.do(take_over, ANA)
    staff.do(answer_resident, ANA, "We are on it.")
    assert sent(house) == [
        house.app.texts.say("takeover.here", "en", name="Ana"),
        "Ana (city staff): We are on it.",
    ]
    line = staff.row(StaffLineRow)
    assert any(delivery.key.startswith(line.outbox_key) for delivery in house.sms.ledger)


@pytest.mark.parametrize("word", ["STOP", "HELP"])
def test_carriers_words_are_obeyed_while_a_person_answers(house, word):
    talk, staff = begin(house, channel="sms")
    staff.do(take_over, ANA)
    talk.replies()
    assert len(talk.say(word)) == 1


def test_nobody_writes_to_a_resident_who_asked_for_no_more_texts(house):
    talk, staff = begin(house, channel="sms")
    staff.do(take_over, ANA)
    talk.say("STOP")
    assert staff.do(answer_resident, ANA, "Wait!") is TakeoverOutcome.STOPPED
    talk.say("START")
    assert staff.do(answer_resident, ANA, "Good to have you back.") is TakeoverOutcome.DONE


def test_a_providers_word_about_consent_counts_meanwhile(house):
    talk, staff = begin(house, channel="sms")
    staff.do(take_over, ANA)
    house.app.inbox.accept(inbound("", sender=talk.sender, channel="sms", consent=Consent.STOP))
    house.work()
    assert staff.row().stopped_at is not None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [(" \n ", TakeoverOutcome.EMPTY), ("x" * (LONGEST_ANSWER + 1), TakeoverOutcome.TOO_LONG)],
)
def test_an_answer_has_words_and_is_not_endless(house, text, outcome):
    _, staff = begin(house)
    staff.do(take_over, ANA)
    assert staff.do(answer_resident, ANA, text) is outcome


def test_two_colleagues_cannot_take_the_same_conversation(house):
    _, staff = begin(house)
    outcomes = []
    at_once = threading.Barrier(2)

    def try_it(who):
        at_once.wait()
        with house.app.database.writing() as session:
            outcomes.append((take_over(house.app.services, session, staff.id, who), who))

    threads = [threading.Thread(target=try_it, args=(who,)) for who in (ANA, BEN)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    winner = next(who for outcome, who in outcomes if outcome is TakeoverOutcome.DONE)
    loser = BEN if winner is ANA else ANA
    assert {outcome for outcome, _ in outcomes} == {TakeoverOutcome.DONE, TakeoverOutcome.HELD}
    assert staff.row().taken_by == winner.staff_id
    assert staff.do(answer_resident, loser, "Hello") is TakeoverOutcome.NOT_YOURS
    assert staff.do(hand_back, loser) is TakeoverOutcome.NOT_YOURS
    assert staff.do(take_over, winner) is TakeoverOutcome.DONE


def test_what_is_not_there_cannot_be_taken(house):
    with house.app.database.writing() as session:
        assert take_over(house.app.services, session, "nothing", ANA) is TakeoverOutcome.GONE
        assert answer_resident(house.app.services, session, "nothing", ANA, "Hello") is TakeoverOutcome.GONE
        assert hand_back(house.app.services, session, "nothing", ANA) is TakeoverOutcome.NOT_YOURS
        assert settle_otherwise(house.app.services, session, "nothing", ANA) is False


def test_handed_back_the_bot_says_so_and_answers_again(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.replies()
    assert staff.do(hand_back, ANA) is TakeoverOutcome.DONE
    (back,) = talk.replies()
    assert back.text.startswith("Ana has left the conversation.")
    assert talk.say("help")
    assert (staff.row().taken_by, staff.row(TakeoverRow).ended_by) == (None, "staff")


def test_an_open_form_goes_on_with_its_question(house):
    talk, staff = begin(house, "hello", "there is a pothole at 20 Elm Street")
    question = talk.say("why")[-1]
    staff.do(take_over, ANA)
    talk.say("is it you, Ana?")
    staff.do(hand_back, ANA)
    back = talk.replies()[-1]
    assert back.text.startswith("Ana has left")
    assert back.choices == question.choices
    assert talk.say("2")[-1].choices != question.choices


def test_the_form_for_reaching_a_person_is_over_when_one_has_come(house):
    talk, staff = begin(house, "hello", "person")
    staff.do(take_over, ANA)
    staff.do(hand_back, ANA)
    assert "flow" not in staff.row().dialogue
    assert len(talk.replies()) == 2


def test_the_wish_for_a_person_is_closed_by_taking_over(house):
    _, staff = begin(house, "hello", "I want to talk to a person about my water bill", "skip")
    assert requests(house) == [("open", "")]
    staff.do(take_over, ANA)
    assert requests(house) == [("closed", "Ana")]
    assert staff.row(TakeoverRow).waited_since is not None


def test_a_wish_can_be_settled_without_taking_the_conversation(house):
    _, staff = begin(house, "hello", "I want to talk to a person about my water bill", "skip")
    assert staff.do(settle_otherwise, BEN)
    assert requests(house) == [("closed", "Ben")]
    assert not staff.do(settle_otherwise, BEN)


def test_a_message_that_waited_for_the_nlu_is_left_to_the_colleague(house):
    talk, staff = begin(house)
    talk.nlu(up=False)
    talk.say("where is the town library")
    staff.do(take_over, ANA)
    talk.replies()
    assert talk.nlu(up=True) == []
    assert [text for sender, text in staff.lines() if sender == "resident"].count(
        "where is the town library"
    ) == 1


def test_what_was_said_to_the_colleague_before_the_hand_back_is_not_answered_by_the_bot(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.replies()
    house.app.inbox.accept(inbound("where do I borrow a tent", sender=talk.sender))
    staff.do(hand_back, ANA)
    assert [reply.text[:12] for reply in talk.replies()] == ["Ana has left"]


def test_a_colleague_who_takes_it_again_at_once_keeps_the_bot_silent(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.replies()
    with house.app.database.writing() as session:
        hand_back(house.app.services, session, staff.id, ANA)
        take_over(house.app.services, session, staff.id, BEN)
    assert [reply.text[:3] for reply in talk.replies()] == ["Ben"]
    assert talk.say("hello?") == []


def test_after_long_silence_the_bot_comes_back_with_a_kind_word(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    talk.say("thank you, Ana")
    house.clock.move(60)
    staff.do(answer_resident, ANA, "You are welcome.")
    house.clock.move(29 * 60)
    assert give_back_forgotten(house.app.services, 30) == 0
    house.clock.move(60)
    assert give_back_forgotten(house.app.services, 30) == 1
    assert talk.replies()[-1].text.startswith("Ana had to attend")
    assert (staff.row(TakeoverRow).ended_by, requests(house)) == ("silence", [])
    assert give_back_forgotten(house.app.services, 30) == 0


def test_a_resident_who_was_left_without_an_answer_waits_for_a_person_again(house):
    talk, staff = begin(house)
    staff.do(take_over, ANA)
    house.clock.move(28 * 60)
    talk.say("are you still there?")
    house.clock.move(5 * 60)
    assert give_back_forgotten(house.app.services, 30) == 0
    house.clock.move(5 * 60)
    assert give_back_forgotten(house.app.services, 30) == 1
    assert talk.replies()[-1].text.startswith("I am sorry that you had to wait")
    assert requests(house) == [("open", "")]


@pytest.mark.parametrize(
    ("words", "unanswered", "unhappy"),
    [
        (("hello",), False, False),
        (("xyzzy qwerty blorp",), True, False),
        (("xyzzy qwerty blorp", "help"), False, False),
        (("this is terrible, you are useless",), False, True),
    ],
)
def test_staff_see_where_the_bot_did_not_do(house, words, unanswered, unhappy):
    _, staff = begin(house, *words)
    row = staff.row()
    assert (row.unanswered, row.unhappy) == (unanswered, unhappy)


def test_a_colleague_who_hands_back_has_dealt_with_it(house):
    _, staff = begin(house, "this is terrible, you are useless")
    staff.do(take_over, ANA)
    assert staff.row().unhappy
    staff.do(hand_back, ANA)
    assert not staff.row().unhappy
