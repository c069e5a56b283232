"""What no person wrote: a heart pressed on a message, an out-of-office note, a phone that says its owner is driving.

It is heard before all else and never read as an answer, so that no two machines write to each other. `phrases.toml` has the words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from core.texts import phrases_expression, plain_words

FILE = Path(__file__).with_name("phrases.toml")
LONGEST = 1000
"""Characters of a note that are read: what it is, it says at its beginning."""


class Automatic(StrEnum):
    """What a machine wrote: a REACTION to one of our messages, which needs no answer, or a NOTE."""

    REACTION = "reaction"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class _Heard:
    """The words of all languages: people keep their phone in another one than they write in."""

    reactions: frozenset[str]
    behind_emoji: frozenset[str]
    reactions_to_things: frozenset[str]
    begins: re.Pattern[str]
    says: re.Pattern[str]
    away: re.Pattern[str]
    later: re.Pattern[str]
    busy: frozenset[str]
    in_danger: re.Pattern[str]


_QUOTED = re.compile(r"(.{0,40}?)[\"“”„«「『].*[\"“”»」』](.{0,12})", re.DOTALL)
_SENTENCES = re.compile(r"(?<=[.!?。！？؟\n])|(?<=[:;])\s")
_UNSEEN = re.compile(r"[\u200a-\u200f\u202a-\u202e\u2060-\u2069\ufe0f]")
_EMOJI = re.compile(r"[\u2600-\u27bf\u2b50\u203c\u2049\U0001f300-\U0001faff]")


def read_automatic(text: str) -> Automatic | None:
    """What a machine wrote this as; None where a person did."""
    text = _UNSEEN.sub("", text[:LONGEST]).strip()
    if _is_reaction(text):
        return Automatic.REACTION
    return Automatic.NOTE if _is_note(text) else None


def told_by_a_person(text: str) -> str:
    """The text as far as danger is looked for in it: nothing that is quoted by a reaction, and no note's "in an emergency call 911"."""
    match read_automatic(text):
        case Automatic.REACTION:
            return ""
        case Automatic.NOTE:
            instructs = _heard().in_danger
            return "".join(each for each in _SENTENCES.split(text) if not instructs.match(plain_words(each)))
        case _:
            return text


def _is_reaction(text: str) -> bool:
    heard = _heard()
    if plain_words(text) in heard.reactions_to_things:
        return True
    quoting = _QUOTED.fullmatch(text)
    if quoting is None:
        return False
    around = plain_words(f"{quoting[1]} {quoting[2]}")
    return around in (heard.behind_emoji if _EMOJI.match(text) else heard.reactions)


def _is_note(text: str) -> bool:
    heard, words = _heard(), plain_words(text)
    if words in heard.busy or heard.says.search(words):
        return True
    if any(heard.begins.match(plain_words(sentence)) for sentence in _SENTENCES.split(text)):
        return True
    return bool(heard.away.search(words) and heard.later.search(words) and not re.search(r"[?？؟]", text))


@cache
def _heard() -> _Heard:
    languages = tomllib.loads(FILE.read_text(encoding="utf-8")).values()

    def words(name: str) -> frozenset[str]:
        return frozenset(plain_words(word) for language in languages for word in language[name])

    def phrases(name: str) -> re.Pattern[str]:
        return phrases_expression(tuple(sorted(words(name))))

    return _Heard(
        reactions=words("reactions"),
        behind_emoji=words("behind_emoji"),
        reactions_to_things=frozenset(
            plain_words(f"{verb} {thing}")
            for language in languages
            for verb in language["reactions"]
            for thing in language["things"]
        ),
        begins=phrases("begins"),
        says=phrases("says"),
        away=phrases("away"),
        later=phrases("later"),
        busy=words("busy"),
        in_danger=phrases("in_danger"),
    )
