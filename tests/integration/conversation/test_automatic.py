"""Machines that write to us: one answer in a conversation at most, none in a form, and no end to no conversation."""

from __future__ import annotations

import pytest

from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("automatic"), WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


NOTE = "Automatic reply: I am out of the office until Monday."


def test_a_note_is_answered_once_and_a_heart_never(house):
    talk = house.talk()
    talk.say("hello")
    assert talk.say("Liked “Hello, good to hear from you.”") == []
    assert [reply.text for reply in talk.say(NOTE)] == [house.app.texts.say("unclear.automatic", "en")]
    assert talk.say(NOTE) == []
    assert talk.say("I'm driving right now") == []
    assert talk.say("thank you")


def test_inside_a_form_nothing_is_said_and_the_question_stays(house):
    talk = house.talk()
    talk.say("there is a pothole")
    asked = talk.say("repeat")
    for text in (NOTE, "Loved “Where is it?”", "Sorry, I can't talk right now."):
        assert talk.say(text) == []
    assert talk.say("repeat") == asked


def test_a_note_in_another_language_changes_none(house):
    talk = house.talk("es")
    assert {reply.language for reply in talk.say(NOTE)} == {"es"}


def test_two_lines_like_ours_do_not_write_to_each_other_for_ever(house):
    """Whatever one says goes to the other: both fall silent."""
    ours, theirs = house.talk(), house.talk()
    said = [NOTE]
    for turn in range(20):
        said = [reply.text for text in said for reply in (ours, theirs)[turn % 2].say(text)]
    assert said == []
