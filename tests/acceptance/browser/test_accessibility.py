"""The pages and the widget against the accessibility rules of axe-core, in each state and both themes, and by hand where it has none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser.test_widget import LAUNCHER, log, open_chat, write
from tests.unit.bot.test_media import picture

pytestmark = pytest.mark.browser


def closed(page: Page, base: str) -> None:
    page.goto(base)
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()


def opened(page: Page, base: str) -> None:
    open_chat(page, base)


def talking(page: Page, base: str) -> None:
    open_chat(page, base)
    for text, answer in (
        ("When is the library open?", "Main Library"),
        ("I smell gas", "Call 911"),
        ("Pothole", "Where is the pothole?"),
        ("Report a problem", "What is it about?"),
    ):
        write(page, text)
        expect(log(page)).to_contain_text(answer)


def ticking(page: Page, base: str) -> None:
    open_chat(page, base)
    write(page, "parks")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    expect(page.get_by_role("img", name="Photo ready to send")).to_be_visible()


def menu(page: Page, base: str) -> None:
    open_chat(page, base)
    page.get_by_role("button", name="Menu").click()


def offline(page: Page, base: str) -> None:
    open_chat(page, base)
    page.context.set_offline(True)
    write(page, "hello")
    expect(page.get_by_role("status")).to_be_visible()


def plain(page: Page, base: str) -> None:
    page.goto(f"{base}/chat/plain")
    for text in ("When is the library open?", "Report a problem"):
        page.get_by_label("Your message").fill(text)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#latest")).to_be_visible()


def plain_mistake(page: Page, base: str) -> None:
    page.goto(f"{base}/chat/plain")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [closed, opened, talking, ticking, menu, offline, plain, plain_mistake]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_state_breaks_an_accessibility_rule(make_page, base, accessibility_faults, state, scheme):
    page = make_page(color_scheme=scheme, reduced_motion="reduce")
    state(page, base)
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("state", [talking, ticking, menu], ids=lambda state: state.__name__)
def test_no_state_breaks_an_accessibility_rule_on_a_small_phone(make_page, base, accessibility_faults, state):
    page = make_page(viewport={"width": 320, "height": 568}, reduced_motion="reduce")
    state(page, base)
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("size", [(320, 568), (320, 256)], ids=["small phone", "400 % zoom"])
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(make_page, base, size):
    page = make_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    talking(page, base)
    wide = page.evaluate(
        """() => { const panel = document.querySelector("cityline-chat").shadowRoot.querySelector(".scroller");
        return [panel.scrollWidth > panel.clientWidth, document.documentElement.scrollWidth > innerWidth]; }"""
    )
    assert wide == [False, False]
    for name in ("Send", "Close the chat"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_label("Your message")).to_be_in_viewport(ratio=0.9)


def test_every_target_is_large_enough_for_a_thumb(make_page, base):
    page = make_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    ticking(page, base)
    small = page.evaluate(
        """() => [...document.querySelector("cityline-chat").shadowRoot.querySelectorAll("button, a, .tick")]
        .filter((e) => e.offsetParent).map((e) => [e.textContent || e.getAttribute("aria-label"), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_new_lines_never_take_the_focus_away(page, base, city):
    open_chat(page, base)
    city.hold()
    write(page, "hello")
    page.get_by_role("button", name="Menu").focus()
    city.release()
    expect(log(page)).to_contain_text("You wrote: hello")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_history_is_not_read_out_again_but_news_are(page, base):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    expect(log(page)).to_have_attribute("aria-live", "polite")
    expect(log(page)).to_have_attribute("aria-busy", "false")


def test_motion_stops_where_it_is_unwelcome(make_page, base, city):
    city.hold()
    page = make_page(reduced_motion="reduce")
    open_chat(page, base)
    write(page, "hello")
    expect(page.locator(".typing")).to_be_visible()
    moving = page.evaluate("() => document.querySelector('cityline-chat').shadowRoot.getAnimations().length")
    assert moving == 0


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_the_plain_page_is_a_whole_conversation(make_page, base, city, script):
    page = make_page(java_script_enabled=script)
    page.goto(f"{base}/chat/plain")
    page.get_by_label("Your message").fill("Report a problem")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("group", name="Choose an answer").get_by_label("Pothole").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#latest")).to_contain_text("Where is the pothole?")
    assert [message.text for message in city.accepted] == ["Report a problem", "Pothole"]


def test_without_scripts_the_page_leads_to_the_plain_chat(make_page, base):
    page = make_page(java_script_enabled=False)
    page.goto(base)
    page.get_by_role("link", name="Chat without JavaScript").click()
    expect(page.get_by_role("heading", name="Chat with Penstock")).to_be_visible()


def test_forced_colours_leave_every_edge_to_be_seen(make_page, base):
    page = make_page(forced_colors="active", reduced_motion="reduce")
    talking(page, base)
    edges = page.evaluate(
        """() => [...document.querySelector("cityline-chat").shadowRoot.querySelectorAll(".bubble, .chip")]
        .map((e) => getComputedStyle(e).borderTopStyle)"""
    )
    assert set(edges) == {"solid"}
