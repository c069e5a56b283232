"""Every page of the console in a real browser: accessible by axe-core's rules, light and dark, and no wider than a phone."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import expect

from console.app import SECTIONS

pytestmark = pytest.mark.browser

NO_PAGES = ("/sign-in",)
"""Paths that lead elsewhere for whoever is signed in."""
ONE_OF_A_KIND = (
    "/facts/places/city-hall",
    "/facts/places/mill-library",
    "/facts/fees/dog-license",
    "/facts/contacts/electric",
    "/facts/holidays/christmas",
    "/facts/calendars/recycling",
    "/facts/areas/A",
    "/facts/fees/new",
    "/facts/closures/new?place=city-hall",
)
"""Pages of one thing of the sample city, with a form of their own each."""


def pages() -> list[str]:
    """The addresses of all pages that need nothing but a sign-in."""
    routes = [route for section in SECTIONS for route in section.routes if isinstance(route, APIRoute)]
    found = {route.path for route in routes if "GET" in route.methods and "{" not in route.path}
    return [*sorted(path for path in found if not path.startswith(NO_PAGES)), *ONE_OF_A_KIND, "/nowhere"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_pages_have_no_accessibility_faults(make_page, console, accessibility_faults, scheme, width):
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    console.sign_in(page, "administrator", name="Ana")
    faults: dict[str, list[str]] = {}
    for below in pages():
        answer = page.goto(console.path(below))
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if page.locator("html").count() == 0 or page.locator("h1").count() == 0:
            continue  # a piece that another page fetches
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        too_wide = [f"{wide} pixels wide"] if wide > width else []
        if found := accessibility_faults(page) + too_wide:
            faults[below] = found
    assert faults == {}
