"""A newcomer's first visit, through the widget, as somebody with a screen reader would: by role and name, nothing faked."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from benchmarks.machine import Cityline

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.timeout(300)]


@pytest.fixture
def chat(page: Page, cityline: Cityline) -> Page:
    page.goto(cityline.url)
    page.get_by_role("button", name="Chat with Penstock").click()
    expect(page.get_by_role("region", name="Ask Penstock")).to_be_visible()
    return page


expect.set_options(timeout=15_000)


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def press(page: Page, name: str) -> None:
    page.get_by_role("group", name="Choose an answer").get_by_role("button", name=name).click()


def test_reports_a_pothole_that_was_told_in_one_sentence(chat):
    write(chat, "there's a huge hole in front of 12 Mill Rd")
    expect(log(chat)).to_contain_text("Pothole")
    expect(log(chat)).to_contain_text("12 Mill Road")
    expect(log(chat)).to_contain_text("Would you like to add something?")
    expect(log(chat)).to_contain_text(re.compile(r"[A-Z]{2}-\d{5}"))
    number = re.search(r"[A-Z]{2}-\d{5}", log(chat).inner_text())
    assert number
    write(chat, number[0])
    expect(log(chat)).to_contain_text("Public Works has it")


def test_asks_a_question_and_is_shown_where_the_answer_was_read(chat):
    write(chat, "when is bulk trash picked up?")
    expect(log(chat).get_by_role("link").first).to_have_attribute(
        "href", re.compile(r"^https://penstock\.example/")
    )
    expect(log(chat)).to_contain_text("Last reviewed")


def test_takes_a_survey_by_its_keyword_to_the_thanks(chat):
    write(chat, "parks")
    expect(log(chat)).to_contain_text("How often do you go to a city park?")
    press(chat, "Every week")
    expect(log(chat)).to_contain_text("Which park is it about?")
    write(chat, "Heron Park")
    expect(log(chat)).to_contain_text("How do you like it")
    press(chat, "4")
    expect(log(chat)).to_contain_text("How many children")
    write(chat, "two")
    expect(log(chat)).to_contain_text("If you could change one thing")
    write(chat, "More shade near the swings")
    expect(log(chat)).to_contain_text("Thank you! The parks crew reads every answer.")


def test_speaks_spanish_to_whoever_writes_spanish(chat):
    write(chat, "hay un bache enorme en la calle")
    expect(log(chat)).to_contain_text("¿Dónde")


def test_the_conversation_is_still_there_after_a_reload(chat):
    write(chat, "my reports")
    expect(log(chat)).to_contain_text("my reports")
    chat.reload()
    if not chat.get_by_role("region", name="Ask Penstock").is_visible():
        chat.get_by_role("button", name=re.compile("Chat with Penstock")).click()
    expect(log(chat)).to_contain_text("my reports")


def test_the_plain_page_needs_no_script(make_page, cityline):
    page = make_page(java_script_enabled=False)
    page.goto(f"{cityline.url}/chat/plain")
    page.get_by_role("textbox").fill("when is bulk trash picked up?")
    page.get_by_role("button", name="Send").click()
    source = page.get_by_role("main").get_by_role("link", name="Getting rid of furniture")
    expect(source).to_have_attribute("href", "https://penstock.example/trash/bulk-items")


def test_health_tells_the_state_of_every_part(cityline):
    answer = httpx.get(f"{cityline.url}/health")
    assert answer.status_code == httpx.codes.OK
    parts = answer.json()["parts"]
    assert {"database", "workers", "nlu", "city", "knowledge"} <= set(parts)
    assert all(part["ok"] for part in parts.values())
