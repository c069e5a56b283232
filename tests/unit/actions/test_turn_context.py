"""What every action has within reach: sentences, languages, the calendar, and how a reply gets its choices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from actions.turn.context import ActionContext, asker_of, dedupe_key, led_by, offer_choices
from actions.turn.state import Offer
from actions.turn.turn import Turn
from city.records.model import CityProfile
from core.model import Asker, Reply
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House


@dataclass
class CityOfProfile:
    """A city that is nothing but its profile."""

    profile: CityProfile
    services: Any = None
    gazetteer: Any = None
    surveys: Any = None


@pytest.fixture
def ours(house: House) -> ActionContext:
    return house.assistant.context


def with_profile(ours: ActionContext, chosen: tuple[str, ...] = (), **changes: Any) -> ActionContext:
    settings = ours.settings.model_copy(update={"languages": chosen})
    return replace(ours, city=CityOfProfile(replace(ours.city.profile, **changes)), settings=settings)


def turn_of(text: str = "hello", **sent: Any) -> Turn:
    return Turn(inbound(text, **sent), "anna", "es", {}, Session(), NOON)


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ([], "Where?"),
        (["Thanks."], "Thanks.\n\nWhere?"),
        (["Thanks.", "", "So far."], "Thanks.\n\nSo far.\n\nWhere?"),
        ([""], "Where?"),
    ],
)
def test_notes_stand_before_a_reply_a_paragraph_each(notes: list[str], text: str) -> None:
    assert led_by(notes, Reply("Where?", "en")) == Reply(text, "en")


def test_choices_beside_a_reply_are_remembered_with_what_they_are_about() -> None:
    turn = turn_of()
    reply = offer_choices(
        turn, Reply("Which?", "es"), "request", {"add": "Add", "menu": "More"}, number="KR-1"
    )
    assert [(choice.key, choice.label) for choice in reply.choices] == [
        ("request.add", "Add"),
        ("request.menu", "More"),
    ]
    assert turn.state.offer == Offer("request", [("add", "Add"), ("menu", "More")], {"number": "KR-1"})


def test_the_latest_choices_are_the_ones_that_stand_open() -> None:
    turn = turn_of()
    for name in ("photo", "menu"):
        offer_choices(turn, Reply("Which?", "es"), name, {"a": "A"})
    turn.store_state()
    assert turn.dialogue["offer"]["name"] == "menu"


def test_who_says_it_and_under_which_key_it_happens_once() -> None:
    turn = turn_of(channel="sms", provider_id="SM1")
    assert asker_of(turn) == Asker("anna", "sms", "es")
    assert dedupe_key(turn) == "sms:SM1"


@pytest.mark.parametrize(
    ("chosen", "of_the_city", "offered", "own"),
    [
        (("en", "es"), ("fr",), ("en", "es"), "fr"),
        ((), ("fr", "en"), ("fr", "en"), "fr"),
        ((), ("en", "tlh"), ("en",), "en"),
    ],
)
def test_languages_are_those_of_the_settings_else_the_citys(
    ours: ActionContext,
    chosen: tuple[str, ...],
    of_the_city: tuple[str, ...],
    offered: tuple[str, ...],
    own: str,
) -> None:
    context = with_profile(ours, chosen, languages=of_the_city)
    assert (set(context.languages), context.own_language) == (set(offered), own)


def test_without_any_wish_all_of_the_catalogue_is_offered(ours: ActionContext) -> None:
    assert set(with_profile(ours, languages=()).languages) == set(ours.texts.languages)


@pytest.mark.parametrize(
    ("languages", "has", "lacks"),
    [(("en",), {"Latin"}, {"Arabic"}), (("en", "ar"), {"Latin", "Arabic"}, set())],
)
def test_the_scripts_of_the_offered_languages(
    ours: ActionContext, languages: tuple[str, ...], has: set[str], lacks: set[str]
) -> None:
    scripts = {script.casefold() for script in with_profile(ours, languages).scripts}
    assert {script.casefold() for script in has} <= scripts
    assert not scripts & {script.casefold() for script in lacks}


@pytest.mark.parametrize(("number", "said"), [("112", "112"), ("", "911")])
def test_the_emergency_number_is_the_citys_else_that_of_the_settings(
    ours: ActionContext, number: str, said: str
) -> None:
    context = with_profile(ours, emergency_number=number)
    assert context.emergency_number() == said
    assert said in context.say("emergency.call", "en")


def test_the_citys_name_is_in_every_sentence_that_wants_it_unless_another_is_given(
    ours: ActionContext,
) -> None:
    context = with_profile(ours, name="Springfield")
    assert "Springfield" in context.say("menu.intro", "en")
    assert "Shelbyville" in context.say("menu.intro", "en", city="Shelbyville")


@pytest.mark.parametrize("key", ["report.ask_description", "person.recorded", "check.ask_comment"])
def test_a_text_in_all_languages_is_what_is_said_in_each(ours: ActionContext, key: str) -> None:
    said = ours.in_all(key, number="KR-1")
    assert said == {language: ours.say(key, language, number="KR-1") for language in ours.languages}


def test_a_sentence_without_places_is_put_together_only_once(ours: ActionContext) -> None:
    assert ours.in_all("report.browse") is ours.in_all("report.browse")
    assert ours.in_all("report.browse")["en"] == ours.say("report.browse", "en")


def test_the_calendar_is_that_of_the_citys_zone(ours: ActionContext) -> None:
    context = with_profile(ours, timezone="Asia/Tokyo")
    assert context.calendar is context.calendar
    assert context.calendar.zone.key == "Asia/Tokyo"
