"""Messages that go on with what was just answered, and those that do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.handlers.facts import find_fact
from actions.reading.topic_cues import TopicCueReader
from actions.turn.state import Topic
from actions.turn.topic import (
    BARE,
    PLAIN,
    POINTING,
    CarriedAnswer,
    carry_topic,
    fact_of_topic,
    is_current,
    needed_nearness,
)
from actions.understanding.arbiter import weigh_meanings
from actions.understanding.policy import load_policy
from actions.understanding.proposals import ASK, DANGER, PERSON
from actions.understanding.readers import Clues
from core.model import Intent, Understanding
from core.texts import load_texts
from knowledge.base.model import Answer, AnsweredPage, Found, PageAnswer, Passage, Remark
from tests.support.builders import NOON
from tests.support.direct_talk import DirectTalk, House

READER = TopicCueReader(load_texts())
CITY_HALL = Topic(NOON.isoformat(), subjects=[("place", "city-hall")], fields=["hours"])
MILL = replace(CITY_HALL, subjects=[("place", "mill-library")], days=["2026-06-04", "2026-06-04"])
DOGS = Topic(NOON.isoformat(), "dogs", "Dog licenses")

PUT = {
    BARE: """
        how much is it?
        and for my mother?
        do I need an appointment?
        where do I get the form
        ¿cuánto cuesta?
        ¿y para mis hijos?
        ça coûte combien ?
        il faut un rendez-vous ?
        quanto custa?
        e para idosos?
        多少钱？
        要预约吗？
        كم تكلف؟
        وهل أحتاج إلى موعد؟
    """,
    POINTING: """
        and for a cat?
        what about bees?
        do they take fridges?
        ¿y si llueve?
        et les chats ?
        e se chover?
        那猫呢？
    """,
    PLAIN: """
        when is trash day
        there's a pothole on Elm Street
        what are you supposed to do about the rats they keep running around my yard
        ¿cómo saco la licencia de mi perro?
        hay un bache en la calle Elm
        il y a un graffiti sur mon mur
        o poste de luz da minha rua está apagado
        我家门口的路灯坏了
        هناك حفرة في شارع إلم
    """,
}


@pytest.mark.parametrize(
    ("text", "needed"),
    [(line.strip(), needed) for needed, lines in PUT.items() for line in lines.strip().splitlines()],
)
def test_how_a_text_is_put_says_what_evidence_it_needs(text: str, needed: object) -> None:
    assert needed_nearness(READER.read(text)) is needed


@pytest.mark.parametrize(
    ("text", "topic", "subjects", "fields"),
    [
        ("and on Sundays?", CITY_HALL, ["city-hall"], ["hours"]),
        ("is it closed on Thanksgiving?", CITY_HALL, ["city-hall"], ["hours"]),
        ("where is that?", CITY_HALL, ["city-hall"], ["address"]),
        ("how do I get there?", CITY_HALL, ["city-hall"], ["address"]),
        ("what's their number?", CITY_HALL, ["city-hall"], ["phone"]),
        ("¿y los jueves?", CITY_HALL, ["city-hall"], ["hours"]),
        ("¿y dónde queda?", CITY_HALL, ["city-hall"], ["address"]),
        ("et le samedi ?", CITY_HALL, ["city-hall"], ["hours"]),
        ("c'est quoi leur numéro ?", CITY_HALL, ["city-hall"], ["phone"]),
        ("e onde fica?", CITY_HALL, ["city-hall"], ["address"]),
        ("那星期六呢？", CITY_HALL, ["city-hall"], ["hours"]),
        ("电话呢？", CITY_HALL, ["city-hall"], ["phone"]),
        ("ويوم السبت؟", CITY_HALL, ["city-hall"], ["hours"]),
        ("وأين تقع؟", CITY_HALL, ["city-hall"], ["address"]),
        ("and the eastbank one?", MILL, ["eastbank-library"], ["hours"]),
        ("what about the dump?", MILL, ["recycling-center"], ["hours"]),
        ("no, I meant the other library", MILL, ["eastbank-library", "westhill-library"], ["hours"]),
        ("¿y la otra?", MILL, ["eastbank-library", "westhill-library"], ["hours"]),
    ],
)
def test_a_fact_is_asked_of_what_was_talked_about(
    house: House, text: str, topic: Topic, subjects: list[str], fields: list[str]
) -> None:
    found = find_fact(house.assistant.context, text, NOON, "en", topic)
    assert found
    assert found.is_whole
    assert [subject.code for subject in found.subjects] == subjects
    assert [field.value for field in found.fields] == fields


def test_the_day_is_carried_to_another_place(house: House) -> None:
    found = find_fact(house.assistant.context, "and the eastbank one?", NOON, "en", MILL)
    assert found
    assert found.when
    assert found.when.first.isoformat() == "2026-06-04"


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "when is trash day",
        "there's a pothole on Elm Street",
        "how much is it?",
        "¿cómo saco la licencia de mi perro?",
        "et les poubelles, c'est quel jour ?",
        "垃圾什么时候收？",
    ],
)
def test_other_words_ask_nothing_of_what_was_talked_about(house: House, text: str) -> None:
    found = find_fact(house.assistant.context, text, NOON, "en", CITY_HALL)
    assert found is None or not found.is_whole


def test_a_question_that_names_its_own_place_is_about_that(house: House) -> None:
    found = find_fact(house.assistant.context, "is the animal shelter open on Sunday", NOON, "en", CITY_HALL)
    assert found
    assert [subject.code for subject in found.subjects] == ["animal-shelter"]


@pytest.mark.parametrize(("minutes", "current"), [(0, True), (29, True), (31, False), (60 * 24, False)])
def test_a_topic_is_talked_about_for_a_while(house: House, minutes: int, current: bool) -> None:
    later = NOON + timedelta(minutes=minutes)
    assert is_current(CITY_HALL, later) is current
    assert (
        find_fact(house.assistant.context, "where is that?", later, "en", CITY_HALL) is None
    ) is not current


@pytest.mark.parametrize("at", ["", "noon", "2026-06-01T16:00:00"])
def test_a_topic_of_an_unknown_time_is_not_talked_about(at: str) -> None:
    assert not is_current(replace(CITY_HALL, at=at), NOON)


@pytest.mark.parametrize(
    "changes",
    [{"subjects": [("planet", "mars")]}, {"fields": ["weight"]}, {"days": ["someday"]}, {"subjects": []}],
)
def test_what_another_release_wrote_of_a_topic_is_no_question(changes: dict[str, Any]) -> None:
    assert fact_of_topic(replace(CITY_HALL, **changes)) is None


class OnePage:
    """A library whose one page is so near to anything, and so far behind the rest."""

    def __init__(self, near: float, behind: float) -> None:
        self.near, self.behind = near, behind
        self.asked: list[str] = []

    def ask(self, question: str, language: str = "", limit: int = 3) -> Answer:
        return Answer(question, confident=False)

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        return Remark()

    def ask_page(self, question: str, page: AnsweredPage, language: str = "", limit: int = 3) -> PageAnswer:
        self.asked.append(page.document_id)
        passage = Passage("p1", page.document_id, page.title, "$12 a year.", ("What does it cost?",))
        return PageAnswer(
            Answer(question, confident=True, found=(Found(passage, 0.8),)), self.near, self.behind
        )


def carried(house: House, library: OnePage, text: str, topic: Topic = DOGS) -> CarriedAnswer | None:
    context = replace(house.assistant.context, library=library)
    return carry_topic(context, topic, text, "en", 3)


@pytest.mark.parametrize(
    ("text", "near", "behind", "goes_on"),
    [
        ("how much is it?", 0.4, 0.4, True),
        ("how much is it?", 0.1, 0.0, False),
        ("how much is it?", 0.2, 0.9, True),
        ("great, perfect", 0.9, 0.0, False),
        ("and for a cat?", 0.4, 0.2, True),
        ("and for a cat?", 0.4, 0.5, False),
        ("and for a cat?", 0.2, 0.0, False),
        ("when is trash day", 0.6, 0.05, True),
        ("when is trash day", 0.6, 0.2, False),
        ("my husband is hitting me", 0.6, 0.0, False),
        ("how much is it " + "really " * 20, 0.9, 0.0, False),
    ],
)
def test_a_page_is_carried_on_when_the_library_hardly_betters_it(
    house: House, text: str, near: float, behind: float, goes_on: bool
) -> None:
    assert (carried(house, OnePage(near, behind), text) is not None) is goes_on


@pytest.mark.parametrize(("near", "behind", "sure"), [(0.4, 0.4, True), (0.2, 0.0, False), (0.4, 0.9, False)])
def test_bare_words_that_the_page_hardly_knows_are_answered_as_unsure(
    house: House, near: float, behind: float, sure: bool
) -> None:
    found = carried(house, OnePage(near, behind), "how much is it?")
    assert found
    assert (found.answer.confident, found.answer.maybe) == (sure, not sure)


def test_it_is_said_what_a_question_goes_on_with_where_its_words_do_not(house: House) -> None:
    library = OnePage(0.9, 0.0)
    pointing, bare = carried(house, library, "how much is it?"), carried(house, library, "when do I apply?")
    assert pointing
    assert pointing.is_plain
    assert bare
    assert not bare.is_plain
    asked_back = carried(house, library, "how much is it?", replace(DOGS, is_shown=False))
    assert asked_back
    assert not asked_back.is_plain


@pytest.mark.parametrize(("behind", "is_plain"), [(0.0, True), (0.05, False)])
def test_a_question_with_its_own_subject_goes_on_with_nothing_where_no_page_is_nearer(
    house: House, behind: float, is_plain: bool
) -> None:
    found = carried(house, OnePage(0.9, behind), "when is trash day")
    assert found
    assert found.is_plain is is_plain


def test_of_a_page_that_was_not_quoted_only_what_is_near_is_taken(house: House) -> None:
    of_fact = replace(CITY_HALL, title="City Hall")
    assert carried(house, OnePage(0.4, 0.4), "how much is it?", of_fact)
    assert carried(house, OnePage(0.2, 0.0), "how much is it?", of_fact) is None


def test_a_topic_without_a_page_asks_no_page(house: House) -> None:
    library = OnePage(0.9, 0.0)
    assert carried(house, library, "how much is it?", CITY_HALL) is None
    assert library.asked == []


def weighed(goes_on: bool, *intents: Intent) -> dict[str, float]:
    clues = Clues(Understanding("x", intents), is_question=True, goes_on=goes_on)
    return {meaning.act: meaning.probability for meaning in weigh_meanings(clues, load_policy())}


def test_what_goes_on_is_likelier_a_question_than_a_wish_that_rasa_alone_hears() -> None:
    heard = (Intent(PERSON, 0.85), Intent(ASK, 0.1))
    assert weighed(False, *heard)[PERSON] == pytest.approx(0.85)
    assert weighed(True, *heard)[ASK] > weighed(True, *heard)[PERSON]


def test_nobody_talks_danger_away() -> None:
    heard = (Intent(DANGER, 0.6), Intent(ASK, 0.4))
    assert weighed(True, *heard)[DANGER] == weighed(False, *heard)[DANGER] == 0.6


def test_a_report_a_person_and_another_subject_leave_the_topic(house: House) -> None:
    for text in ("report", "I want to talk to a person"):
        talk = DirectTalk(house)
        talk.say("when is city hall open?")
        assert talk.dialogue["topic"]["subjects"] == [("place", "city-hall")]
        talk.say(text)
        assert "topic" not in talk.dialogue


def test_courtesies_leave_the_topic_alone(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("when is city hall open?")
    talk.say("thank you")
    assert talk.say("where is that?")[0].text == "City Hall: 1 Court Street"


def test_a_question_aside_goes_on_and_the_form_stays(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("there's a pothole at 12 Elm Street")
    talk.say("when is city hall open?")
    aside, again = talk.say("and on Saturday?")
    assert aside.text.startswith("City Hall, Saturday")
    assert again.choices
