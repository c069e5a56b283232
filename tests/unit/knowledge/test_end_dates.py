"""Until when a text says that something holds: ends of ranges and dates behind a word for `until`, in six languages."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.base.end_dates import last_end

ENDS = (
    ("Leaves are picked up on your trash day from October 19 to December 4, 2026.", date(2026, 12, 4)),
    ("The pool is closed until November 30, 2025.", date(2025, 11, 30)),
    ("Apply by Friday, March 3rd, 2026, at City Hall.", date(2026, 3, 3)),
    ("Open through Sept. 15 2025, weather permitting", date(2025, 9, 15)),
    ("Registration closes on 1 May 2026.", date(2026, 5, 1)),
    ("Summer hours: June 1 – August 31, 2025", date(2025, 8, 31)),
    ("The exhibition ends 2025-06-30.", date(2025, 6, 30)),
    ("The fee holds through March 2026.", date(2026, 3, 31)),
    ("From May 1, 2025 to June 2, 2025, then again until July 9, 2026.", date(2026, 7, 9)),
    ("La alberca está cerrada hasta el 30 de noviembre de 2025.", date(2025, 11, 30)),
    ("Del 19 de octubre al 4 de diciembre de 2026", date(2026, 12, 4)),
    ("Inscriptions jusqu'au vendredi 3 avril 2026.", date(2026, 4, 3)),
    ("du 1er juin au 1er septembre 2025", date(2025, 9, 1)),
    ("Inscrições até 15 de março de 2026", date(2026, 3, 15)),
    ("报名截止2025年11月30日。", date(2025, 11, 30)),
    ("2025年6月1日至2025年8月31日", date(2025, 8, 31)),
    ("请在2026年3月15日之前申请", date(2026, 3, 15)),
    ("التسجيل حتى ٣٠ نوفمبر ٢٠٢٥", date(2025, 11, 30)),
)

NO_ENDS = (
    "The ordinance was adopted on March 3, 1998.",
    "Since July 1, 2024 the fee is $10.",
    "As of January 1, 2025 every landlord registers.",
    "Leaves are picked up to December 4.",
    "Call 555-2025 or come to 2025 Elm Street.",
    "Grants are paid until 2027.",
    "It costs $2025 to build.",
    "The rate for 2026 is $19.40 for each $1,000.",
    "Until February 30, 2026",
    "Desde el 1 de julio de 2024 la tarifa es de $10.",
    "自2024年7月1日起收费",
    "",
)


@pytest.mark.parametrize(("text", "day"), ENDS)
def test_the_last_day_is_read(text: str, day: date) -> None:
    assert last_end(text) == day


@pytest.mark.parametrize("text", NO_ENDS)
def test_what_has_no_last_day_has_none(text: str) -> None:
    assert last_end(text) is None
