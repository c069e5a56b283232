"""The widget in a real browser, used by role and name as a screen reader uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from channels.web.limits import WebLimits
from channels.web.traits import CHANNEL
from core.model import Choice, Position, Reply
from tests.support.pictures import picture
from tests.support.web_chat import PHONES_IN_TEXTS, build_chat, serving, wait_until

pytestmark = pytest.mark.browser
LAUNCHER = "Chat with Penstock"


def open_chat(page: Page, base: str, path: str = "/") -> None:
    page.goto(base + path)
    page.get_by_role("button", name=LAUNCHER).click()
    expect(panel(page)).to_be_visible()


def panel(page: Page, name: str = "Ask Penstock"):
    """The open chat: a part of the page, or a dialog where it covers the page."""
    return page.get_by_role("region", name=name).or_(page.get_by_role("dialog", name=name))


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def log(page: Page):
    return page.get_by_role("log", name="Conversation with Penstock")


def test_a_resident_reports_by_words_and_buttons(page, base, city):
    open_chat(page, base)
    page.get_by_role("button", name="Report a problem").click()
    expect(log(page)).to_contain_text("What is it about?")
    page.get_by_role("group", name="Choose an answer").get_by_role("button", name="Pothole").click()
    expect(log(page)).to_contain_text("Where is the pothole?")
    write(page, "12 Mill Road")
    expect(log(page)).to_contain_text("You wrote: 12 Mill Road")
    assert [(message.text, message.choice) for message in city.accepted] == [
        ("Report a problem", None),
        ("Pothole", "pothole"),
        ("12 Mill Road", None),
    ]


def test_telephone_numbers_in_the_citys_words_can_be_pressed(page, base):
    page.goto(base)
    read = """async (texts) => {
        const { linked } = await import("/chat/static/view.js");
        return texts.map((text) => linked(text).filter((part) => part.href).map((part) => part.href)
            .filter((address) => address.startsWith("tel:")).map((address) => address.slice(4)));
    }"""
    texts, numbers = zip(*PHONES_IN_TEXTS, strict=True)
    assert page.evaluate(read, list(texts)) == list(numbers)


def test_the_number_of_a_report_is_kept_on_one_line(page, base):
    page.goto(base)
    read = """async (text) => {
        const { linked } = await import("/chat/static/view.js");
        return linked(text).map((part) => part.className ? [part.className, part.textContent] : part);
    }"""
    parts = page.evaluate(read, "Your number is RW-66156. AB-123456 is none.")
    assert parts == ["Your number is ", ["number", "RW-66156"], ". AB-123456 is none."]


def test_a_quoted_answer_names_its_source(page, base):
    open_chat(page, base)
    write(page, "When is the library open?")
    link = log(page).get_by_role("link", name="Library hours and locations")
    expect(link).to_have_attribute("href", "https://penstock.example/library/hours")
    assert "noopener" in (link.get_attribute("rel") or "")
    expect(log(page)).to_contain_text("Section: Main Library")
    expect(log(page)).to_contain_text("Last reviewed March 14, 2026")


def test_several_answers_are_ticked_and_sent_together(page, base, city):
    open_chat(page, base)
    write(page, "parks")
    choices = page.get_by_role("group", name="Choose all that fit")
    choices.get_by_label("Walking paths").check()
    choices.get_by_label("Sports courts").check()
    choices.get_by_role("button", name="Done").click()
    wait_until(lambda: len(city.accepted) == 2)
    assert (city.accepted[1].choice, city.accepted[1].text) == (
        "paths,courts",
        "Walking paths, Sports courts",
    )
    expect(choices).to_be_hidden()


def test_done_without_a_tick_asks_for_one(page, base, city):
    open_chat(page, base)
    write(page, "parks")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose all that fit")
    assert len(city.accepted) == 1


def test_a_person_of_the_city_is_named_and_the_assistant_after_them_too(page, base, city):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    sender = city.accepted[0].sender
    city.say(CHANNEL, sender, Reply("I am here now.", by="Ana"))
    city.say(CHANNEL, sender, Reply("The assistant is back."))
    expect(log(page)).to_contain_text(
        re.compile(r"Ana, city staff:\s*I am here now\..*Penstock:\s*The assistant is back\.", re.DOTALL)
    )
    expect(log(page).get_by_text("Ana, city staff")).to_be_in_viewport()


def test_each_line_tells_who_said_it(page, base):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text(re.compile(r"You:\s*hello.*Penstock:\s*You wrote: hello", re.DOTALL))


def test_focus_goes_in_and_comes_back(page, base):
    page.goto(base)
    launcher = page.get_by_role("button", name=LAUNCHER)
    expect(launcher).to_have_attribute("aria-expanded", "false")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Ask Penstock")).to_be_hidden()
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_focused()


def test_everything_works_by_keyboard_alone(page, base, city):
    page.goto(f"{base}/#chat")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("Report a problem")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pothole")).to_be_visible()
    while (
        page.evaluate("document.querySelector('cityline-chat').shadowRoot.activeElement.textContent")
        != "Graffiti"
    ):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    wait_until(lambda: len(city.accepted) == 2)
    assert city.accepted[1].choice == "graffiti"
    expect(page.get_by_label("Your message")).to_be_focused()


def test_the_conversation_is_still_there_after_a_reload(page, base, sent):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    page.reload()
    page.get_by_role("button", name=LAUNCHER).click()
    expect(log(page)).to_contain_text("You wrote: hello")
    expect(log(page).locator(".message")).to_have_count(2)
    assert sent() == ["hello"]


def test_nothing_is_kept_in_the_browser_before_the_first_word(page, base):
    open_chat(page, base)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert page.context.cookies() == []


def test_the_widget_asks_nobody_but_its_own_server(page, base):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_chat(page, base)
    write(page, "When is the library open?")
    expect(log(page)).to_contain_text("Main Library")
    assert {address.split("/")[2] for address in asked} == {base.split("/")[2]}


def test_hostile_words_are_only_ever_words(page, base, city):
    open_chat(page, base)
    hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script> javascript:alert(1)'
    write(page, hostile)
    expect(log(page)).to_contain_text(f"You wrote: {hostile}")
    city.say(CHANNEL, city.accepted[0].sender, Reply("Look at https://city.example/a?b=1&c=<b>."))
    expect(log(page).get_by_role("link")).to_have_attribute("href", "https://city.example/a?b=1&c=")
    assert log(page).locator("img, script, b").count() == 0
    assert page.title() == "City of Penstock"


def test_words_of_danger_come_with_a_number_to_call(page, base):
    open_chat(page, base)
    write(page, "I smell gas")
    expect(log(page).get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")


def test_the_phone_and_a_person_are_always_in_reach(page, base, sent):
    open_chat(page, base)
    expect(
        page.get_by_role("region", name="Ask Penstock").get_by_role("link", name="Call 555-0100")
    ).to_be_visible()
    write(page, "hello")
    page.locator(".reach").get_by_role("button", name="Talk to a person").click()
    expect(log(page)).to_contain_text("next working day")


def test_a_photo_is_shown_before_and_after_it_is_sent(page, base, city):
    open_chat(page, base)
    photo = {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_role("img", name="Photo ready to send")).to_be_visible()
    write(page, "look at this")
    expect(log(page).get_by_role("img", name="Photo")).to_be_visible()
    wait_until(lambda: city.accepted)
    assert (city.accepted[0].text, len(city.accepted[0].attachments)) == ("look at this", 1)
    page.reload()
    page.get_by_role("button", name=LAUNCHER).click()
    shown = log(page).get_by_role("img", name="Photo")
    expect(shown).to_be_visible()
    assert "/chat/media/" in (shown.get_attribute("src") or "")


def test_a_photo_can_be_taken_back(page, base):
    open_chat(page, base)
    photo = {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Remove the photo").click()
    expect(page.get_by_role("img", name="Photo ready to send")).to_have_count(0)


PDF = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
BROKEN = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}
HUGE = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"x" * 2000}


@pytest.mark.parametrize(("file", "words"), [(PDF, "could not open that file"), (HUGE, "too big")])
def test_a_file_that_cannot_be_taken_is_told_when_it_is_chosen(page, file, words):
    with serving(build_chat(limits=WebLimits(upload_bytes=2000))) as base:
        open_chat(page, base)
        page.locator("input[type=file]").set_input_files(file)
        expect(page.get_by_role("alert")).to_contain_text(words)


def test_a_file_that_turns_out_to_be_no_picture_costs_none_of_the_words(page, base, sent):
    open_chat(page, base)
    page.get_by_label("Your message").fill("look at this")
    page.locator("input[type=file]").set_input_files(BROKEN)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("could not open that file")
    expect(page.get_by_label("Your message")).to_have_value("look at this")
    assert sent() == []


def test_the_position_is_shared_when_the_resident_agrees(make_page, base, city):
    page = make_page(geolocation={"latitude": 41.652, "longitude": -74.34}, permissions=["geolocation"])
    open_chat(page, base)
    write(page, "Pothole")
    page.get_by_role("group", name="Choose an answer").get_by_role("button", name="Use my location").click()
    expect(log(page)).to_contain_text("Is it near 41.6520, -74.3400?")
    assert city.accepted[1].position == Position(41.652, -74.34)


def test_an_address_always_does_instead_of_the_position(page, base, sent):
    open_chat(page, base)
    write(page, "Pothole")
    page.get_by_role("group", name="Choose an answer").get_by_role("button", name="Use my location").click()
    expect(page.get_by_role("alert")).to_contain_text("Please type an address")
    write(page, "12 Mill Road")
    expect(log(page)).to_contain_text("You wrote: 12 Mill Road")


def test_a_long_text_is_not_sent_half_but_stays_to_be_shortened(page, base, sent):
    open_chat(page, base)
    write(page, "x" * 5000)
    expect(page.get_by_role("alert")).to_contain_text("4096 characters")
    assert len(page.get_by_label("Your message").input_value()) == 5000
    assert sent() == []


def test_unseen_lines_are_counted_on_the_launcher(page, base, city):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    page.keyboard.press("Escape")
    for text in ("Your street light was repaired.", "Was that right?"):
        city.say(CHANNEL, city.accepted[0].sender, Reply(text))
    page.get_by_role("button", name=f"{LAUNCHER}, 2 new messages").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=LAUNCHER, exact=True)).to_be_visible()


def test_the_language_can_be_changed_at_any_time(page, base, city):
    open_chat(page, base)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("region", name="Pregunte a Penstock")).to_be_visible()
    page.get_by_label("Su mensaje").fill("hola")
    page.get_by_role("button", name="Enviar").click()
    wait_until(lambda: city.accepted)
    assert city.accepted[0].language_hint == "es"
    page.reload()
    expect(page.get_by_role("button", name="Chatear con Penstock")).to_be_visible()


def test_each_line_carries_its_language(page, base, city):
    open_chat(page, base)
    write(page, "hello")
    wait_until(lambda: city.accepted)
    city.say(CHANNEL, city.accepted[0].sender, Reply("Buenos días", language="es"))
    expect(log(page).locator("[lang=es]")).to_have_text("Buenos días")


def test_a_link_to_a_survey_opens_it_once(page, base, city):
    page.goto(f"{base}/#chat=survey-parks")
    expect(log(page)).to_contain_text("survey-parks")
    page.reload()
    expect(log(page)).to_contain_text("survey-parks")
    assert [message.start for message in city.accepted] == ["survey-parks"]


def test_ending_the_chat_clears_it_from_the_browser(page, base, city):
    open_chat(page, base)
    write(page, "hello")
    expect(log(page)).to_contain_text("You wrote: hello")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="End and clear this chat").click()
    page.get_by_role("button", name="Yes, clear it").click()
    expect(page.get_by_role("status")).to_contain_text("cleared")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    write(page, "again")
    expect(log(page).locator(".message")).to_have_count(2)
    assert city.accepted[0].sender != city.accepted[1].sender


def test_the_conversation_can_be_saved(page, base):
    open_chat(page, base)
    write(page, "When is the library open?")
    expect(log(page)).to_contain_text("Main Library")
    page.get_by_role("button", name="Menu").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this conversation").click()
    saved = download.value.path().read_text(encoding="utf-8")
    assert "You: When is the library open?" in saved
    assert "From Library hours and locations, Main Library" in saved


def test_a_page_may_open_and_close_the_chat_and_hear_of_it(page, base):
    page.goto(base)
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()
    heard = page.evaluate(
        """() => { const heard = [], chat = document.querySelector("cityline-chat");
        for (const name of ["cityline-open", "cityline-close"]) document.addEventListener(name, () => heard.push(name));
        chat.open(); chat.close(); return heard; }"""
    )
    assert heard == ["cityline-open", "cityline-close"]


def test_a_slow_answer_shows_that_it_is_being_written(page, base, city):
    city.hold()
    open_chat(page, base)
    write(page, "hello")
    expect(page.locator(".typing")).to_be_visible()
    city.release()
    expect(log(page)).to_contain_text("You wrote: hello")
    expect(page.locator(".typing")).to_be_hidden()


def test_another_website_may_embed_the_widget(page, city):
    chat = build_chat(city)
    with serving(chat) as base:
        html = (
            '<!doctype html><html lang="en"><title>x</title><cityline-chat></cityline-chat>'
            f'<script type="module" src="{base}/chat/static/cityline-chat.js"></script>'
        )
        with serving(build_chat(), pages={"/embed": html}) as site:
            chat.allowed_origins = (site,)
            open_chat(page, site, "/embed")
            write(page, "hello")
            expect(log(page)).to_contain_text("You wrote: hello")
    assert [message.text for message in city.accepted] == ["hello"]


def test_the_first_question_is_in_sight_above_a_phones_keyboard(page, base, city):
    """360 by 640 with a keyboard up leaves some 260 pixels: an introduction comes first, and the question counts."""
    introduction = "You are writing with a program, not a person. In danger, call 911. " * 4
    question = Reply("What can I do for you?", choices=(Choice("a", "Report"), Choice("b", "Ask")))
    city.answer = lambda message: [Reply(introduction), *([question] if message.text == "hi" else [])]
    page.set_viewport_size({"width": 360, "height": 640})
    open_chat(page, base)
    page.set_viewport_size({"width": 360, "height": 260})
    write(page, "hi")
    expect(log(page).get_by_text("What can I do for you?")).to_be_in_viewport()
    write(page, "and then?")
    expect(log(page).get_by_text("and then?")).to_be_in_viewport()
