"""Walking all routes of the console over a town in which there is one of everything: for tests that every page must pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.people.requests import ask_person
from city.records.model import NewRequest, PlaceMatch, Position
from city.records.tables import ServiceRow
from city.requests.casework import Act, CaseWorker, add_note
from city.requests.requests import add_comment, file_request, find_row
from city.requests.saved_views import save_view
from city.surveys.surveys import answer_set, complete_set, record_answer
from console.accounts import people
from console.accounts.people import Invited
from console.app import SECTIONS
from conversation.staff import canned_replies
from conversation.store.tables import Conversation
from core.failures import Failure
from core.model import Asker
from knowledge.documents.documents import create_draft
from knowledge.questions import must_answer
from knowledge.questions.kept import keep_question
from tests.support.console import BASE, Colleague, ConsoleHouse


def routes_of(router: object) -> Iterator[APIRoute]:
    """All routes of a router, those of routers within it too."""
    for route in getattr(router, "routes", ()):
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from routes_of(inner)
        else:
            raise AssertionError(f"{route!r} is neither a page nor a router of pages: who may see it?")


ROUTES = [route for section in SECTIONS for route in routes_of(section)]


def method_of(route: APIRoute) -> str:
    """The one method of a route."""
    return next(iter(route.methods))


@dataclass
class Town:
    """What there is one of, by the place of an address: `at["cases"]["number"]` for `/cases/{number}`."""

    department: str
    at: dict[str, dict[str, str]] = field(default_factory=dict)

    def path(self, route: APIRoute) -> str:
        """The route's path with what there is in its places."""
        section, *_ = parts = route.path.strip("/").split("/")
        kind = "imports" if "imports" in parts else section
        return "/" + "/".join(self._part(part, kind) for part in parts)

    def _part(self, part: str, kind: str) -> str:
        if not part.startswith("{"):
            return part
        return self.at.get(kind, {}).get(part[1:-1].partition(":")[0], "1")


def build_town(
    house: ConsoleHouse, service: str = "pothole", said: str = "It is dangerous.", reach: str = ""
) -> Town:
    """A resident who has `said` this wherever residents can say something and left this to `reach` them at, and one of everything that staff have made."""
    talk = house.resident_says("hello", said)
    app, now = house.app, house.clock()
    key = app.memory.lane(talk.channel, talk.sender)
    with app.database.writing() as session:
        conversation = session.scalars(select(Conversation).where(Conversation.sender_key == key)).one()
        person, asker = conversation.person_id, Asker(conversation.person_id, talk.channel, "en")
        filed = file_request(
            session,
            NewRequest(
                service_code=service,
                person_id=person,
                channel=talk.channel,
                language="en",
                dedupe_key=f"town {person}",
                description=f"A hole. {said}",
                contact=reach,
                place=PlaceMatch(f"12 Mill Road, {said}", Position(41.652, -74.34), "text"),
                answers={"SIZE": said},
            ),
            now,
        )
        row = find_row(session, filed.number)
        assert row is not None
        add_comment(session, row.number, person, f"Still there. {said}", dedupe_key=f"more {person}", now=now)
        add_note(session, row, Act(CaseWorker("-", "Ana"), now, f"Called. {said}", told=f"We say: {said}"))
        ask_person(session, asker, f"About the hole. {said}", now, reach=reach)
        keep_question(
            session, asker, f"Why is there a hole? {said}", reason="unanswered", nearest=(), now=now
        )
        give_answers(house, session, said, now)
        department = session.get_one(ServiceRow, service).department_code
        number = row.number
    app.question_groups.group_all()
    town = Town(department, _made(house, department))
    town.at["cases"] |= {"number": number}
    town.at["conversations"] |= {
        "conversation_id": conversation.id,
        "item_id": str(fail_a_message(house, key, said)),
    }
    town.at["questions"] |= {"group_id": _group(house, person)}
    return town


def fail_a_message(house: ConsoleHouse, lane: str, said: str) -> int:
    """A message of this lane that failed with this in its error; the number of its item."""
    queue = house.app.inbox_queue
    with house.app.database.writing() as session:
        queue.put(session, lane, f"web failed {lane}", {"channel": "web", "text": said})
    (claim,) = queue.claim()
    queue.give_up(claim, Failure("", text=f"Not read: {said}"))
    return claim.item_id


def give_answers(house: ConsoleHouse, session: Session, said: str, now: datetime) -> None:
    """Enough people for their words to be shown answer a survey."""
    survey = house.app.city.surveys["ferry"]
    for number in range(12):
        who = f"{said} {number}"
        answer_set(session, survey, who, "en", now, channel="web")
        record_answer(session, survey, who, "SAY", f"More boats. {said}")
        complete_set(session, survey, who, now)


def knock(
    colleague: Colleague,
    route: APIRoute,
    path: str,
    data: dict[str, list[str]] | None = None,
    token: str = "",
) -> httpx.Response:
    """Ask for a route as its own form would, redirects not followed."""
    headers = {"origin": BASE, "x-csrf-token": token}
    return colleague.client.request(
        method_of(route), f"/console{path}", headers=headers, data=data or {}, follow_redirects=False
    )


def token_of(colleague: Colleague) -> str:
    """What the forms of this colleague carry."""
    return str(colleague.get("/account").soup.select_one("input[name=csrf]")["value"])


def _made(house: ConsoleHouse, department: str) -> dict[str, dict[str, str]]:
    """What staff have made."""
    app, now = house.app, house.clock()
    staff_id = house.hire("viewer", name="Somebody Else")
    with app.database.writing() as session:
        canned_replies.keep_reply(session, None, f"Hello from {department}", {"en": "Hello"}, now)
        save_view(session, staff_id, "Mine", "state=all", shared=True, now=now)
        must = must_answer.write_entry(session, "Where is glass?", "en", "words", "Elm", by="Ana", now=now)
        text, about = "Glass goes to Elm Street.", {"language": "en", "department": department}
        document = create_draft(session, title="Glass", text=text, by="Ana", now=now, **about)
        invited = Invited(f"new.{staff_id[:6]}@city.example", "New", ("viewer",), by="Ana")
        secret = people.make_invitation(session, invited, now)
    return {
        "welcome": {"secret": secret},
        "team": {"staff_id": staff_id},
        "cases": {"view_id": "1", "media_id": "1"},
        "conversations": {"reply_id": "1", "media_id": "1"},
        "questions": {"entry_id": str(must)},
        "knowledge": {"number": str(document), "version": "1"},
        "imports": {"number": "1"},
        "surveys": {"code": "ferry", "question": "SAY", "change": "1"},
        "departments": {"code": department, "change": "1"},
        "facts": {"section": "places", "code": "city-hall", "change": "1"},
        "services": {"code": "pothole", "question": "SIZE", "change": "1"},
    }


def _group(house: ConsoleHouse, person_id: str) -> str:
    from knowledge.questions.tables import KeptQuestionRow

    with house.app.database.reading() as session:
        of_theirs = select(KeptQuestionRow.group_id).where(KeptQuestionRow.conversation == person_id)
        return str(session.scalars(of_theirs).first())
