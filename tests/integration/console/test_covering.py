"""What residents entrust stands on no page of staff's before the click that is logged, and finds nobody for those who may not see it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.shared.access import Role
from console.shared.tables import AuditRow
from core.covering import COVERED
from tests.support.console_routes import ROUTES, build_town, method_of

NUMBER, MAIL, HANDLE = "217-555-0842", "maria.lopez@mail.example", "@maria_lopez"
SAID = f"Call me: {NUMBER} or {MAIL}, {HANDLE}"
SECRETS = (NUMBER, "2175550842", "555-0842", MAIL, "maria.lopez", HANDLE)
GETS = [route for route in ROUTES if method_of(route) == "GET"]
MORE = (
    "/conversations?which=waiting",
    "/conversations/search?words=call",
    "/conversations/search?words=hole",
    "/cases?state=all&q=hole",
    "/map/points?state=all&within=-90,-180,90,180",
    "/questions?state=open&order=newest",
    "/surveys/ferry/results/file",
    "/conversations?which=all",
)


@pytest.fixture
def town(house):
    return build_town(house, said=SAID, reach=NUMBER)


def audit(house):
    with house.app.database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.action, row.subject, dict(row.details)) for row in rows if row.action.startswith("contact.")]


def shown_in(text):
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_a_contact_before_the_click(house, town, role):
    colleague = house.sign_in(role)
    paths = [town.path(route) for route in GETS] + list(MORE)
    paths.append(f"/questions/must?group={town.at['questions']['group_id']}")
    shown = {path: found for path in paths if (found := shown_in(colleague.get(path).text))}
    assert shown == {}
    assert audit(house) == []


def test_what_stands_beside_a_contact_is_still_read(house, town):
    viewer = house.sign_in("viewer")
    case = viewer.get(f"/cases/{town.at['cases']['number']}").main
    talk = viewer.get(f"/conversations/{town.at['conversations']['conversation_id']}").main
    for page in (case, talk):
        assert f"Call me: {COVERED} or {COVERED}, {COVERED}" in page


@pytest.mark.parametrize("section", ["cases", "conversations"])
def test_the_click_opens_the_page_and_is_written_down(house, town, section):
    agent = house.sign_in("agent")
    which = town.at[section]["number" if section == "cases" else "conversation_id"]
    page = agent.get(f"/{section}/{which}").submit("form#contact")
    assert SAID in page.main
    assert [(action, subject) for action, subject, _ in audit(house)] == [("contact.seen", which)]
    assert shown_in(agent.get(f"/{section}/{which}").text) == []


def test_the_bot_repeats_no_contact_in_what_staff_read(house):
    talk = house.resident_says("there is a pothole", "1")
    replies = talk.say(f"Oakwood Terrace, {NUMBER}")
    assert NUMBER in replies[-1].text, "the bot does repeat it to its resident"
    viewer = house.sign_in("viewer")
    path = viewer.get("/conversations").soup.select_one(".talk a")["href"]
    assert shown_in(viewer.get(str(path)).text) == []


def test_the_citys_own_number_stays(house):
    talk = house.resident_says("hello", "555-0100 does not answer, nor does publicworks@penstock.example")
    assert talk
    viewer = house.sign_in("viewer")
    page = viewer.get(str(viewer.get("/conversations").soup.select_one(".talk a")["href"]))
    assert "555-0100 does not answer, nor does publicworks@penstock.example" in page.main


SEARCHES = [NUMBER, "2175550842", "555-0842", "(217) 555 0842", MAIL]
PARTS = ["0842", "lopez", "maria*", '"555 0842"', "217*"]


@pytest.mark.parametrize("words", [*SEARCHES, *PARTS])
def test_a_contact_finds_nobody_for_those_who_may_not_see_it(house, town, words):
    number = town.at["cases"]["number"]
    for role in ("viewer", "editor", "broadcaster"):
        colleague = house.sign_in(role)
        assert number not in colleague.get(f"/cases?state=all&q={words}").main
        assert number not in colleague.get(f"/cases?state=all&place={words}").main
        assert number not in colleague.get(f"/map/points?state=all&q={words}&within=-90,-180,90,180").text
        assert not colleague.get(f"/conversations/search?words={words}").soup.select(".results li")
    assert audit(house) == []


@pytest.mark.parametrize("words", SEARCHES)
def test_a_contact_finds_the_case_for_those_who_may_and_the_search_is_written_down(house, town, words):
    agent = house.sign_in("agent")
    page = agent.client.get("/console/cases", params={"state": "all", "q": words})
    assert town.at["cases"]["number"] in page.text
    assert [(action, details) for action, _, details in audit(house)] == [
        ("contact.searched", {"where": "cases"})
    ]


def test_a_contact_finds_what_was_said_for_those_who_may_and_the_search_is_written_down(house, town):
    agent = house.sign_in("agent")
    found = agent.get(f"/conversations/search?words={NUMBER}").soup.select(".results li")
    assert found
    assert shown_in(" ".join(one.get_text() for one in found)) == []
    assert [action for action, _, _ in audit(house)] == ["contact.searched"]
    agent.get("/conversations/search?words=0842")
    assert [action for action, _, _ in audit(house)] == ["contact.searched"] * 2
    agent.get("/conversations/search?words=hello")
    assert len(audit(house)) == 2


def test_the_log_does_not_say_what_was_looked_for(house, town):
    agent = house.sign_in("agent")
    agent.get(f"/conversations/search?words={NUMBER}")
    agent.get(f"/cases?q={NUMBER}")
    assert shown_in(house.sign_in("administrator").get("/audit").text) == []


def test_a_view_that_everybody_sees_keeps_no_contact(house, town):
    agent = house.sign_in("agent")
    agent.post("/cases/views", {"query": [f"q={NUMBER}&state=all"], "name": ["Maria"], "shared": ["yes"]})
    page = house.sign_in("viewer").get("/cases")
    assert "Maria" in page.main
    assert shown_in(page.text) == []


def test_a_document_that_begins_with_a_question_takes_no_contact_with_it(house, town):
    admin = house.sign_in("administrator")
    group = town.at["questions"]["group_id"]
    page = admin.get(f"/questions/{group}").submit("form#draft")
    assert "Why is there a hole?" in page.text
    assert shown_in(page.text) == []
