"""Pages that do not hold any more in a real browser: at the desk and on a phone, in both languages of the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from knowledge.documents.documents import Content, create_draft, row_of, save_version
from knowledge.documents.incoming import offer_incoming
from knowledge.freshness.findings import count_open
from knowledge.publishing import publish_documents
from tests.support.loopback import wait_until

pytestmark = pytest.mark.browser

RULES = "Members speak for up to five minutes each. The chair calls on them in the order in which they raised a hand. A motion needs a second. A tie is a no."
PAGES = {
    "Council rules 2019": RULES,
    "Council rules 2023": RULES.replace("five", "three"),
    "Kayaks": "Renting a kayak costs $18 for two hours.",
    "River days": "Renting a kayak costs $20 for two hours.",
}
WORDS = {
    "en": ("Still right? (2)", "This one is right Kayaks", "Only this one answers Council rules 2023", "Nothing to decide"),
    "es": ("¿Sigue vigente? (2)", "Esta es la correcta Kayaks", "Que responda solo esta Council rules 2023", "No hay nada que decidir"),
}  # fmt: skip


def count_found(app) -> int:
    with app.database.reading() as session:
        return count_open(session)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 360)])
def test_contradictions_and_versions_are_decided(make_page, console, accessibility_faults, language, width):
    link, right, only, nothing = WORDS[language]
    app = console.app
    with app.database.writing() as session:
        numbers = [
            create_draft(session, title=title, text=text, language="en", by="Ana", now=app.now())
            for title, text in PAGES.items()
        ]
        publish_documents(session, numbers, by="Ana", now=app.now())
        app.jobs.index(session)
    wait_until(lambda: count_found(app) == 2)
    page = make_page(viewport={"width": width, "height": 900})
    console.sign_in(page, "editor", name="Ana", language=language)
    page.goto(console.path("/knowledge"))
    page.get_by_role("link", name=link).click()
    expect(page.locator("mark")).to_have_count(2)
    assert sorted(page.locator("mark").all_text_contents()) == ["$18", "$20"]
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("button", name=right).click()
    page.get_by_role("button", name=only).click()
    expect(page.get_by_text(nothing)).to_be_visible()
    page.locator("summary").last.click()
    assert accessibility_faults(page) == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 360)])
def test_a_corrected_document_stands_beside_its_source(
    make_page, console, accessibility_faults, language, width
):
    app = console.app
    with app.database.writing() as session:
        about = {"language": "en", "by": "Ana", "now": app.now()}
        number = create_draft(session, title="Sauna", text="Open at seven.", origin="sauna.md", **about)
        save_version(session, number, Content("Sauna", "Open at nine.", "en"), by="Ana", now=app.now())
        offer_incoming(session, row_of(session, number), Content("Sauna", "Open at eight.", "en"), app.now())
    page = make_page(viewport={"width": width, "height": 900})
    console.sign_in(page, "editor", name="Ana", language=language)
    page.goto(console.path("/knowledge/findings"))
    page.get_by_role("link", name="Sauna").click()
    expect(page.locator(".besides article")).to_have_text(["Open at nine.", "Open at eight."])
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("a[href$='joins=yes']").click()
    expect(page.locator("#theirs")).to_have_value("Open at eight.")
    assert accessibility_faults(page) == []
    page.go_back()
    page.locator("form#keep button").click()
    expect(page.locator("a[href$=incoming]")).to_have_count(0)
