"""Asking for a place: what is taken, what is confirmed, when it is asked which or where exactly, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field
from actions.forms.kind import ParsedAnswer, QuestionContext, Step
from actions.forms.place import (
    LONGEST,
    from_json,
    is_certain,
    judge_matches,
    min_fit,
    rivals_of,
    to_json,
    with_place_words,
)
from actions.turn.state import Form
from actions.turn.turn import Fit
from city.records.model import PlaceMatch
from core.model import Position, Want
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

SPOT = Position(41.652, -74.34)
PLACE = Field("place", "place", {"en": "Where is it?"})
MILL = {"label": "1 Mill Road", "kind": "address", "latitude": 41.65, "longitude": -74.34}
ELM = {"label": "2 Elm Street", "kind": "address"}
STREET = {"label": "Mill Road", "kind": "street"}
MODES = ["confirm", "which", "narrow", "unknown", "outside"]
Asked = Callable[..., QuestionContext]


@pytest.fixture
def asked(house: House) -> Asked:
    def ask(sub: dict[str, Any] | None = None, **hints: Any) -> QuestionContext:
        form = Form("report", asked="place", sub=sub or {}, hints=hints)
        return QuestionContext(house.assistant.context, form, "en", "web", NOON)

    return ask


def read(question: QuestionContext, text: str = "", **sent: Any) -> ParsedAnswer:
    return KINDS["place"].read(question, PLACE, inbound(text, **sent))


def match(label: str = "1 Mill Road", kind: str = "address", score: float = 1.0) -> PlaceMatch:
    return PlaceMatch(label, SPOT, kind, score)


@pytest.mark.parametrize(
    ("found", "step", "mode"),
    [
        ([], Step.AGAIN, "unknown"),
        ([match()], Step.TOOK, None),
        ([match(score=0.95)], Step.TOOK, None),
        ([match(score=0.94)], Step.AGAIN, "confirm"),
        ([match(score=0.6), match("2 Elm Street", score=0.5)], Step.AGAIN, "which"),
        ([match(), match("1 Mill Lane", score=0.97)], Step.AGAIN, "which"),
        ([match(), match("1, MILL ROAD", score=0.97)], Step.TOOK, None),
        ([match(), match("1 Mill Lane", score=0.9)], Step.TOOK, None),
        ([match("Mill Road", "street")], Step.AGAIN, "narrow"),
        ([match("Mill Road", "street"), match("Mill Lane", "street", 0.98)], Step.AGAIN, "which"),
        ([match("by the gate", "text", 0.0)], Step.TOOK, None),
    ],
)
def test_what_becomes_of_the_places_that_a_text_may_mean(
    found: Sequence[PlaceMatch], step: Step, mode: str | None
) -> None:
    answer = judge_matches("somewhere", found)
    assert (answer.step, answer.sub.get("mode")) == (step, mode)


def test_a_place_nobody_knows_can_be_passed_on_as_it_was_written() -> None:
    answer = judge_matches("behind the shed", [])
    assert answer.sub["places"] == [{"label": "behind the shed", "kind": "text"}]
    assert answer.fit is Fit.MAYBE


@pytest.mark.parametrize(
    "place", [match(), PlaceMatch("Mill Road", None, "street"), PlaceMatch("the shed", None, "text")]
)
def test_a_place_is_remembered_and_read_again(place: PlaceMatch) -> None:
    assert from_json(to_json(place)) == PlaceMatch(place.label, place.position, place.kind)


@pytest.mark.parametrize(
    ("kind", "score", "certain"),
    [
        ("address", 1.0, True),
        ("address", 0.95, True),
        ("address", 0.94, False),
        ("landmark", 1.0, True),
        ("street", 1.0, False),
    ],
)
def test_a_whole_street_is_never_certain(kind: str, score: float, certain: bool) -> None:
    assert is_certain(match(kind=kind, score=score)) is certain


@pytest.mark.parametrize(
    ("fit", "at_best"), [(Fit.SURE, Fit.MAYBE), (Fit.MAYBE, Fit.MAYBE), (Fit.NO, Fit.NO)]
)
def test_what_names_no_known_place_is_at_best_perhaps_an_answer(fit: Fit, at_best: Fit) -> None:
    assert min_fit(fit) is at_best


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("20 Elm Street", "20 Elm Street"),
        ("it is at 20 elm st", "20 Elm Street"),
        ("corner of Mill Road and Union Street", "Mill Road & Union Street"),
    ],
)
def test_a_known_place_is_taken(asked: Asked, text: str, label: str) -> None:
    answer = read(asked(), text)
    assert answer.step is Step.TOOK
    assert set(answer.value["label"].split()) >= set(label.replace("&", "").split())


@pytest.mark.parametrize("text", ["", "...", "42", "no", "none", "x" * (LONGEST + 1)])
def test_what_can_be_no_place_is_not_searched_for(asked: Asked, text: str) -> None:
    assert read(asked(), text).step is Step.PROBLEM


def test_a_house_number_alone_narrows_the_street_that_was_named(asked: Asked) -> None:
    street = read(asked(), "Elm Street")
    assert street.sub["mode"] == "narrow"
    narrowed = read(asked(street.sub), "20")
    assert (narrowed.step, narrowed.value["label"]) == (Step.TOOK, "20 Elm Street")


@pytest.mark.parametrize("number", ["no. 20", "number 20", "#20", " 20 "])
def test_a_house_number_is_known_however_it_is_written(asked: Asked, number: str) -> None:
    street = read(asked(), "Elm Street")
    assert read(asked(street.sub), number).step is Step.TOOK


@pytest.mark.parametrize(
    ("sub", "choice", "step", "value"),
    [
        ({"mode": "confirm", "places": [MILL]}, "place.0", Step.TOOK, {**MILL, "confirmed": True}),
        ({"mode": "confirm", "places": [MILL]}, "place.other", Step.AGAIN, {}),
        ({"mode": "which", "places": [MILL, ELM]}, "place.1", Step.TOOK, {**ELM, "confirmed": True}),
        (
            {"mode": "which", "places": [STREET, ELM]},
            "place.0",
            Step.AGAIN,
            {"mode": "narrow", "places": [STREET]},
        ),
        ({"mode": "narrow", "places": [STREET]}, "place.0", Step.TOOK, STREET),
        ({"mode": "unknown", "places": [ELM]}, "place.0", Step.TOOK, ELM),
        ({"mode": "outside", "places": [ELM]}, "place.0", Step.TOOK, ELM),
        ({"mode": "confirm", "places": [MILL]}, "place.7", Step.PROBLEM, None),
        ({}, "place.0", Step.PROBLEM, None),
    ],
)
def test_what_a_button_says(asked: Asked, sub: Any, choice: str, step: Step, value: Any) -> None:
    answer = read(asked(sub), choice=choice)
    assert answer.step is step
    assert (answer.value if step is Step.TOOK else answer.sub or value) == value


@pytest.mark.parametrize("mode", MODES)
def test_each_way_of_asking_has_words_and_a_way_on(asked: Asked, mode: str) -> None:
    question = asked({"mode": mode, "places": [MILL, ELM]})
    reply = KINDS["place"].phrase_question(question, PLACE)
    assert reply.text != "Where is it?"
    assert reply.choices[0].key == "place.0"
    assert reply.wants == (() if mode in {"confirm", "which"} else (Want.POSITION,))
    assert KINDS["place"].back(question) == {}


def test_the_open_question_wants_a_position_and_has_no_way_back_of_its_own(asked: Asked) -> None:
    reply = KINDS["place"].phrase_question(asked(), PLACE)
    assert (reply.text, reply.choices, reply.wants) == ("Where is it?", (), (Want.POSITION,))
    assert KINDS["place"].back(asked()) is None


@pytest.mark.parametrize(
    ("hints", "mode", "from_photo"),
    [
        ({"place": MILL}, "confirm", False),
        ({"place": STREET}, "narrow", False),
        ({"place": MILL, "place_from_photo": True}, "confirm", True),
    ],
)
def test_a_place_that_was_said_in_passing_is_asked_about(
    asked: Asked, hints: Any, mode: str, from_photo: bool
) -> None:
    answer = KINDS["place"].enter(asked(**hints), PLACE)
    assert answer is not None
    assert (answer.sub["mode"], answer.sub["from_photo"]) == (mode, from_photo)
    assert KINDS["place"].enter(asked(), PLACE) is None


def test_a_shared_position_in_the_city_is_taken_exactly(asked: Asked) -> None:
    answer = read(asked(), position=SPOT)
    assert (answer.value["latitude"], answer.value["longitude"]) == (41.652, -74.34)
    assert answer.value["label"] in answer.note


def test_a_shared_position_elsewhere_is_asked_about(asked: Asked) -> None:
    answer = read(asked(), position=Position(10.0, 10.0))
    assert (answer.step, answer.sub["mode"]) == (Step.AGAIN, "outside")
    assert answer.sub["places"][0]["label"] == "10.00000, 10.00000"


@pytest.mark.parametrize(
    ("text", "sent", "fit"),
    [
        ("20 Elm Street", {}, Fit.SURE),
        ("is it 20 Elm Street?", {}, Fit.MAYBE),
        ("the shed", {}, Fit.MAYBE),
        ("", {}, Fit.NO),
        ("", {"position": SPOT}, Fit.SURE),
        ("", {"choice": "other.0"}, Fit.NO),
    ],
)
def test_how_surely_a_message_is_a_place(asked: Asked, text: str, sent: Any, fit: Fit) -> None:
    assert KINDS["place"].fit(asked(), PLACE, inbound(text, **sent)) is fit


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("in front of my house", "home"),
        ("route 9 north", "highway"),
        ("bus stop 1203", "asset"),
        ("https://maps.app.goo.gl/AbC123", "link"),
        ("1200 mill road", "beyond"),
        ("behind the blue house", "unknown"),
        ("10.0001, 10.0001", "outside"),
    ],
)
def test_what_is_not_on_the_map_is_asked_about_in_its_own_words(asked: Asked, text: str, mode: str) -> None:
    answer = read(asked(), text)
    assert (answer.step, answer.sub["mode"]) == (Step.AGAIN, mode)
    question = asked(answer.sub)
    reply = KINDS["place"].phrase_question(question, PLACE)
    assert "{" not in reply.text
    assert bool(reply.choices) is (mode != "home")


@pytest.mark.parametrize("text", ["hold on", "idk", "it's huge", "call me", "walmart"])
def test_what_tells_of_no_place_is_never_one(asked: Asked, text: str) -> None:
    assert read(asked(), text).step in {Step.STAYS, Step.REMARK, Step.PROBLEM}


def test_a_name_that_tells_nothing_can_be_passed_on_when_it_is_said_twice(asked: Asked) -> None:
    again = asked()
    again.form.tries = 1
    assert read(again, "walmart").sub["places"] == [{"label": "walmart", "kind": "text"}]


def test_the_same_place_is_that_of_the_last_report(asked: Asked) -> None:
    answer = read(asked(last_place=MILL), "same place as before")
    assert (answer.step, answer.value) == (Step.TOOK, MILL)
    assert "1 Mill Road" in answer.note
    assert read(asked(), "same place as before").sub == {"mode": "last"}


def test_ones_own_house_is_asked_once_and_remembered_on_request(asked: Asked) -> None:
    home = read(asked(), "in front of my house")
    address = read(asked(home.sub), "20 Elm Street")
    assert (address.step, address.sub["mode"]) == (Step.AGAIN, "remember")
    kept = read(asked(address.sub), choice="place.remember_yes").value
    assert (kept["label"], kept["words"], kept["remember"]) == ("20 Elm Street", "in front of my house", True)
    assert "remember" not in read(asked(address.sub), choice="place.remember_no").value
    known = read(asked(home=kept), "in front of my house")
    assert (known.step, known.value["label"]) == (Step.TOOK, "20 Elm Street")


@pytest.mark.parametrize(
    ("hint", "known", "mode"),
    [
        ({"label": "outside my house", "kind": "home"}, {}, "home"),
        ({"label": "outside my house", "kind": "home"}, {"home": MILL}, "confirm"),
        ({"label": "same place", "kind": "last"}, {"last_place": MILL}, "confirm"),
        ({"label": "same place", "kind": "last"}, {}, "last"),
        ({"label": "route 9", "kind": "highway"}, {}, "highway"),
        ({**MILL, "kind": "beyond", "words": "999 Mill Road"}, {}, "beyond"),
    ],
)
def test_what_a_first_message_tells_of_the_place_is_asked_about(
    asked: Asked, hint: Any, known: Any, mode: str
) -> None:
    answer = KINDS["place"].enter(asked(place=hint, **known), PLACE)
    assert answer is not None
    assert answer.sub["mode"] == mode


def test_of_two_streets_that_a_first_message_may_mean_both_are_shown(asked: Asked) -> None:
    north, south = ({"label": f"30 {side} Main Street", "kind": "address"} for side in ("North", "South"))
    answer = KINDS["place"].enter(asked(place=north, place_rivals=[south]), PLACE)
    assert answer is not None
    assert (answer.sub["mode"], answer.sub["places"]) == ("which", [north, south])


def test_what_else_the_words_may_mean_is_found_again(house: House) -> None:
    gazetteer = house.assistant.context.city.gazetteer
    rivals = rivals_of(gazetteer, PlaceMatch("12 Mill Road", SPOT, "address", 0.7, "12 mill"), "en")
    assert [rival.label for rival in rivals] == ["12 Mill Street"]
    assert rivals_of(gazetteer, PlaceMatch("12 Mill Road", SPOT, "address", 1.0, "12 Mill Road"), "en") == []


def test_another_town_in_a_first_message_is_said(asked: Asked) -> None:
    answer = KINDS["place"].enter(asked(place=MILL, place_town="Riverton"), PLACE)
    assert answer is not None
    assert "Riverton" in answer.note


def test_a_number_that_the_street_has_not_is_one_of_its_ends_or_the_words(asked: Asked) -> None:
    beyond = read(asked(), "1200 mill road")
    labels = [place["label"] for place in beyond.sub["places"]]
    assert labels == ["480 Mill Road", "1200 Mill Street"]
    taken = read(asked(beyond.sub), choice="place.0")
    assert (taken.value["label"], taken.value["words"]) == ("480 Mill Road", "1200 mill road")


def test_another_town_is_said_and_asked_about(asked: Asked) -> None:
    answer = read(asked(), "12 Mill Road in Riverton")
    assert (answer.sub["mode"], answer.sub["places"][0]["label"]) == ("confirm", "12 Mill Road")
    assert "Riverton" in answer.note


def test_a_poles_number_stays_beside_the_street_that_is_said_next(asked: Asked) -> None:
    pole = read(asked(), "pole 4471")
    street = read(asked(pole.sub), "20 Elm Street")
    assert street.value["words"] == "pole 4471"


@pytest.mark.parametrize(
    ("place", "description"),
    [
        (MILL, "It is big."),
        ({**MILL, "words": "1 Mill Road apt 3"}, "It is big.\nWhere: 1 Mill Road apt 3"),
        ({**MILL, "words": "big"}, "It is big."),
        (None, "It is big."),
    ],
)
def test_the_crew_is_told_what_the_label_of_the_place_does_not_say(place: Any, description: str) -> None:
    assert with_place_words("It is big.", place, "Where") == description
