"""What the gate hears without any NLU, and what it leaves to the NLU."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.reading.wishes import Wish
from actions.turn.turn import Rule
from city.surveys.surveys import NamedSurvey
from conversation.understanding.danger.detector import Detector
from conversation.understanding.rules import ALWAYS, BETWEEN_FORMS, RuleMatcher
from core.languages import names_of
from core.model import InboundMessage
from core.texts import Texts, load_texts, plain_words

HEARD_FIRST = ("stop", "stop_or_leave", "start")
"""Lists about being written to that count at any time, whatever else a word may mean; those for carriers alone come before others on purpose."""
HEARD_LAST = ("begin", "choose_language", "to_this_language")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def rule_matcher() -> RuleMatcher:
    return RuleMatcher(
        load_texts(),
        number_of=lambda text: "K7M2QX" if plain_words(text) == "k7m 2qx" else None,
        survey_of=lambda text: (
            NamedSurvey("parks", ("es",)) if plain_words(text) in {"parks", "parques"} else None
        ),
        danger_of=Detector(),
    )


@pytest.mark.parametrize("language", load_texts().languages)
def test_no_word_stands_in_two_lists_that_are_rules_at_the_same_time(language: str) -> None:
    """What a conversation in this language understands: of two lists with the same word only one would ever be heard."""
    texts = load_texts()
    listed: dict[str, set[str]] = {}
    for name in (*ALWAYS, *BETWEEN_FORMS, *HEARD_FIRST, *HEARD_LAST):
        for word in texts.words(f"gate.{name}", language):
            listed.setdefault(plain_words(word), set()).add(name)
    for word in names_of(texts, language):
        listed.setdefault(word, set()).add("to_this_language")
    assert {word: names for word, names in listed.items() if len(names) > 1} == {}


def test_no_word_that_stops_or_starts_the_texts_is_another_command_in_any_language() -> None:
    texts = load_texts()
    commands = {
        plain_words(word): name
        for name in (*ALWAYS, *BETWEEN_FORMS, *HEARD_LAST)
        for word in texts.words_of_all(f"gate.{name}")
    }
    consent = {plain_words(word): name for name in HEARD_FIRST for word in texts.words_of_all(f"gate.{name}")}
    assert {word: (name, commands[word]) for word, name in consent.items() if word in commands} == {}


def heard(rule_matcher: RuleMatcher, text: str) -> str | None:
    rule = rule_matcher.match(message(text))
    return rule.name if rule else None


def message(text: str, channel: str = "web", **fields: object) -> InboundMessage:
    return InboundMessage(channel, "1", "somebody", NOON, text, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("HELP", Rule("help")),
        ("  help!! ", Rule("help")),
        ("¿Ayuda?", Rule("help")),
        ("Menú", Rule("menu")),
        ("/start", Rule("menu")),
        ("Stop", Rule("stop")),
        ("ALTO", Rule("stop")),
        ("unstop", Rule("start")),
        ("Atrás", Rule("back")),
        ("go back", Rule("back")),
        ("skip", Rule("skip")),
        ("saltar", Rule("skip")),
        ("start over", Rule("start_over")),
        ("Empezar de nuevo", Rule("start_over")),
        ("why do you ask?", Rule("why")),
        ("¿por qué?", Rule("why")),
        ("What did you ask?", Rule("repeat")),
        ("never mind", Rule("leave")),
        ("olvídalo", Rule("leave")),
        ("agent", Rule("person")),
        ("Quiero hablar con alguien", Rule("person")),
        ("my reports", Rule("my_requests")),
        ("mis reportes", Rule("my_requests")),
        ("Español", Rule("language", "es")),
        ("in english", Rule("language", "en")),
        ("change language", Rule("language")),
        ("K7M-2QX", Rule("request_number", "K7M2QX")),
        ("Parques", Rule("survey", "parks", ("es",))),
        ("report a problem", Rule("report")),
    ],
)
def test_a_whole_message_that_is_a_command_is_heard_in_every_language(rule_matcher, text, rule):
    assert rule_matcher.match(message(text)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "Help, there is a gas leak on Mill Road!",
        "a power line is down across Elm Street",
        "a car just hit a child on a bike",
        "hay cables echando chispas en la calle",
        "il y a des fils électriques par terre devant l'école",
        "fio de luz caído na calçada",
        "my neighbour's house is on fire",
        "I can't breathe",
        "911",
        "huele a gas en mi edificio",
        "hay un incendio en la esquina",
        "Mi papá no respira",
    ],
)
def test_words_of_danger_are_heard_anywhere_in_a_message(rule_matcher, text):
    assert heard(rule_matcher, text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "the fire hydrant on my street leaks",
        "help me report the broken light",
        "when does the library stop lending at night",
        "there is no person at the front desk of the pool",
        "skip the line at city hall?",
        "gas bill help",
        "",
        "???",
    ],
)
def test_a_sentence_that_only_contains_a_command_is_left_to_the_nlu(rule_matcher, text):
    assert rule_matcher.match(message(text)) is None


@pytest.mark.parametrize(
    ("text", "channel", "in_form", "rule"),
    [
        ("cancel", "web", True, "leave"),
        ("cancel", "sms", True, "leave"),
        ("end", "whatsapp", True, "leave"),
        ("quit", "sms", True, "leave"),
        ("cancel", "sms", False, "stop"),
        ("END", "sms", False, "stop"),
        ("quit", "telegram", True, "leave"),
        ("stop", "web", True, "leave"),
        ("stop", "web", False, "stop"),
        ("stop", "sms", True, "stop"),
        ("start", "sms", False, "menu"),
        ("start", "web", False, "menu"),
    ],
)
def test_words_that_carriers_own_mean_opt_out_where_carriers_rule_and_the_form_elsewhere(
    rule_matcher, text, channel, in_form, rule
):
    assert rule_matcher.match(message(text, channel), in_form=in_form) == Rule(rule)


def test_yes_is_an_answer_except_to_who_stopped_and_where_carriers_read_it(rule_matcher):
    assert rule_matcher.match(message("yes", "sms")) is None
    assert rule_matcher.match(message("yes", "sms"), stopped=True) == Rule("start")
    assert rule_matcher.match(message("START", "sms"), stopped=True) == Rule("start")
    assert rule_matcher.match(message("yes", "web"), stopped=True) is None


def test_a_wish_to_be_left_alone_in_other_words_is_asked_back_and_never_in_a_form():
    rule_matcher = RuleMatcher(load_texts(), lambda _: None, lambda _: None, wish_of=lambda _: Wish.STOP)
    said = message("please don't text me any more, I have no time for it at all")
    assert rule_matcher.match(said) == Rule("ask_stop")
    assert rule_matcher.match(said, in_form=True) is None
    assert rule_matcher.match(message("help")) == Rule("help")


def test_a_wish_for_texts_in_other_words_means_something_only_to_who_stopped_them():
    rule_matcher = RuleMatcher(load_texts(), lambda _: None, lambda _: None, wish_of=lambda _: Wish.START)
    assert rule_matcher.match(message("you can text me again"), stopped=True) == Rule("start")
    assert rule_matcher.match(message("you can text me again")) is None


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram", "web"])
@pytest.mark.parametrize("in_form", [True, False], ids=["in a form", "outside"])
@pytest.mark.parametrize(
    "text",
    [
        "STOPALL",
        "Unsubscribe!",
        "stop texting me",
        "no me escriban más",
        "Darme de baja.",
        "ne m'écrivez plus",
        "descadastrar",
        "退订",
        "不要再發簡訊",
        "إلغاء الاشتراك",
        "أوقفوا الرسائل",
    ],
)
def test_our_exact_phrases_stop_at_once_everywhere(rule_matcher, text, in_form, channel):
    assert rule_matcher.match(message(text, channel), in_form=in_form) == Rule("stop")


@pytest.mark.parametrize("text", ["STOP", "Alto", "arrêter", "parar", "停止", "توقف"])
def test_the_word_stop_stops_in_a_form_where_carriers_rule(rule_matcher, text):
    assert rule_matcher.match(message(text, "sms"), in_form=True) == Rule("stop")
    assert rule_matcher.match(message(text, "web"), in_form=True) == Rule("leave")


@pytest.mark.parametrize("channel", ["sms", "web"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no more", None),
        ("done", None),
        ("cancel it", Rule("leave")),
        ("Cancel that", Rule("leave")),
        ("baja", None),
        ("alta", None),
        ("no más", None),
        ("cancélalo", Rule("leave")),
        ("c'est tout", None),
        ("annule ça", Rule("leave")),
        ("chega", None),
        ("cancela isso", Rule("leave")),
        ("没有了", None),
        ("别发了", Rule("leave")),
        ("كفاية", None),
        ("لا ترسلوا", Rule("leave")),
    ],
)
def test_what_answers_an_open_question_stops_nothing(rule_matcher, text, rule, channel):
    assert rule_matcher.match(message(text, channel), in_form=True) == rule


@pytest.mark.parametrize("channel", ["sms", "web", "telegram"])
def test_the_word_that_the_farewell_names_brings_messages_back_everywhere(rule_matcher, channel):
    assert rule_matcher.match(message("Start", channel), stopped=True) == Rule("start")


def test_a_link_that_opened_the_conversation_comes_before_its_words(rule_matcher):
    assert rule_matcher.match(message("hello", start="survey-parks")) == Rule("deep_link", "survey-parks")


def test_a_pressed_button_is_never_a_command(rule_matcher):
    assert rule_matcher.match(message("help", choice="help")) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Hello!", "greet"), ("¡Hola!", "greet"), ("Thanks a lot", "thank"), ("gracias", "thank")],
)
def test_courtesies_need_no_nlu_but_in_a_form_they_may_be_answers(rule_matcher, text, rule):
    assert rule_matcher.match(message(text)) == Rule(rule)
    assert rule_matcher.match(message(text), in_form=True) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Aide", Rule("help")),
        ("aidez-moi !", Rule("help")),
        ("ajuda", Rule("help")),
        ("retour", Rule("back")),
        ("Voltar", Rule("back")),
        ("passer", Rule("skip")),
        ("pular", Rule("skip")),
        ("recommencer", Rule("start_over")),
        ("começar de novo", Rule("start_over")),
        ("pourquoi ?", Rule("why")),
        ("por quê", Rule("why")),
        ("laisse tomber", Rule("leave")),
        ("deixa pra lá", Rule("leave")),
        ("parler à quelqu'un", Rule("person")),
        ("parler a quelquun", Rule("person")),
        ("falar com alguém", Rule("person")),
        ("mes signalements", Rule("my_requests")),
        ("meus avisos", Rule("my_requests")),
        ("Désabonner", Rule("stop")),
        ("descadastrar", Rule("stop")),
        ("Français", Rule("language", "fr")),
        ("frances", Rule("language", "fr")),
        ("in french", Rule("language", "fr")),
        ("em português", Rule("language", "pt")),
        ("portugais", Rule("language", "pt")),
        ("anglais", Rule("language", "en")),
        ("espanhol", Rule("language", "es")),
        ("changer de langue", Rule("language")),
        ("Merci beaucoup", Rule("thank")),
        ("bom dia", Rule("greet")),
    ],
)
def test_french_and_portuguese_are_heard_as_people_type_them(rule_matcher, text, rule):
    assert rule_matcher.match(message(text)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "ma maison est en feu",
        "ça sent le gaz dans l'immeuble",
        "mon père ne respire plus",
        "appelez les pompiers vite",
        "a casa do vizinho está pegando fogo",
        "cheiro de gás na cozinha",
        "ele levou um tiro",
        "chamem uma ambulância",
    ],
)
def test_danger_is_heard_in_french_and_portuguese(rule_matcher, text):
    assert heard(rule_matcher, text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "a deer was hit by a car on Oak Street",
        "le trou est au feu rouge",
        "la borne d'incendie goutte",
        "feu d'artifice toute la nuit",
        "um tiro de fogos de artifício",
        "o sinal fica para lá da esquina",
        "a luz do poste não liga",
    ],
)
def test_what_only_sounds_like_danger_or_a_command_is_left_to_the_nlu(rule_matcher, text):
    assert rule_matcher.match(message(text)) is None


def test_where_two_languages_disagree_about_a_word_the_conversation_s_own_decides():
    lists = {
        "en": {"gate.skip": ("pass",), "gate.greet": ("salut",)},
        "fr": {"gate.leave": ("pass",), "gate.help": ("salut",)},
    }
    sentences = {language: {"language.name": language} for language in lists}
    rule_matcher = RuleMatcher(
        Texts(sentences, lists), number_of=lambda _text: None, survey_of=lambda _text: None
    )
    assert rule_matcher.match(message("pass"), language="fr") == Rule("leave")
    assert rule_matcher.match(message("pass"), language="en") == Rule("skip")
    assert rule_matcher.match(message("salut"), language="en") == Rule("greet")
    assert rule_matcher.match(message("salut"), language="fr") == Rule("help")


def test_in_a_script_without_spaces_a_code_may_follow_its_word_at_once():
    lists = {"zh": {"gate.join_code": ("绑定",), "gate.help": ("帮助",)}}
    texts = Texts({"en": {"language.name": "English"}, "zh": {"language.name": "中文"}}, lists)
    rule_matcher = RuleMatcher(
        texts,
        number_of=lambda _text: None,
        survey_of=lambda _text: None,
        join_code_of=lambda code: code.strip(),
    )
    assert rule_matcher.match(message("绑定kr37mw")) == Rule("join_code", "kr37mw")
    assert rule_matcher.match(message("帮助。")) == Rule("help")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("帮助", Rule("help")),
        ("選單", Rule("menu")),
        ("退订", Rule("stop")),
        ("返回", Rule("back")),
        ("跳過", Rule("skip")),
        ("重新开始", Rule("start_over")),
        ("为什么问这个？", Rule("why")),
        ("算了", Rule("leave")),
        ("转人工", Rule("person")),
        ("我要找人工！", Rule("person")),
        ("查进度", Rule("my_requests")),
        ("报告问题", Rule("report")),
        ("你好", Rule("greet")),
        ("謝謝", Rule("thank")),
        ("請用中文", Rule("language", "zh")),
        ("英文", Rule("language", "en")),
        ("阿拉伯语", Rule("language", "ar")),
        ("换语言", Rule("language")),
    ],
)
def test_commands_are_heard_in_chinese_whichever_characters(rule_matcher, text, rule):
    assert rule_matcher.match(message(text)) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("مساعدة", Rule("help")),
        ("مساعده", Rule("help")),
        ("القائمة", Rule("menu")),
        ("إلغاء الاشتراك", Rule("stop")),
        ("الغاء الاشتراك", Rule("stop")),
        ("رجوع", Rule("back")),
        ("تَخَطّي", Rule("skip")),
        ("من البداية", Rule("start_over")),
        ("ليش؟", Rule("why")),
        ("إلغاء", Rule("leave")),
        ("مُوَظَّف", Rule("person")),
        ("موظـــف", Rule("person")),
        ("عايز أكلم حد", Rule("person")),
        ("بدي احكي مع حدا", Rule("person")),
        ("بلاغاتي", Rule("my_requests")),
        ("شكوى", Rule("report")),
        ("السلام عليكم", Rule("greet")),
        ("شكراً", Rule("thank")),
        ("بالعربي", Rule("language", "ar")),
        ("إنجليزي", Rule("language", "en")),
        ("الصينية", Rule("language", "zh")),
        ("تغيير اللغة", Rule("language")),
    ],
)
def test_commands_are_heard_in_arabic_with_or_without_hamza_and_vowels(rule_matcher, text, rule):
    assert rule_matcher.match(message(text)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "我家着火了快来人",
        "我家著火了",
        "厨房里闻到煤气味",
        "我爸昏倒了没有呼吸",
        "公交站有人拿着刀",
        "12 Mill Road燃气泄漏",
        "我不想活了",
        "في حريق بالبناية",
        "والبيت يحترق!",
        "أشمّ رائحةَ غازٍ في المطبخ",
        "ريحه غاز قويه",
        "أبي وقع ولا يتنفس",
        "وقع رجل مغمى عليه عند 12 Mill Road",
        "بدي انتحر",
        "اتصلوا بـ٩١١",
    ],
)
def test_words_of_danger_are_heard_anywhere_in_chinese_and_arabic(rule_matcher, text):
    assert heard(rule_matcher, text) == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "消防栓漏水",
        "有免费的烟雾报警器吗",
        "窗户被人打破了",
        "可以帮我查一下路灯吗",
        "图书馆几点开门",
        "صنبور الحريق يسرب ماء",
        "متى تفتح المكتبة",
        "شركة الغاز وين مكتبها",
        "لا أريد موظفا جديدا في المسبح",
    ],
)
def test_ordinary_sentences_in_chinese_and_arabic_are_left_to_the_nlu(rule_matcher, text):
    assert rule_matcher.match(message(text)) is None
