"""A report that has been filed is put right or taken back in words, for as long as the setting allows; afterwards staff are told."""

from __future__ import annotations

import pytest

from city.requests.tables import ServiceRequestRow
from tests.support.direct_talk import DirectTalk

FIRST = ("there is a pothole at 20 Elm Street", "2")


def filed(talk: DirectTalk, *texts: str) -> ServiceRequestRow:
    """The report after it was filed and these messages were written."""
    for text in (*FIRST, *texts):
        talk.say(text)
    with talk.house.database.reading() as session:
        row = talk.filed_row(session)
        _ = row.updates
    return row


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (("no, 14",), "14 Elm Street"),
        (("sorry, 14",), "14 Elm Street"),
        (("14 not 20",), "14 Elm Street"),
        (("its 14 elm street not 20",), "14 Elm Street"),
        (("sorry, Maple",), "20 Maple Street"),
        (("oops make it 22 Mill Road",), "22 Mill Road"),
        (("I meant 22 Mill Road",), "22 Mill Road"),
        (("the address is wrong", "14 Cedar Street"), "14 Cedar Street"),
        (("wrong street", "14 Cedar Street"), "14 Cedar Street"),
        (("thanks", "no, 14"), "14 Elm Street"),
        (("no", "sorry, 14"), "14 Elm Street"),
        (("no, 14", "no, 16"), "16 Elm Street"),
        (("no, 14", "no, 20"), "20 Elm Street"),
        (("the address is wrong", "14 Cedar Street", "no, 16"), "16 Cedar Street"),
        (("no thanks",), "20 Elm Street"),
        (("no, that's all",), "20 Elm Street"),
        (("no it is fine",), "20 Elm Street"),
        (("no, there is also a streetlight out at 5 Oak Street",), "20 Elm Street"),
        (("the address is wrong", "never mind"), "20 Elm Street"),
    ],
)
def test_a_wrong_place_is_put_right(talk: DirectTalk, texts: tuple[str, ...], place: str) -> None:
    row = filed(talk, *texts)
    assert (row.place_label, row.service_code) == (place, "pothole")
    assert row.latitude is not None


@pytest.mark.parametrize("text", ["sorry, bigger than a car tire", "I meant bigger than a car tire"])
def test_a_wrong_answer_is_put_right(talk: DirectTalk, text: str) -> None:
    assert filed(talk, text).answers == {"SIZE": "large"}


def test_a_wrong_kind_of_problem_goes_to_the_other_department(talk: DirectTalk) -> None:
    row = filed(talk, "I meant graffiti")
    assert (row.service_code, row.answers) == ("graffiti", {})
    assert row.service_name["en"] == "Graffiti"
    assert [update.kind for update in row.updates] == ["changed"]


@pytest.mark.parametrize("text", ["the traffic light is not working", "the streetlight does not work"])
def test_another_problem_does_not_change_the_first(talk: DirectTalk, text: str) -> None:
    row = filed(talk, text)
    assert (row.service_code, row.place_label, row.updates) == ("pothole", "20 Elm Street", [])


def test_an_answer_that_means_danger_says_so_and_changes_nothing(talk: DirectTalk) -> None:
    for text in FIRST:
        talk.say(text)
    reply = talk.say("sorry, the road is caving in")[-1]
    assert reply.urgent


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        (("cancel that", "yes"), "closed"),
        (("please cancel it", "1"), "closed"),
        (("thanks", "cancel my report", "yes"), "closed"),
        (("cancel that", "no"), "open"),
        (("cancel that", "there is graffiti on the wall"), "open"),
        (("never mind",), "open"),
    ],
)
def test_a_report_is_taken_back_after_one_yes(talk: DirectTalk, texts: tuple[str, ...], status: str) -> None:
    assert filed(talk, *texts).status == status


@pytest.mark.parametrize("texts", [("no, 14",), ("cancel that", "yes")])
def test_what_is_too_late_is_told_to_staff(talk: DirectTalk, texts: tuple[str, ...]) -> None:
    for text in FIRST:
        talk.say(text)
    talk.silence(61)
    replies = [talk.say(text)[-1].text for text in texts]
    assert "passed on what you wrote" in replies[-1]
    with talk.house.database.reading() as session:
        row = talk.filed_row(session)
        assert (row.place_label, row.status) == ("20 Elm Street", "open")
        assert [update.kind for update in row.updates] == ["comment"]


@pytest.mark.parametrize(
    ("language", "change", "withdrawal", "yes"),
    [
        ("es", "perdón, 14", "cancele mi reporte", "sí"),
        ("fr", "non, 14", "annulez mon signalement", "oui"),
        ("pt", "não, 14", "cancele meu aviso", "sim"),
        ("zh", "不对，14", "撤回报告", "是"),
        ("ar", "لا، 14", "الغاء البلاغ", "نعم"),
    ],
)
def test_in_the_other_languages(
    talk: DirectTalk, language: str, change: str, withdrawal: str, yes: str
) -> None:
    for text in FIRST:
        talk.say(text)
    talk.language = language
    talk.dialogue["offer"]["data"]["language"] = language
    for text in (change, withdrawal, yes):
        talk.say(text)
    with talk.house.database.reading() as session:
        row = talk.filed_row(session)
        assert (row.place_label, row.status) == ("14 Elm Street", "closed")


@pytest.mark.parametrize(
    "text", ["anonymous", "i want to stay anonymous", "keep my name out of it", "no name pls"]
)
def test_who_wants_to_stay_anonymous_is_told_how_it_is(talk: DirectTalk, text: str) -> None:
    told = talk.house.assistant.context.say("details.anonymous", "en")
    talk.say(FIRST[0])
    assert talk.say(text)[-1].text.startswith(told)  # the open question follows
    talk.say("2")
    assert talk.say(text)[-1].text == told
    assert talk.say("no, 14")[-1].text.endswith("Where: 14 Elm Street.")


@pytest.mark.parametrize(
    "text",
    [
        "no camera",
        "no photo",
        "don't have one",
        "not now",
        "later",
        "that's all",
        "nothing else",
        "nope thats all",
    ],
)
def test_nothing_to_add_is_said_in_many_ways(talk: DirectTalk, text: str) -> None:
    for first in FIRST:
        talk.say(first)
    assert "is on its way" in talk.say(text)[-1].text
