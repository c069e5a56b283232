"""Every text that the bot says, from one catalogue per language: `core/catalogue/<language>/<area>.toml`.

A key is `area.name`. A text may have named places, `{number}`; values are put in as plain text, never as a format. Lists hold
the words that residents may use (`gate.help`). A missing language falls back to the first one; a test fails on a missing key.
"""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
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
        others = sorted(code for code in self.sentences if code != self.fallback)
        return (self.fallback, *others) if self.fallback in self.sentences else tuple(others)

    def offered(self, wanted: Iterable[str] = ()) -> tuple[str, ...]:
        """Those of the `wanted` languages that have a catalogue, in their order; where none has, all that there are."""
        return tuple(code for code in wanted if code in self.sentences) or self.languages

    def say(self, key: str, language: str, **values: object) -> str:
        """The sentence in this language with its places filled; an unknown key is a `KeyError`, a mistake of ours."""
        sentence = self.sentences.get(language, {}).get(key) or self.sentences[self.fallback][key]
        return string.Formatter().vformat(sentence, (), {name: str(value) for name, value in values.items()})

    def words(self, key: str, language: str) -> tuple[str, ...]:
        """The list of words under this key in this language; empty when the language has none."""
        return self.lists.get(language, {}).get(key, ())

    def words_first(self, key: str, language: str) -> tuple[tuple[str, ...], ...]:
        """The lists of words under this key, one a language: this language's first, then the others'."""
        others = (code for code in self.lists if code != language)
        return tuple(self.words(key, code) for code in (language, *others))

    def words_of_all(self, key: str) -> tuple[str, ...]:
        """The list of words under this key in every language."""
        return tuple(word for language in self.lists for word in self.words(key, language))


def list_languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """The codes of the languages that have a catalogue, without reading it."""
    return tuple(sorted({file.parent.name for file in folder.glob("*/*.toml")}))


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


LETTERS = str.maketrans(
    {
        "\u0640": "",
        "\u0671": "\u0627",
        "\u0649": "\u064a",
        "\u06cc": "\u064a",
        "\u0629": "\u0647",
        "\u06a9": "\u0643",
        "\u0131": "i",
        "\u00f8": "o",
        "\u0142": "l",
    }
)
"""Letters that people write for one another and that no decomposition joins: the Arabic tatweel (left out), alef with wasla, the
two ya, ta marbuta and ha, the two kaf; the Latin i without its dot, o and l with a stroke."""

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Letters of scripts that put no spaces between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese), for a set in an expression."""

EDGE_BEFORE, EDGE_BEHIND = rf"(?<![^\W{UNSPACED}])", rf"(?![^\W{UNSPACED}])"
"""Where a word begins and ends, for expressions; beside a letter of a script without spaces another word may stand."""

ARABIC_BEFORE = "(?:[\u0648\u0641\u0628\u0644\u0643]{0,2}(?:\u0627\u0644)?)"
"""What Arabic writes together with the word that follows: and, so, in, for, like, and the article."""


def fold_text(text: str) -> str:
    """The text in lower case without accents, with plain digits and letters: what people type on a phone, whatever its keyboard."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    return plain_digits("".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def plain_digits(text: str) -> str:
    """The text with the digits of any script as 0 to 9, and Arabic signs within numbers as `.` and `,`."""
    if text.isascii():
        return text
    text = text.replace("\u066b", ".").replace("\u066c", ",")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


TEN = 10
HAN_NUMBER = re.compile(
    "[\u3007\u96f6\u4e00\u4e8c\u4e24\u5169\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343]+"
)


def han_figures(text: str) -> str:
    """The text with numbers in Chinese characters as figures; "two or three" (two neighbors in a row) stays as it is."""
    return HAN_NUMBER.sub(lambda run: _han_number(run[0]), text)


def _han_number(run: str) -> str:
    values = [int(unicodedata.numeric(sign, 2)) for sign in run]  # the two that counts things is no numeral
    if max(values) < TEN:
        is_either = len(values) == len("23") and values[1] == values[0] + 1
        return run if is_either else "".join(map(str, values))
    total = digit = 0
    for value in values:
        total, digit = (total, value) if value < TEN else (total + (digit or 1) * value, 0)
    return str(total + digit)


def plain_words(text: str, *, also: str = "/") -> str:
    """Folded, without apostrophes and punctuation, words separated by single spaces; the signs in `also` stay."""
    bare = fold_text(text.replace("'", "").replace("\u2019", ""))
    return " ".join(re.sub(rf"[^\w{also}]+", " ", bare).split())


@lru_cache(maxsize=4096)
def phrases_expression(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of these folded phrases, the longest first, as whole words; in scripts without spaces anywhere.

    Arabic words are found behind what is written together with them. No phrase at all finds nothing.
    """
    return re.compile(any_of_phrases(phrases))


def any_of_phrases(phrases: Iterable[str]) -> str:
    """What `phrases_expression` finds them by, as a part of a larger expression; to be put in brackets of its own.

    An edge stands once for all neighbors that have the same: a set of letters takes a millisecond to compile.
    """
    longest = sorted({phrase for phrase in phrases if phrase}, key=_order_of_phrase)
    parts = [
        f"{before}(?:{'|'.join(map(_joined_expression, alike))}){behind}"
        for (before, behind), alike in groupby(longest, key=_edges_of)
    ]
    return "|".join(parts) or r"(?!)"


def bounded_expression(phrase: str) -> str:
    """The expression that finds this folded phrase where no other word goes on before or behind it."""
    before, behind = _edges_of(phrase)
    return f"{before}{_joined_expression(phrase)}{behind}"


def _order_of_phrase(phrase: str) -> tuple[str, int, str]:
    """The longest first among those that may begin at the same letter: no word of a script without spaces does where another does."""
    return _edges_of(phrase)[0], -len(phrase), phrase


def _edges_of(phrase: str) -> tuple[str, str]:
    """What must not stand before a phrase, and behind it."""
    return (
        "" if re.match(rf"[{UNSPACED}]", phrase) else EDGE_BEFORE,
        "" if re.search(rf"[{UNSPACED}]$", phrase) else EDGE_BEHIND,
    )


def _joined_expression(phrase: str) -> str:
    """The phrase itself, with what Arabic writes together with it."""
    together = ARABIC_BEFORE if re.match(r"[\u0600-\u06ff]", phrase) else ""
    return f"{together}{re.escape(phrase)}"


def is_unspaced(sign: str) -> bool:
    """Whether a sign is of a script that puts no spaces between words."""
    return re.match(rf"[{UNSPACED}]", sign) is not None


def script_of(sign: str) -> str:
    """The script of a letter as its Unicode name begins, such as `LATIN`, `ARABIC` or `CJK`; empty for anything else."""
    return unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""
