"""The small map in the widget: on a phone, in the dark, from right to left, and when it cannot be had."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from channels.web.fake import EchoCity
from city.maps.city_map import CityMap
from core.model import Choice, Position, Reply, SmallMap
from tests.acceptance.browser.test_widget import log, open_chat, panel, write
from tests.support.web_chat import build_chat, serving
from tests.unit.city.town import PLACES, SOUTH, STEP, WEST, gazetteer

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
ALT = "Map with numbered pins: 1. 30 Main Street; 2. 30 Mill Road."
CHOICES = (Choice("0", "30 Main Street"), Choice("1", "30 Mill Road"), Choice("other", "None of these"))
HERE, THERE = (Position(SOUTH + row * STEP, WEST + 4 * STEP) for row in (1, 2))


def reply_of(language: str, *pins: Position) -> Reply:
    return Reply("Which of these is it?", language, CHOICES, map=SmallMap(pins, ALT))


def served(language: str = "en", *pins: Position):
    city = EchoCity(lambda _message: [reply_of(language, *(pins or (HERE, THERE)))])
    return serving(build_chat(city, maps=CityMap(gazetteer().streets, PLACES)))


def shown_map(page: Page):
    return log(page).get_by_role("img", name=ALT)


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "en"), ("light", "ar")])
def test_a_map_stands_below_the_words_and_its_numbers_on_the_buttons(make_page, scheme, language):
    page = make_page(viewport=PHONE, color_scheme=scheme)
    with served(language) as base:
        open_chat(page, base)
        write(page, "graffiti at 30 main")
        picture = shown_map(page)
        expect(picture).to_have_js_property("naturalWidth", 480)
        box, words = picture.bounding_box(), log(page).get_by_text("Which of these is it?").bounding_box()
        assert box
        assert words
        assert box["y"] >= words["y"] + words["height"]
        assert box["width"] > 300
        assert box["width"] / box["height"] == pytest.approx(1.5, abs=0.02)
        assert (box["x"] > 0, box["x"] + box["width"] < PHONE["width"]) == (True, True)
        assert (picture.evaluate("image => getComputedStyle(image).filter") != "none") is (scheme == "dark")
        for label in ("1. 30 Main Street", "2. 30 Mill Road", "None of these"):
            expect(panel(page).get_by_role("button", name=label, exact=True)).to_be_visible()


def test_words_and_buttons_stand_where_no_map_can_be_drawn(make_page):
    page = make_page(viewport=PHONE)
    with served("en", Position(SOUTH + 1, WEST)) as base:
        open_chat(page, base)
        write(page, "graffiti at 30 main")
        expect(log(page)).to_contain_text("Which of these is it?")
        expect(panel(page).get_by_role("button", name="30 Mill Road")).to_be_visible()
        expect(shown_map(page)).to_have_count(0)


def test_the_plain_page_shows_the_map_too(make_page):
    page = make_page(java_script_enabled=False)
    with served() as base:
        page.goto(f"{base}/chat/plain")
        page.get_by_label("Your message").fill("graffiti at 30 main")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("img", name=ALT)).to_be_visible()
        expect(page.get_by_role("radio", name="1. 30 Main Street")).to_be_visible()
