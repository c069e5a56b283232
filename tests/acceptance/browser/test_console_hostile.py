"""Hostile words of residents on every page of the console, in a real browser: none is run, and the policy has nothing to report."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.people.requests import ask_person
from city.records.model import NewRequest, PlaceMatch
from city.records.tables import ServiceRow
from city.requests.requests import add_comment, file_request
from city.surveys.surveys import answer_set, complete_set, record_answer
from conversation.store.conversations import ConversationState
from core.model import Asker, InboundMessage, Position, Reply
from knowledge.questions.kept import keep_feedback, keep_question
from tests.acceptance.browser.test_console_accessibility import pages
from tests.unit.console.hostile import hostile_texts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
AT_ONCE = 10
"""Texts in one field: every field of every page meets all of them."""
OF_A_KIND = 25
"""Pages of one kind (such as one case each) that are looked at."""

WATCH = """
window.__ran = []; window.__reports = [];
window.alert = window.confirm = window.prompt = (what) => { window.__ran.push(String(what)); return true; };
document.addEventListener("securitypolicyviolation", (event) =>
  window.__reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def plant(console) -> None:
    """A resident's words in every place where a resident's words go."""
    texts = hostile_texts()
    app = console.app
    for start in range(0, len(texts), AT_ONCE):
        words = " ".join(texts[start : start + AT_ONCE])
        person, conversation = uuid.uuid4().hex, uuid.uuid4().hex
        with app.database.noting() as connection:
            known = ConversationState(conversation, person, "en", {}, 0, app.now(), is_new=True)
            known.lines += [("resident", Reply(words), ()), ("city", Reply(f"I read {words}"), ())]
            message = InboundMessage("web", uuid.uuid4().hex, uuid.uuid4().hex, app.now(), text=words)
            app.memory.remember(connection, message, known, app.now())
        with app.database.writing() as session:
            plant_records(session, app, words, person)


def plant_records(session: Session, app, words: str, person: str) -> None:
    """Their report, what they added, what they asked, wished, thought, and answered to a survey."""
    now = app.now()
    service = session.scalars(select(ServiceRow.code)).first()
    new = NewRequest(
        service or "",
        person,
        "web",
        "en",
        uuid.uuid4().hex,
        description=words,
        place=PlaceMatch(words, Position(44.0, -90.0), "text"),
        answers={"where": words, "what": [words]},
        contact=words,
    )
    view = file_request(session, new, now)
    add_comment(session, view.number, person, words, dedupe_key=uuid.uuid4().hex, now=now)
    asker = Asker(person, "web", "en")
    keep_question(session, asker, words, reason="unanswered", nearest=[words], now=now)
    keep_feedback(session, asker, helpful=False, subject=words[:200], question=words, comment=words, now=now)
    ask_person(session, asker, words, now)
    for survey in app.city.surveys.values():
        answer_set(session, survey, person, "en", now)
        for question in survey.questions:
            if question.kind in {"text", "place"}:
                record_answer(session, survey, person, question.code, words)
        complete_set(session, survey, person, now)


def kind_of(path: str) -> str:
    """Pages of one kind have one name, whatever they are about."""
    bare = path.partition("?")[0]
    return re.sub(r"[A-Z]{2}-\d{5}|[0-9a-f]{16,}|\d+", "_", bare)


def visited(page: Page, console) -> Iterator[str]:
    """Go wherever links lead, a number of pages of each kind; the address of each page that was opened."""
    waiting: list[str] = [f"/console{path}" for path in pages()]
    seen, kinds = set(waiting), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        if kinds[kind_of(path)] >= OF_A_KIND:
            continue
        kinds[kind_of(path)] += 1
        try:
            page.goto(console.url + path)
        except PlaywrightError:  # a file to be downloaded is no page
            continue
        yield path
        for link in page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))"):
            if link.startswith("/console") and link not in seen:
                seen.add(link)
                waiting.append(link)


def findings(page: Page) -> Sequence[str]:
    """What ran and what the policy reported."""
    found: list[str] = page.evaluate("[...window.__ran.map((one) => `ran ${one}`), ...window.__reports]")
    return found


def test_no_page_runs_what_a_resident_wrote(make_page, console):
    plant(console)
    page = make_page()
    page.add_init_script(WATCH)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    console.sign_in(page, "administrator", name="Ana")
    faults: dict[str, Sequence[str]] = {}
    opened = 0
    for path in visited(page, console):
        opened += 1
        if found := findings(page):
            faults[path] = found
    assert faults == {}
    assert dialogs == []
    assert opened > 5
