"""A scale as residents meet it: between which numbers, and with which buttons."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from actions.forms.engine import FormSession
from actions.forms.fields import Field, Option
from actions.forms.flow import PlainFlow
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Turn
from core.model import Reply
from tests.support.builders import NOON, inbound


class RatingFlow(PlainFlow):
    """Asks for one number of a scale."""

    def __init__(self, rate: Field) -> None:
        self.rate = rate

    def fields(self, context: ActionContext, form: Form) -> Sequence[Field]:
        return [self.rate]

    def recap(self, session: FormSession) -> str:
        return str(session.form.values)

    def finish(self, session: FormSession) -> list[Reply]:
        return [Reply(f"Done: {session.form.values['rate']}", session.language)]


def scale(low, high, question="How was it?", **fields):
    return Field("rate", "scale", {"en": question}, minimum=low, maximum=high, **fields)


def asked(house, rate):
    """The session in which it was asked, and what was said."""
    turn = Turn(inbound(""), "anna", "en", {}, Session(), NOON)
    session = FormSession(house.assistant.context, RatingFlow(rate), turn, Form("rating"))
    (reply,) = session.go_on()
    return session, reply


def answered(session, text):
    turn = Turn(inbound(text), "anna", "en", session.turn.state.to_json(), Session(), NOON)
    session.turn, session.form = turn, turn.state.form
    return session.take()[-1].text


@pytest.mark.parametrize(
    ("low", "high", "told", "steps"),
    [
        (1, 5, "from 1 to 5", ["1", "2", "3", "4", "5"]),
        (1, 10, "from 1 to 10", [str(step) for step in range(1, 11)]),
        (None, None, "from 1 to 5", ["1", "2", "3", "4", "5"]),
        # buttons are numbered from 1: elsewhere a figure would be taken for another
        (0, 10, "from 0 to 10", []),
        (1, 11, "from 1 to 11", []),
        (2, 4, "from 2 to 4", []),
    ],
)
def test_a_resident_is_told_the_ends_and_gets_buttons_where_their_numbers_are_the_steps(
    house, low, high, told, steps
):
    _, reply = asked(house, scale(low, high))
    assert told in reply.text.lower()
    assert [choice.label for choice in reply.choices] == steps


@pytest.mark.parametrize(
    ("question", "low", "high", "is_told"),
    [
        ("How was it?", 1, 5, True),
        ("From 1 to 5, how was it?", 1, 5, False),
        ("How do you like our 10 parks?", 1, 10, True),
        ("How do you like our 10 parks?", 0, 10, True),
        ("0-10: how likely is it that you come back?", 0, 10, False),
        ("How was 2015?", 1, 5, True),
    ],
)
def test_the_ends_are_told_where_the_question_does_not(house, question, low, high, is_told):
    _, reply = asked(house, scale(low, high, question))
    assert (f"from {low} to {high}" in reply.text.lower().removeprefix(question.lower())) is is_told


@pytest.mark.parametrize("said", ["0", "10", "7", "seven"])
def test_every_step_of_a_scale_from_nothing_can_be_said(house, said):
    session, _ = asked(house, scale(0, 10))
    assert answered(session, said) == f"Done: {7 if said == 'seven' else said}"


@pytest.mark.parametrize(("said", "end"), [("11", "10"), ("-1", "0"), ("3.5", ""), ("hm", "")])
def test_what_is_no_step_is_asked_again_with_the_end_that_it_passed(house, said, end):
    session, _ = asked(house, scale(0, 10))
    told = answered(session, said)
    assert not told.startswith("Done")
    assert end in told


def test_the_ends_of_a_scale_may_have_names(house):
    names = (Option("1", {"en": "poor"}), Option("3", {"en": "great"}))
    _, reply = asked(house, scale(1, 3, options=names))
    assert [choice.label for choice in reply.choices] == ["1 - poor", "2", "3 - great"]
