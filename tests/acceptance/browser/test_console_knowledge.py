"""Documents in a real browser: uploaded, published, and then what a resident is answered with in the widget."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PAGE = b"""---
title: Harbour sauna
url: https://penstock.example/sauna
---
# Harbour sauna

## Opening hours

The harbour sauna is open from October to April, daily from 14:00 to 21:00.

## Prices

A ticket for the harbour sauna costs nine dollars.
"""
QUESTION = "When is the harbour sauna open?"


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def test_an_uploaded_file_answers_in_the_widget_with_its_source(make_page, console, accessibility_faults):
    resident, page = make_page(), make_page()
    resident.goto(console.url)
    resident.get_by_role("button", name="Chat with Penstock").click()
    ask(resident, QUESTION)
    expect(log(resident)).to_contain_text("would rather not guess")

    console.sign_in(page, "editor", name="Ana")
    page.goto(console.path("/knowledge"))
    page.get_by_role("button", name="Upload files").click()
    page.get_by_label("Files").set_input_files(
        [
            {"name": "sauna.md", "mimeType": "text/markdown", "buffer": PAGE},
            {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"no PDF at all"},
        ]
    )
    expect(page.get_by_role("listitem").filter(has_text="sauna.md")).to_be_visible()
    page.get_by_role("button", name="Upload files").click()

    expect(page.get_by_role("status")).to_contain_text("Finished: 2 of 2 done")
    expect(page.get_by_role("row", name="broken.pdf")).to_contain_text("not a PDF")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Publish all 1").click()
    expect(page.get_by_text("All that came in is published")).to_be_visible()
    page.get_by_role("link", name="Open sauna.md").click()
    expect(page.get_by_role("heading", name="Harbour sauna", level=1)).to_be_visible()
    expect(page.get_by_text("Residents are answered from this document")).to_be_visible()
    assert accessibility_faults(page) == []

    ask(resident, QUESTION)
    expect(log(resident)).to_contain_text("daily from 14:00 to 21:00")
    expect(log(resident).get_by_role("link", name="Harbour sauna")).to_have_attribute(
        "href", "https://penstock.example/sauna"
    )


def test_a_document_is_written_changed_compared_and_withdrawn(page, console, accessibility_faults):
    console.sign_in(page, "editor", name="Ana")
    page.goto(console.path("/knowledge/documents/new"))
    page.get_by_label("Title (needed)").fill("Glass")
    page.get_by_label("Text (needed)").fill("## Where\n\nGlass goes into the green container.")
    page.get_by_role("button", name="Show how it reads").click()
    expect(page.get_by_role("heading", name="Where")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Residents are answered from this document")).to_be_visible()

    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Text (needed)").fill("## Where\n\nGlass goes into the blue container.")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("answered from version 1")).to_be_visible()
    page.get_by_role("link", name="What changed in version 2").click()
    expect(page.get_by_role("deletion").filter(has_text="green")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="blue")).to_be_visible()
    assert accessibility_faults(page) == []

    page.go_back()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Residents are not answered from it.")).to_be_visible()
