"""A fake ear for tests and demonstrations: understands by a list of words, always the same way, and can be switched off."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.errors import EarUnavailable
from bot.model import Intent, Understanding

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
        "incendie",
        "pegando fogo",
    ),
    "opt_out": ("unsubscribe", "stop texting", "no more messages", "darme de baja", "no me escriban"),
    "check_request": ("status", "my reports", "any update", "mis reportes", "estado de mi"),
    "add_to_request": ("to my report", "to my request", "a mi reporte", "a mi solicitud"),
    "take_survey": ("survey", "poll", "encuesta", "sondeo", "sondage", "pesquisa"),
    "talk_to_person": ("person", "human", "someone", "persona", "humano", "alguien", "quelqu'un", "alguém"),
    "change_language": ("spanish", "english", "español", "inglés", "language", "idioma"),
    "show_menu": ("menu", "menú", "help", "ayuda"),
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
        "trou",
        "lampadaire",
        "buraco",
        "lixo",
    ),
    "thank": ("thanks", "thank you", "gracias", "merci", "obrigado"),
    "goodbye": ("bye", "goodbye", "adiós", "hasta luego"),
    "greet": ("hi", "hello", "hey", "hola", "buenos días"),
}
SURE = 0.95


class WordEar:
    """Implements `bot.ports.Ear` without Rasa. Set `up` to False and it is down until set to True again."""

    def __init__(self, words: Mapping[str, tuple[str, ...]] = WORDS, *, up: bool = True) -> None:
        self._patterns = {
            intent: re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b", re.IGNORECASE)
            for intent, phrases in words.items()
        }
        self.up = up

    def parse(self, text: str) -> Understanding:
        """The first intent that has a word in `text`, else `out_of_scope`; raises `EarUnavailable` while not `up`."""
        if not self.up:
            raise EarUnavailable("The fake ear is switched off.")
        found = [intent for intent, pattern in self._patterns.items() if pattern.search(text)]
        ranking = [Intent(name, SURE / 20**place) for place, name in enumerate([*found, "out_of_scope"])]
        return Understanding(text, tuple(ranking[:3]))

    def is_up(self) -> bool:
        """Whether it is switched on."""
        return self.up
