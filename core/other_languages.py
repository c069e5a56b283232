"""Languages that the city may not offer: how they are known, and what is said in them to somebody who writes one.

`other_languages.toml` has them; one that the city offers is told from the catalogue alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.texts import plain_words

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """`words` are its small words, folded; `script` is what its letters are called in Unicode; `letters` it alone has among those of its script."""

    code: str
    sorry: str
    danger: str
    call: str
    understands: str
    words: frozenset[str]
    script: str
    letters: frozenset[str]


@cache
def other_languages() -> dict[str, OtherLanguage]:
    """Every language that something can be said in, by its code."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        code: OtherLanguage(
            code,
            one["sorry"],
            one["danger"],
            one["call"],
            one["understands"],
            frozenset(map(plain_words, one.get("words", ()))),
            one.get("script", "LATIN"),
            frozenset(one.get("letters", "")),
        )
        for code, one in listed.items()
    }


def say_not_offered(code: str, languages: str, phone: str, emergency: str) -> str:
    """That this language is not spoken here, whom to call in danger and else, and which are: in that language. Without a `phone` no call to
    the city is mentioned.
    """
    one = other_languages()[code]
    said = [
        one.sorry,
        one.danger.format(emergency=emergency),
        one.call.format(phone=phone) if phone else "",
        one.understands.format(languages=languages),
    ]
    return " ".join(filter(None, said))
