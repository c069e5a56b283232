"""The pages and the widget against the accessibility rules of axe-core, in each state and both themes, and by hand where it has none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser.test_widget import LAUNCHER, log, open_chat, write
from tests.acceptance.browser.test_widget_embed import ARABIC, CONSENT, embedded
from tests.support.pictures import picture

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


def ending(page: Page, base: str) -> None:
    talking(page, base)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="End and clear this chat").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()


def ended(page: Page, base: str) -> None:
    ending(page, base)
    page.get_by_role("button", name="Yes, clear it").click()
    expect(page.get_by_role("status")).to_contain_text("cleared")


def failed(page: Page, base: str) -> None:
    open_chat(page, base)
    page.evaluate("document.querySelector('cityline-chat').send({ text: 'hello', start: 'not/a/name' })")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def unread(page: Page, base: str) -> None:
    talking(page, base)
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('cityline-chat').store.set('seen', 1)")
    page.evaluate("document.querySelector('cityline-chat').label()")
    expect(page.locator(".badge")).to_be_visible()


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


STATES = [
    closed,
    opened,
    talking,
    ticking,
    menu,
    offline,
    ending,
    ended,
    failed,
    unread,
    plain,
    plain_mistake,
]


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
    for name in ("Send", "Close the chat", "Menu"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_label("Your message")).to_be_in_viewport(ratio=0.9)
    call = page.locator(".call-top, .reach a").locator("visible=true")
    expect(call).to_have_attribute("href", "tel:5550100")
    expect(call).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page_of", [CONSENT, ARABIC], ids=["asking for consent", "right to left"])
def test_no_way_to_embed_it_breaks_an_accessibility_rule(make_page, accessibility_faults, page_of, scheme):
    page = make_page(color_scheme=scheme, reduced_motion="reduce")
    with embedded(page_of) as base:
        page.goto(f"{base}/embed#chat")
        expect(page.locator(".panel")).to_be_visible()
        assert accessibility_faults(page) == []


@pytest.mark.parametrize("size", [(320, 568), (320, 256)], ids=["small phone", "400 % zoom"])
def test_the_plain_page_reflows_and_its_targets_are_large_enough(make_page, base, size):
    page = make_page(viewport={"width": size[0], "height": size[1]}, java_script_enabled=True)
    plain(page, base)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, nav a, .ways a, .tick, textarea, input[type=file]")]
        .map((e) => [e.textContent || e.name, e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_the_plain_page_works_by_keyboard_alone(page, base, sent):
    page.goto(f"{base}/chat/plain")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    while page.evaluate("document.activeElement.id") != "text":
        page.keyboard.press("Tab")
    page.keyboard.type("hello")
    while page.evaluate("document.activeElement.className") != "button":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#latest")).to_contain_text("You wrote: hello")
    assert sent() == ["hello"]


def test_a_person_is_in_reach_on_the_plain_page_too(make_page, base, sent):
    page = make_page(java_script_enabled=False)
    page.goto(f"{base}/chat/plain")
    page.get_by_label("Your message").fill("half a thought")
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.locator("#latest")).to_contain_text("next working day")
    assert sent() == ["Talk to a person"]


def test_where_it_covers_the_page_the_focus_stays_in_it(make_page, base):
    page = make_page(viewport={"width": 320, "height": 568}, reduced_motion="reduce")
    open_chat(page, base)
    dialog = page.get_by_role("dialog", name="Ask Penstock")
    expect(dialog).to_have_attribute("aria-modal", "true")
    inside = "document.activeElement === document.querySelector('cityline-chat')"
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 16:
        page.keyboard.press(key)
        assert page.evaluate(inside)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("region", name="Ask Penstock")).to_be_visible()


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
