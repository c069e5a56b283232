"""The city's website in a real browser: entered, read while one looks on, its pages published, and what a resident is told then."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from knowledge.imports.fetching import Fetcher
from tests.support.city_site import open_site, page

pytestmark = pytest.mark.browser
SAUNA = page("Harbour sauna", "The harbour sauna is open from October to April, daily from 14:00 to 21:00.")
QUESTION = "When is the harbour sauna open?"


@pytest.fixture
def site():
    with open_site(sauna=SAUNA) as site:
        site.pages["/sitemap.xml"] = site.map_of(
            "/sauna", "/a-page-with-quite-a-long-name-that-is-not-there-any-more"
        )
        yield site


def assert_fits(page: Page, width: int) -> None:
    """The page is no wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_a_site_is_entered_read_and_answers(make_page, console, accessibility_faults, site, width):
    console.app.jobs.fetcher = Fetcher((), is_allowed=lambda _: True)
    desk = make_page(viewport={"width": width, "height": 900})
    console.sign_in(desk, "administrator", name="Ana")
    desk.goto(console.path("/knowledge"))
    desk.get_by_role("link", name="City websites").click()
    desk.get_by_role("button", name="Enter a website").click()
    desk.get_by_label("Web address (needed)").fill(site.url)
    desk.get_by_label("Leave out").fill("/calendar/")
    assert accessibility_faults(desk) == []
    assert_fits(desk, width)
    desk.get_by_role("button", name="Save and read it").click()

    expect(desk.get_by_text("New: 1. Changed: 0. Gone: 0. Not read: 1.")).to_be_visible(timeout=30_000)
    desk.get_by_role("button", name="Show what it brought").click()
    expect(desk.get_by_role("row", name="a-page-with-quite-a-long-name")).to_contain_text("answered 404")
    assert accessibility_faults(desk) == []
    assert_fits(desk, width)
    desk.get_by_label("Tick Harbour sauna").check()
    desk.get_by_role("button", name="Publish what is ticked").click()
    expect(desk.get_by_text("Nothing waits for you here")).to_be_visible()
    assert accessibility_faults(desk) == []

    resident = make_page()
    resident.goto(console.url)
    resident.get_by_role("button", name="Chat with Penstock").click()
    resident.get_by_label("Your message").fill(QUESTION)
    resident.get_by_label("Your message").press("Enter")
    log = resident.get_by_role("log", name="Conversation with Penstock")
    expect(log).to_contain_text("daily from 14:00 to 21:00", timeout=30_000)
    expect(log.get_by_role("link", name="Harbour sauna")).to_have_attribute("href", f"{site.url}/sauna")


def test_a_changed_and_a_gone_page_wait_and_are_decided_on(make_page, console, accessibility_faults, site):
    console.app.jobs.fetcher = Fetcher((), is_allowed=lambda _: True)
    site.pages["/pool"] = page("Pool", "The pool is heated to 26 degrees.")
    site.pages["/sitemap.xml"] = site.map_of("/sauna", "/pool")
    desk = make_page()
    console.sign_in(desk, "administrator", name="Ana")
    desk.goto(console.path("/knowledge/sites/new"))
    desk.get_by_label("Web address (needed)").fill(site.url)
    desk.get_by_label("Publish what is new or changed at once").check()
    desk.get_by_role("button", name="Save and read it").click()
    expect(desk.get_by_text("New: 2.")).to_be_visible(timeout=30_000)
    desk.get_by_role("button", name="Change").click()
    desk.get_by_label("Publish what is new or changed at once").uncheck()
    desk.get_by_role("button", name="Save").click()
    site.pages["/sauna"] = SAUNA.replace("21:00", "22:00")
    del site.pages["/pool"]
    for at in range(2):
        desk.get_by_role("button", name="Read it now").click()
        expect(desk.get_by_text(f"Gone: {at}.")).to_be_visible(timeout=30_000)
        desk.reload()

    expect(desk.get_by_role("heading", name="Pages that are gone")).to_be_visible()
    assert accessibility_faults(desk) == []
    desk.get_by_label("Tick Pool").check()
    desk.get_by_role("button", name="Withdraw what is ticked").click()
    expect(desk.get_by_text("Done: 1.")).to_be_visible()
    desk.get_by_role("link", name="What changed Harbour sauna").click()
    expect(desk.get_by_role("deletion").last).to_contain_text("21:00")
