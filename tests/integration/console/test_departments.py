"""Somebody of one department meets nothing of another's residents: every route, every role, as its own form would ask for it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from city.people.tables import JoinedPersonRow
from city.requests.tables import ServiceRequestRow
from console.shared.access import Role, permissions_of
from console.shared.tables import AuditRow
from tests.integration.console.test_access import rules_of
from tests.support.console_routes import ROUTES, build_town, knock, method_of, token_of

WORD = "zebrafinch"
BOUND = ("{number}", "{conversation_id}", "{group_id:int}", "{code}", "{item_id:int}")
SECTIONS = ("cases", "conversations", "questions", "services", "departments")
LISTS = (
    "/conversations?which=all",
    "/conversations?which=waiting",
    "/conversations/live?which=all",
    "/conversations/failed",
    f"/conversations/search?words={WORD}",
    f"/conversations/search?words={WORD[:4]}*",
    f"/cases?state=all&q={WORD}",
    "/cases?state=all",
    "/map/points?state=all&within=-90,-180,90,180",
    "/questions?state=open&order=newest",
)


@pytest.fixture
def town(house):
    return build_town(house, said=f"It is dangerous, {WORD}.")


def is_bound(route):
    section, *rest = route.path.strip("/").split("/")
    return section in SECTIONS and any(part in BOUND for part in rest)


def signed_in(house, role, department):
    return house.sign_in(role, departments=(department,))


def changes(house):
    with house.app.database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditRow))


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_another_department_is_there(house, town, role):
    colleague = signed_in(house, role, "parks")
    token, before, wrong = token_of(colleague), changes(house), []
    for route in filter(is_bound, ROUTES):
        answer = knock(colleague, route, town.path(route), token=token)
        allowed = rules_of(route)[0].permission in permissions_of([role])
        if answer.status_code not in ({404, 422} if allowed else {403}) or WORD in answer.text:
            wrong.append((method_of(route), route.path, answer.status_code))
    assert wrong == []
    assert changes(house) == before


@pytest.mark.parametrize("role", list(Role))
def test_no_list_and_no_search_tells_of_another_department(house, town, role):
    elsewhere, there = (signed_in(house, role, each) for each in ("parks", town.department))
    number, talk = town.at["cases"]["number"], town.at["conversations"]["conversation_id"]
    for path in LISTS:
        page = elsewhere.get(path)
        content = (
            page.text if path.startswith("/map") else str(page.soup.select("main li, main td, main article"))
        )
        assert not [one for one in (number, talk, "It is dangerous") if one in content], path
    assert talk in there.get("/conversations?which=waiting").text
    assert there.get(f"/conversations/search?words={WORD}").soup.select(".results li")
    assert not elsewhere.get(f"/conversations/search?words={WORD}").soup.select(".results li")


@pytest.mark.parametrize("role", list(Role))
def test_those_of_the_department_and_of_all_see_it(house, town, role):
    for colleague in (signed_in(house, role, town.department), house.sign_in(role)):
        assert colleague.get(f"/conversations/{town.at['conversations']['conversation_id']}").status == 200
        assert colleague.get(f"/cases/{town.at['cases']['number']}").status == 200
        assert colleague.get(f"/questions/{town.at['questions']['group_id']}").status == 200


def test_a_resident_without_a_case_is_for_those_who_see_all(house):
    talk = house.resident_says(f"hello {WORD}")
    path = house.sign_in("viewer").get("/conversations").soup.select_one(".talk a")["href"]
    assert talk
    assert house.sign_in("agent").get(str(path)).status == 200
    assert signed_in(house, "agent", "parks").get(str(path)).status == 404


@pytest.mark.parametrize("case_of_main", [True, False])
def test_a_case_counts_for_all_identities_of_a_resident(house, town, case_of_main):
    talk = house.resident_says("hello again")
    key = house.app.memory.lane(talk.channel, talk.sender)
    from conversation.store.tables import Conversation

    with house.app.database.writing() as session:
        other = session.scalars(select(Conversation).where(Conversation.sender_key == key)).one()
        filed = session.scalars(select(ServiceRequestRow.person_id)).first()
        main, own = (filed, other.person_id) if case_of_main else (other.person_id, filed)
        session.add(JoinedPersonRow(own_id=own, main_id=main, joined_at=house.clock()))
        path = f"/conversations/{other.id}"
    assert signed_in(house, "viewer", town.department).get(path).status == 200
    assert signed_in(house, "viewer", "parks").get(path).status == 404


def test_what_one_has_taken_stays_until_it_is_handed_back(house, town):
    path = f"/conversations/{town.at['conversations']['conversation_id']}"
    agent = signed_in(house, "agent", town.department)
    agent.post(f"{path}/take")
    with house.app.database.writing() as session:
        session.scalars(select(ServiceRequestRow)).one().department_code = "parks"
    assert agent.get(path).status == 200
    agent.post(f"{path}/back")
    assert agent.get(path).status == 404
