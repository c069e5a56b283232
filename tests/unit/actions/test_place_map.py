"""When a small map stands beside a question for a place or beside a filed report, and what it says in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field
from actions.forms.kind import QuestionContext
from actions.forms.place_map import with_filed_map
from actions.turn.state import Form
from core.model import Position, Reply
from tests.support.builders import NOON
from tests.support.direct_talk import House

PLACE = Field("place", "place", {"en": "Where is it?"})
MILL = {"label": "12 Mill Road", "kind": "address", "latitude": 41.652458, "longitude": -74.334172}
CANAL = {"label": "40 Canal Street", "kind": "address", "latitude": 41.651287, "longitude": -74.336356}
LIBRARY = {
    "label": "Mill Library, 40 Mill Road",
    "kind": "landmark",
    "latitude": 41.653585,
    "longitude": -74.333569,
}
NOWHERE = {"label": "by the gate", "kind": "text"}
OUTSIDE = {"label": "1 Far Road", "kind": "address", "latitude": 42.652, "longitude": -74.334}
Asked = Callable[..., Reply]


@pytest.fixture
def ask(house: House) -> Asked:
    def asked(
        mode: str, *places: dict[str, Any], channel: str = "web", language: str = "en", shown: bool = True
    ) -> Reply:
        context = house.assistant.context
        settings = context.settings.model_copy(update={"map_pictures": shown})
        form = Form("report", asked="place", sub={"mode": mode, "places": list(places)})
        question = QuestionContext(replace(context, settings=settings), form, language, channel, NOON)
        return KINDS["place"].phrase_question(question, PLACE)

    return asked


@pytest.mark.parametrize("channel", ["web", "telegram"])
@pytest.mark.parametrize(
    ("mode", "places"),
    [("confirm", [LIBRARY]), ("which", [MILL, CANAL]), ("beyond", [MILL]), ("which", [MILL, CANAL, LIBRARY])],
)
def test_places_to_be_confirmed_or_chosen_are_shown_in_their_order(ask, channel, mode, places):
    shown = ask(mode, *places, channel=channel).map
    assert shown
    assert shown.pins == tuple(Position(place["latitude"], place["longitude"]) for place in places)
    assert all(place["label"] in shown.caption for place in places)


@pytest.mark.parametrize(
    "mode", ["narrow", "unknown", "outside", "home", "remember", "highway", "asset", "link"]
)
def test_no_other_question_has_a_map(ask, mode):
    assert ask(mode, MILL).map is None


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "terminal", "rasa"])
def test_where_a_picture_is_paid_for_or_not_to_be_seen_words_stand_alone(ask, channel):
    assert ask("confirm", MILL, channel=channel).map is None


def test_the_setting_turns_it_off(ask):
    assert ask("confirm", MILL, shown=False).map is None
    assert ask("confirm", MILL, shown=False) == replace(ask("confirm", MILL), map=None)


@pytest.mark.parametrize("places", [[NOWHERE], [OUTSIDE], [MILL, NOWHERE], [MILL, OUTSIDE], []])
def test_there_is_no_map_of_what_is_not_among_the_streets(ask, places):
    assert ask("which", *(places or [NOWHERE])).map is None


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "zh", "ar"])
def test_the_words_of_a_map_say_what_it_shows_in_every_language(ask, language):
    one = ask("confirm", LIBRARY, language=language).map
    several = ask("which", MILL, CANAL, language=language).map
    assert one
    assert several
    assert {name for name in ("Mill Library", "Mill Road", "Mill Street") if name in one.caption} == {
        "Mill Library",
        "Mill Road",
        "Mill Street",
    }
    assert "1. 12 Mill Road; 2. 40 Canal Street" in several.caption
    assert "{" not in one.caption + several.caption


@pytest.mark.parametrize(
    ("place", "is_shown"),
    [
        (LIBRARY, True),
        ({**MILL, "kind": "position", "label": "near 12 Mill Road"}, True),
        ({**LIBRARY, "confirmed": True}, False),
        (MILL, False),
        ({**MILL, "kind": "crossing"}, False),
        (NOWHERE, False),
        (None, False),
    ],
)
def test_a_filed_report_shows_a_place_that_was_read_and_not_looked_at(house, place, is_shown):
    reply = with_filed_map(house.assistant.context, "web", Reply("Filed."), place)
    assert (reply.map is not None) is is_shown
    assert reply.text == "Filed."
