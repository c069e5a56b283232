"""Fixtures that drive a real Chromium, with the accessibility rules of axe-core where npm has installed them.

The Chromium or Chrome of the machine is used; without one the tests skip and say so.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_browser() -> str | None:
    """The program of a Chromium or Chrome on this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file; its driver keeps an event loop running, in which other tests could begin none."""
    program = find_browser()
    if program is None:
        pytest.skip(
            f"NO BROWSER ON THIS MACHINE: none of {', '.join(NAMES)} was found on PATH; install Debian's `chromium`, "
            "or the browser tests prove nothing"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def make_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own: `make_page(color_scheme="dark")`; a script error on one fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "locale": "en-US"} | options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, f"scripts of the page failed: {errors}"


@pytest.fixture
def page(make_page: Callable[..., Page]) -> Page:
    """One page on a desktop screen, in English."""
    return make_page()


@pytest.fixture(scope="session")
def accessibility_faults() -> Callable[[Page], list[str]]:
    """What axe-core finds on a page, as `rule: element` lines; skips, saying so, where npm has not installed axe-core."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci` in the project's folder")
    source = AXE.read_text(encoding="utf-8")

    def find(page: Page) -> list[str]:
        page.wait_for_load_state()  # words can be seen before the colours are there
        page.evaluate(source)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return find
