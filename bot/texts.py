"""Every text that the bot says, from one catalogue per language: `bot/catalogue/<language>/<area>.toml`.

A key is `area.name`. A text may have named places, `{number}`; values are put in as plain text, never as a format. Lists hold
the words that residents may use (`gate.help`). A missing language falls back to the first one; a test fails on a missing key.
"""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "catalogue"


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue: `say` for sentences, `words` for lists of words."""

    sentences: dict[str, dict[str, str]]
    lists: dict[str, dict[str, tuple[str, ...]]]
    fallback: str = "en"

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that have a catalogue, by code."""
        return tuple(sorted(self.sentences))

    def say(self, key: str, language: str, **values: object) -> str:
        """The sentence in this language with its places filled; an unknown key is a `KeyError`, a mistake of ours."""
        sentence = self.sentences.get(language, {}).get(key) or self.sentences[self.fallback][key]
        return string.Formatter().vformat(sentence, (), {name: str(value) for name, value in values.items()})

    def words(self, key: str, language: str) -> tuple[str, ...]:
        """The list of words under this key in this language; empty when the language has none."""
        return self.lists.get(language, {}).get(key, ())

    def words_of_all(self, key: str) -> tuple[str, ...]:
        """The list of words under this key in every language."""
        return tuple(word for language in self.lists for word in self.words(key, language))


def load_texts(folder: Path = FOLDER) -> Texts:
    """Read the catalogues of all languages below `folder`."""
    sentences: dict[str, dict[str, str]] = {}
    lists: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted(folder.glob("*/*.toml")):
        language, area = file.parent.name, file.stem
        for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            key = f"{area}.{name}"
            if isinstance(value, list):
                lists.setdefault(language, {})[key] = tuple(value)
            else:
                sentences.setdefault(language, {})[key] = value
    return Texts(sentences, lists)


def fold(text: str) -> str:
    """The text in lower case without accents: what people type on a phone."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def plain(text: str, *, also: str = "/") -> str:
    """Folded, without apostrophes and punctuation, words separated by single spaces; the signs in `also` stay."""
    bare = fold(text.replace("'", "").replace("\u2019", ""))
    return " ".join(re.sub(rf"[^\w{also}]+", " ", bare).split())
