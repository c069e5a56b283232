"""Plain wishes to get no more texts ("please don't text me any more"), or to get them again, in every language of the catalogue.

Exact words (STOP and its like) are the gate's business. The law asks that a wish be heard however it is put (47 CFR 64.1200,
"any reasonable means"), and a resident who is silenced by mistake loses the line to the city: so phrases must speak of writing
or of being on the list, and whoever complains about somebody else is left alone. The phrases stand in `sms.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Consent
from bot.texts import Texts, plain

LONGEST = 160
"""Signs above which a text is a story rather than a wish."""

GROUPS = ("ask", "write", "texts", "us")
"""Lists of the catalogue that phrases may name in angle brackets."""


@dataclass(frozen=True, slots=True)
class WishWords:
    """Phrases as patterns over plain text: of stopping, of starting again, and of what only sounds like it."""

    stop: tuple[re.Pattern[str], ...]
    start: tuple[re.Pattern[str], ...]
    other: tuple[re.Pattern[str], ...]


def wish_words(texts: Texts, languages: Iterable[str] | None = None) -> WishWords:
    """The phrases of the catalogue; of all its languages unless some are named. Make it once."""
    chosen = tuple(languages or texts.languages)

    def patterns(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(_expanded(phrase, texts, language))
            for language in chosen
            for phrase in texts.words(f"sms.{name}", language)
        )

    return WishWords(patterns("wish_stop"), patterns("wish_start"), patterns("wish_other"))


def wish(text: str, words: WishWords) -> Consent | None:
    """STOP or START when the text as a whole asks for it, else None. Pure."""
    if len(text) > LONGEST:
        return None
    said = plain(text, also="")
    if not said or any(pattern.search(said) for pattern in words.other):
        return None
    if any(pattern.search(said) for pattern in words.start):
        return Consent.START
    return Consent.STOP if any(pattern.search(said) for pattern in words.stop) else None


def _expanded(phrase: str, texts: Texts, language: str) -> str:
    for group in GROUPS:
        named = f"<{group}>"
        if named in phrase:
            # The longest first, so that "text messages" is not taken for "text".
            listed = sorted(texts.words(f"sms.wish_{group}", language), key=len, reverse=True)
            phrase = phrase.replace(named, f"(?:{'|'.join(listed)})")
    return phrase
