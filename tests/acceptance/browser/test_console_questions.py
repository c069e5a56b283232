"""A question that nobody can answer, in the widget; its answer, written at the console; and the resident who wanted to know."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
QUESTION = "What time is the zebra parade?"
ANSWER = "The zebra parade begins at noon at the city hall."


def in_the_chat(console, make_page) -> Page:
    page = make_page()
    page.goto(console.url)
    page.get_by_role("button", name="Chat with Penstock").click()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def wonder(console, make_page) -> Page:
    """A resident who asks what nobody knows, and wants to be told."""
    resident = in_the_chat(console, make_page)
    write(resident, QUESTION)
    expect(log(resident)).to_contain_text("I don't know that")
    resident.get_by_role("button", name="Tell me when you know").click()
    expect(log(resident)).to_contain_text("I will write it to you here")
    return resident


def editor_at(console, make_page, **options) -> Page:
    page = make_page(**options)
    console.sign_in(page, "editor", name="Ana")
    return page


def test_from_a_question_without_an_answer_to_the_resident_who_is_told(console, make_page):
    resident, ana = wonder(console, make_page), editor_at(console, make_page)
    ana.goto(console.path("/questions"))
    ana.get_by_role("link", name=QUESTION).click()
    expect(ana.get_by_role("heading", name="One person wants to be told")).to_be_visible()
    ana.get_by_label(re.compile("^Answer")).fill(ANSWER)
    ana.get_by_role("button", name="Publish this answer").click()
    expect(ana.get_by_role("status")).to_contain_text("Published: 1.")

    tell = ana.get_by_role("button", name="Tell the one person who asked")
    for _ in range(50):  # the library learns it within seconds
        if tell.count():
            break
        ana.wait_for_timeout(200)
        ana.reload()
    tell.click()
    expect(ana.get_by_role("status")).to_contain_text("Told: 1.")
    expect(log(resident)).to_contain_text(re.compile(rf"You asked:.*zebra.*{re.escape(ANSWER)}", re.DOTALL))

    write(resident, "what time is the zebra parade")
    expect(log(resident).get_by_text(ANSWER, exact=True)).to_be_visible()

    ana.goto(console.path("/try"))
    ana.get_by_label("Question").fill(QUESTION)
    ana.get_by_role("button", name="Ask", exact=True).click()
    expect(ana.get_by_text("Residents are answered")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_free_of_barriers_and_fit_a_narrow_screen(
    console, make_page, accessibility_faults, scheme
):
    wonder(console, make_page)
    size = {"width": 320, "height": 640}
    page = editor_at(console, make_page, color_scheme=scheme, bypass_csp=True, viewport=size)
    faults: dict[str, list[str]] = {}
    for below in ("/", "/questions", "/questions/1", "/questions/must", "/try"):
        page.goto(console.path(below))
        if below == "/try":
            page.get_by_label("Question").fill(QUESTION)
            page.get_by_role("button", name="Ask", exact=True).click()
            expect(page.get_by_role("heading", name="What would be said")).to_be_visible()
        faults[below] = accessibility_faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, below
    assert faults == {below: [] for below in faults}
