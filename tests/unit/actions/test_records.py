"""What residents leave behind: survey answers, questions, verdicts, wishes for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.assistant import Assistant
from actions.handlers import ask
from actions.handlers.ask import rehearse_answer
from actions.turn.turn import PreparedSearches, Turn
from channels.registry import traits_of
from city.people.tables import PersonRequestRow
from city.requests.tables import RequestUpdateRow
from city.surveys.surveys import find_answer_set
from core.model import Intent, Outcome, Reply, Understanding
from core.segments import as_sent, count_segments
from knowledge.base.model import Answer, AnsweredPage, Found, Passage, Remark
from knowledge.questions.tables import FeedbackRow, KeptQuestionRow
from tests.support.builders import inbound
from tests.support.direct_talk import START, DirectTalk, FakeLibrary, House
from tests.support.languages import EVERY_LANGUAGE


def answers(talk: DirectTalk, code: str) -> dict[str, object]:
    with talk.house.database.reading() as session:
        found = find_answer_set(session, code, f"{code}/{talk.person}")
    return {} if found is None else found.answers


def kept(talk: DirectTalk) -> list[KeptQuestionRow]:
    with talk.house.database.reading() as session:
        return list(
            session.scalars(select(KeptQuestionRow).where(KeptQuestionRow.conversation == talk.person))
        )


def test_survey_answers_are_kept_one_by_one_under_an_opaque_key(talk: DirectTalk) -> None:
    talk.say(start="survey-parks")
    talk.say("never")
    assert answers(talk, "parks") == {"OFTEN": "never"}
    talk.say("1 and 3")
    talk.say("skip")
    assert answers(talk, "parks") == {"OFTEN": "never", "WHYNOT": ["far", "dirty"], "WISH": None}


def test_going_back_takes_a_survey_answer_back(talk: DirectTalk) -> None:
    talk.say(start="survey-parks")
    talk.say("never")
    talk.say("back")
    assert answers(talk, "parks") == {}
    talk.say("every week")
    assert answers(talk, "parks") == {"OFTEN": "weekly"}


def test_a_place_is_kept_by_its_name_in_a_survey(talk: DirectTalk) -> None:
    talk.say(start="survey-parks")
    talk.say("every week")
    talk.say("Heron Park")
    assert str(answers(talk, "parks")["WHERE"]).startswith("Heron Park")


def test_a_survey_that_closes_meanwhile_says_so(talk: DirectTalk) -> None:
    talk.say(start="survey-parks")
    talk.dialogue["flow"]["subject"] = "gone"
    assert "survey is over" in talk.say("every week")[0].text
    assert "flow" not in talk.dialogue


def test_a_question_without_an_answer_is_kept_for_staff(talk: DirectTalk) -> None:
    talk.say("what do zebras eat?")
    assert [(row.question, row.reason) for row in kept(talk)] == [("what do zebras eat?", "unanswered")]


def test_a_thumb_down_is_kept_with_its_question(talk: DirectTalk) -> None:
    talk.say("Who can have a library card?")
    talk.say("that did not help")
    assert [(row.question, row.reason) for row in kept(talk)] == [
        ("Who can have a library card?", "unhelpful")
    ]
    with talk.house.database.reading() as session:
        verdict = session.scalars(select(FeedbackRow).where(FeedbackRow.conversation == talk.person)).one()
    assert (verdict.helpful, verdict.subject) == (False, "p3")


def test_an_answer_in_another_language_says_so(talk: DirectTalk) -> None:
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    message = inbound("ayuda pagar factura agua")
    reply: Reply = talk._turn(message, talk.house.assistant.respond, understanding=heard)[0]
    assert reply.text.startswith("I found this only in Spanish:")
    assert reply.source
    assert reply.source.reviewed == "2026-02-10"


def test_a_wish_for_a_person_is_recorded_once_with_all_that_was_said(talk: DirectTalk) -> None:
    for text in ("person", "my tax bill", "555-0142", "person", "it is wrong", "skip"):
        talk.say(text)
    with talk.house.database.reading() as session:
        rows = session.scalars(
            select(PersonRequestRow).where(PersonRequestRow.conversation == talk.person)
        ).all()
    assert [(row.reason, row.reach) for row in rows] == [("my tax bill\nit is wrong", "555-0142")]


def test_in_a_form_a_person_gets_to_know_what_it_is_about(talk: DirectTalk) -> None:
    talk.say("there is a pothole at 20 Elm Street")
    talk.say("person")
    with talk.house.database.reading() as session:
        row = session.scalars(
            select(PersonRequestRow).where(PersonRequestRow.conversation == talk.person)
        ).one()
    assert row.reason == "there is a pothole at 20 Elm Street"
    assert talk.dialogue["flow"]["asked"] == "q-SIZE"


def test_only_the_reporter_may_add_to_a_request(house: House, talk: DirectTalk) -> None:
    talk.say("there is a pothole at 20 Elm Street")
    number = next(word.strip(".") for word in talk.say("2")[0].text.split() if "-" in word)
    stranger = DirectTalk(house)
    shown = stranger.say(number)[-1]
    assert number in shown.text
    assert shown.choices == ()
    refused = stranger.say(f"add to {number}: me too, to my report")[-1]
    assert "Only the person who reported" in refused.text
    talk.say(f"add to my report {number}: it is bigger now")
    with house.database.reading() as session:
        texts = session.scalars(select(RequestUpdateRow.text)).all()
    assert "it is bigger now" in texts
    assert not any("me too" in text for text in texts)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Zebras are fed until May 30, 2026.", "this was only until May 30, 2026"),
        ("Zebras are fed until June 30, 2026.", ""),
        ("Zebras are fed on May 30, 2026.", ""),
    ],
)
def test_words_of_a_time_that_is_over_say_so(house: House, talk: DirectTalk, text: str, note: str) -> None:
    zebras = Passage("p", "zebras", "Zebras", text, ("What do zebras eat?",), language="en")
    context = house.assistant.context
    assistant = Assistant(house.city, FakeLibrary((zebras,)), context.texts, context.settings, "{}/{}".format)
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    reply = talk._turn(inbound("what do zebras eat?"), assistant.respond, understanding=heard)[0]
    assert reply.text.startswith(text)
    assert note in reply.text
    assert ("Please note" in reply.text) == bool(note)


class RemarkingLibrary(FakeLibrary):
    """A library that has something to say beside each of its quotations."""

    def __init__(self, passages: Sequence[Passage], remark: Remark) -> None:
        super().__init__(passages)
        self._remark = remark

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        return self._remark


@pytest.mark.parametrize(
    ("remark", "reviewed", "note"),
    [
        (Remark("$25"), "", "Another page of the city says: $25. Staff are finding out which is right."),
        (Remark("$25", elsewhere_is_right=True), "", "The city says that this is right: $25."),
        (
            Remark(has_older=True),
            "",
            "There is an older version of this page, too. This is from the newer one.",
        ),
        (Remark(newer="Zebras 2026"), "", "There is a newer page about this: Zebras 2026."),
        (Remark(), "2021-03-01", "This page was last checked in 2021."),
        (Remark(), "2025-03-01", ""),
        (Remark(), "", ""),
    ],
)
def test_what_makes_a_page_doubtful_is_said_behind_it(
    house: House, talk: DirectTalk, remark: Remark, reviewed: str, note: str
) -> None:
    text = "A ride on a zebra costs $20."
    zebras = Passage("p", "zebras", "Zebras", text, ("What does a ride cost?",), "", reviewed, "en")
    context = house.assistant.context
    library = RemarkingLibrary((zebras,), remark)
    assistant = Assistant(house.city, library, context.texts, context.settings, "{}/{}".format)
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    reply = talk._turn(inbound("what does a zebra ride cost?"), assistant.respond, understanding=heard)[0]
    assert reply.text == (f"{text}\n\n{note}" if note else text)


@pytest.mark.parametrize("scanned", [True, False])
def test_words_read_from_a_scan_say_so(house: House, talk: DirectTalk, scanned: bool) -> None:
    text = "Zebras eat hay."
    zebras = Passage("p", "zebras", "Zebras", text, ("What do zebras eat?",), language="en", scanned=scanned)
    context = house.assistant.context
    assistant = Assistant(house.city, FakeLibrary((zebras,)), context.texts, context.settings, "{}/{}".format)
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    reply = talk._turn(inbound("what do zebras eat?"), assistant.respond, understanding=heard)[0]
    assert reply.text.startswith(text)
    assert ("read this from a scan" in reply.text) is scanned


class EmptyLibrary:
    def ask(self, question: str, language: str = "", limit: int = 3) -> Answer:
        return Answer(question, confident=False)

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        return Remark()

    def ask_page(self, question: str, page: AnsweredPage, language: str = "", limit: int = 3) -> None:
        return None


def test_an_empty_library_is_honest(house: House, talk: DirectTalk) -> None:
    assistant = Assistant(
        house.city,
        EmptyLibrary(),
        house.assistant.context.texts,
        house.assistant.context.settings,
        "{}/{}".format,
    )
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    reply = talk._turn(inbound("who can have a library card?"), assistant.respond, understanding=heard)[0]
    assert reply.text.startswith("I don't know that")
    assert [choice.label for choice in reply.choices] == ["Talk to a person", "Tell me when you know"]


def test_what_is_not_known_is_said_in_other_words_the_next_time(house: House) -> None:
    """Each time with the phone and its hours where no page is near."""
    desk = Assistant(
        house.city,
        EmptyLibrary(),
        house.assistant.context.texts,
        house.assistant.context.settings,
        "{}/{}".format,
    )
    talk = DirectTalk(house)
    talk.first = False
    heard = Understanding("x", (Intent("ask_city", 0.99),))
    said = [
        talk._turn(inbound("what do zebras eat?"), desk.respond, understanding=heard)[0] for _ in range(5)
    ]
    texts = [reply.text for reply in said]
    assert len(set(texts)) == 3
    assert texts[1:3] == texts[3:]
    assert {reply.phone for reply in said} == {house.city.profile.city_phone}
    assert all(f"{house.city.profile.city_phone}. Hours: Monday" in text for text in texts)


def test_opting_out_is_remembered_until_opting_in(talk: DirectTalk) -> None:
    talk.say("unsubscribe")
    assert talk.stopped
    talk.say("hello")
    assert talk.stopped
    talk.say("subscribe")
    assert not talk.stopped


def test_the_nearest_titles_are_offered_and_kept(talk: DirectTalk) -> None:
    reply = talk.say(
        "what does a library card from another state cost for twins with glasses and grandmothers on holiday?"
    )[0]
    assert [choice.label for choice in reply.choices] == [
        "Library cards, hours and what you can borrow",
        "Swimming pools: hours, prices and lessons",
        "Talk to a person",
        "Tell me when you know",
    ]
    assert len(kept(talk)[0].nearest) == 2
    assert talk.say("1")[0].source


def test_a_close_call_is_asked_back_by_name(talk: DirectTalk) -> None:
    likely = Understanding(
        "x", (Intent("report_problem", 0.5), Intent("ask_city", 0.45), Intent("greet", 0.05))
    )
    reply = talk._turn(inbound("pothole library card"), talk.house.assistant.respond, understanding=likely)[0]
    assert [choice.label for choice in reply.choices] == [
        "Report: Pothole or broken road",
        "Read about: Library cards, hours and what you can borrow",
        "Talk to a person",
    ]
    assert "This sounds like: Pothole" in talk.say("1")[0].text


def test_who_wants_to_be_told_is_noted_with_the_question(talk: DirectTalk) -> None:
    talk.say("what do zebras eat?")
    assert not any(row.wants_answer for row in kept(talk))
    talk.say("Tell me when you know")
    assert [(row.question, row.wants_answer) for row in kept(talk)] == [("what do zebras eat?", True)]


def test_after_a_thumb_down_one_can_be_told_too(talk: DirectTalk) -> None:
    talk.say("Who can have a library card?")
    talk.say("that did not help")
    talk.say("tell me when you know")
    assert [(row.reason, row.wants_answer) for row in kept(talk)] == [("unhelpful", True)]


def test_somebody_who_wants_no_messages_is_not_asked_whether_to_write_one(talk: DirectTalk) -> None:
    talk.stopped = True
    reply = talk.say("what do zebras eat?")[-1]
    assert "Tell me when you know" not in [choice.label for choice in reply.choices]


def test_a_thumb_below_an_answer_that_was_told_later_is_about_that_answer(talk: DirectTalk) -> None:
    talk.say("hello")
    told = {"question": "zebras?", "passage": "p9", "title": "Zebras"}
    talk.dialogue["offer"] = {
        "name": "answer",
        "choices": [("unhelpful", "That did not help")],
        "data": {"told": told},
    }
    talk.say("That did not help")
    assert [(row.question, row.nearest) for row in kept(talk)] == [("zebras?", ["Zebras"])]


def test_a_rehearsal_says_what_would_be_said_and_keeps_nothing(house: House, talk: DirectTalk) -> None:
    desk = house.assistant.context
    known = rehearse_answer(desk, "Who can have a library card?", "en", "web", talk.now)
    assert known.found.confident
    assert known.reply.text.startswith("Anybody who lives in Penstock gets a library card for free.")
    assert known.reply.source
    unknown = rehearse_answer(desk, "what do zebras eat in rehearsals?", "en", "sms", talk.now)
    assert not unknown.found.confident
    assert unknown.reply.text.startswith("I don't know that")
    with house.database.reading() as session:
        questions = session.scalars(select(KeptQuestionRow.question)).all()
    assert "what do zebras eat in rehearsals?" not in questions


@pytest.mark.parametrize(
    ("text", "said"),
    [("How much is a dog license?", "$"), ("When is the library open on Monday?", "10")],
)
def test_a_rehearsal_answers_from_the_citys_fields_as_a_resident_is(
    house: House, talk: DirectTalk, text: str, said: str
) -> None:
    rehearsed = rehearse_answer(house.assistant.context, text, "en", "web", talk.now)
    assert rehearsed.is_fact
    assert said in rehearsed.reply.text
    assert talk.say(text)[-1].text.endswith(rehearsed.reply.text)


UNSURE = "can I print something with a library card from some other town?"


def test_what_may_not_be_the_answer_says_so_first_and_has_a_person_beside_it(talk: DirectTalk) -> None:
    reply = talk.say(UNSURE)[-1]
    assert reply.text.startswith("I am not sure that this is your answer. This comes closest:\n\n")
    assert reply.source
    others = ["Who can have one", "Swimming pools: hours, prices and lessons"]
    labels = [*others, "That helped", "That did not help", "Talk to a person"]
    assert [choice.label for choice in reply.choices] == labels


def test_an_unsure_answer_is_an_answer_until_somebody_says_that_it_did_not_help(talk: DirectTalk) -> None:
    talk.say(UNSURE)
    assert kept(talk) == []
    talk.say("that did not help")
    assert [(row.question, row.reason) for row in kept(talk)] == [(UNSURE, "unhelpful")]


def test_a_person_beside_an_unsure_answer_gets_to_know_the_question(talk: DirectTalk) -> None:
    talk.say(UNSURE)
    talk.say("talk to a person")
    talk.say("skip")
    with talk.house.database.reading() as session:
        wishes = session.scalars(select(PersonRequestRow.reason)).all()
    assert UNSURE in wishes


@pytest.fixture
def near(house: House) -> Iterator[None]:
    library = house.assistant.context.library
    assert isinstance(library, FakeLibrary)
    library.only_near = True
    yield
    library.only_near = False


@pytest.mark.usefixtures("near")
def test_where_pages_only_come_near_it_is_asked_which_is_meant_and_nothing_is_kept(talk: DirectTalk) -> None:
    asked = talk.say("what does a library card print")[0]
    assert asked.text.endswith("Is it one of these?")
    assert asked.outcome is Outcome.UNCLEAR
    assert [choice.label for choice in asked.choices][-2:] == ["None of these", "Talk to a person"]
    assert kept(talk) == []

    shown = talk.say("1")[0]
    assert shown.source is not None
    assert shown.source.title == asked.choices[0].label


@pytest.mark.usefixtures("near")
def test_none_of_the_pages_is_an_honest_i_do_not_know_kept_for_staff(talk: DirectTalk) -> None:
    question = "what does a library card print"
    talk.say(question)
    said = talk.say("none of these")[0]
    assert said.text.startswith("I don't know that")
    assert said.outcome is Outcome.UNKNOWN
    assert [(row.question, row.reason) for row in kept(talk)] == [(question, "unanswered")]


@pytest.mark.usefixtures("near")
def test_staff_who_try_a_question_are_asked_the_same(house: House, talk: DirectTalk) -> None:
    rehearsed = rehearse_answer(house.assistant.context, "library card", "en", "sms", talk.now)
    assert rehearsed.reply.text == "Is it one of these?"


@EVERY_LANGUAGE
def test_an_unsure_answer_is_as_short_by_sms_as_a_sure_one(house: House, language: str) -> None:
    desk, now = house.assistant.context, START
    long = Passage("long", "long", "Title", "Some words of an answer. " * 60, (), "", "", language)
    for confident in (True, False):
        found = Answer("some words", confident, (Found(long, 0.5),), maybe=not confident)
        turn = Turn(inbound("some words", channel="sms"), "", language, {}, Session(), now)
        turn.prepared = PreparedSearches("some words", found, None)
        reply = ask.answer_question(desk, turn, "some words")[0]
        assert reply.text.startswith(desk.say("ask.maybe", language)) is not confident
        assert (
            count_segments(as_sent(reply.text, fold_accents=False)).count
            <= traits_of("sms").quotation.segments
        )


def test_what_staff_vouch_for_is_told_without_doubt(house: House, talk: DirectTalk) -> None:
    desk = house.assistant.context
    rehearsed = rehearse_answer(desk, UNSURE, "en", "web", talk.now)
    assert rehearsed.found.maybe
    assert rehearsed.reply.text.startswith("I am not sure")
    vouched = rehearse_answer(desk, UNSURE, "en", "web", talk.now, vouched=True)
    assert rehearsed.reply.text.endswith(vouched.reply.text)
    assert "not sure" not in vouched.reply.text
