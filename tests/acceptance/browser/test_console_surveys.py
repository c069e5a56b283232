"""A survey from its first question to its chart: built in the console, answered by text message and in the widget."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from core.model import InboundMessage
from tests.support.console_server import RunningOffice
from tests.support.web_chat import wait_until

pytestmark = pytest.mark.browser


def text(console: RunningOffice, *lines: str) -> str:
    """Somebody sends these text messages, each after the answer to the one before; the last answer."""
    sender, seen, said = f"+1555{uuid.uuid4().int % 10**7:07}", 0, ""
    for line in lines:
        message = InboundMessage("sms", uuid.uuid4().hex, sender, console.app.now(), line)
        console.app.inbox.accept(message)

        def answers(after: int = seen) -> list[str]:
            found = console.app.memory.after("sms", sender, after)
            return [entry.reply.text for entry in found if entry.sender == "city"]

        wait_until(lambda: bool(answers()), 20)
        said = answers()[-1]
        seen = console.app.memory.after("sms", sender, 0)[-1].sequence
    return said


def in_english(page: Page):
    return page.locator("form#words").get_by_role("group", name="English")


def add_question(
    page: Page, kind: str, english: str, spanish: str, answers: tuple[tuple[str, str], ...] = ()
) -> None:
    page.get_by_label("Add a question").select_option(label=kind)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Question (English)").fill(english)
    page.get_by_label("Question (Spanish)").fill(spanish)
    for number, (in_english, in_spanish) in enumerate(answers, start=1):
        row = page.get_by_role("group", name=f"Answer {number}", exact=True)
        row.get_by_label("English").fill(in_english)
        row.get_by_label("Spanish").fill(in_spanish)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("The question is saved.")


def test_a_survey_is_built_answered_by_sms_and_in_the_widget_and_seen_as_a_chart(
    make_page, console, monkeypatch
):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    page = make_page()
    console.sign_in(page, "editor", name="Ana")
    page.goto(console.path("/surveys"))
    page.get_by_label("Name (English)").fill("Street trees")
    page.get_by_label("Name (Spanish)").fill("Árboles de la calle")
    page.get_by_role("button", name="Begin a survey").click()
    expect(page.get_by_text("There are no questions.")).to_be_visible()

    add_question(
        page,
        "One answer",
        "Are there enough trees?",
        "¿Hay suficientes árboles?",
        (("Yes", "Sí"), ("No", "No")),
    )
    add_question(page, "Scale", "How much do you like them, 1 to 5?", "¿Cuánto le gustan, de 1 a 5?")
    in_english(page).get_by_label("Keywords").fill("TREES")
    page.locator("form#words").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Open the survey").click()
    expect(page.get_by_role("status")).to_contain_text("The survey is open: version 1.")

    for _ in range(4):
        assert "Thank you" in text(console, "TREES", "1", "5")
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_text("too few people, hidden").first).to_be_visible()
    assert "Thank you" in text(console, "trees", "Yes", "5")
    chart = page.get_by_role("region", name="1. Are there enough trees?")
    expect(chart.get_by_role("row", name="Yes 5")).to_be_visible(timeout=15_000)

    resident = make_page(viewport={"width": 400, "height": 800})
    resident.goto(f"{console.url}/")
    resident.get_by_role("button", name="Chat with Penstock").click()
    resident.get_by_label("Your message").fill("TREES")
    resident.get_by_label("Your message").press("Enter")
    resident.get_by_role("button", name="Yes", exact=True).click()
    resident.get_by_role("button", name="5", exact=True).click()
    log = resident.get_by_role("log", name="Conversation with Penstock")
    expect(log.get_by_text("Thank you for your answers.")).to_be_visible()

    expect(chart.get_by_role("row", name="Yes 6")).to_be_visible(timeout=15_000)
    expect(
        page.get_by_role("region", name="2. How much do you like them").get_by_text("mean 5.0")
    ).to_be_visible()


PAGES = (
    "/surveys/parks",
    "/surveys/parks/questions/OFTEN",
    "/surveys/parks/questions/RATE",
    "/surveys/parks/questions/new?kind=number",
    "/surveys/parks/preview?channel=sms",
    "/surveys/parks/preview?channel=telegram",
    "/surveys/ferry/results?by=channel",
    "/surveys/parks/history",
    "/services/pothole",
    "/services/pothole/questions/SIZE",
    "/services/pothole/history",
    "/departments/parks",
    "/departments/new",
)


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_the_pages_of_surveys_and_services_are_accessible(
    make_page, console, accessibility_faults, scheme, width
):
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    console.sign_in(page, "administrator", name="Ana")
    for answer in ("1", "3", "3", "1", "3", "3"):
        text(console, "RIDE", answer, "1", "skip")
    page.goto(console.path("/surveys/parks"))
    in_english(page).get_by_label("Name").fill("Parks, playgrounds and ponds")
    page.locator("form#words").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish the changes").click()
    faults: dict[str, list[str]] = {}
    for below in PAGES:
        page.goto(console.path(below))
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        wide = page.evaluate("document.documentElement.scrollWidth")
        too_wide = [f"{wide} pixels wide"] if wide > width else []
        if found := accessibility_faults(page) + too_wide:
            faults[below] = found
    assert faults == {}


def test_a_question_is_moved_by_keyboard_alone(page, console):
    console.sign_in(page, "editor")
    page.goto(console.path("/surveys/ferry"))
    page.get_by_role("button", name="Move down: What would make you ride more often?").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".questions .words").last).to_have_text("What would make you ride more often?")
