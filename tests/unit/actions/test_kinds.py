"""How each kind of question reads an answer: taken, skipped, to be asked further, or not understood, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field, Option
from actions.forms.kind import ParsedAnswer, QuestionContext, Step, tells_something
from actions.forms.kinds import LONGEST_CONTACT, LONGEST_TEXT, MOST_PHOTOS
from actions.turn.state import Form
from actions.turn.turn import Fit
from core.model import Attachment, Want
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

TOOK, SKIPPED, AGAIN, PROBLEM, STOP = Step.TOOK, Step.SKIPPED, Step.AGAIN, Step.PROBLEM, Step.STOP
REMARK, STAYS = Step.REMARK, Step.STAYS
SURE, MAYBE, NO = Fit.SURE, Fit.MAYBE, Fit.NO
OPTIONS = (
    Option("small", {"en": "Small"}),
    Option("big", {"en": "Big"}),
    Option("gas", {"en": "It smells of gas"}, danger={"en": "Leave and call."}),
)
Asked = Callable[..., QuestionContext]


@pytest.fixture
def asked(house: House) -> Asked:
    """A question in its context; what is said of it overrides."""

    def ask(channel: str = "web", language: str = "en", **form: Any) -> QuestionContext:
        return QuestionContext(house.assistant.context, Form("form", **form), language, channel, NOON)

    return ask


def field_of(kind: str, **settings: Any) -> Field:
    question = settings.pop("question", {"en": "What?"})
    options = settings.pop("options", OPTIONS if kind in {"single", "several"} else ())
    return Field("it", kind, question, options=options, **settings)


def read(question: QuestionContext, field: Field, text: str = "", **sent: Any) -> ParsedAnswer:
    return KINDS[field.kind].read(question, field, inbound(text, **sent))


def photos(*names: str) -> tuple[Attachment, ...]:
    return tuple(Attachment(name, "image/jpeg", 9) for name in names)


@pytest.mark.parametrize(
    ("kind", "text", "step", "value", "fit"),
    [
        ("single", "small", TOOK, "small", SURE),
        ("single", "2", TOOK, "big", SURE),
        ("single", "the first", TOOK, "small", SURE),
        ("single", "it smells of gas", STOP, "gas", SURE),
        ("single", "enormous", TOOK, "big", SURE),
        ("single", "strange", PROBLEM, None, MAYBE),
        ("single", "", PROBLEM, None, MAYBE),
        ("several", "1 and 2", TOOK, ["small", "big"], SURE),
        ("several", "big", TOOK, ["big"], SURE),
        ("several", "1 and 3", STOP, "gas", SURE),
        ("several", "none", PROBLEM, None, SURE),
        ("several", "perhaps", PROBLEM, None, MAYBE),
        ("text", "by the gate", TOOK, "by the gate", SURE),
        ("text", "  by   the\u200b gate ", TOOK, "by the gate", SURE),
        ("text", "?!", PROBLEM, None, SURE),
        ("text", "", PROBLEM, None, NO),
        ("text", "x" * LONGEST_TEXT, TOOK, "x" * LONGEST_TEXT, SURE),
        ("text", "x" * (LONGEST_TEXT + 1), PROBLEM, None, SURE),
        ("story", "the lamp is out", TOOK, "the lamp is out", SURE),
        ("story", "42", PROBLEM, None, MAYBE),
        ("story", "no", PROBLEM, None, SURE),
        ("number", "12", TOOK, 12, SURE),
        ("number", "2.5", TOOK, 2.5, SURE),
        ("number", "two hundred", TOOK, 200, SURE),
        ("number", "about 12 or so I would say", TOOK, 12, MAYBE),
        ("number", "many", PROBLEM, None, MAYBE),
        ("number", "3 or 4", TOOK, 4, SURE),
        ("when", "2026-05-03", TOOK, "2026-05-03", SURE),
        ("when", "yesterday", TOOK, "2026-05-31", SURE),
        ("when", "a while back", TOOK, "a while back", MAYBE),
        ("when", "my aunt told me", REMARK, None, MAYBE),
        ("contact", "anna@example.org", TOOK, "anna@example.org", SURE),
        ("contact", "call 212 555 0142", TOOK, "call 212 555 0142", SURE),
        ("contact", "no", SKIPPED, None, SURE),
        ("contact", "my neighbour knows", REMARK, None, MAYBE),
        ("contact", "a@example.org " + "x" * LONGEST_CONTACT, REMARK, None, MAYBE),
        ("photos", "done", TOOK, [], SURE),
        ("photos", "no", TOOK, [], SURE),
        ("photos", "it is behind the shed", REMARK, None, MAYBE),
        ("remark", "it got bigger", TOOK, {"text": "it got bigger", "photos": []}, SURE),
        ("remark", "...", PROBLEM, None, MAYBE),
        ("remark", "x" * (LONGEST_TEXT + 1), PROBLEM, None, SURE),
    ],
)
def test_what_a_text_answers(asked: Asked, kind: str, text: str, step: Step, value: Any, fit: Fit) -> None:  # noqa: PLR0917
    answer = read(asked(), field_of(kind), text)
    assert (answer.step, answer.fit) == (step, fit)
    assert (answer.value if step in {TOOK, STOP} else None) == value


@pytest.mark.parametrize(
    ("kind", "text", "fit"),
    [
        ("single", "small", SURE),
        ("single", "how big is it?", MAYBE),
        ("text", "by the gate", MAYBE),
        ("text", "the gate", SURE),
        ("text", "why?", MAYBE),
        ("text", "", NO),
        ("story", "lamp out", SURE),
        ("story", "42", MAYBE),
        ("number", "12", SURE),
        ("contact", "anna@example.org", SURE),
        ("remark", "got bigger", SURE),
        ("remark", "it got bigger since then", MAYBE),
        ("remark", "", MAYBE),
    ],
)
def test_how_surely_a_text_is_the_answer(asked: Asked, kind: str, text: str, fit: Fit) -> None:
    assert KINDS[kind].fit(asked(), field_of(kind), inbound(text)) is fit


def test_a_picture_is_surely_a_remark(asked: Asked) -> None:
    message = inbound(attachments=photos("a"))
    assert KINDS["remark"].fit(asked(), field_of("remark"), message) is SURE
    assert read(asked(), field_of("remark"), attachments=photos("a")).value == {"text": "", "photos": ["a"]}


@pytest.mark.parametrize("kind", ["single", "several", "text", "story", "contact", "remark"])
@pytest.mark.parametrize(("required", "step"), [(True, PROBLEM), (False, SKIPPED)])
def test_skip_is_an_answer_only_where_there_is_one_to_do_without(
    asked: Asked, kind: str, required: bool, step: Step
) -> None:
    field = field_of(kind, required=required)
    assert read(asked(), field, choice="it.skip").step is step
    if not required:
        assert read(asked(), field, "skip").step is SKIPPED


@pytest.mark.parametrize(
    "kind", ["single", "several", "text", "number", "scale", "when", "contact", "remark"]
)
def test_the_button_of_another_question_answers_nothing(asked: Asked, kind: str) -> None:
    answer = read(asked(), field_of(kind), choice="other.small")
    assert (answer.step, answer.fit) == (PROBLEM, NO)


@pytest.mark.parametrize(
    ("choice", "step", "value"),
    [
        ("it.small", TOOK, ["small"]),
        ("it.small,it.big", TOOK, ["small", "big"]),
        ("it.small,other.big", TOOK, ["small"]),
        ("it.big,it.gas", STOP, "gas"),
        ("other.small,other.big", PROBLEM, None),
    ],
)
def test_several_buttons_come_in_one_message(asked: Asked, choice: str, step: Step, value: Any) -> None:
    answer = read(asked(), field_of("several"), choice=choice)
    assert (answer.step, answer.value) == (step, value)


@pytest.mark.parametrize("channel", ["web", "telegram", "sms", "whatsapp", "terminal"])
def test_how_to_choose_several_is_said_for_the_channel(asked: Asked, channel: str) -> None:
    question = asked(channel)
    reply = KINDS["several"].phrase_question(question, field_of("several"))
    key = "forms.choose_any" if channel in {"web", "telegram"} else "forms.choose_several"
    assert reply.text == f"What?\n{question.say(key)}"
    assert reply.several


@pytest.mark.parametrize(
    ("minimum", "maximum", "text", "step"),
    [
        (None, None, "-4", TOOK),
        (1, None, "0", PROBLEM),
        (1, None, "1", TOOK),
        (None, 10, "11", PROBLEM),
        (None, 10, "10", TOOK),
        (0, 0, "0", TOOK),
    ],
)
def test_a_number_lies_within_its_limits(
    asked: Asked, minimum: float | None, maximum: float | None, text: str, step: Step
) -> None:
    field = field_of("number", minimum=minimum, maximum=maximum)
    assert read(asked(), field, text).step is step


@pytest.mark.parametrize(
    ("minimum", "maximum", "labels"),
    [
        (None, None, ["1", "2", "3", "4", "5"]),
        (1, 3, ["1", "2", "3"]),
        (0, 5, []),
        (1, 11, []),
    ],
)
def test_a_short_scale_from_one_is_shown_as_buttons(
    asked: Asked, minimum: float | None, maximum: float | None, labels: list[str]
) -> None:
    field = field_of("scale", minimum=minimum, maximum=maximum)
    assert [choice.label for choice in KINDS["scale"].choices(asked(), field)] == labels


@pytest.mark.parametrize(
    ("text", "sent", "step", "value"),
    [
        ("4", {}, TOOK, 4),
        ("", {"choice": "it.2"}, TOOK, 2),
        ("6", {}, PROBLEM, None),
        ("2.5", {}, PROBLEM, None),
        ("good", {}, PROBLEM, None),
    ],
)
def test_a_scale_takes_whole_steps(asked: Asked, text: str, sent: Any, step: Step, value: Any) -> None:
    answer = read(asked(), field_of("scale", minimum=1, maximum=5), text, **sent)
    assert (answer.step, answer.value) == (step, value)


@pytest.mark.parametrize(("question", "told"), [("From 1 to 5?", True), ("How was it?", False)])
def test_the_ends_of_a_scale_are_told_unless_the_question_does(
    asked: Asked, question: str, told: bool
) -> None:
    field = field_of("scale", question={"en": question}, minimum=1, maximum=5)
    scale = asked().say("forms.scale", minimum="1", maximum="5")
    assert (scale in KINDS["scale"].phrase_question(asked(), field).text) is not told


def test_a_scale_may_begin_at_nought(asked: Asked) -> None:
    field = field_of("scale", minimum=0, maximum=10)
    told = asked().say("forms.scale", minimum="0", maximum="10")
    assert told in KINDS["scale"].phrase_question(asked(), field).text
    assert read(asked(), field, "0").value == 0


def test_the_steps_of_a_scale_that_have_names_are_shown_with_them(asked: Asked) -> None:
    field = field_of("scale", minimum=1, maximum=2, options=(Option("1", {"en": "bad"}),), required=False)
    assert [choice.label for choice in KINDS["scale"].choices(asked(), field)] == [
        "1 - bad",
        "2",
        asked().say("forms.skip"),
    ]


def test_a_time_that_cannot_be_read_twice_is_passed_on_as_it_was_said(asked: Asked) -> None:
    answer = read(asked(tries=1), field_of("when"), "when the fair was here")
    assert (answer.step, answer.value, answer.fit) == (TOOK, "when the fair was here", MAYBE)
    assert answer.note == asked().say("forms.when_as_told")
    assert read(asked(tries=1), field_of("when"), "?").step is PROBLEM


@pytest.mark.parametrize(
    ("channel", "is_offered", "key"),
    [
        ("sms", True, "forms.contact_this_number"),
        ("telegram", True, "forms.contact_here"),
        ("web", False, ""),
        ("terminal", False, ""),
    ],
)
def test_here_will_do_where_the_city_can_write_by_itself(
    asked: Asked, channel: str, is_offered: bool, key: str
) -> None:
    question, field = asked(channel), field_of("contact")
    labels = [choice.label for choice in KINDS["contact"].choices(question, field)]
    assert labels == ([question.say(key)] if is_offered else [])
    assert (read(question, field, choice="it.here").step is TOOK) is is_offered


@pytest.mark.parametrize(
    ("kept", "sent", "step", "all_of_them"),
    [
        ([], ["a"], AGAIN, ["a"]),
        (["a"], ["b", "c"], AGAIN, ["a", "b", "c"]),
        (["a"], ["a"], AGAIN, ["a"]),
        (["a", "b", "c", "d"], ["e"], TOOK, ["a", "b", "c", "d", "e"]),
        ([], ["a", "b", "c", "d", "e", "f"], TOOK, ["a", "b", "c", "d", "e"]),
    ],
)
def test_photos_are_gathered_until_there_are_enough(
    asked: Asked, kept: list[str], sent: list[str], step: Step, all_of_them: list[str]
) -> None:
    answer = read(asked(sub={"photos": kept}), field_of("photos"), attachments=photos(*sent))
    assert answer.step is step
    assert (answer.value or answer.sub["photos"]) == all_of_them
    assert len(all_of_them) <= MOST_PHOTOS


@pytest.mark.parametrize(("kept", "key"), [([], "forms.photo_none"), (["a"], "forms.photo_done")])
def test_the_button_that_ends_the_photos_says_whether_there_are_any(
    asked: Asked, kept: list[str], key: str
) -> None:
    question, field = asked(sub={"photos": kept}), field_of("photos")
    (choice,) = KINDS["photos"].choices(question, field)
    assert choice.label == question.say(key)
    assert read(question, field, choice=choice.key).value == kept


@pytest.mark.parametrize(
    ("kept", "key"), [(["a"], "report.more_photos_one"), (["a", "b"], "report.more_photos")]
)
def test_the_photos_that_came_are_counted(asked: Asked, kept: list[str], key: str) -> None:
    question = asked(sub={"photos": kept})
    reply = KINDS["photos"].phrase_question(question, field_of("photos"))
    assert reply.text == question.say(key, count=len(kept))
    assert reply.wants == (Want.PHOTO,)


def test_photos_that_came_early_are_there_when_the_question_comes_up(asked: Asked) -> None:
    early = KINDS["photos"].enter(asked(hints={"photos": ["a"]}), field_of("photos"))
    assert early is not None
    assert (early.step, early.sub) == (AGAIN, {"photos": ["a"]})
    assert KINDS["photos"].enter(asked(), field_of("photos")) is None


def test_a_notice_is_said_and_answers_itself(asked: Asked) -> None:
    answer = KINDS["notice"].enter(asked(), field_of("notice", question={"en": "Good to know."}))
    assert answer is not None
    assert (answer.step, answer.value, answer.note) == (TOOK, True, "Good to know.")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("single", "big", "Big"),
        ("single", "gone", "gone"),
        ("several", ["small", "big"], "Small, Big"),
        ("several", [], ""),
        ("text", "by\nthe  gate", "by the gate"),
        ("number", 2.5, "2.5"),
        ("when", "2026-05-03", "Sunday, May 3"),
        ("when", "some time ago", "some time ago"),
        ("contact", "anna@example.org", "anna@example.org"),
        ("photos", ["a", "b"], "2"),
        ("place", {"label": "1 Mill Road", "kind": "address"}, "1 Mill Road"),
    ],
)
def test_an_answer_is_shown_in_words(asked: Asked, kind: str, value: Any, shown: str) -> None:
    assert KINDS[kind].show(asked(), field_of(kind), value) == shown


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("lamp", True),
        ("the lamp is out", True),
        ("路灯坏了", True),
        ("no", False),
        ("yes", False),
        ("none", False),
        ("42", False),
        ("ok", False),
        ("", False),
        ("a 1", False),
    ],
)
def test_what_tells_something_has_a_word_in_it(asked: Asked, text: str, tells: bool) -> None:
    assert tells_something(text, asked()) is tells


def test_a_question_is_said_in_the_residents_language_with_its_hint(asked: Asked) -> None:
    field = replace(field_of("text"), question={"en": "Where?", "es": "¿Dónde?"}, hint={"en": "A street"})
    assert KINDS["text"].phrase_question(asked(), field).text == "Where?\nA street"
    assert KINDS["text"].phrase_question(asked(language="es"), field).text.startswith("¿Dónde?")


@pytest.mark.parametrize(("label", "shown"), [({}, None), ({"en": "Not now"}, "Not now")])
def test_the_button_that_skips_may_have_a_label_of_its_own(
    asked: Asked, label: Any, shown: str | None
) -> None:
    field = field_of("text", required=False, skip_label=label)
    (choice,) = KINDS["text"].choices(asked(), field)
    assert (choice.key, choice.label) == ("it.skip", shown or asked().say("forms.skip"))
