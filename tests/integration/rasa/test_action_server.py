"""Calls of an assistant through the whole core: the city answers them as it answers everybody, once each, and keeps the line while it asks."""

from __future__ import annotations

import json
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from actions.rasa_server import MOST_BODY, MOST_NESTED, Call
from bot.rasa_endpoint import RasaActions, rasa_actions
from bot.web import web_app, web_chat
from channels.clean import MOST_CHARACTERS
from city.records.tables import SurveyAnswerSetRow
from city.requests.tables import ServiceRequestRow
from conversation.staff.takeover import Colleague, answer_resident, hand_back, take_over
from conversation.store.tables import Conversation
from core.errors import SettingsError
from core.settings import load_settings
from core.texts import plain_words
from knowledge.imports.importing import import_paths
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.questions.tables import FeedbackRow
from nlu.fake import WordNluClient
from tests.integration.rasa.assistant import TOKEN, TrackedTalk
from tests.support.installation import House

ANA = Colleague("staff-1", "Ana")
QUESTION = "What time is the zebra parade?"
POTHOLE, SIZE = "pothole in the road at 12 Mill Road", "Up to the size of a car tire"


def make_house(folder, **settings):
    house = House(folder / "var", WordNluClient(), [FakeEmbedder()], actions_token=TOKEN, **settings)
    (folder / "pages").mkdir()
    page = f"# {QUESTION}\n\nThe zebra parade begins at noon at the city hall.\n"
    (folder / "pages" / "parade.md").write_text(page, encoding="utf-8")
    import_paths([folder / "pages"], house.app.settings.data_dir / "knowledge", house.app.embedders)
    return house


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return make_house(tmp_path_factory.mktemp("rasa"))


@pytest.fixture(scope="module")
def client(house):
    with TestClient(web_app(house.app)) as client:
        yield client


@pytest.fixture
def talk(client):
    return TrackedTalk(client)


def count(house, table):
    with house.app.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def size_question(talk):
    """What has to be asked of a pothole before it is reported."""
    asked = talk.say(POTHOLE, "report_problem")[-1]
    assert "How big is it?" in asked.text
    assert talk.loop == {"name": "cityline_form"}
    return asked


def test_a_report_is_filed_the_line_is_given_back_and_more_may_be_added(talk, house):
    before = count(house, ServiceRequestRow)
    (filed,) = talk.press(size_question(talk), SIZE)
    number = re.search(r"[A-Z]{2}-\d{5}", filed.text)
    assert number
    assert "12 Mill Road" in filed.text
    assert talk.loop == {}
    assert count(house, ServiceRequestRow) == before + 1

    (asked,) = talk.press(filed, "Where on the road is it?")
    assert talk.loop == {"name": "cityline_form"}
    talk.press(asked, "In the bike lane")
    assert talk.loop == {}
    with house.app.database.reading() as session:
        row = session.scalars(select(ServiceRequestRow).where(ServiceRequestRow.number == number[0])).one()
        assert row.answers == {"SIZE": "medium", "SPOT": "bike"}

    (status,) = talk.say(number[0], "check_request")
    assert status.text.startswith(f"{number[0]}: Pothole or broken road")
    (asks,) = talk.press(status, "Add something to it")
    assert talk.loop == {"name": "cityline_form"}
    assert "add" in asks.text.lower()
    talk.say("It is getting bigger.")
    assert talk.loop == {}


def test_the_resident_is_told_once_who_this_is(talk):
    first = [said.text for said in talk.say("my reports", "check_request")]
    second = [said.text for said in talk.say("my reports", "check_request")]
    assert first[0].startswith("Hello, this is the city of Penstock. You are writing with a program")
    assert second == first[1:]


def test_an_answer_names_its_source_and_its_buttons_work_although_no_form_is_open(talk, house):
    before = count(house, FeedbackRow)
    said = talk.say(QUESTION, "ask_city")[-1]
    assert "begins at noon" in said.text
    assert f"From {QUESTION}" in said.text
    assert talk.loop == {}
    (glad,) = talk.press(said, "That helped")
    assert glad.text.startswith("Good to hear")
    assert count(house, FeedbackRow) == before + 1


def test_a_survey_is_taken_to_its_end(talk, house):
    before = count(house, SurveyAnswerSetRow)
    said = talk.say("take the parks survey", "take_survey")[-1]
    for text in ("every week", "skip", "4", "two", "a slide"):
        assert talk.loop == {"name": "cityline_form"}
        said = talk.say(text)[-1]
    assert said.text.startswith("Thank you! The parks crew reads every answer.")
    assert talk.loop == {}
    assert count(house, SurveyAnswerSetRow) == before + 1


def test_a_survey_that_has_to_be_chosen_keeps_the_line_until_it_is(talk):
    which = talk.say("I would like to take part", "take_survey")[-1]
    assert len(which.buttons) > 1
    assert talk.loop == {"name": "cityline_form"}
    begun = talk.press(which, next(label for label in which.buttons if "Parks" in label))
    assert "How often do you go to a city park?" in begun[-1].text


def test_a_repeated_call_does_its_effect_once_and_gets_the_same_answer(talk, house):
    asked = size_question(talk)
    before = count(house, ServiceRequestRow)
    call = talk.call("cityline_form", asked.buttons[SIZE], "cityline_choice")

    def make_the_call(_number):
        return talk.client.post("/rasa/webhook", params={"token": TOKEN}, json=call).json()

    with ThreadPoolExecutor(3) as threads:
        at_once = list(threads.map(make_the_call, range(3)))
    assert "Reported: Pothole" in at_once[0]["responses"][0]["text"]
    assert [*at_once, make_the_call(4)] == [at_once[0]] * 4
    assert count(house, ServiceRequestRow) == before + 1


def test_an_assistant_that_lost_its_memory_gets_the_answer_and_not_the_whole_conversation(talk):
    talk.say("my reports", "check_request")
    talk.say(QUESTION, "ask_city")
    talk.events.clear()
    (said,) = talk.say(QUESTION, "ask_city")
    assert "begins at noon" in said.text


@pytest.mark.parametrize("how", ["metadata", "slot"])
def test_the_language_that_rasa_knows_is_spoken_from_the_first_word(client, how):
    talk = TrackedTalk(client, language="es" if how == "metadata" else "")
    call = talk.call("action_check_request", "?", "check_request")
    if how == "slot":
        call["tracker"]["slots"]["language"] = "es"
    said = talk.take(call)
    assert said[0]["text"].startswith("Hola, le escribe")


def test_danger_is_heard_whatever_the_assistant_understood(talk):
    said = talk.say("there is a gas leak, help", "ask_city")
    assert "911" in said[0].text


def test_a_form_of_the_assistants_own_hands_its_words_over(talk):
    call = talk.call("action_report_problem", "12 Mill Road", "inform")
    call["tracker"]["slots"]["cityline_text"] = "pothole in the road at 12 Mill Road"
    answered = talk.client.post("/rasa/webhook", params={"token": TOKEN}, json=call).json()
    assert "How big is it?" in answered["responses"][-1]["text"]
    assert {"event": "slot", "name": "cityline_text", "value": None} in answered["events"]


def test_a_button_of_the_assistants_own_is_left_to_it_and_then_the_question_is_asked_again(talk):
    said = talk.say(POTHOLE, "report_problem")[-1]
    call = talk.call("cityline_form", "/library_hours", "library_hours")
    refused = talk.client.post("/rasa/webhook", params={"token": TOKEN}, json=call)
    assert (refused.status_code, refused.json()["action_name"]) == (400, "cityline_form")
    call["tracker"]["active_loop"] = {"name": "cityline_form", "rejected": True}
    (again,) = talk.take(call)
    assert again["text"] == said.text.split("\n\n")[-1]
    assert talk.loop == {"name": "cityline_form"}


def test_the_form_says_nothing_when_another_action_has_answered_the_message(talk):
    talk.say(POTHOLE, "report_problem")
    call = {**talk.last_call, "next_action": "cityline_form"}
    call["tracker"] |= {"events": talk.events, "active_loop": talk.loop}
    assert talk.take(call) == []


def test_an_action_called_while_a_forgotten_form_stands_open_asks_what_to_finish_first(talk):
    talk.say(POTHOLE, "report_problem")
    talk.loop = {}  # as after a new session in Rasa
    said = talk.say("take the parks survey", "take_survey")[-1]
    assert set(said.buttons) == {"Finish that first", "Drop it and start the new one"}
    begun = talk.press(said, "Drop it and start the new one")[-1]
    assert "How often do you go to a city park?" in begun.text


def test_a_persons_words_come_with_the_next_answer_and_the_line_is_theirs_until_they_give_it_back(
    talk, house
):
    talk.say("my reports", "check_request")
    app = house.app
    with app.database.reading() as session:
        lane = app.memory.lane("rasa", talk.sender)
        conversation = session.scalar(select(Conversation.id).where(Conversation.sender_key == lane))

    def do(what, *more):
        with app.database.writing() as session:
            what(app.services, session, conversation, ANA, *more)
        app.workers.wake()

    do(take_over)
    do(answer_resident, "I am looking at it.")
    words = [said.text for said in talk.say("is anybody there?", "check_request")]
    assert words[-1] == "Ana, city staff: I am looking at it."
    assert talk.loop == {"name": "cityline_form"}
    assert talk.say("thank you") == []
    do(hand_back)
    assert len(talk.say("when is the parade", "ask_city")) >= 1
    assert talk.loop == {}


def test_an_answer_that_takes_too_long_is_promised_and_comes_with_the_next_one(tmp_path):
    house = make_house(tmp_path)
    quick = rasa_actions(house.app, web_chat(house.app), within=0.1)
    talk = TrackedTalk(TestClient(Starlette(routes=[Mount("/rasa", quick)])))
    (promise,) = talk.say(QUESTION, "ask_city")  # nobody works
    assert promise.text.startswith("I have your message.")
    house.work()
    (_, late, promise) = [said.text for said in talk.say("my reports", "check_request")]
    assert "begins at noon" in late
    assert promise.startswith("I have your message.")
    house.work()
    (reports, _) = [said.text for said in talk.say("thanks", "check_request")]
    assert "begins at noon" not in reports
    house.close()


def post(client, content, headers=None, **params):
    given = {"content-type": "application/json", **(headers or {})}
    return client.post("/rasa/webhook", params=params, content=content, headers=given)


@pytest.mark.parametrize(
    ("headers", "params", "status"),
    [
        ({}, {}, 401),
        ({}, {"token": "another token of forty characters, false"}, 401),
        ({}, {"token": "é"}, 401),
        ({"authorization": "Bearer nonsense"}, {"token": TOKEN}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, {}, 400),
        ({}, {"token": TOKEN}, 400),
    ],
)
def test_only_who_has_the_token_is_listened_to(client, headers, params, status):
    assert post(client, b"{}", headers, **params).status_code == status


def test_what_can_be_called_is_listed_to_who_has_the_token_and_health_to_everybody(client):
    assert client.get("/rasa/actions").status_code == 401
    names = [action["name"] for action in client.get("/rasa/actions", params={"token": TOKEN}).json()]
    assert names[:4] == [
        "action_report_problem",
        "action_ask_city",
        "action_take_survey",
        "action_check_request",
    ]
    assert client.get("/rasa/health").json() == {"status": "ok"}


def test_without_a_token_in_the_settings_there_is_no_action_server(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    web = TestClient(web_app(house.app))  # not entered: nothing is started
    assert web.get("/rasa/health").status_code == 404
    house.close()


def test_a_weak_token_stops_the_start():
    with pytest.raises(SettingsError, match="CITYLINE_ACTIONS_TOKEN"):
        load_settings(_env_file=None, actions_token="short")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"tracker": ' * MOST_NESTED + b"{}" + b"}" * MOST_NESTED, {}, 400),
        (b"[]", {}, 400),
        (rb'{"next_action": "\ud800", "sender_id": "ann", "tracker": {}}', {}, 400),
        (rb'{"next_action": "\u0000", "sender_id": "ann", "tracker": {}}', {}, 404),
        (b" " * (MOST_BODY + 1), {}, 413),
        (zlib.compress(b" " * (MOST_BODY + 1)), {"content-encoding": "deflate"}, 413),
        (b"no deflate", {"content-encoding": "deflate"}, 400),
        (b"{}", {"content-encoding": "gzip"}, 415),
    ],
    ids=[
        "empty",
        "binary",
        "deep",
        "nested",
        "list",
        "half-a-sign",
        "no-name",
        "big",
        "bomb",
        "bad-deflate",
        "gzip",
    ],
)
def test_what_is_no_call_is_refused_in_words(client, content, headers, status):
    refused = post(client, content, headers, token=TOKEN)
    assert refused.status_code == status
    assert refused.json()["error"].endswith(".")


LONG = {
    "175 kB of words": "the street light is out " * 7300,
    "one word": "x" * 175_000,
    "ligatures": "\ufdfa" * 2000,
    "marks": "e" + "\u0301\u0323" * 80_000,
    "nothing visible": "\u200b" * 175_000 + "hello",
}


@pytest.mark.parametrize(
    ("name", "said"),
    [("175 kB of words", "too long for me"), ("one word", "too long for me"), ("ligatures", "أطول مما")],
)
def test_who_writes_more_than_is_read_is_asked_for_fewer_words(talk, name, said):
    assert said in talk.say(LONG[name], "report_problem")[-1].text


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_the_hall_is_given_is_bounded(house, text):
    call = Call("action_ask_city", "m-1", "somebody", text=text)
    message = RasaActions.message(SimpleNamespace(now=house.app.now), call)
    assert len(plain_words(message.text)) <= MOST_CHARACTERS


def test_danger_is_heard_at_the_beginning_of_a_text_that_is_too_long(talk):
    assert "911" in talk.say("i smell gas in my house. " + "and so on " * 17_000, "ask_city")[0].text


def test_a_packed_call_is_a_call(talk):
    call = talk.call("action_ask_city", QUESTION, "ask_city")
    packed = zlib.compress(json.dumps(call).encode())
    answered = post(talk.client, packed, {"content-encoding": "deflate"}, token=TOKEN)
    assert "begins at noon" in answered.json()["responses"][-1]["text"]


def test_nobodys_address_or_words_reach_the_log(client):
    talk = TrackedTalk(client, sender="+1 555 0100 77")
    with capture_logs() as logs:
        talk.say("pothole in the road at 12 Mill Road", "report_problem")
        talk.client.post(
            "/rasa/webhook", params={"token": TOKEN}, json={"next_action": "x", "sender_id": talk.sender}
        )
    assert "0100" not in str(logs)
    assert "Mill" not in str(logs)
