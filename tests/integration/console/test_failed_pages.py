"""Failed messages: staff see what failed and why, and try it again; each as far as their departments let them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.shared.tables import AuditRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import ATTEMPTS, handle_safely
from conversation.staff.failed import failed_count, failed_page
from conversation.store.tables import Conversation
from core.errors import SendCode, SendRefused
from core.failures import FailureCode, fail_with
from core.tables import QueueItem
from tests.support.console_routes import build_town

SAID = "there is a secret zebrafinch"


@pytest.fixture
def house(house):
    """The house with a pushing channel, so that deliveries can fail."""
    house.sms = LedgerChannel("sms")
    house.app.channels.update({"sms": house.sms})
    return house


def fail(house, channel="web"):
    """A resident whose message failed for a fault of ours that is mended by now."""
    talk = house.talk(channel=channel)
    talk.say("help")
    nlu_client, house.nlu_client.nlu_client = house.nlu_client.nlu_client, None
    house.work, mended = lambda: None, house.work
    talk.say(SAID)
    for _ in range(ATTEMPTS):
        for claim in house.app.inbox_queue.claim(1):
            handle_safely(house.app.services, claim)
        house.clock.move(10)
    house.nlu_client.nlu_client, house.work = nlu_client, mended
    return talk


def refuse(house, reason="their carrier takes nothing from us, +1 217 555 0142"):
    """A resident whom an answer could not be sent to."""
    house.sms.failures.append(SendRefused(SendCode.DECLINED, provider="Ledger", detail=reason, number=30004))
    talk = house.resident_says("help", channel="sms")
    deliver(house)
    return talk


def deliver(house):
    while claims := house.app.outbox_queue.claim(5):
        for claim in claims:
            house.app.outbox.deliver(claim)


def states(house, queue):
    with house.app.database.reading() as session:
        return list(
            session.scalars(select(QueueItem.state).where(QueueItem.queue == queue).order_by(QueueItem.id))
        )


def audit(house):
    with house.app.database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.subject, dict(row.details)) for row in rows if row.action == "message.retried"]


def test_a_message_that_failed_is_found_from_the_list_and_answered_when_tried_again(house):
    talk = fail(house)
    ana = house.sign_in("agent", name="Ana")
    page = ana.get("/conversations").follow("Failed messages: 1")
    assert "Something broke on our side while this was being answered." in page.main
    assert "came in, not answered · Web chat" in page.main
    assert "zebrafinch" not in page.main
    assert "zebrafinch" in page.follow("Resident R-").main
    form = page.soup.select_one("#failed form")
    page = page.submit(f"#{form['id']}")
    assert page.said.startswith("It is being tried again now. ")
    assert "Nothing has failed." in page.main
    before = talk.seen
    assert talk.replies()
    assert talk.seen > before
    assert set(states(house, "inbox")) == {"done"}
    (entry,) = audit(house)
    with house.app.database.reading() as session:
        assert entry[0] == session.scalar(select(Conversation.id))
    assert entry[1]["queue"] == "inbox"


def test_a_reply_that_was_refused_is_shown_covered_and_sent_when_tried_again(house):
    refuse(house)
    page = house.sign_in("agent", language="es").get("/conversations/failed")
    assert "Ledger lo rechazó (su error 30004)." in page.main
    assert "se escribió y no se envió" in page.main
    assert "takes nothing from us, •••••" in page.main
    sent = len(house.sms.ledger)
    page.submit("#failed form")
    deliver(house)
    assert len(house.sms.ledger) == sent + 1
    assert set(states(house, "outbox")) == {"done"}


def test_it_says_that_the_conversation_went_on(house):
    talk = fail(house)
    talk.say("help")
    page = house.sign_in("agent").get("/conversations/failed").submit("#failed form")
    assert "although the conversation has gone on" in page.said
    assert SAID in talk.replies()[-1].text


def test_who_may_not_answer_sees_them_without_the_button(house):
    fail(house)
    viewer = house.sign_in("viewer")
    page = viewer.get("/conversations/failed")
    assert page.soup.select("#failed li")
    assert not page.soup.select("#failed form")
    with house.app.database.reading() as session:
        (failed,) = failed_page(session).failed
    assert viewer.post(f"/conversations/failed/{failed.item_id}/retry").status == 403
    assert "failed" in states(house, "inbox")


@pytest.mark.parametrize("state", ["unknown", "done", "waiting", "expired"])
def test_nothing_else_can_be_tried_again(house, state):
    refuse(house)
    with house.app.database.writing() as session:
        item = session.scalars(select(QueueItem).where(QueueItem.state == "failed")).one()
        item.state = state
    agent = house.sign_in("agent")
    assert agent.post(f"/conversations/failed/{item.id}/retry").status == 404
    assert states(house, "outbox").count(state) >= 1
    assert audit(house) == []


def test_departments_see_their_own_alone_and_count_them(house):
    town = build_town(house, said=SAID)
    fail(house)
    for department, many in ((town.department, 1), ("parks", 0), ("", 2)):
        departments = (department,) if department else ()
        colleague = house.sign_in("agent", departments=departments)
        assert len(colleague.get("/conversations/failed").soup.select("#failed li")) == many
        overview = colleague.get("/")
        assert ("Failed messages" in overview.main) is bool(many)
        with house.app.database.reading() as session:
            assert failed_count(session, departments) == many


def test_a_first_message_without_a_conversation_is_shown_to_those_who_see_all(house):
    with house.app.database.writing() as session:
        house.app.inbox_queue.put(session, "nobody", "web first", {"channel": "web"})
    (claim,) = house.app.inbox_queue.claim()
    house.app.inbox_queue.give_up(claim, fail_with(FailureCode.STUCK))
    page = house.sign_in("viewer").get("/conversations/failed")
    assert "Somebody new" in page.main
    assert "ended without a word twice" in page.main
    assert (
        not house.sign_in("viewer", departments=("parks",))
        .get("/conversations/failed")
        .soup.select("#failed li")
    )


def test_many_come_a_page_at_a_time_the_newest_first(house):
    for _ in range(5):
        refuse(house)
    fail(house)
    with house.app.database.reading() as session:
        pages, behind = [], 0
        while True:
            page = failed_page(session, behind=behind, limit=2)
            pages.append([one.item_id for one in page.failed])
            behind = page.behind
            if not behind:
                break
    everything = [number for page in pages for number in page]
    assert [len(page) for page in pages] == [2, 2, 2]
    assert everything == sorted(everything, reverse=True)
    assert len(set(everything)) == 6
