"""How many true wishes to be left alone are stopped or asked back, and how many look-alikes are, language by language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions.reading.wishes import WishReader
from conversation.understanding.rules import RuleMatcher
from core.texts import load_texts
from tests.support.builders import inbound
from tests.support.languages import EVERY_LANGUAGE

HERE = Path(__file__).parents[2] / "wishes"
RESIDENTS = Path(__file__).parents[4] / "shared" / "data" / "residents"
WISHES = WishReader.of(load_texts())
GATE = RuleMatcher(load_texts(), lambda _: None, lambda _: None, wish_of=WISHES.wish)


def lines(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            listed = found.setdefault(line[2:], [])
        else:
            listed.append(line)
    return found


def heard(text: str, *, in_form: bool = False) -> str:
    rule = GATE.match(inbound(text, channel="sms"), in_form=in_form)
    return rule.name if rule else ""


def is_heard_as_a_wish(text: str, *, opt_out: bool) -> bool:
    """Whether it is stopped, asked back or told what is kept; `opt_out` is an NLU that calls everything so."""
    rule = heard(text)
    return rule in {"stop", "ask_stop", "privacy"} or (not rule and opt_out and WISHES.may_ask_to_stop(text))


@EVERY_LANGUAGE
def test_true_wishes_are_stopped_or_asked_back(language):
    said = lines(language)["left alone"]
    unheard = [text for text in said if not is_heard_as_a_wish(text, opt_out=False)]
    assert len(said) == 40
    assert len(unheard) / len(said) <= 0.03, unheard


@EVERY_LANGUAGE
def test_look_alikes_stop_nothing_and_are_rarely_asked_about(language):
    said = lines(language)["look-alikes"]
    asked = [text for text in said if is_heard_as_a_wish(text, opt_out=True)]
    assert len(said) == 40
    assert not [text for text in said for form in (False, True) if heard(text, in_form=form) == "stop"]
    assert len(asked) / len(said) <= 0.05, asked


@pytest.mark.parametrize(
    "text",
    [
        "sign me off",
        "i didn't sign up for this",
        "you keep texting me, please stop",
        "I'd rather not get texts from you",
        "i would rather not receive these messages",
        "ur texts are annoying stop",
        "favor de no enviar mas textos",
        "je veux être retiré de la liste",
        "não autorizo o envio de mensagens",
        "我不想再被打扰",
        "ما عاد بدي توصلني رسائل",
    ],
)
def test_a_wish_is_not_taken_for_what_only_sounds_like_one(text):
    assert heard(text) == "ask_stop"


@pytest.mark.data
@pytest.mark.parametrize("name", ["dev_first_messages.jsonl", "dev_form_answers.jsonl"])
def test_what_residents_wrote_stops_nobody_but_who_wished_it(name):
    file = RESIDENTS / name
    if not file.exists():
        pytest.skip("needs the residents' texts")
    said = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    harmed = [one["text"] for one in said if {"stopped": True} in one["harmful"]]
    stopped = [text for text in harmed for form in (False, True) if heard(text, in_form=form) == "stop"]
    assert len(harmed) > 10
    assert stopped == []
