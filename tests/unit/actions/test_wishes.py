"""Plain wishes to get no more texts: over 300 ways of saying it, and as many ordinary messages that ask for nothing of the kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.reading.wishes import Wish, WishReader
from core.texts import load_texts

HERE = Path(__file__).parent
NLU_DATA = HERE.parents[2] / "nlu" / "data"
WISHES = WishReader.of(load_texts())


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
    unheard = [text for text in said if WISHES.wish(text) is not Wish.STOP]
    assert len(said) >= 100
    assert len(unheard) / len(said) <= 0.05, unheard


def test_ordinary_messages_silence_nobody():
    said = [*lines("ordinary.txt"), *(text for intent, text in nlu_examples() if intent != "opt_out")]
    wrong = [text for text in said if WISHES.wish(text)]
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
    assert WISHES.wish(text) is Wish.START


@pytest.mark.parametrize("text", ["", "   ", "👍", "stop texting me " * 20, "\x00", "a" * 5000])
def test_what_is_no_wish(text):
    assert WISHES.wish(text) is None


def test_accents_case_and_apostrophes_do_not_matter():
    assert WISHES.wish("DON’T TEXT ME!!") is WISHES.wish("no me envíen MÁS mensajes") is Wish.STOP


LOOK_ALIKES = [
    "stop sign is down",
    "text me back",
    "cancel my bulk pickup",
    "can you sign me up for text alerts",
    "I never got a message",
    "puede escribirme a este numero",
    "no more",
    "cancel it",
    "Notice to Quit",
    "我没收到短信",
    "please don't stop texting me the updates",
    "i didnt get the text you promised",
    "stop people from parking on my lawn",
    "can i text you a photo",
    "please contact me by text when its fixed",
    "remove the dead tree by the bus stop",
    "no me llegó ningún mensaje",
    "no dejen de mandarme avisos",
    "la señal de alto está caída",
    "cancelen la recogida de muebles",
    "¿pueden mandarme un texto cuando esté listo?",
    "je n'ai pas reçu de SMS",
    "le panneau stop est tombé",
    "vous pouvez m'écrire à ce numéro",
    "annuler mon rendez-vous de jeudi",
    "não recebi nenhuma mensagem",
    "a placa de pare caiu",
    "podem me mandar mensagem",
    "cancelar a coleta de móveis",
    "停车标志倒了",
    "请给我发短信",
    "取消我的预约",
    "不要停止发短信",
    "لم تصلني أي رسالة",
    "إشارة قف مكسورة",
    "ممكن تبعتوا لي رسالة",
    "الغوا الموعد",
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_sounds_like_a_wish_is_neither_heard_nor_asked_about(text):
    assert WISHES.wish(text) is None
    assert not WISHES.may_ask_to_stop(text)


@pytest.mark.parametrize("name", ["wishes_en.txt", "wishes_es.txt", "wishes_zh.txt", "wishes_ar.txt"])
def test_what_the_nlu_takes_for_a_wish_may_be_asked_about(name):
    unasked = [text for text in lines(name) if not WISHES.may_ask_to_stop(text)]
    assert len(unasked) / len(lines(name)) < 0.2, unasked
