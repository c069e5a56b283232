"""Anger about waiting and hardship are met in half a sentence; what is told calmly is not."""

from __future__ import annotations

import pytest

from actions.reading.feelings import HARDSHIP, WAITED, FeelingReader
from core.model import Intent, Understanding
from core.texts import load_texts
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk

READER = FeelingReader.of(load_texts())

TOLD = {
    WAITED: [
        "third time im texting you about the pothole on oak, is anybody there",
        "I called twice last month and the tree is still on my fence",
        "You people never pick up my recycling, I'm fed up",
        "nothing has been done about the rats since I wrote in",
        "How many times do I have to ask for a stop sign?",
        "no one showed up for my bulk pickup AGAIN",
        "es la tercera vez que reporto esta fuga y nadie viene",
        "estoy harta de los perros sueltos, no hacen nada",
        "c’est la troisième fois que je vous écris pour ce trou",
        "j'en ai marre, les poubelles débordent encore",
        "já liguei três vezes e ninguém veio",
        "路灯的事我已经报过两次了，还是没人来",
        "هذه ثالث مرة أبلغ عن الحفرة ولم يأت أحد",
    ],
    HARDSHIP: [
        "I lost my job and can't afford the water bill, this is ridiculous",
        "we are being evicted friday, is there help",
        "me quedé sin trabajo y no puedo pagar el agua",
        "j'ai perdu mon emploi et je ne peux pas payer la facture",
        "perdi meu emprego e não tenho como pagar a conta",
        "我失业了，水费付不起",
        "فقدت عملي ولا أستطيع الدفع",
    ],
}
CALM = [
    "The streetlight at 5th and Elm has been out for two weeks",
    "my trash was not picked up today",
    "there is a really big pothole, it bent my rim",
    "has this already been reported?",
    "nothing happens when I push the button at the crosswalk",
    "I am a wheelchair user, which bus stops have ramps?",
    "I'm disabled. How do I get a parking permit?",
    "no heat in my building",
    "I reported a pothole yesterday, what is my number",
    "la farola lleva dos semanas apagada",
    "¿cuántas veces pasa el camión a la semana?",
    "combien de fois par semaine passe le camion ?",
    "quantas vezes por semana passa o lixeiro?",
    "路灯坏了两个星期",
    "كم مرة في الأسبوع تجمع القمامة؟",
    "",
]


@pytest.mark.parametrize(("feeling", "text"), [(name, text) for name in TOLD for text in TOLD[name]])
def test_what_shows_it_is_read(feeling: str, text: str) -> None:
    assert READER.read(text) == feeling


@pytest.mark.parametrize("text", CALM)
def test_a_calm_text_is_not_pitied(text: str) -> None:
    assert READER.read(text) is None


ANGRY = "third time I report this pothole, nobody came"


def test_it_is_said_before_business_and_once(talk: DirectTalk) -> None:
    sorry = load_texts().say("feelings.sorry_waited", "en")
    talk.say("hello")
    assert talk.say(f"{ANGRY} at 20 Elm Street")[0].text.startswith(sorry)
    assert sorry not in "".join(reply.text for reply in talk.say("I am fed up"))


def test_not_beside_words_that_say_it_themselves(talk: DirectTalk) -> None:
    talk.first = False
    unhappy = Understanding("x", (Intent("unhappy", 0.99),))
    (reply,) = talk._turn(
        inbound("third time I write to you, nobody came"), talk.house.assistant.respond, understanding=unhappy
    )
    assert reply.text == load_texts().say("smalltalk.sorry", "en")


def test_nor_before_whom_to_call_in_danger(talk: DirectTalk) -> None:
    talk.first = False
    assert "Sorry this" not in talk.say("third time I call, nobody came, my house is on fire")[0].text
