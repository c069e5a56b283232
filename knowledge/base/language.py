"""Which language a text is in, told by its script and its commonest words; no model, no memory to speak of.

For documents this is enough (a page has dozens of such words). For a short question the caller's hint decides when the
words do not: `eld`, which is better on two words, costs 330 MB (measured) and is not worth that here.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.10),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"), 0.30),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.30),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.30),
    ("ru", re.compile("[\u0400-\u04ff]"), 0.30),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.30),
)
# Names of the lists in bm25s.stopwords, which are those of NLTK and stopwords-iso.
_LISTS = {
    "en": "STOPWORDS_EN_PLUS",
    "es": "STOPWORDS_SPANISH",
    "fr": "STOPWORDS_FRENCH",
    "pt": "STOPWORDS_PORTUGUESE",
    "de": "STOPWORDS_GERMAN",
    "it": "STOPWORDS_ITALIAN",
    "nl": "STOPWORDS_DUTCH",
    "ru": "STOPWORDS_RUSSIAN",
    "sv": "STOPWORDS_SWEDISH",
    "tr": "STOPWORDS_TURKISH",
}
_LATIN = ("en", "es", "fr", "pt", "de", "it", "nl", "sv", "tr")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def stop_words(language: str) -> frozenset[str]:
    """The words of `language` that say nothing about a subject, in lower case; empty for a language without a list."""
    return frozenset(_all_lists()[_LISTS[language]]) if language in _LISTS else frozenset()


@cache
def _all_lists() -> dict[str, Any]:
    """The module with the lists alone: its package imports SciPy, which takes a third of a second in every reading child."""
    package = find_spec("bm25s")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("bm25s is not installed; install requirements/app.txt.")
    return run_path(str(Path(package.submodule_search_locations[0]) / "stopwords.py"))


def primary_language(language: str) -> str:
    """The language of a tag: `es` of `es-MX`, `zh` of `zh-Hant`; empty stays empty."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]


def detect_language(text: str, hint: str = "") -> str:
    """The code of the language of `text`, or `hint` where the text does not tell (a name, a number, one word)."""
    sample = text[:4000]
    letters = sum(character.isalpha() for character in sample)
    if not letters:
        return hint
    for language, pattern, share in _SCRIPTS:
        if len(pattern.findall(sample)) >= share * letters:
            return hint if hint == "ja" and language == "zh" else language
    return _by_words(sample, hint)


def _by_words(sample: str, hint: str) -> str:
    words = Counter(_WORD.findall(sample.lower()))
    scores = {
        language: sum(count for word, count in words.items() if word in stop_words(language))
        for language in _LATIN
    }
    if "¿" in sample or "¡" in sample:
        scores["es"] += 2
    first, second = sorted(scores, key=lambda language: scores[language], reverse=True)[:2]
    if hint and scores[first] <= 3 and scores.get(hint, 0) >= scores[first] - 1:
        return hint
    return first if scores[first] >= 1.3 * scores[second] and scores[first] else hint
