"""A resident in the widget and a colleague at the console, each in a window of their own: take over, answer, hand back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NEEDS = "I want to talk to a person about my water bill"


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def at_the_desk(console, make_page, name="Ana", **options) -> Page:
    page = make_page(**options)
    console.sign_in(page, "agent", name=name)
    return page


def in_the_chat(console, make_page) -> Page:
    page = make_page()
    page.goto(console.url)
    page.get_by_role("button", name="Chat with Penstock").click()
    return page


def asks_for_a_person(resident: Page) -> None:
    write(resident, NEEDS)
    expect(log(resident)).to_contain_text("How can they reach you?")
    resident.get_by_role("group", name="Choose an answer").get_by_role("button", name="Skip").click()
    expect(log(resident)).to_contain_text("I have passed it on")


def said(page: Page):
    return page.get_by_role("region", name="What was said")


def test_a_colleague_takes_over_answers_and_hands_back(console, make_page):
    resident, ana = in_the_chat(console, make_page), at_the_desk(console, make_page)
    ana.goto(console.path("/conversations?which=waiting"))
    expect(ana.get_by_text("Nobody is waiting for a person.")).to_be_visible()
    asks_for_a_person(resident)

    ana.get_by_role("link", name=re.compile("Resident R-")).click()  # the list has shown it by itself
    ana.get_by_role("button", name="Take over").click()
    expect(log(resident)).to_contain_text("Ana from the city is here now")

    ana.get_by_label("Your answer").fill("Hello! Which month is it about?")
    ana.get_by_label("Your answer").press("Control+Enter")
    expect(log(resident)).to_contain_text(re.compile(r"Ana, city staff:\s*Hello! Which month is it about\?"))

    write(resident, "October, it is twice as high")
    expect(said(ana)).to_contain_text("October, it is twice as high")

    ana.get_by_role("button", name="Hand back to the assistant").click()
    expect(log(resident)).to_contain_text("Ana has left the conversation")
    write(resident, "help")
    expect(log(resident)).to_contain_text(
        re.compile("left the conversation.*Write as you would to a neighbor", re.DOTALL)
    )
    expect(said(ana)).to_contain_text("Ana has left the conversation")


def test_an_open_report_goes_on_after_the_colleague_has_left(console, make_page):
    resident, ana = in_the_chat(console, make_page), at_the_desk(console, make_page)
    write(resident, "there is a pothole at 20 Elm Street")
    choices = resident.get_by_role("group", name="Choose an answer")
    expect(choices.get_by_role("button").first).to_be_visible()
    label = choices.get_by_role("button").first.inner_text()

    ana.goto(console.path("/conversations"))
    ana.get_by_role("link", name=re.compile("Resident R-")).click()
    expect(ana.get_by_text("In the middle of reporting a problem.")).to_be_visible()
    ana.get_by_role("button", name="Take over").click()
    expect(log(resident)).to_contain_text("Ana from the city is here now")
    write(resident, "who are you?")
    expect(said(ana)).to_contain_text("who are you?")
    ana.get_by_role("button", name="Hand back to the assistant").click()
    expect(log(resident)).to_contain_text("Ana has left the conversation")
    expect(choices.get_by_role("button", name=label)).to_be_visible()


def test_a_canned_reply_goes_to_where_the_cursor_is(console, make_page):
    resident, ana = in_the_chat(console, make_page), at_the_desk(console, make_page)
    ana.goto(console.path("/conversations/replies"))
    ana.get_by_label("Title").fill("Greeting")
    ana.get_by_label("Words in English").fill("{name} of {city} here.")
    ana.get_by_role("button", name="Add it").click()
    asks_for_a_person(resident)
    ana.goto(console.path("/conversations"))
    ana.get_by_role("link", name=re.compile("Resident R-")).click()
    ana.get_by_role("button", name="Take over").click()
    ana.get_by_label("Your answer").fill("Hello. ")
    ana.get_by_label("Canned reply").select_option("Greeting")
    ana.get_by_role("button", name="Put it into the answer").click()
    expect(ana.get_by_label("Your answer")).to_have_value("Hello. Ana of Penstock here.")
    expect(ana.get_by_label("Your answer")).to_be_focused()


def test_a_colleague_sees_at_once_that_another_was_quicker(console, make_page):
    resident, ana = in_the_chat(console, make_page), at_the_desk(console, make_page)
    ben = at_the_desk(console, make_page, "Ben")
    asks_for_a_person(resident)
    for page in (ana, ben):
        page.goto(console.path("/conversations"))
        page.get_by_role("link", name=re.compile("Resident R-")).click()
    ana.get_by_role("button", name="Take over").click()
    expect(ben.get_by_text("Ana answers. The assistant is silent.")).to_be_visible()
    expect(ben.get_by_role("button", name="Take over")).to_be_hidden()


def test_without_scripts_a_colleague_answers_all_the_same(console, make_page):
    resident = in_the_chat(console, make_page)
    ana = at_the_desk(console, make_page, java_script_enabled=False)
    asks_for_a_person(resident)
    ana.goto(console.path("/conversations"))
    ana.get_by_role("link", name=re.compile("Resident R-")).click()
    ana.get_by_role("button", name="Take over").click()
    ana.get_by_label("Your answer").fill("Without any script.")
    ana.get_by_role("button", name="Send", exact=True).click()
    expect(said(ana)).to_contain_text("Without any script.")
    expect(log(resident)).to_contain_text("Without any script.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_free_of_barriers(console, make_page, accessibility_faults, scheme):
    resident = in_the_chat(console, make_page)
    asks_for_a_person(resident)
    page = make_page(color_scheme=scheme, bypass_csp=True)
    console.sign_in(page, "administrator", name="Ana")
    page.goto(console.path("/conversations"))
    faults = accessibility_faults(page)
    page.get_by_role("link", name=re.compile("Resident R-")).click()
    faults += accessibility_faults(page)
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    faults += accessibility_faults(page)
    for below in ("/search?words=water", "/replies", "/hours"):
        page.goto(console.path(f"/conversations{below}"))
        faults += accessibility_faults(page)
    assert faults == []


def test_at_320_pixels_nothing_is_cut_off(console, make_page):
    resident = in_the_chat(console, make_page)
    asks_for_a_person(resident)
    page = make_page(viewport={"width": 320, "height": 640})
    console.sign_in(page, "administrator", name="Ana")
    for below in ("", "/search?words=water", "/replies", "/hours"):
        page.goto(console.path(f"/conversations{below}"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, below
    page.goto(console.path("/conversations"))
    page.get_by_role("link", name=re.compile("Resident R-")).click()
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
