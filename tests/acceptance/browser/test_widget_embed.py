"""The widget on a city's own site: one line of script, its attributes, its colours, consent, languages written from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from channels.web.chat import ProfileShown
from channels.web.fake import EchoCity
from tests.acceptance.browser.test_widget import LAUNCHER, log, open_chat, panel, write
from tests.support.web_chat import build_chat, serving, wait_until

pytestmark = pytest.mark.browser
SCRIPT = '<script src="/chat/static/embed.js" async{}></script>'
PAGE = '<!doctype html><html lang="en"><title>City</title>{}<main><h1>City</h1><a href="#chat">Ask</a></main>'
CONSENT = PAGE.format(SCRIPT.format(" data-consent"))
ARABIC = PAGE.format(SCRIPT.format(' data-language="ar-EG"'))
LANGUAGES = ProfileShown("Penstock", "555-0100", languages=("en", "ar"))


@contextmanager
def embedded(page_of: str, city: EchoCity | None = None, **changes: Any) -> Iterator[str]:
    """A site with this page at `/embed`."""
    with serving(build_chat(city, **({"profile": LANGUAGES} | changes)), pages={"/embed": page_of}) as base:
        yield base


def test_one_line_of_script_puts_the_chat_on_a_page(page):
    page_of = PAGE.format(SCRIPT.format(' data-position="left" data-theme="dark" data-language="en"'))
    with embedded(page_of) as base:
        open_chat(page, base, "/embed")
        write(page, "hello")
        expect(log(page)).to_contain_text("You wrote: hello")
        box = page.locator(".launcher").bounding_box()
        assert box is not None
        assert box["x"] == 20


def test_a_page_that_has_the_element_gets_no_second_one(page):
    with embedded(PAGE.format(SCRIPT.format("")) + "<cityline-chat></cityline-chat>") as base:
        open_chat(page, base, "/embed")
        assert page.locator("cityline-chat").count() == 1


def test_a_website_that_is_not_allowed_leads_to_the_plain_page_instead(page):
    city = EchoCity()
    with serving(build_chat(city)) as chat:
        script = f'<script src="{chat}/chat/static/embed.js" data-label="Chat with the city"></script>'
        with serving(build_chat(), pages={"/embed": PAGE.format(script)}) as site:
            page.goto(f"{site}/embed")
            expect(page.get_by_role("link", name="Chat with the city")).to_have_attribute(
                "href", f"{chat}/chat/plain"
            )


def test_a_strict_content_security_policy_is_enough(page):
    with embedded(PAGE.format(SCRIPT.format(""))) as base:
        policy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' blob:"
        page.route(
            "**/embed",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                headers=answer.headers | {"content-security-policy": policy},
            ),
        )
        open_chat(page, base, "/embed")
        write(page, "hello")
        expect(log(page)).to_contain_text("You wrote: hello")


def test_where_consent_is_asked_nothing_is_written_kept_or_begun_before_it(page):
    city = EchoCity()
    with embedded(CONSENT, city) as base:
        page.goto(f"{base}/embed#chat=survey-parks")
        expect(panel(page)).to_contain_text("The city keeps this chat to answer you.")
        expect(page.get_by_label("Your message")).to_be_hidden()
        expect(panel(page).get_by_role("link", name="Call 555-0100").first).to_be_visible()
        assert page.evaluate("Object.keys(localStorage).length") == 0
        assert city.accepted == []
        page.get_by_role("button", name="OK, start the chat").click()
        expect(log(page)).to_contain_text("survey-parks")
        page.reload()
        expect(page.get_by_label("Your message")).to_be_visible()
        assert [message.start for message in city.accepted] == ["survey-parks"]


def test_a_language_written_from_right_to_left_turns_the_panel_round(page):
    city = EchoCity()
    with embedded(ARABIC, city) as base:
        page.goto(f"{base}/embed#chat")
        expect(page.locator(".panel")).to_have_attribute("dir", "rtl")
        page.get_by_label("رسالتكم").fill("مرحبا بكم في المدينة")
        page.get_by_label("رسالتكم").press("Enter")
        expect(page.get_by_role("log", name="المحادثة مع Penstock")).to_contain_text("You wrote: مرحبا")
        own, launcher = page.locator(".you .bubble").bounding_box(), page.locator(".launcher").bounding_box()
        theirs = page.locator(".log .city .bubble").bounding_box()
        assert own
        assert theirs
        assert launcher
        assert own["x"] < theirs["x"]
        assert launcher["x"] == 20
        assert page.locator(".panel").evaluate("(e) => e.getBoundingClientRect().left") == 20
        expect(page.get_by_label("رسالتكم")).to_have_attribute("dir", "rtl")
    assert city.accepted[0].language_hint == "ar"


@pytest.mark.parametrize("width", [320, 360])
def test_arabic_fits_a_small_phone_and_keeps_numbers_in_order(make_page, width):
    page = make_page(viewport={"width": width, "height": 640}, locale="ar")
    city = EchoCity()
    with serving(build_chat(city, profile=LANGUAGES)) as base:
        page.goto(f"{base}/?language=ar#chat")
        expect(page.locator(".panel")).to_have_attribute("dir", "rtl")
        expect(page.get_by_placeholder("اكتبوا هنا…")).to_be_visible()
        call = page.locator(".panel").get_by_role("link", name=re.compile("555-0100")).first
        expect(call).to_have_text("الاتصال بالرقم \u200e555-0100")
        page.get_by_label("رسالتكم").fill("حفرة كبيرة أمام 12 Mill Road")
        page.get_by_label("رسالتكم").press("Enter")
        expect(page.get_by_role("log", name="المحادثة مع Penstock")).to_contain_text("You wrote: حفرة")
        wide = page.evaluate(
            "[document.documentElement.scrollWidth, document.querySelector('cityline-chat').scrollWidth]"
        )
        assert max(wide) <= width


def test_the_colours_of_the_city_are_set_by_variables(page):
    style = "<style>cityline-chat { --cityline-accent: #7a1f5c; --cityline-radius: 3px; }</style>"
    with embedded(PAGE.format(style + SCRIPT.format(""))) as base:
        open_chat(page, base, "/embed")
        colour = page.locator(".head").evaluate("(e) => getComputedStyle(e).backgroundColor")
        radius = page.locator(".panel").evaluate("(e) => getComputedStyle(e).borderRadius")
        assert (colour, radius) == ("rgb(122, 31, 92)", "3px")


def test_a_page_may_bring_its_own_button(page):
    own = "<button onclick=\"document.querySelector('cityline-chat').open()\">Ask us</button>"
    with embedded(PAGE.format(own + SCRIPT.format(' data-launcher="off"'))) as base:
        page.goto(f"{base}/embed")
        page.locator("cityline-chat").wait_for(state="attached")
        wait_until(lambda: page.evaluate("Boolean(customElements.get('cityline-chat'))"))
        expect(page.get_by_role("button", name=LAUNCHER)).to_be_hidden()
        page.get_by_role("button", name="Ask us").click()
        expect(page.get_by_label("Your message")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Ask us")).to_be_focused()


def test_the_same_link_opens_the_chat_again_after_it_was_closed(page):
    with embedded(PAGE.format(SCRIPT.format(""))) as base:
        page.goto(f"{base}/embed")
        expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()
        for _ in range(2):
            page.get_by_role("link", name="Ask").click()
            expect(panel(page)).to_be_visible()
            page.keyboard.press("Escape")
            expect(panel(page)).to_be_hidden()


def test_the_notice_is_shown_once_and_stays_in_the_menu(page):
    with embedded(PAGE.format(SCRIPT.format(""))) as base:
        open_chat(page, base, "/embed")
        expect(page.locator(".intro .small")).to_contain_text("The city keeps this chat to answer you.")
        write(page, "hello")
        expect(log(page)).to_contain_text("You wrote: hello")
        expect(page.locator(".intro .small")).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        expect(page.locator(".menu .small")).to_contain_text("The city keeps this chat")
