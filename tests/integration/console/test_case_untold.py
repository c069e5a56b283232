"""A case says that its resident was told only where that could be; else it says plainly that they were not, and why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conversation.delivery.fake_channel import LedgerChannel
from conversation.store.tables import Conversation
from tests.integration.console.test_case_pages import report, row_of, silence
from tests.support.console import ConsoleHouse
from tests.support.installation import HallTalk

WORDS = {
    "stopped": "they asked for no more messages",
    "closed": "is not set up here now",
    "too_late": "only within 24 hours",
    "gone": "no conversation with them any more",
}


def reachable(house: ConsoleHouse, channel: str = "sms") -> HallTalk:
    talk = HallTalk(house, "en", channel)
    talk.say("hello")
    return talk


def cut_off(house: ConsoleHouse, why: str) -> tuple[HallTalk, str]:
    """A resident who cannot be told, for this reason, and their case."""
    house.app.channels.update({"sms": LedgerChannel("sms"), "whatsapp": LedgerChannel("whatsapp")})
    talk = reachable(house, {"closed": "telegram", "too_late": "whatsapp"}.get(why, "sms"))
    number = report(house, talk, **({"person_id": "nobody"} if why == "gone" else {}))
    if why == "stopped":
        silence(house, talk)
    elif why == "too_late":
        house.clock.move(25 * 3600)
    return talk, number


FORMS = {
    "status": {"status": "in_progress", "reason": "On Monday."},
    "due": {"due": "2026-07-01", "reason": "Frost."},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("why", WORDS)
def test_who_cannot_be_told_is_not_said_to_have_been(house, why, form):
    _, number = cut_off(house, why)
    agent = house.sign_in("agent")
    page = agent.get(f"/cases/{number}")
    assert WORDS[why] in page.soup.select_one("#untold").get_text()
    page = page.submit(f"form#{form}", **FORMS[form])
    assert WORDS[why] in page.soup.select_one("#untold").get_text()
    page = page.submit("form#message", tell="yes")
    assert "What the resident was told" not in page.main
    assert WORDS[why] in page.soup.select_one(".history .not-told").get_text()
    update = row_of(house, number).updates[-1]
    assert (update.told, update.details["not_told"]) == ("", why)
    assert house.app.inbox_queue.counts().get("waiting", 0) == 0


@pytest.mark.parametrize("why", WORDS)
def test_many_changed_at_once_say_the_same(house, why):
    _, cut = cut_off(house, why)
    told = report(house, reachable(house))
    agent = house.sign_in("agent")
    page = agent.get("/cases").submit(
        "form#bulk", numbers=[cut, told], do="status", status="fixed", reason="Done."
    )
    page.submit("form#bulk-message", tell="yes")
    assert (row_of(house, cut).updates[-1].told, row_of(house, cut).status) == ("", "fixed")
    assert WORDS[why] in agent.get(f"/cases/{cut}").soup.select_one(".history .not-told").get_text()
    page = agent.get(f"/cases/{told}")
    assert "What the resident was told" in page.main
    assert page.soup.select_one(".not-told, #untold") is None


def test_a_duplicate_that_is_merged_says_it_of_its_own_resident(house):
    _, number = cut_off(house, "stopped")
    main = report(house, reachable(house))
    agent = house.sign_in("agent")
    page = agent.get(f"/cases/{number}").submit("form#merge", main=main, reason="Same hole.")
    page.submit("form#message", tell="yes")
    assert row_of(house, number).updates[-1].details["not_told"] == "stopped"
    assert "not_told" not in row_of(house, main).updates[-1].details


def test_those_whose_duplicates_follow_are_told_though_the_first_reporter_cannot_be(house):
    _, main = cut_off(house, "stopped")
    follower = house.resident_says("hello")
    second = report(house, follower)
    agent = house.sign_in("agent")
    page = agent.get(f"/cases/{second}").submit("form#merge", main=main, reason="Same hole.", tell=None)
    page = agent.get(f"/cases/{main}").submit("form#status", status="fixed", reason="Filled.")
    page.submit("form#message", tell="yes")
    assert second in follower.replies()[0].text
    assert row_of(house, main).updates[-1].details["not_told"] == "stopped"


def test_what_a_stopped_resident_did_not_get_does_not_stand_in_their_conversation(house):
    talk, number = cut_off(house, "stopped")
    before = len(house.app.memory.after(talk.channel, talk.sender, 0))
    page = (
        house.sign_in("agent").get(f"/cases/{number}").submit("form#status", status="fixed", reason="Done.")
    )
    page.submit("form#message", tell="yes")
    house.clock.move(60)
    assert len(house.app.memory.after(talk.channel, talk.sender, 0)) == before


@pytest.mark.parametrize("tell", ["no", None])
def test_a_message_that_was_left_out_is_said_to_have_been(house, tell):
    number = report(house)
    agent = house.sign_in("agent")
    page = agent.get(f"/cases/{number}").submit(
        "form#status", status="closed", reason="Nothing there.", tell="yes" if tell else None
    )
    page = page.submit("form#message", tell="no") if tell else page
    assert "chose to send nothing" in page.soup.select_one(".history .not-told").get_text()


def test_one_who_wants_texts_again_can_be_told_again(house):
    talk, number = cut_off(house, "stopped")
    with house.app.database.writing() as session:
        key = house.app.memory.lane(talk.channel, talk.sender)
        session.scalars(select(Conversation).where(Conversation.sender_key == key)).one().stopped_at = None
    page = house.sign_in("agent").get(f"/cases/{number}")
    assert page.soup.select_one("#untold") is None
    page.submit("form#status", status="fixed", reason="Done.").submit("form#message", tell="yes")
    assert "Good news" in row_of(house, number).updates[-1].told
