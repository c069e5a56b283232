"""Which documents are versions of one another, and which is the newest."""

from __future__ import annotations

import pytest

from knowledge.base.model import Document
from knowledge.freshness.versions import group_versions, traits_of

RULES = """Members speak for up to five minutes each. The chair calls on them in the order in which they raised a hand.
A motion needs a second. Amendments are voted on before the motion. A tie is a no. Residents may speak for two minutes
at the beginning of a meeting and sign in at the door. The clerk keeps the minutes and publishes them within ten days.
Nobody may bring signs into the chamber. Recording is allowed where it disturbs nobody."""
CHANGED = RULES.replace("five minutes", "three minutes").replace("two minutes", "one minute")
MINUTES = "Present were all members. {} spoke about {}. The motion to {} was carried. The council then heard {} and adjourned."
TEMPLATE = "Bring your identity card and the form that we sent you. The office calls your number. It takes about twenty minutes. You get a letter within two weeks. If you cannot come, call us before the day and we find another one for you."


def groups_of(*pages: tuple[str, str]) -> list[tuple[str, ...]]:
    documents = [Document(title, title, text, language="en") for title, text in pages]
    return group_versions([traits_of(one) for one in documents])


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Council rules 2019", "Council rules 2023"),
        ("Council rules", "Council rules (revised 2024)"),
        ("Council rules, version 1", "Council rules, version 2"),
        ("Rules of the council v1", "Rules of the council v3"),
        ("2018 Council Rules", "Council Rules 2020"),
        ("Council rules adopted May 3, 2019", "Council rules adopted June 7, 2022"),
    ],
)
def test_a_title_with_another_year_or_version_is_a_version(older: str, newer: str) -> None:
    assert groups_of((older, RULES), (newer, CHANGED)) == [(newer, older)]


def test_six_versions_are_one_group_with_the_newest_first() -> None:
    titles = [f"Council rules {year}" for year in (2016, 2021, 2018, 2019, 2024, 2022)]
    assert groups_of(*((title, RULES) for title in titles)) == [tuple(sorted(titles, reverse=True))]


def test_dates_in_the_words_tell_the_newer_of_two_copies() -> None:
    old, new = f"{RULES}\nIn force since March 2020.", f"{RULES}\nIn force since March 2025."
    assert groups_of(("Rules of the council", old), ("Rules of the council for members", new)) == [
        ("Rules of the council for members", "Rules of the council")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Minutes of two meetings.
        (("Minutes of March 3, 2024", MINUTES.format("Mx. A", "parks", "pay", "a choir")), ("Minutes of April 7, 2024", MINUTES.format("Mx. B", "buses", "wait", "the mayor"))),
        # One form for two things.
        (("Old-age pension", f"{TEMPLATE} 2023"), ("Disability pension", f"{TEMPLATE} 2024")),
        (("Certify up to 5 papers", f"{TEMPLATE} 2023"), ("Certify up to 20 papers", f"{TEMPLATE} 2024")),
        # The same title, and nothing in common.
        (("Budget 2023", "Schools cost most. Roads come next, then the debt that is left from the bridge."), ("Budget 2024", "The library is closed for repairs, so that much was saved on heating and books.")),
        # Nothing tells which is newer.
        (("Council rules", RULES), ("Council rules", CHANGED)),
    ],
)  # fmt: skip
def test_other_documents_are_no_versions(one: tuple[str, str], other: tuple[str, str]) -> None:
    documents = [Document(f"d{at}", *page, language="en") for at, page in enumerate((one, other))]
    assert group_versions([traits_of(document) for document in documents]) == []
