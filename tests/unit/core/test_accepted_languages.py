"""Which languages a browser asks for, and in which order."""

from __future__ import annotations

import pytest

from core.languages import read_accepted


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("es", ["es"]),
        ("es-MX,es;q=0.9,en;q=0.5", ["es", "en"]),
        ("en;q=0.5, es-MX;q=0.9", ["es", "en"]),
        ("en;q=0.2,pt-BR", ["pt", "en"]),
        ("fr;q=0, en", ["en"]),
        ("fr;q=0.000, en;q=0.001", ["en"]),
        ("zh-Hant-TW, *;q=0.1", ["zh"]),
        ("EN-us ; q=0.8, ar", ["ar", "en"]),
        ("en;q=2, es;q=x, fr;q=0.1234, pt;q=1.000", ["pt"]),
        ("en;q=\u00b2, es", ["es"]),
        ("", []),
        ("*", []),
        (",;q=1,", []),
    ],
)
def test_the_dearest_language_comes_first(header: str, languages: list[str]) -> None:
    assert read_accepted(header) == languages
