"""What asks after a report that is not sent yet, in six languages, and what only sounds like it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.reading.draft_questions import DraftQuestion, DraftQuestionReader
from core.texts import load_texts
from tests.support.direct_talk import DirectTalk, House

READER = DraftQuestionReader(load_texts())
SENT, WHEN = DraftQuestion.SENT, DraftQuestion.WHEN
TEXTS = [
    ("did you get my report", SENT),
    ("did you get it??", SENT),
    ("has it been sent yet", SENT),
    ("is it fixed yet", SENT),
    ("Did that go through?", SENT),
    ("how long til someone comes", WHEN),
    ("when will you fix it", WHEN),
    ("is anyone coming today", WHEN),
    ("\u00bfya lo mandaron?", SENT),
    ("ya lo arreglaron", SENT),
    ("cu\u00e1nto tardan en arreglarlo", WHEN),
    ("cuando vienen", WHEN),
    ("vous l'avez re\u00e7u ?", SENT),
    ("c\u2019est envoy\u00e9 ?", SENT),
    ("\u00e7a prend combien de temps", WHEN),
    ("voc\u00eas receberam?", SENT),
    ("j\u00e1 foi enviado?", SENT),
    ("quanto tempo demora?", WHEN),
    ("\u4f60\u4eec\u6536\u5230\u4e86\u5417", SENT),
    ("\u8981\u591a\u4e45\u624d\u80fd\u4fee\u597d", WHEN),
    ("\u0647\u0644 \u0648\u0635\u0644\u0643\u0645 \u0627\u0644\u0628\u0644\u0627\u063a\u061f", SENT),
    ("\u0643\u0645 \u064a\u0633\u062a\u063a\u0631\u0642 \u0630\u0644\u0643\u061f", WHEN),
    ("it is in front of the library", None),
    ("a long crack in the road", None),
    ("i will send a photo", None),
    ("no", None),
    (
        "my neighbor told me that when it rains the whole thing fills up and how long can a city just wait",
        None,
    ),
]


@pytest.mark.parametrize(("text", "asked"), TEXTS)
def test_what_a_text_asks_of_a_draft(text: str, asked: DraftQuestion | None) -> None:
    assert READER.read(text) is asked


def in_form(house: House, first: str) -> DirectTalk:
    talk = DirectTalk(house)
    talk.say(first)
    return talk


@pytest.mark.parametrize(
    "text", ["did you get it", "did you get my report?", "is it fixed yet", "my reports"]
)
def test_a_draft_is_said_to_be_one_and_its_question_asked_again(house: House, text: str) -> None:
    talk = in_form(house, "there is a pothole")
    said = "\n".join(reply.text for reply in talk.say(text))
    assert "not sent yet: Pothole or broken road." in said
    assert "here is it?" in said
    assert "no reports" not in said


def test_how_long_is_answered_from_the_promise_of_the_service(house: House) -> None:
    talk = in_form(house, "there is a pothole")
    (reply,) = talk.say("how long til someone comes")
    assert "it should be done by Saturday, June 6" in reply.text
    assert reply.text.endswith("a crossing or a place nearby is enough.")


def test_beside_a_question_with_choices_they_stay(house: House) -> None:
    talk = in_form(house, "there is a pothole at 20 Elm Street")
    (reply,) = talk.say("did you send it")
    assert reply.text.startswith("Your report is not sent yet: Pothole or broken road, 20 Elm Street.")
    assert len(reply.choices) == 4


def test_the_form_goes_on_where_it_was(house: House) -> None:
    talk = in_form(house, "there is a pothole")
    talk.say("did you get it")
    flow: dict[str, Any] = talk.dialogue["flow"]
    assert (flow["asked"], flow.get("remarks", [])) == ("place", [])
    assert "How big is it?" in talk.say("20 Elm Street")[-1].text


def test_words_that_name_a_place_are_an_answer(house: House) -> None:
    talk = in_form(house, "there is a pothole")
    assert "not sent" not in talk.say("did you get the one at 20 Elm Street")[-1].text


def test_a_description_is_never_taken_for_it(house: House) -> None:
    talk = in_form(house, "/report")
    assert "not sent" not in talk.say("how long will that pothole stay there")[-1].text


def test_a_survey_has_no_draft(house: House) -> None:
    talk = DirectTalk(house)
    talk.say(start="survey-parks")
    assert all("not sent" not in reply.text for reply in talk.say("did you get it"))
