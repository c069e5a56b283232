"""Nothing that a resident may send breaks a conversation or leaves it without an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.model import Position, Trouble
from tests.support.direct_talk import DirectTalk, House
from tests.support.languages import LANGUAGES

OPENINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("report a problem",),
    ("there is a pothole",),
    ("there is a pothole at 20 Elm Street",),
    ("there is a pothole at 20 Elm Street", "2", "skip"),
    ("there is a pothole at 20 Elm Street", "2", "skip", "skip"),
    ("there is a pothole at 20 Elm Street", "2", "skip", "skip", "skip"),
    ("there is a pothole at 20 Elm Street", "2", "skip", "skip", "skip", "change something"),
    ("report", "it is all wrong", "something else", "show me the list"),
    ("they missed my trash cart", "1"),
    ("take the parks survey",),
    ("take the parks survey", "never"),
    ("take the parks survey", "every week", "skip"),
    ("person",),
    ("When is my trash day?",),
    ("menu", "2"),
)
WORDS = st.sampled_from(
    [
        "1",
        "2",
        "yes",
        "no",
        "back",
        "skip",
        "why",
        "cancel",
        "menu",
        "español",
        "person",
        "when?",
        "20 Elm Street",
        "ayer",
        "9",
    ]
)
TEXTS = st.one_of(WORDS, st.text(max_size=40), st.text(alphabet="1234567890 .,;:#?¿-{}%", max_size=12))
QUIET = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def check(talk: DirectTalk, replies: list[Any]) -> None:
    assert replies
    for reply in replies:
        assert reply.text.strip()
        assert len({choice.key for choice in reply.choices}) == len(reply.choices)
        assert all(choice.label.strip() and len(choice.key.encode()) <= 64 for choice in reply.choices)
    assert len(json.dumps(talk.dialogue)) < 20_000


@given(
    opening=st.sampled_from(OPENINGS),
    texts=st.lists(TEXTS, min_size=1, max_size=4),
    language=st.sampled_from(LANGUAGES),
)
@QUIET
def test_any_text_at_any_point_is_answered(
    house: House, opening: tuple[str, ...], texts: list[str], language: str
) -> None:
    talk = DirectTalk(house, language)
    for text in (*opening, *texts):
        check(talk, talk.say(text))


@given(
    opening=st.sampled_from(OPENINGS),
    choice=st.one_of(
        st.text(max_size=70), st.sampled_from(["summary.send", "place.0", "q-SIZE.skip", "a,b"])
    ),
)
@QUIET
def test_any_button_at_any_point_is_answered(house: House, opening: tuple[str, ...], choice: str) -> None:
    talk = DirectTalk(house)
    for text in opening:
        talk.say(text)
    check(talk, talk.say(choice=choice or "x"))


@given(
    opening=st.sampled_from(OPENINGS),
    flow=st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists, max_leaves=4),
)
@QUIET
def test_any_memory_is_survived(house: House, opening: tuple[str, ...], flow: Any) -> None:
    talk = DirectTalk(house)
    for text in opening:
        talk.say(text)
    for key in ("asked", "sub", "values", "hints", "name"):
        if isinstance(talk.dialogue.get("flow"), dict):
            talk.dialogue["flow"][key] = flow
    talk.dialogue |= {"offer": flow, "last_answer": flow, "waiting": 0}
    check(talk, talk.say("1"))
    check(talk, talk.say("hello"))


@pytest.mark.parametrize("opening", OPENINGS)
@pytest.mark.parametrize(
    "sent",
    [
        {"photo": True},
        {"photo": True, "text": "and this"},
        {"photo": True, "photo_position": Position(41.652, -74.34)},
        {"position": Position(41.652, -74.34)},
        {"position": Position(-89.0, 179.0)},
        {"text": "x" * 100_000},
        {"text": "😀😀😀"},
        {"text": "\u202e\u2066\u200b"},
        {"text": ""},
        {"text": "我家门口有一个大坑"},
        {"text": "%s {0} {number} {}"},
        {"text": "²"},
        {"trouble": Trouble.VOICE},
        {"trouble": Trouble.BAD_FILE, "text": "and a word"},
        {"start": "nonsense-%00"},
        {"start": "survey-parks"},
    ],
    ids=lambda sent: "-".join(f"{key}-{str(value)[:12]!a}" for key, value in sent.items()),
)
def test_odd_messages_are_answered_kindly(
    house: House, opening: tuple[str, ...], sent: dict[str, Any]
) -> None:
    talk = DirectTalk(house)
    for text in opening:
        talk.say(text)
    check(talk, talk.say(**sent))
    check(talk, talk.say("menu"))


def test_a_conversation_whose_memory_is_lost_is_told_so(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("there is a pothole at 20 Elm Street")
    talk.dialogue = {"version": 0, "flow": {"something": "older"}, "introduced": True}
    assert talk.say("hello")[0].text.startswith("I am sorry, I lost track")


@pytest.mark.parametrize(
    "opening", [*OPENINGS, ("When is my trash day?", "more"), ("report", "show me the list")]
)
@pytest.mark.parametrize("figure", ["²", "-1"])
def test_a_button_changed_by_hand_is_answered(house: House, opening: tuple[str, ...], figure: str) -> None:
    talk = DirectTalk(house)
    replies = [reply for text in opening for reply in talk.say(text)]
    keys = {choice.key for reply in replies[-1:] for choice in reply.choices}
    for ending in {key.rpartition(".")[0] for key in keys}:
        check(talk, talk.say(choice=f"{ending}.{figure}"))
        check(talk, talk.say(choice=f"{ending}.g{figure}"))
