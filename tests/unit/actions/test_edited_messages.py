"""A message that was changed after it was sent: which answer it corrects, and what is said when it is too late."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from actions.forms.engine import FormSession
from actions.handlers import person, report, survey
from actions.handlers.correction import MOST_KEPT, correct_answer, note_question
from actions.turn.state import Form
from actions.turn.turn import Turn
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import DirectTalk, House


def turn_of(text: str, form: Form | None = None, said: Any = (), **sent: Any) -> Turn:
    sent = {"channel": "telegram", "provider_id": "7"} | sent
    turn = Turn(inbound(text, **sent), "anna", "en", {}, Session(), NOON)
    turn.state.form, turn.state.said = form, list(said)
    return turn


def corrected(house: House, turn: Turn, flow: Any = report.FLOW) -> str | None:
    """The first reply to a changed message; None when it is taken as new."""
    form = turn.state.form
    session = FormSession(house.assistant.context, flow, turn, form) if form else None
    replies = correct_answer(house.assistant.context, turn, session)
    return None if replies is None else replies[0].text


def pothole(**values: Any) -> Form:
    known = {"service": "pothole", "description": "a hole", **values}
    return Form(
        "report", values=known, trail=list(values), asked="place" if "place" not in values else "q-SIZE"
    )


@pytest.mark.parametrize(
    ("was_open", "after", "answered"),
    [
        (None, None, ""),
        (None, Form("report"), "description"),
        (None, Form("survey"), ""),
        (("report", "place"), Form("report", values={"place": {}}), "place"),
        (("report", "place"), Form("report"), ""),
        (("report", "photos"), Form("report", skipped=["photos"]), "photos"),
        (("survey", "HOW"), Form("report", values={"HOW": "x"}), ""),
        (("report", "summary"), None, ""),
    ],
)
def test_it_is_noted_which_question_a_message_answered(
    was_open: tuple[str, str] | None, after: Form | None, answered: str
) -> None:
    turn = turn_of("x", after)
    note_question(turn, was_open)
    assert turn.state.said == [("7", answered)]


@pytest.mark.parametrize("sent", [{"channel": "sms"}, {"channel": "web"}, {"edits": "3"}])
def test_nothing_is_noted_where_nothing_can_be_changed_nor_of_a_change_itself(sent: dict[str, Any]) -> None:
    turn = turn_of("x", Form("report"), **sent)
    note_question(turn, None)
    assert turn.state.said == []


def test_only_the_last_messages_are_remembered() -> None:
    turn = turn_of("x", said=[(str(number), "") for number in range(MOST_KEPT)])
    note_question(turn, None)
    assert len(turn.state.said) == MOST_KEPT
    assert turn.state.said[-1] == ("7", "")


@pytest.mark.parametrize(
    ("said", "edits", "is_known"),
    [
        ([], "3", False),
        ([("3", "")], "3", False),
        ([("3", ""), ("4", "")], "3", True),
        ([("81.3", ""), ("82.4", "")], "3", True),
        ([("13", ""), ("14", "")], "3", False),
        ([("3", ""), ("4", "")], "", False),
    ],
)
def test_a_change_of_an_earlier_message_comes_late_and_of_the_last_or_an_unknown_one_is_new(
    house: House, said: list[tuple[str, str]], edits: str, is_known: bool
) -> None:
    late = house.assistant.context.say("forms.change_came_late", "en")
    assert corrected(house, turn_of("x", said=said, edits=edits)) == (late if is_known else None)


def test_a_changed_answer_replaces_the_first_and_the_form_goes_on(house: House) -> None:
    form = pothole(place={"label": "1 Mill Road", "kind": "address"})
    turn = turn_of("20 Elm Street", form, [("3", "place"), ("4", "")], edits="3")
    text = corrected(house, turn)
    assert text is not None
    assert "20 Elm Street" in text
    assert form.values["place"]["label"] == "20 Elm Street"
    assert (form.asked, form.trail) == ("q-SIZE", ["place"])


def test_a_changed_description_is_understood_anew(house: House) -> None:
    form = pothole(description="a pothole")
    turn = turn_of("the traffic light at 20 Elm Street", form, [("3", "description")], edits="3")
    assert corrected(house, turn) is not None
    assert (form.values["service"], form.values["place"]["label"]) == ("traffic-signal", "20 Elm Street")


def test_what_was_chosen_by_hand_survives_a_changed_description(house: House) -> None:
    form = pothole(description="a hole")
    form.trail += ["service"]
    turn = turn_of("there is graffiti", form, [("3", "description")], edits="3")
    corrected(house, turn)
    assert form.values["service"] == "pothole"


def test_a_change_that_cannot_be_read_leaves_the_answer(house: House) -> None:
    form = pothole(place={"label": "1 Mill Road", "kind": "address"})
    form.values["q-SIZE"] = "small"
    turn = turn_of("purple", form, [("3", "q-SIZE"), ("4", "")], edits="3")
    text = corrected(house, turn)
    assert text is not None
    assert text.startswith(house.assistant.context.say("forms.change_not_read", "en"))
    assert form.values["q-SIZE"] == "small"


def test_an_answer_that_is_changed_into_danger_ends_the_form(house: House) -> None:
    form = pothole(place={"label": "1 Mill Road", "kind": "address"})
    form.values["q-SIZE"] = "small"
    turn = turn_of("the road is caving in", form, [("3", "q-SIZE"), ("4", "")], edits="3")
    assert corrected(house, turn) is not None
    assert turn.state.form is None


@pytest.mark.parametrize(
    ("flow", "form"), [(person.FLOW, Form("person", "sms")), (survey.FLOW, Form("survey", "x"))]
)
def test_an_answer_whose_question_is_gone_changes_nothing(house: House, flow: Any, form: Form) -> None:
    form.values["gone"] = "x"
    turn = turn_of("y", form, [("3", "gone"), ("4", "")], edits="3")
    session = FormSession(house.assistant.context, flow, turn, form)
    correct_answer(house.assistant.context, turn, session)
    assert form.values["gone"] == "x"


@pytest.mark.parametrize(
    ("changed", "edits", "amended"),
    [
        ("there is a pothole at 14 Elm Street", 1, ("14 Elm Street", {"SIZE": "medium"}, 0)),
        ("3", 2, ("20 Elm Street", {"SIZE": "large"}, 0)),
        ("there is a pothole at 20 Elm Street, it eats tires", 1, ("20 Elm Street", {"SIZE": "medium"}, 1)),
    ],
)
def test_a_message_that_is_changed_after_filing_amends_the_report(
    house: House, changed: str, edits: int, amended: tuple[str, dict[str, str], int]
) -> None:
    talk = DirectTalk(house, channel="telegram")
    talk.hear(
        inbound(
            "there is a pothole at 20 Elm Street",
            talk.person,
            channel="telegram",
            provider_id=f"{talk.person}.1",
        )
    )
    talk.hear(inbound("2", talk.person, channel="telegram", provider_id=f"{talk.person}.2"))
    known = f"{talk.person}.{edits}"
    talk.hear(inbound(changed, talk.person, channel="telegram", provider_id=f"{talk.person}.9", edits=known))
    with house.database.reading() as session:
        row = talk.filed_row(session)
        kept = sum(update.kind == "comment" for update in row.updates)
        assert (row.place_label, row.answers, kept) == amended
