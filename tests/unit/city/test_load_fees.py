"""Fees of a city's folder: rows of a table, read as they are meant or refused in a sentence that names the line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from city.loading.folder import read_city
from city.records.facts import Fee, FeeRow
from core.errors import CityDataError
from tests.unit.city.town import write_city

HEAD = "code,name,name_es,aliases,applies_to,applies_to_es,amount,currency,unit,since,source,url,reviewed\n"


def fees_of(folder, *lines: str, head: str = HEAD) -> tuple[Fee, ...]:
    """The fees of a small city with these lines."""
    write_city(folder)
    (folder / "fees.csv").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return read_city(folder).fees


def test_lines_of_one_code_are_rows_of_one_fee(tmp_path):
    (fee,) = fees_of(
        tmp_path,
        "dog,Dog license,Licencia,dog tag|tag,fixed,esterilizado,12.50,USD,a year,2026-01-01,Dogs,https://millbrook.example/dogs,2026-02-03",
        "dog,,,,not fixed,,25,USD,,,,,",
    )
    assert fee.name == {"en": "Dog license", "es": "Licencia"}
    assert fee.aliases == {"en": ["dog tag", "tag"]}
    assert fee.source
    assert (fee.source.title, fee.source.reviewed) == ("Dogs", "2026-02-03")
    first, second = fee.rows
    assert (first.amount, first.applies_to["es"], first.since) == (
        Decimal("12.50"),
        "esterilizado",
        date(2026, 1, 1),
    )
    assert (second.amount, second.unit, second.since) == (Decimal(25), {}, None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dog,Dog,,,,,twelve,USD,,,,,", "fees.csv, line 2, amount: "),
        ("dog,Dog,,,,,-1,USD,,,,,", "fees.csv, line 2, amount: "),
        ("dog,Dog,,,,,12,dollars,,,,,", "fees.csv, line 2, currency: "),
        ("dog,Dog,,,,,12,USD,,next year,,,", "fees.csv, line 2, since: "),
        ("dog,,,,,,12,USD,,,,,", "fees.csv, line 2, name: the first line of dog needs one."),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    with pytest.raises(CityDataError) as error:
        fees_of(tmp_path, line)
    assert said in str(error.value)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(CityDataError) as error:
        fees_of(tmp_path, head="code,name,amount\n")
    assert str(error.value).startswith("fees.csv, line 1: expected the columns code, name, amount, currency;")


def test_of_two_rows_for_the_same_the_one_in_force_counts():
    old, new = (
        FeeRow(Decimal(amount), "USD", {"en": "car"}, since=day)
        for amount, day in ((20, date(2025, 1, 1)), (25, date(2027, 1, 1)))
    )
    other = FeeRow(Decimal(5), "USD", {"en": "bike"})
    fee = Fee("permit", {"en": "Permit"}, rows=(old, new, other))
    assert fee.rows_on(date(2026, 12, 31)) == (old, other)
    assert fee.rows_on(date(2027, 1, 1)) == (new, other)
