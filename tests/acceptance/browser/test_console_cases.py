"""A case from the resident's first word to "it is still there", between the widget and the console, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.pictures import picture

pytestmark = pytest.mark.browser


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def press(page: Page, label: str) -> None:
    page.get_by_role("group", name="Choose an answer").get_by_role("button", name=label).last.click()


def report(page: Page, url: str) -> str:
    """A resident reports a pothole in the widget; its number."""
    page.goto(url)
    page.get_by_role("button", name="Chat with Penstock").click()
    write(page, "there is a pothole at 20 Elm Street")
    expect(log(page)).to_contain_text("How big is it?")
    press(page, "Up to the size of")
    expect(log(page)).to_contain_text("Your number is")
    found = re.search(r"Your number is (\w\w-\d{5})", log(page).inner_text())
    assert found
    return found[1]


def test_a_case_is_settled_disputed_and_open_again(make_page, console, accessibility_faults):
    resident, page = make_page(), make_page()
    number = report(resident, console.url)
    ana = console.sign_in(page, "agent", name="Ana Ruiz")
    assert ana

    page.goto(console.path("/cases"))
    page.get_by_role("row", name=re.compile(number)).get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name=f"{number}: Pothole or broken road")).to_be_visible()
    expect(page.get_by_text("Up to the size of")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("Give to").select_option(label="Ana Ruiz")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("The case is given.")

    page.get_by_label("New status").select_option(label="Fixed")
    page.get_by_role("textbox", name="Reason (needed)").first.fill("Filled with hot mix.")
    fix = {"name": "fix.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG")}
    page.get_by_label("Photos of the work").set_input_files([fix])
    page.get_by_role("button", name="Go on").first.click()
    expect(page.get_by_label("Message", exact=True)).to_have_value(
        re.compile("has fixed it. Filled with hot mix.")
    )
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Save and send").click()
    expect(page.get_by_role("status")).to_have_text("The status is changed.")
    expect(page.get_by_role("heading", name="Photos of the work")).to_be_visible()

    expect(log(resident)).to_contain_text(f"Good news about your report {number}")
    expect(log(resident).get_by_role("img").last).to_be_visible()
    press(resident, "No, it is not")
    expect(log(resident)).to_contain_text(f"What is still wrong with {number}?")
    write(resident, "half of the hole is still open")
    expect(log(resident)).to_contain_text(f"{number} is open again")

    page.goto(console.path("/cases"))
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Reopened").click()
    page.get_by_role("row", name=re.compile(number)).get_by_role("link", name=number).click()
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("listitem").first).to_contain_text("half of the hole is still open")
    expect(page.get_by_text("Given to: Ana Ruiz")).to_be_visible()
    assert accessibility_faults(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_the_pages_of_cases_are_accessible_and_fit(make_page, console, accessibility_faults, scheme, width):
    number = report(make_page(), console.url)
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    console.sign_in(page, "administrator", name="Ana")
    for below in ("/cases", f"/cases/{number}", "/map", "/cases/messages"):
        page.goto(console.path(below))
        for summary in page.get_by_role("main").locator("summary").all():
            if summary.locator("xpath=..").get_attribute("open") is None:
                summary.click()
        assert accessibility_faults(page) == [], below
        assert page.evaluate("document.documentElement.scrollWidth") <= width, below


def test_the_map_shows_a_case_over_the_citys_streets(make_page, console):
    number = report(make_page(), console.url)
    page = make_page()
    console.sign_in(page, "viewer")
    page.goto(console.path("/map"))
    box = page.get_by_role("region", name="Map of the cases")
    expect(box).to_have_attribute("data-shown", "1")
    expect(box.locator("path.leaflet-interactive")).to_have_count(1)
    assert box.locator("svg path").count() > 50  # the streets
    box.locator("path.leaflet-interactive").click()
    box.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name=re.compile(number))).to_be_visible()


def test_without_scripts_everything_but_the_map_works(browser, console):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    console.sign_in(page, "agent")
    page.goto(console.path("/map"))
    expect(page.get_by_role("heading", name="The same cases as a list")).to_be_visible()
    page.goto(console.path("/cases"))
    page.get_by_label("Text or number").fill("nothing like this")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_text("No case is like that.")).to_be_visible()
    context.close()
