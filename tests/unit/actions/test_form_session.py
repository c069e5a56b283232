"""The engine by itself: a small form goes from question to question, back, around and out, and its fields are made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.orm import Session

from actions.forms.engine import TRIES_BEFORE_HELP, FormSession, find_question, with_recap
from actions.forms.fields import Field, Option
from actions.forms.flow import PlainFlow
from actions.turn.context import ActionContext
from actions.turn.state import Form
from actions.turn.turn import Fit, Turn
from core.model import Attachment, Position, Reply
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

PHOTO = (Attachment("m1", "image/jpeg", 9),)
STREET = Field("street", "text", {"en": "Which street?"}, why={"en": "So that we find it."})
SIZE = Field(
    "size",
    "single",
    {"en": "How big?"},
    options=(
        Option("small", {"en": "Small"}),
        Option("big", {"en": "Big"}),
        Option("gas", {"en": "It smells"}, danger={"en": "Leave and call."}),
    ),
)
DEPTH = Field("depth", "number", {"en": "How deep?"}, required=False, only_if={"size": ["big"]})
NOTICE = Field("notice", "notice", {"en": "Good to know."})
NAME = Field("name", "text", {"en": "Your name?"}, required=False)


@dataclass
class SmallFlow(PlainFlow):
    """Asks for a street and a size; how deep is asked only of what is big. It counts how often its fields are made."""

    made: int = 0
    gone: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list)

    def fields(self, context: ActionContext, form: Form) -> Sequence[Field]:
        self.made += 1
        return [each for each in (STREET, SIZE, DEPTH, NOTICE, NAME) if each.name not in self.gone]

    def drop_outdated(self, context: ActionContext, form: Form) -> None:
        for name in self.gone:
            form.forget(name)

    def recap(self, session: FormSession) -> str:
        return f"So far: {session.form.values}"

    def finish(self, session: FormSession) -> list[Reply]:
        return [Reply(f"Done: {session.form.values}", session.language)]

    def answered(self, session: FormSession, field: Field) -> None:
        self.told.append(f"+{field.name}")

    def forgotten(self, session: FormSession, field: Field) -> None:
        self.told.append(f"-{field.name}")


class BranchingFlow(SmallFlow):
    """Makes its fields by hand of one answer."""

    def deciding_answers(self, form: Form) -> object:
        return form.values.get("size")


@pytest.fixture
def flow() -> SmallFlow:
    return SmallFlow()


def session_of(
    house: House, flow: SmallFlow, form: Form | None = None, text: str = "", **sent: Any
) -> FormSession:
    turn = Turn(inbound(text, **sent), "anna", "en", {}, Session(), NOON)
    return FormSession(house.assistant.context, flow, turn, form or Form("small"))


def say(session: FormSession, text: str = "", **sent: Any) -> list[Reply]:
    """What is replied to the next message, in a turn of its own."""
    turn = Turn(inbound(text, **sent), "anna", "en", session.turn.state.to_json(), Session(), NOON)
    form = turn.state.form
    assert form is not None
    session.turn, session.form = turn, form
    return session.take()


def open_at(house: House, flow: SmallFlow, asked: str, **values: Any) -> FormSession:
    """A form in which this question stands open."""
    session = session_of(house, flow, Form("small", values=values, trail=list(values)))
    session.form.asked = asked
    session.turn.state.form = session.form
    return session


@pytest.mark.parametrize(
    ("answers", "asked", "values"),
    [
        ((), "street", {}),
        (("Mill Road",), "size", {"street": "Mill Road"}),
        (("Mill Road", "small"), "name", {"street": "Mill Road", "size": "small", "notice": True}),
        (("Mill Road", "2"), "depth", {"street": "Mill Road", "size": "big"}),
        (
            ("Mill Road", "big", "30"),
            "name",
            {"street": "Mill Road", "size": "big", "depth": 30, "notice": True},
        ),
        (("Mill Road", "big", "skip"), "name", {"street": "Mill Road", "size": "big", "notice": True}),
        (("Mill Road", "hm"), "size", {"street": "Mill Road"}),
    ],
)
def test_the_first_field_that_applies_and_has_no_answer_is_asked(house, flow, answers, asked, values):
    session = session_of(house, flow)
    session.go_on()
    for text in answers:
        say(session, text)
    kept = session.turn.state.form
    assert kept is not None
    assert (kept.asked, kept.values) == (asked, values)


def test_all_is_answered_and_the_form_is_closed_before_it_is_finished(house, flow):
    session = session_of(house, flow)
    session.go_on()
    replies = [say(session, text)[-1].text for text in ("Mill Road", "small", "Anna")]
    assert replies[0].startswith("How big?")
    assert replies[1] == "Good to know.\n\nYour name?"
    assert replies[2].startswith("Done: {'street': 'Mill Road'")
    assert session.turn.state.form is None
    assert flow.told == ["+street", "+size", "+name"]


def test_fields_are_made_once_for_all_that_is_asked_of_them(house, flow):
    session = open_at(house, flow, "street")
    say(session, "Mill Road")
    assert (session.open_field, session.find_field("name"), session.find_field("none")) == (SIZE, NAME, None)
    session.back()
    assert flow.made == 1


@pytest.mark.parametrize(("answers", "made"), [((), 1), (("Mill Road",), 1), (("Mill Road", "big"), 2)])
def test_fields_are_made_anew_only_when_an_answer_that_decides_on_them_has_changed(house, answers, made):
    flow = BranchingFlow()
    session = session_of(house, flow)
    session.go_on()
    for text in answers:
        say(session, text)
    assert flow.made == made


def test_reading_the_fields_changes_nothing(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    before = repr(session.form)
    assert session.fields
    assert session.open_question is not None
    assert session.is_answer() is False
    assert repr(session.form) == before


def test_what_cannot_stand_any_more_goes_when_the_form_is_resumed(house):
    flow = SmallFlow(gone=("street",))
    form = Form("small", values={"street": "Mill Road"}, trail=["street"], asked="size")
    turn = Turn(inbound("small"), "anna", "en", {}, Session(), NOON)
    session = FormSession.resume(house.assistant.context, flow, turn, form)
    assert (form.values, form.trail) == ({}, [])
    assert session.open_field == SIZE


@pytest.mark.parametrize("act", ["take", "ask", "skip"])
def test_a_question_whose_definition_is_gone_gives_way_to_the_next(house, act):
    session = open_at(house, SmallFlow(gone=("street",)), "street")
    session.turn.message = inbound("Mill Road")
    assert getattr(session, act)()[-1].text.startswith("How big?")
    assert session.form.asked == "size"


@pytest.mark.parametrize(
    ("text", "sent", "is_answer"),
    [
        ("small", {}, True),
        ("hm", {}, False),
        ("", {"choice": "size.big"}, True),
        ("", {"choice": "old.x"}, False),
    ],
)
def test_whether_a_message_is_the_answer_as_it_stands(house, flow, text, sent, is_answer):
    session = open_at(house, flow, "size", street="Mill Road")
    session.turn.message = inbound(text, **sent)
    assert session.is_answer() is is_answer
    assert session.form.values == {"street": "Mill Road"}


def test_nothing_answers_a_question_that_is_gone(house):
    assert open_at(house, SmallFlow(gone=("size",)), "size").is_answer() is False


def test_back_takes_the_last_answer_back_and_asks_it_again(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    assert session.back()[-1].text == "Which street?"
    assert (session.form.asked, session.form.values, session.form.trail) == ("street", {}, [])
    assert flow.told == ["-street"]


def test_at_the_first_question_there_is_no_way_back(house, flow):
    session = open_at(house, flow, "street")
    assert session.back()[-1].text.endswith("Which street?")
    assert session.form.asked == "street"


def test_one_answer_is_given_anew_and_the_others_stay(house, flow):
    session = open_at(house, flow, "name", street="Mill Road", size="small")
    session.form.hints = {"photos": ["m1"], "place": {"label": "x"}}
    session.change("street")
    assert session.form.values == {"size": "small"}
    assert session.form.hints == {"photos": ["m1"]}
    assert say(session, "Elm Street")[-1].text.endswith("Your name?")


@pytest.mark.parametrize(
    ("asked", "values", "following", "skipped"),
    [
        ("depth", {"street": "x", "size": "big"}, "name", ["depth"]),
        ("street", {}, "street", []),
        ("size", {"street": "x"}, "size", []),
    ],
)
def test_only_what_is_not_needed_can_be_left_out(house, asked, values, following, skipped):
    session = open_at(house, SmallFlow(), asked, **values)
    session.skip()
    assert (session.form.asked, session.form.skipped) == (following, skipped)


@pytest.mark.parametrize(("asked", "reason"), [("street", "So that we find it."), ("size", "")])
def test_a_question_says_what_it_is_good_for(house, flow, asked, reason):
    session = open_at(house, flow, asked, **({"street": "x"} if asked == "size" else {}))
    said = session.why()[-1].text
    assert said.startswith(reason or session.say("forms.no_reason"))
    assert session.form.asked == asked


def test_leaving_closes_the_form_and_keeps_nothing(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    assert session.leave()[0].text == session.say("forms.left")
    assert session.turn.state.form is None


def test_starting_over_forgets_every_answer_and_keeps_what_it_is_about(house, flow):
    session = open_at(house, flow, "name", street="Mill Road", size="small")
    session.form.subject = "KR-1"
    assert session.start_over()[-1].text.endswith("Which street?")
    kept = session.turn.state.form
    assert kept == Form("small", "KR-1", asked="street")
    assert flow.told == ["-street", "-size"]


def test_an_answer_that_means_danger_ends_the_form(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    reply = say(session, "it smells")[0]
    assert (reply.text, reply.urgent, reply.phone) == ("Leave and call.", True, "911")
    assert session.turn.state.form is None
    assert flow.told == []


def test_the_ways_out_are_named_after_some_tries_and_not_before(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    ways_out = session.say("forms.ways_out_needed")
    said = [say(session, "hm")[-1].text for _ in range(TRIES_BEFORE_HELP + 1)]
    assert [ways_out in text for text in said] == [False] * (TRIES_BEFORE_HELP - 1) + [True, True]


def test_a_photo_that_was_not_asked_for_is_declined_and_the_question_stands(house, flow):
    session = open_at(house, flow, "size", street="Mill Road")
    text = say(session, attachments=PHOTO)[-1].text
    assert text.startswith(session.say("forms.photo_not_now"))
    assert session.form.tries == 0
    assert say(session, "small", attachments=PHOTO)[-1].text.startswith(session.say("forms.photo_not_now"))
    assert session.form.values["size"] == "small"


@pytest.mark.parametrize(
    ("asked", "text", "sent", "fit"),
    [
        ("size", "small", {}, Fit.SURE),
        ("size", "blah", {}, Fit.MAYBE),
        ("size", "", {"choice": "size.big"}, Fit.SURE),
        ("size", "", {"choice": "name.skip"}, Fit.NO),
        ("street", "Mill Road", {}, Fit.SURE),
        ("street", "why do you ask?", {}, Fit.MAYBE),
        ("street", "", {"attachments": PHOTO}, Fit.SURE),
        ("street", "", {"position": Position(41.6, -74.3)}, Fit.SURE),
        ("street", "", {}, Fit.NO),
    ],
)
def test_how_surely_a_message_answers_is_judged_before_its_turn(house, asked, text, sent, fit):
    form = Form("small", asked=asked)
    question = find_question(house.assistant.context, SmallFlow(), form, inbound(text, **sent), "en")
    assert question is not None
    assert question.fits(inbound(text, **sent)) is fit
    assert form == Form("small", asked=asked)


@pytest.mark.parametrize(
    ("text", "picked"), [("small", True), ("2", True), ("tiny street", False), ("", False)]
)
def test_whether_a_message_picks_a_choice(house, flow, text, picked):
    question = find_question(house.assistant.context, flow, Form("small", asked="size"), inbound(text), "en")
    assert question is not None
    assert question.is_picked(inbound(text)) is picked


def test_a_question_that_is_gone_is_not_found(house):
    flow = SmallFlow(gone=("size",))
    assert (
        find_question(house.assistant.context, flow, Form("small", asked="size"), inbound("2"), "en") is None
    )


@pytest.mark.parametrize(
    ("texts", "after"),
    [
        ([], []),
        (["How big?"], ["So far.\n\nHow big?"]),
        (["Hello", "How big?"], ["Hello", "So far.\n\nHow big?"]),
    ],
)
def test_a_recap_stands_before_the_open_question(texts, after):
    assert [reply.text for reply in with_recap([Reply(text, "en") for text in texts], "So far.")] == after


def test_a_recap_stands_instead_of_another_word_of_welcome():
    (said,) = with_recap([Reply("I am here.\n\nHow big?", "en")], "Welcome back.", instead_of="I am here.")
    assert said.text == "Welcome back.\n\nHow big?"
