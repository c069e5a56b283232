"""What no person wrote: hearts and thumbs, notes of phones and mailboxes; and what only looks like that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.turn.turn import Rule
from conversation.hearing import is_unanswered_note
from conversation.store.conversations import ConversationState
from conversation.understanding.automatic.reader import Automatic, read_automatic, told_by_a_person
from conversation.understanding.danger.detector import Detector, Level
from conversation.understanding.rules import RuleMatcher
from core.texts import load_texts
from tests.support.builders import inbound

REACTIONS = [
    "Liked “Your report is filed: KR-48213.”",
    "Loved “What can I do for you? Choose one, or just write it in your own words.”",
    'Disliked "The library is closed today."',
    "Laughed at “I am a program, and I say so gladly…”",
    "Emphasized “In danger, call 911.”",
    "Questioned “Where is it?”",
    "Reacted 👍 to “Your report is filed.”",
    "Reacted ❤️ to “Done, I have passed it on.\nHours: 8 to 5.”",
    "Removed a heart from “Thank you for telling me.”",
    "Removed 👍 from “Thank you.”",
    "Liked an image",
    "Reacted 😂 to your message",
    "Loved a photo",
    "\u200a\u200b👍\u200b to “Your report is filed.”",
    '❤ to "We fixed it."',
    "Le gustó “Su reporte está registrado.”",
    "Le encantó “De nada.”",
    "Reaccionó con 👍 a “¿Dónde es?”",
    "A aimé « Votre signalement est enregistré. »",
    "A adoré « Merci. »",
    "N’a pas aimé « La bibliothèque est fermée. »",
    "A réagi avec 😂 à « Je suis un programme. »",
    "Gostou de “Seu aviso foi registrado.”",
    "Amou uma imagem",
    "Reagiu com 👍 a “Onde fica?”",
    "赞了“您的报告已登记。”",
    "喜爱了“谢谢您。”",
    "用👍回应了“在哪里？”",
    "對「您的報告已登記」表示強調",
    "أعجبه “تم تسجيل بلاغكم.”",
    "تفاعل بـ 👍 مع “أين المكان؟”",
]
NOTES = [
    '(I\'m not receiving notifications. If this is urgent, reply "urgent" to send a notification through with your original message.)',
    "Thank you for contacting Garden Plumbing. We are closed right now. Our hours are Mon-Fri 8-5.",
    "Thanks for reaching out! We have received your text and someone will respond within 24 hours.",
    "This number does not accept text messages.",
    "I'm at the movies. Text you later.",
    "The person you are trying to reach is not accepting messages at this time.",
    "Your text has been received. A representative will be with you shortly.",
    "Estou dirigindo, falo com você depois.",
    "Estoy manejando, hablamos más tarde.",
    "En réunion, on se parle plus tard.",
    "Automatic reply: Your report KR-48213",
    "[Auto-Reply] I am away until Monday.",
    "Auto-reply: thanks, I got your text and will look at it later",
    "This is an automated message. Please call our front desk.",
    "I'm currently out of the office until June 9 with limited access to email.",
    "Out of office: back on the 12th. For emergencies call my colleague.",
    "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going.",
    "I'm driving right now",
    "Sorry, I can't talk right now.",
    "I'm driving and will get back to you when I stop.",
    "Thank you for contacting Baker Dental! Someone will respond to your message within one business day.",
    "Thanks for your message, we are closed and will get back to you tomorrow.",
    "Your message could not be delivered.",
    "FreeMsg: Unable to send message - Message Blocking is active.",
    "Error Invalid Number. Please re-send using a valid 10 digit mobile number.",
    "Corner Pizza deals! 2 for 1 today. Reply STOP to unsubscribe",
    "Respuesta automática: estaré ausente hasta el lunes.",
    "Estoy conduciendo. Te llamo luego.",
    "Gracias por su mensaje. Le responderemos lo antes posible.",
    "Réponse automatique : je suis en congé.",
    "Je suis absente du bureau jusqu’au 3 juin.",
    "Je conduis, je vous rappelle dès que possible.",
    "Resposta automática: estou de férias.",
    "Estou dirigindo, te ligo depois.",
    "Recebemos sua mensagem e responderemos assim que possível.",
    "自动回复：我在休假，稍后回复您。",
    "我正在开车，稍后给您回电话",
    "رد تلقائي: أنا خارج المكتب حتى يوم الأحد.",
    "أنا أقود السيارة، سأتصل بك لاحقا",
]
BY_PEOPLE = [
    "im not receiving notifications about my report",
    "my phone cannot receive text messages with pictures",
    "the parking app does not accept text messages",
    "confirm that my message has been received",
    "i was at the movies and my car got towed",
    "I liked the park so much, when does it open?",
    "Loved the new playground!",
    'Somebody wrote "trash" on the library wall',
    'the sign says "no parking"',
    "people questioned the bill",
    "All I get is an automated response, I want a person",
    "Is this an automated message?",
    "I got an auto reply from you last week and nobody came",
    "Can you hold my trash pickup until I return? I'm on vacation next week",
    "I'll be on vacation, who do I call about my bins?",
    "somebody is driving around the park drunk",
    "The office is closed but the sign says open, can you get back to me",
    "my ballot was undeliverable, what now?",
    "please call me back as soon as possible, I'm at work",
    "👍",
    "ok thanks",
    "no se puede conducir por la calle Roble",
    "me gusta el parque nuevo",
    "Le conducteur du bus n’a pas aimé ma question",
    "estou sem água desde ontem",
    "我喜欢这个公园",
    "我开车撞到了坑",
    "السيارة واقفة أمام بيتي منذ أسبوع",
    "",
    '"',
    "“”",
]


@pytest.mark.parametrize("text", REACTIONS)
def test_a_heart_on_our_message_is_no_message(text: str) -> None:
    assert read_automatic(text) is Automatic.REACTION


@pytest.mark.parametrize("text", NOTES)
def test_a_note_that_a_machine_wrote_is_known(text: str) -> None:
    assert read_automatic(text) is Automatic.NOTE


@pytest.mark.parametrize("text", BY_PEOPLE)
def test_what_people_write_is_theirs(text: str) -> None:
    assert read_automatic(text) is None
    assert told_by_a_person(text) == text


@pytest.fixture(scope="module")
def rule_matcher() -> RuleMatcher:
    return RuleMatcher(load_texts(), lambda _: None, lambda _: None, danger_of=Detector())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liked “In danger, call 911.”", Rule("automatic", "reaction")),
        ("Loved “STOP”", Rule("automatic", "reaction")),
        ("I'm currently out of the office. If this is an emergency, call 911.", Rule("automatic", "note")),
        ("Respuesta automática. En caso de emergencia llame al 911.", Rule("automatic", "note")),
    ],
)
def test_what_it_tells_others_to_do_in_danger_is_no_danger(
    rule_matcher: RuleMatcher, text: str, expected: Rule
) -> None:
    assert rule_matcher.match(inbound(text)) == expected
    assert rule_matcher.match(inbound(text), in_form=True) == expected


def test_danger_is_heard_in_what_only_looks_like_a_note(rule_matcher: RuleMatcher) -> None:
    rule = rule_matcher.match(inbound("I'm driving, will call you back, there is a house on fire on Elm"))
    assert rule is not None
    assert rule.name == "emergency"
    danger = Detector()("Auto-reply: I smell gas in my kitchen. If this is an emergency, call 911.")
    assert danger is not None
    assert danger.level is Level.SURE


FORM = {"version": 1, "flow": {"name": "report", "asked": "place"}}


@pytest.mark.parametrize(
    ("rule", "dialogue", "unanswered"),
    [
        (Rule("automatic", "reaction"), {}, True),
        (Rule("automatic", "reaction"), FORM, True),
        (Rule("automatic", "note"), {}, False),
        (Rule("automatic", "note"), FORM, True),
        (Rule("automatic", "note"), {"version": 1, "note_answered": True}, True),
        (Rule("help"), FORM, False),
        (None, FORM, False),
    ],
)
def test_a_note_is_answered_once_and_never_where_a_question_stands_open(
    rule: Rule | None, dialogue: dict[str, object], unanswered: bool
) -> None:
    known = ConversationState("c", "p", "en", dialogue, 0, datetime(2026, 6, 1, tzinfo=UTC))
    assert is_unanswered_note(known, rule) is unanswered
