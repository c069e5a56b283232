"""Cells of a spreadsheet: numbers as they are, and no word that could be executed."""

from __future__ import annotations

import pytest

from console.surveys.spreadsheet import BOM, as_csv, safe_cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (0, "0"),
        (1_234_567, "1234567"),
        (-3, "-3"),
        (2.5, "2.5"),
        (3.0, "3"),
        ("", ""),
        ("a hole", "a hole"),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\u00a0-2", "'\u00a0-2"),
        ("\ttab", "'\ttab"),
        ("＝wide", "'＝wide"),
        ("\0=1", "'=1"),
        ("a=b", "a=b"),
    ],
)
def test_a_cell_is_safe_and_says_the_same(cell, text):
    assert safe_cell(cell) == text


def test_a_file_is_utf8_with_every_cell_quoted():
    assert as_csv([("Año", 1_000_000), (None, "=x")]).decode() == f'{BOM}"Año","1000000"\r\n"","\'=x"\r\n'
