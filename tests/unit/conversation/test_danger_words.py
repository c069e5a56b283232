"""Danger that is heard by words alone, from the first moment on: no encoder, no NLU."""

from __future__ import annotations

import pytest

from city.records.model import CRISIS_LINES
from conversation.understanding.danger.detector import Danger, Detector, Level
from conversation.understanding.danger.expressions import load_expressions
from conversation.understanding.danger.meaning import HARMLESS, own_examples
from core.texts import plain_words
from knowledge.index.fake_embedder import FakeEmbedder


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


SURE = [
    ("my baby ate rat poison", "poison"),
    ("a man is following me", "violence"),
    ("my mom wont wake up", "medical"),
    ("i cant breath", "medical"),
    ("im thinking about ending it", "suicide"),
    ("natural gas odor on Elm", "gas"),
    ("man unconscious", "medical"),
    ("mi padrastro me toca", "domestic"),
    ("me toca mi tío cuando estoy sola", "domestic"),
    ("i smell gas", "gas"),
    ("FIRE", "fire"),
    ("kid drowning at the dam", "drowning"),
    ("carbon monoxide alarm going off", "carbon_monoxide"),
    ("power line down on Elm", "wires"),
    ("sum1 got shot", "violence"),
    ("my mom is unconcious", "medical"),
    ("he cant breeth", "medical"),
    ("the hosue next door is in flames", "fire"),
    ("need an ambulence", "medical"),
    ("MY HUSBAND IS HAVING A STROKE", "medical"),
    ("can't breathe", "medical"),
    ("fire fire fire", "fire"),
    ("fi 7ari2 bil benaye", "fire"),
    ("se esta quemando la bodega", "fire"),
    ("un hombre me sigue", "violence"),
    ("mi bebé se tragó unas pastillas", "poison"),
    ("j'arrive plus à respirer", "medical"),
    ("j’ai envie de mourir", "suicide"),
    ("tá saindo fumaça preta do prédio", "fire"),
    ("meu marido está me batendo", "domestic"),
    ("我聞到瓦斯味", "gas"),
    ("孩子掉进河里了", "drowning"),
    ("ريحة غاز بالبناية", "gas"),
    ("زوجي بيضربني", "domestic"),
    ("عايز انتحر", "suicide"),
    ("smells like rotten eggs", "gas"),
    ("no heat and it smells like rotten eggs", "gas"),
    ("huele a huevo podrido", "gas"),
    ("ça sent l'oeuf pourri", "gas"),
    ("cheira a ovo podre no corredor", "gas"),
]
NONE = [
    "the dumpster smells like rotten eggs",
    "my tap water smells like rotten eggs",
    "el canal huele a huevo podrido",
    "my cousin is addicted to online games",
    "the smoke from cooking goes into the hall",
    "these boxes are a fire hazard",
    "the wind looks like ill have to hold the tent",
    "the call box by the school is rusty",
    "ce bruit va me tuer",
    "cette chaleur va me tuer",
    "esse barulho vai me matar",
    "o calor vai me matar",
    "el ruido me va a matar",
    "¿dónde me toca votar?",
    "cuándo me toca la basura",
    "qué día me toca el reciclaje",
    "me toca pagar la multa de mi hijo",
    "噪音要杀了我",
    "the fire hydrant is under snow",
    "my neighbor fires up his chainsaw at 6",
    "he is neutered",
    "911 Mill Road",
    "power outage map",
    "Police districts",
    "your bot is on fire today, thanks",
    "what are the fire department's hours",
    "how do i get a fire permit",
    "smoke detector installation",
    "dead animal on Oak Street",
    "drug take-back",
    "i got fired and need help with rent",
    "that light is killing me",
    "gas station on Main has no air",
    "how do i pay the gas bill",
    "cpr class",
    "flu shots for my kids",
    "my cat is stuck in a tree",
    "i am drowning in paperwork",
    "not an emergency, the street light is out",
    "el hidrante está tapado",
    "me mata el ruido",
    "le feu rouge est cassé",
    "la bouche d'incendie goutte",
    "fogos de artifício toda noite",
    "路边有死狗",
    "动物尸体",
    "路边有動物的屍體",
    "院子里有老鼠尸体",
    "热死了",
    "العاب نارية طول الليل",
    "",
    "???",
]


@pytest.mark.parametrize(("text", "kind"), SURE)
def test_danger_that_is_named_is_sure_and_its_kind_is_known(detector, text, kind):
    found = detector(text)
    assert found is not None
    assert (found.level, found.kind) == (Level.SURE, kind)


@pytest.mark.parametrize("text", NONE)
def test_what_only_sounds_like_danger_is_none(detector, text):
    assert detector(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "my neighbor's house was on fire last year",
        "someone was shot here yesterday, is the road open?",
        "what should i do if there is a gas leak?",
        "la semana pasada hubo un incendio",
    ],
)
def test_what_is_past_or_only_supposed_is_asked_about_at_most(detector, text):
    found = detector(text)
    assert found is None or found.level is Level.PERHAPS


def test_the_languages_whose_words_told_of_it_are_known(detector):
    assert detector("man unconscious") == Danger(Level.SURE, "medical", ("en",))
    assert detector("ma maison est en feu").languages == ("fr",)


def test_a_city_may_name_a_line_for_kinds_that_exist():
    assert set(CRISIS_LINES) <= {example.kind for example in own_examples()} - {HARMLESS}


def test_no_sentence_that_is_kept_aside_is_learned_from():
    from tests.danger.held_out import held_out

    asides = {" ".join(each.text.casefold().split()) for each in held_out() if len(each.text.split()) > 3}
    assert asides & {" ".join(each.text.casefold().split()) for each in own_examples()} == set()


def test_a_script_that_no_language_had_yet_is_read_by_its_letters(tmp_path):
    (tmp_path / "uk.toml").write_text(
        '[sets]\n[sure]\nfire = ["горить ~ (?:хата|будинок)"]\n[perhaps]\nfire = ["дим"]\n[plain]\nharmless = ["гірчиця горить"]\ndoubt = ["фільм"]\n',
        encoding="utf-8",
    )
    expressions = load_expressions(frozenset(), tmp_path)
    assert expressions.read(plain_words("Горить мій будинок!")).outright == ("fire",)
    assert expressions.read(plain_words("дим")).hinted == ("fire",)
    assert expressions.read(plain_words("smoke")).hinted == ()


class FailingEmbedder(FakeEmbedder):
    """An encoder whose file is gone once it is needed."""

    is_gone = False

    def encode(self, texts):
        if self.is_gone:
            raise RuntimeError("the graph cannot be read")
        return super().encode(texts)


def test_words_are_heard_though_the_encoder_of_meaning_fails():
    encoder = FailingEmbedder()
    detector = Detector(lambda: encoder)
    detector.load()
    encoder.is_gone = True
    assert detector("my house is on fire").level is Level.SURE
    assert detector("when is trash day") is None
    assert not detector.rules_out("when is trash day")
