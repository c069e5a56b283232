"""The whole detector, words and meaning, over sentences that it never learned from."""

from __future__ import annotations

import pytest

from benchmarks.danger import DATA, civic, hear, kept_aside, rates, residents
from conversation.understanding.danger.detector import Detector
from conversation.understanding.danger.second_opinion import SecondOpinion
from core.model import Intent, Understanding
from knowledge.index.embedding import SentenceEmbedder
from knowledge.index.encoder_models import MULTILINGUAL
from tests.support.languages import LANGUAGES


@pytest.fixture(scope="module")
def detector() -> Detector:
    whole = Detector(lambda: SentenceEmbedder(MULTILINGUAL))
    whole.load()
    return whole


@pytest.fixture(scope="module")
def aside(detector):
    return hear(detector, kept_aside())


@pytest.mark.parametrize("group", ["direct", *(f"direct {language}" for language in LANGUAGES)])
def test_what_is_plainly_said_is_always_heard_and_nearly_always_sure(aside, group):
    of_group = rates(aside)[group]
    assert of_group["texts"] >= 30
    assert of_group["none"] == 0
    assert of_group["sure"] >= 90


@pytest.mark.parametrize("group", ["indirect", *(f"indirect {language}" for language in LANGUAGES)])
def test_of_what_is_said_by_way_of_something_else_nine_of_ten_are_heard(aside, group):
    assert rates(aside)[group]["none"] <= 10


def test_what_only_looks_like_danger_is_left_alone_in_every_language(aside):
    of_all = rates(aside)["harmless"]
    assert of_all["sure"] <= 1
    assert of_all["perhaps"] <= 3


@pytest.mark.parametrize("group", ["direct", "indirect", "harmless"])
def test_words_alone_hear_most_of_it_while_the_encoder_is_still_loading(group):
    of_group = rates(hear(Detector(), kept_aside()))[group]
    if group == "harmless":
        assert of_group["sure"] <= 1
    else:
        assert of_group["none"] <= {"direct": 2, "indirect": 15}[group]


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")
def test_every_danger_that_residents_wrote_is_heard_and_hardly_anything_else(detector):
    of = rates(hear(detector, residents(DATA)))
    assert of["danger"]["none"] == 0
    assert of["danger"]["sure"] >= 75
    for harmless in ("no danger", "residents' other texts"):
        assert of[harmless]["sure"] <= 1
        assert of[harmless]["perhaps"] <= 3.5


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")
def test_five_hundred_civic_texts_raise_hardly_an_alarm(detector):
    """Among them are a fire, a beating and wires that are down; they count as if they were none."""
    of_civic = rates(hear(detector, civic(DATA)))["civic"]
    assert of_civic["texts"] == 500
    assert of_civic["sure"] <= 1
    assert of_civic["perhaps"] <= 3


@pytest.mark.parametrize(
    "text",
    [
        "old man sleeping on the steps of the church, he looks frozen",
        "woman lying in the bus stop looks sick",
        "guy asleep behind the market with no coat and its 10 degrees",
        "elderly woman wandering on pine street, seems confused",
        "a boy is sitting alone on the curb crying and shivering",
        "hay un hombre durmiendo en la parada con mucho frío",
        "un monsieur dort dans l'abribus et il a l'air malade",
        "tem um homem deitado no ponto de ônibus tremendo",
        "公交站有个人睡着，看起来很冷",
        "في رجل نايم بموقف الباص وشكله بردان",
    ],
)
def test_somebody_who_may_need_help_is_no_comment_about_the_bus(detector, text):
    assert detector(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "the bus shelter on depot street is cold and dirty",
        "the driver looked bored and the bus was late",
        "somebody sleeps in the reading room every day",
        "the new benches look bad",
        "la parada está sucia",
        "公交站的玻璃碎了",
    ],
)
def test_a_comment_about_the_bus_is_no_danger(detector, text):
    assert detector(text) is None


class TakesAllForDanger:
    """An ear that hears danger everywhere, and behind it something else."""

    def parse(self, text: str) -> Understanding:
        return Understanding(
            text, (Intent("emergency", 0.9), Intent("ask_city", 0.08), Intent("greet", 0.02))
        )

    def is_up(self) -> bool:
        return True


@pytest.mark.parametrize(
    "text",
    [
        "my neighbor fires up his chainsaw at 6",
        "the gas station charges too much",
        "my gas bill doubled this winter",
        "fire hydrant",
        "the hydrant in front of our house is buried",
        "911 Mill Road",
        "they are filming a shooting scene on our block",
        "where do firefighters train",
        "el hidrante de la esquina está tapado por la nieve",
        "mi vecino prende la podadora a las 5",
        "la borne d'incendie est cachée par la neige",
        "a conta de gás veio muito alta",
        "消防栓被埋在雪里",
        "فاتورة الغاز غالية",
    ],
)
def test_an_ear_is_not_believed_about_danger_that_meaning_rules_out(detector, text):
    best = SecondOpinion(TakesAllForDanger(), detector).parse(text).best
    assert best.name == "ask_city"
    assert best.confidence == pytest.approx(0.8)


@pytest.mark.parametrize(
    "text",
    ["my friend is not ok and she wont open the door", "please hurry", "there is a strange man in the yard"],
)
def test_where_there_is_room_for_danger_the_ear_is_believed(detector, text):
    assert SecondOpinion(TakesAllForDanger(), detector).parse(text).best.name == "emergency"


def test_without_an_encoder_the_ear_is_believed_as_before():
    heard = SecondOpinion(TakesAllForDanger(), Detector()).parse("my gas bill doubled")
    assert heard.best.name == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "the bar's speakers keep our toddlers up past midnight, no one sleeps",
        "saw cutting at 5 am, i have not slept all week",
        "our walls tremble whenever the train goes past",
        "plaster fell from the stairwell ceiling after the rain came in",
        "the owner has been unresponsive about the boiler",
        "cars race down birch lane, one day they will hit a kid",
        "paint thinner stacked under the stairs, might cause a fire",
        "my nephew is addicted to video games, are there clubs",
        "vecinos con la música a todo volumen, los niños no duermen",
        "ils foncent devant la crèche, ils vont finir par renverser un enfant",
        "a obra começa às 5 da manhã e ninguém dorme",
        "楼上装修太吵，宝宝睡不好",
        "صوت المولد عالي طول الليل وما قدرنا ننام",
    ],
)
def test_a_nuisance_or_what_may_happen_one_day_is_no_danger(detector, text):
    assert detector(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "toddler in a parked car, windows up, grocery lot",
        "there are two kids in a hot van outside the gym",
        "un bebé en un carro cerrado afuera del mercado",
        "un enfant dans une voiture garée en plein soleil",
        "uma criança num carro fechado no estacionamento",
        "停车场有个小孩在车里没人管",
        "في طفل بسيارة مسكرة بالموقف",
        "the super is unresponsive on the lobby floor",
        "a car just hit a child on birch lane",
        "they cannot sleep, everybody is dizzy and the alarm beeps",
    ],
)
def test_what_stands_next_to_such_nuisances_is_heard(detector, text):
    assert detector(text) is not None
