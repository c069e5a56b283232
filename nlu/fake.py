"""A fake NLU client for tests and demonstrations: understands by a list of words, always the same way, and can be switched off."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import NluUnavailable
from core.model import Intent, Understanding

# The first entry of which a word stands in the text wins, so the more particular ones come first.
WORDS: Mapping[str, tuple[str, ...]] = {
    "emergency": (
        "fire",
        "gas leak",
        "smell gas",
        "bleeding",
        "not breathing",
        "incendio",
        "huele a gas",
        "herido",
        "着火",
        "煤气味",
        "昏倒",
        "حريق",
        "رائحة غاز",
        "لا يتنفس",
        "incendie",
        "pegando fogo",
    ),
    "opt_out": (
        "unsubscribe",
        "stop texting",
        "no more messages",
        "darme de baja",
        "no me escriban",
        "不要再发",
        "لا ترسلوا",
    ),
    "check_request": (
        "status",
        "my reports",
        "any update",
        "mis reportes",
        "estado de mi",
        "进度",
        "我的报告",
        "بلاغاتي",
        "حالة بلاغي",
    ),
    "add_to_request": ("to my report", "to my request", "a mi reporte", "a mi solicitud"),
    "take_survey": (
        "survey",
        "poll",
        "encuesta",
        "sondeo",
        "问卷",
        "استبيان",
        "sondage",
        "pesquisa",
    ),
    "talk_to_person": (
        "person",
        "human",
        "someone",
        "persona",
        "humano",
        "alguien",
        "找人",
        "真人",
        "工作人员",
        "موظف",
        "شخص",
        "quelqu'un",
        "alguém",
    ),
    "change_language": (
        "spanish",
        "english",
        "español",
        "inglés",
        "language",
        "idioma",
        "中文",
        "语言",
        "العربية",
        "اللغة",
    ),
    "show_menu": (
        "menu",
        "menú",
        "help",
        "ayuda",
        "菜单",
        "القائمة",
    ),
    "bot_challenge": ("robot", "are you a bot", "eres un bot"),
    "unhappy": ("useless", "stupid", "no sirve", "inútil"),
    "ask_city": (
        "when",
        "how",
        "what",
        "where",
        "who",
        "cuándo",
        "cómo",
        "dónde",
        "qué",
        "question",
        "pregunta",
        "什么时候",
        "怎么",
        "哪里",
        "几点",
        "متى",
        "كيف",
        "أين",
        "وين",
        "quand",
        "où",
        "quando",
        "onde",
    ),
    "report_problem": (
        "report",
        "pothole",
        "hole",
        "graffiti",
        "streetlight",
        "light is out",
        "trash",
        "garbage",
        "broken",
        "leak",
        "problem",
        "reportar",
        "bache",
        "grafiti",
        "basura",
        "fuga",
        "problema",
        "坑",
        "路灯",
        "涂鸦",
        "垃圾",
        "漏水",
        "坏了",
        "حفرة",
        "مصباح",
        "قمامة",
        "مكسور",
        "trou",
        "lampadaire",
        "buraco",
        "lixo",
    ),
    "thank": (
        "thanks",
        "thank you",
        "gracias",
        "谢谢",
        "شكرا",
        "merci",
        "obrigado",
    ),
    "goodbye": (
        "bye",
        "goodbye",
        "adiós",
        "hasta luego",
        "再见",
        "مع السلامة",
    ),
    "greet": (
        "hi",
        "hello",
        "hey",
        "hola",
        "buenos días",
        "你好",
        "مرحبا",
    ),
}
SURE, UNKNOWN = 0.99, 0.02
"""The confidence of what has a word in a text, and of `out_of_scope` where nothing has."""


class WordNluClient:
    """Implements `core.ports.NluClient` without Rasa. Set `up` to False and it is down until set to True again."""

    def __init__(self, words: Mapping[str, tuple[str, ...]] = WORDS, *, up: bool = True) -> None:
        self._patterns = {
            intent: re.compile("|".join(map(_phrase_expression, phrases)), re.IGNORECASE)
            for intent, phrases in words.items()
        }
        self.up = up

    def parse(self, text: str) -> Understanding:
        """The first intent that has a word in `text`, else `out_of_scope`; raises `NluUnavailable` while not `up`."""
        if not self.up:
            raise NluUnavailable("The fake NLU client is switched off.")
        found = [intent for intent, pattern in self._patterns.items() if pattern.search(text)]
        if not found:
            return Understanding(text, (Intent("out_of_scope", UNKNOWN),))
        ranking = [Intent(name, SURE / 20**place) for place, name in enumerate([*found, "out_of_scope"])]
        return Understanding(text, tuple(ranking[:3]))

    def is_up(self) -> bool:
        """Whether it is switched on."""
        return self.up


def _phrase_expression(phrase: str) -> str:
    """A word by itself; in scripts that write words together, or to others, anywhere."""
    return rf"\b{re.escape(phrase)}\b" if re.match(r"[a-z]", phrase) else re.escape(phrase)
