"""How a report begins, and what is used of words, photos and positions before they are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from actions.forms.engine import FormSession
from actions.forms.kind import ParsedAnswer, Step
from actions.forms.kinds import MOST_PHOTOS
from actions.handlers import report
from actions.handlers.report_words import describe_report
from actions.turn.turn import PreparedSearches, Turn
from city.records.model import Suggestion
from core.model import Attachment, Position, Reply
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

SPOT, FAR = Position(41.652, -74.34), Position(10.0, 10.0)
PLACE = {"label": "1 Mill Road", "kind": "address"}
POTHOLE_AT_ELM = "there is a pothole at 20 Elm Street"


def photo(name: str = "m1", position: Position | None = None) -> Attachment:
    return Attachment(name, "image/jpeg", 9, position)


def session_of(house: House, text: str = "", sent: Any = None, **values: Any) -> FormSession:
    turn = Turn(inbound(text, **(sent or {})), "anna", "en", {}, Session(), NOON)
    session = report.new_report(house.assistant.context, turn)
    session.form.values.update(values)
    return session


def begun(house: House, text: str, **sent: Any) -> tuple[dict[str, Any], list[Reply]]:
    """The form as it is kept, and what is said, when a report is begun with a message."""
    turn = Turn(inbound(text, **sent), "anna", "en", {}, Session(), NOON)
    replies = report.begin_report(house.assistant.context, turn, text)
    turn.store_state()
    return turn.dialogue["flow"], replies


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", False),
        ("...", False),
        ("report", False),
        ("I want to report a problem", False),
        ("pothole", True),
        ("I want to report a pothole", True),
        ("quiero reportar un problema", False),
        ("hay un bache", True),
    ],
)
def test_whether_a_sentence_says_what_the_matter_is(house: House, text: str, says: bool) -> None:
    assert report.says_something(house.assistant.context, text) is says


@pytest.mark.parametrize(
    ("text", "known", "asked"),
    [
        ("", set(), "description"),
        ("I want to report a problem", set(), "description"),
        ("there is a pothole", {"description", "service"}, "place"),
        (POTHOLE_AT_ELM, {"description", "service", "place"}, "q-SIZE"),
        ("something strange at 20 Elm Street", {"description", "place"}, "service"),
    ],
)
def test_what_was_said_is_used_and_the_rest_is_asked(
    house: House, text: str, known: set[str], asked: str
) -> None:
    form, _ = begun(house, text)
    assert known <= set(form["values"])
    assert form["asked"] == asked


def test_what_was_understood_is_said_before_the_first_question(house: House) -> None:
    context = house.assistant.context
    pothole = context.city.services.by_code("pothole")
    assert pothole is not None
    _, (reply, *_) = begun(house, POTHOLE_AT_ELM)
    said = context.say("report.sounds_like_at", "en", service=pothole.name["en"], place="20 Elm Street")
    assert reply.text.startswith(said)


@pytest.mark.parametrize(
    ("sent", "hints", "values"),
    [
        ({"attachments": (photo(),)}, {"photos": ["m1"]}, {}),
        ({"attachments": (photo("a"), photo("b"), photo("a"))}, {"photos": ["a", "b"]}, {}),
        ({"position": SPOT}, {}, {"place": "position"}),
        ({"position": FAR}, {}, {}),
        ({"attachments": (photo("a", FAR),)}, {"photos": ["a"]}, {}),
    ],
)
def test_photos_and_a_position_that_come_first_are_kept(
    house: House, sent: Any, hints: dict[str, Any], values: dict[str, str]
) -> None:
    form, _ = begun(house, "", **sent)
    assert form["hints"] == hints
    assert {name: value["kind"] for name, value in form["values"].items()} == values


@pytest.mark.parametrize(
    ("kept", "sent", "count"),
    [
        ([], ["a"], 1),
        (["a"], ["a"], 1),
        (["a"], ["b"], 2),
        (["a", "b", "c", "d"], ["e", "f"], MOST_PHOTOS),
    ],
)
def test_photos_are_kept_up_to_as_many_as_can_be_taken(
    house: House, kept: list[str], sent: list[str], count: int
) -> None:
    session = session_of(house)
    session.form.hints["photos"] = kept
    assert report.keep_photos(session, tuple(photo(name) for name in sent)) == count
    assert len(session.form.hints["photos"]) == count


@pytest.mark.parametrize(
    ("values", "hint", "position", "is_offered"),
    [
        ({}, None, SPOT, True),
        ({}, None, FAR, False),
        ({}, None, None, False),
        ({"place": PLACE}, None, SPOT, False),
        ({}, PLACE, SPOT, False),
    ],
)
def test_where_a_photo_was_taken_is_offered_unless_a_place_is_known(
    house: House, values: Any, hint: Any, position: Position | None, is_offered: bool
) -> None:
    session = session_of(house, **values)
    if hint:
        session.form.hints["place"] = hint
    report.keep_photos(session, (photo("a", position),))
    assert bool(session.form.hints.get("place_from_photo")) is is_offered
    assert session.form.values.get("place") == values.get("place")


@pytest.mark.parametrize(
    ("text", "taken", "hinted"),
    [
        ("a lamp at 20 Elm Street", True, False),
        ("a lamp somewhere on Elm Street", False, True),
        ("a lamp", False, False),
    ],
)
def test_a_place_that_was_mentioned_is_taken_when_certain_and_asked_about_when_not(
    house: House, text: str, taken: bool, hinted: bool
) -> None:
    session = session_of(house)
    session.form.hints["place_from_photo"] = True
    report.use_sentence(session, text)
    assert ("place" in session.form.values, "place" in session.form.hints) == (taken, hinted)
    assert session.form.hints.get("place_from_photo") is (None if hinted else True)


def test_a_place_that_is_known_is_not_changed_by_what_is_mentioned(house: House) -> None:
    session = session_of(house, place=PLACE)
    report.use_sentence(session, POTHOLE_AT_ELM)
    assert session.form.values["place"] == PLACE


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("20-elm-street", "20 Elm Street"),
        ("20_elm_street", "20 Elm Street"),
        ("nowhere-at-all", None),
        ("elm-street", None),
        ("", None),
    ],
)
def test_a_posters_link_names_the_place_it_hangs_at(house: House, code: str, label: str | None) -> None:
    turn = Turn(inbound(start=f"place-{code}"), "anna", "en", {}, Session(), NOON)
    replies = report.begin_at(house.assistant.context, turn, code)
    form = turn.state.form
    assert form is not None
    assert form.values.get("place", {}).get("label") == label
    assert form.asked == "description"
    assert (label is not None) is (label is not None and label in replies[0].text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "a problem"),
        ({"description": "something odd"}, "something odd"),
        ({"service": "gone", "description": "something odd"}, "something odd"),
        ({"description": "x " * 100}, "x x"),
    ],
)
def test_a_report_in_a_few_words(house: House, values: dict[str, Any], words: str) -> None:
    said = describe_report(session_of(house, **values))
    assert words in said
    assert len(said) <= 60
    assert "1 Mill Road" in describe_report(session_of(house, place=PLACE, **values))


@pytest.mark.parametrize(
    ("note", "phone"),
    [
        ("Leave the house and call 555-0199 now.", "555-0199"),
        ("Call +1 (212) 555-0142.", "+1 (212) 555-0142"),
        ("Leave the house.", "911"),
    ],
)
def test_a_dangerous_answer_says_whom_to_call_and_keeps_what_it_was_about(
    house: House, note: str, phone: str
) -> None:
    session = session_of(house, description="it smells of gas")
    (reply,) = report.FLOW.stopped(session, ParsedAnswer(Step.STOP, note=note))
    assert (reply.urgent, reply.phone) == (True, phone)
    assert reply.text.startswith(note)
    offered = session.turn.state.offer
    assert offered is not None
    assert offered.data == {"text": "it smells of gas"}


@pytest.mark.parametrize(
    ("service", "left"),
    [("pothole", {"description", "service", "q-SIZE"}), ("graffiti", {"description", "service"})],
)
def test_answers_to_another_services_questions_go_when_the_service_is_answered(
    house: House, service: str, left: set[str]
) -> None:
    values = {"description": "x", "service": service, "notice": True, "q-SIZE": "big", "q-GONE": "x"}
    session = session_of(house, **values)
    session.form.skipped = ["q-OLD", "photos"]
    field = session.find_field("service")
    assert field is not None
    session.flow.answered(session, field)
    assert set(session.form.values) == left
    assert session.form.skipped == ["photos"]


@pytest.mark.parametrize(("service", "kept"), [("pothole", True), ("gone", False), (None, False)])
def test_a_service_that_is_offered_no_more_is_dropped_when_the_report_is_resumed(
    house: House, service: str | None, kept: bool
) -> None:
    session = session_of(house, description="x", **({"service": service} if service else {}))
    assert ("service" in session.form.values) is (service is not None)
    resumed = FormSession.resume(session.context, report.FLOW, session.turn, session.form)
    assert ("service" in resumed.form.values) is kept
    assert (resumed.find_field("place") is not None) is kept


def begun_with_likely(house: House, text: str, scores: dict[str, float]) -> tuple[Turn, list[Reply]]:
    """The turn and the replies, when these kinds of problem are so likely."""
    context = house.assistant.context
    services = {service.code: service for service in context.city.services.all()}
    likely = tuple(Suggestion(services[code], score) for code, score in scores.items())
    prepared = PreparedSearches(text, suggestions=likely)
    turn = Turn(inbound(text), "anna", "en", {}, Session(), NOON, prepared=prepared)
    return turn, report.begin_report(context, turn, text)


OVERFLOWING = "it is overflowing since friday"


def test_a_kind_that_leads_is_begun_with_and_another_stays_in_reach(house: House) -> None:
    turn, [reply] = begun_with_likely(house, OVERFLOWING, {"missed-trash": 0.45, "illegal-dumping": 0.2})
    assert turn.state.form
    assert turn.state.form.values["service"] == "missed-trash"
    assert reply.text.startswith("Thank you. This sounds like: Missed trash or recycling.")
    assert [choice.label for choice in reply.choices] == ["It is another problem"]


def test_that_it_is_another_problem_leads_to_the_next_kinds_and_back_to_the_place(house: House) -> None:
    turn, _ = begun_with_likely(house, OVERFLOWING, {"missed-trash": 0.45, "illegal-dumping": 0.2})
    form = turn.state.form
    assert form
    for said, labels in (
        ("it is another problem", ["Illegal dumping", "Something else"]),
        ("illegal dumping", []),
    ):
        later = Turn(inbound(said), "anna", "en", {}, Session(), NOON)
        [reply] = FormSession(house.assistant.context, report.FLOW, later, form).take()
        assert [choice.label for choice in reply.choices] == labels
    assert (form.values["service"], form.asked) == ("illegal-dumping", "place")


@pytest.mark.parametrize(
    ("text", "lead"),
    [(OVERFLOWING, 0.39), ("it is overflowing at 20 Elm Street", 0.49)],
    ids=["too unlikely", "would be filed at once"],
)
def test_else_it_is_asked_which_kind_it_is(house: House, text: str, lead: float) -> None:
    turn, [reply] = begun_with_likely(house, text, {"missed-trash": lead, "illegal-dumping": 0.2})
    assert turn.state.form
    assert turn.state.form.asked == "service"
    assert [choice.label for choice in reply.choices][:1] == ["Missed trash or recycling"]
