"""What residents are about to be told, questions that are moved, and the page of a photo: on a phone and wide, without scripts too."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from city.records.model import NewRequest
from city.requests.requests import file_request
from conversation.store.tables import Conversation
from core.model import Asker, InboundMessage, Picture, Reply
from core.queue import utc_now
from knowledge.questions.kept import keep_question
from tests.support.pictures import picture

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])


def residents(console, *languages: str) -> list[str]:
    """People who wrote in the web chat, in these languages."""
    for language in languages:
        console.app.inbox.accept(
            InboundMessage(
                "web",
                uuid.uuid4().hex,
                uuid.uuid4().hex,
                utc_now(),
                text="hola" if language == "es" else "hello",
            )
        )
    found: list[str] = []
    while len(found) < len(languages):
        with console.app.database.reading() as session:
            found = list(session.scalars(select(Conversation.person_id)))
    return found


def reported(console, person: str) -> str:
    request = NewRequest(
        service_code="pothole",
        person_id=person,
        channel="web",
        language="en",
        dedupe_key=uuid.uuid4().hex,
        description="a hole",
    )
    with console.app.database.writing() as session:
        return file_request(session, request, utc_now()).number


def faults_of(page, accessibility_faults, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return accessibility_faults(page) + ([f"{wide} pixels wide"] if wide > width else [])


@SIZES
def test_the_messages_of_a_change_of_many_cases_are_shown_first_without_any_script(
    make_page, console, accessibility_faults, scheme, width
):
    numbers = [reported(console, person) for person in residents(console, "en", "es")]
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page.route("**/*.js", lambda route: route.abort())
    console.sign_in(page, "agent", name="Ana")
    page.goto(console.path("/cases"))
    for number in numbers:
        page.get_by_label(f"Tick {number}").check()
    page.get_by_text("Change the ticked cases").click()
    page.get_by_label("New status").select_option("fixed")
    page.get_by_label("Reason").fill("Filled today.")
    page.get_by_role("button", name="Set the status").click()
    expect(page.get_by_role("heading", name="What residents will be told")).to_be_visible()
    expect(page.get_by_text("2 residents: Web chat")).to_be_visible()
    expect(page.get_by_text("Buenas noticias de su reporte")).to_be_visible()
    assert faults_of(page, accessibility_faults, width) == []
    page.get_by_role("button", name="Save and send").click()
    expect(page.get_by_role("status")).to_contain_text("2 cases are changed.")


@SIZES
def test_a_question_is_moved_by_hand(make_page, console, accessibility_faults, scheme, width):
    with console.app.database.writing() as session:
        for question in ("When do zebras march?", "Zebras march big loud full here when?", "Elephants?"):
            keep_question(
                session,
                Asker("p", "web", "en"),
                question,
                reason="unanswered",
                nearest=[],
                now=utc_now(),
            )
    console.app.question_groups.group_all()
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    console.sign_in(page, "editor", name="Ana")
    page.goto(console.path("/questions/1"))
    page.get_by_text("These mean something else").click()
    page.get_by_label("Tick: When do zebras march?").check()
    assert faults_of(page, accessibility_faults, width) == []
    page.get_by_label("Put them").select_option(label="Elephants?")
    page.get_by_role("button", name="Move the ticked questions").click()
    expect(page.get_by_role("status")).to_contain_text("The questions are here now.")
    expect(page.get_by_role("rowheader", name="When do zebras march?").last).to_be_visible()


@SIZES
def test_the_page_of_a_photo_shows_it_with_its_words(
    make_page, open_to_all, accessibility_faults, scheme, width
):
    taken = open_to_all.app.media.take(picture())
    shown = Picture(taken.media_id, taken.content_type, "Photo of the work on KR-48213")
    with open_to_all.app.database.writing() as session:
        link = open_to_all.app.picture_links.new(session, Reply("It is fixed.", pictures=(shown,)))
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(open_to_all.url + link.removeprefix(open_to_all.app.picture_links._public_url))
    image = page.get_by_role("img", name="Photo of the work on KR-48213")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") > 0
    assert faults_of(page, accessibility_faults, width) == []
    page.goto(f"{open_to_all.url}/f/AAAAAAAAAAAA")
    expect(page.get_by_role("heading", name="This link is too old")).to_be_visible()
    assert faults_of(page, accessibility_faults, width) == []
