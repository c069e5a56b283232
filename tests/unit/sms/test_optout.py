"""Plain wishes to get no more texts: over 300 ways of saying it, and as many ordinary messages that ask for nothing of the kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.model import Consent
from bot.texts import load_texts
from channels.sms.optout import wish, wish_words

HERE = Path(__file__).parent
NLU_DATA = HERE.parents[2] / "nlu" / "data"
WORDS = wish_words(load_texts())


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def nlu_examples() -> list[tuple[str, str]]:
    """Every example that the NLU is trained with, by intent."""
    found = []
    for file in sorted(NLU_DATA.glob("*.yml")):
        intent = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if named := re.match(r"\s*- intent: (\S+)", line):
                intent = named[1]
            elif said := re.match(r"\s+- (.+)", line):
                found.append((intent, re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", said[1])))
    return found


@pytest.mark.parametrize("name", ["wishes_en.txt", "wishes_es.txt", "wishes_zh.txt", "wishes_ar.txt"])
def test_at_least_95_of_100_wishes_are_heard(name):
    said = lines(name)
    unheard = [text for text in said if wish(text, WORDS) is not Consent.STOP]
    assert len(said) >= 100
    assert len(unheard) / len(said) <= 0.05, unheard


def test_ordinary_messages_silence_nobody():
    said = [*lines("ordinary.txt"), *(text for intent, text in nlu_examples() if intent != "opt_out")]
    wrong = [text for text in said if wish(text, WORDS)]
    assert len(said) > 1000
    assert len(wrong) / len(said) < 0.01, wrong


@pytest.mark.parametrize(
    "text",
    [
        "please start texting me again",
        "resubscribe me",
        "opt me back in",
        "you can text me again",
        "turn the texts back on",
        "quiero recibir mensajes otra vez",
        "denme de alta de nuevo",
        "pueden volver a escribirme",
        "重新订阅短信",
        "我想再收到你们的短信",
        "أريد استلام الرسائل من جديد",
        "رجعوا الرسائل",
    ],
)
def test_a_wish_to_get_texts_again(text):
    assert wish(text, WORDS) is Consent.START


@pytest.mark.parametrize("text", ["", "   ", "👍", "stop texting me " * 20, "\x00", "a" * 5000])
def test_what_is_no_wish(text):
    assert wish(text, WORDS) is None


def test_accents_case_and_apostrophes_do_not_matter():
    assert wish("DON’T TEXT ME!!", WORDS) is wish("no me envíen MÁS mensajes", WORDS) is Consent.STOP
