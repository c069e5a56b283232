"""Pages that say other numbers of the same thing, and pages that only look so."""

from __future__ import annotations

import pytest

from knowledge.base.model import Document
from knowledge.freshness.claims import claims_of
from knowledge.freshness.contradictions import Contradiction, find_contradictions
from knowledge.freshness.findings import finding_of_pair
from knowledge.index.passages import split_document

OTHERS = (
    ("City Hall", "City Hall is open Monday to Friday from 8 a.m. to 4 p.m. It costs nothing to come in."),
    ("Trash", "Trash is collected every week. A second bin costs $60 a year for residents."),
    ("Potholes", "The city looks at a street within 3 days of your report."),
    ("Property tax", "A tax bill is due within 30 days. You can pay with a card."),
    ("Parks", "Parks are open from dawn to dusk. A permit for a party in a park costs $35."),
    ("Schools", "Children start school at 5 years of age. Call the office to enroll."),
)
PAIRS = (
    # What one page says, and what another says of the same thing.
    (("Dog licenses", "## What does it cost?\nA dog license costs $12 a year."), ("Welcome", "## Pets\nA dog license costs $15 a year.")),
    (("Moving containers", "A permit for a moving container on the street costs $40."), ("Fees of Public Works", "A permit for a moving container on the street costs $45.")),
    (("Christmas trees", "Christmas trees are collected from January 5 to January 16."), ("Holiday guide", "## Trees\nChristmas trees are collected from January 8 to January 16.")),
    (("Rent a kayak", "## Prices\nA kayak costs $18 for two hours."), ("River days", "## Rent a kayak\nA kayak costs $20 for two hours.")),
    (("Compost bins", "A compost bin costs $25."), ("Garden advice", "## Compost\nA compost bin costs $30.")),
    (("Veterans office", "The veterans office can be reached at 555-0133."), ("Help for veterans", "## Contact\nThe veterans office can be reached at 555-0134.")),
    (("Skate rink", "## Hours\nThe skate rink is open on Fridays from 6 p.m. to 9 p.m."), ("Winter fun", "## Skate rink\nThe skate rink is open on Saturdays from 6 p.m. to 9 p.m.")),
    (("Beehives", "A beehive must stand 10 feet from the fence of a neighbor."), ("Animals in town", "## Beehives\nA beehive must stand 15 feet from the fence of a neighbor.")),
)  # fmt: skip
NO_PAIRS = (
    # What only looks like a contradiction: another thing, another time, another case.
    (("Resident parking permits", "A parking permit costs $25 a year."), ("Visitor parking permits", "A parking permit costs $10 a year.")),
    (("Kayaks", "## Prices\nAdults pay $18."), ("Kayaks in winter", "## Prices\nChildren pay $9.")),
    (("Marriage license", "## Fee\nThe fee is $40."), ("Film permit", "## Fee\nThe fee is $90.")),
    (("Library", "## Hours\nOpen Monday to Friday from 9 a.m. to 5 p.m."), ("Museum", "## Hours\nOpen Monday to Friday from 8 a.m. to 4 p.m.")),
    (("Zone 1", "Recycling is collected on Monday."), ("Zone 2", "Recycling is collected on Tuesday.")),
    (("Noise fines", "The first offense costs $50."), ("Noise and music", "The second offense costs $100.")),
    (("Minutes of March 3, 2024", "The council met at 6:02 p.m."), ("Minutes of April 7, 2024", "The council met at 6:05 p.m.")),
    (("Budget 2023", "The city spends $40 million on schools."), ("Budget 2024", "The city spends $42 million on schools.")),
    (("Graffiti", "The city looks within 10 days of your report."), ("Potholes", "The city looks within 3 days of your report.")),
    (("Senior bus pass", "A bus pass costs $5 a month."), ("Student bus pass", "A bus pass costs $10 a month.")),
    (("Ferry", "Call 555-0111."), ("Museum", "Call 555-0122.")),
    (("Pool", "## Fees\nThe pool costs $3."), ("Pools", "## Fees\nThe pool costs $3.00.")),
)  # fmt: skip


def pairs_between(*pages: tuple[str, str], language: str = "en") -> list[Contradiction]:
    documents = [
        Document(f"d{at}", title, text, language=language)
        for at, (title, text) in enumerate((*pages, *OTHERS))
    ]
    return find_contradictions([claim for one in documents for claim in claims_of(split_document(one))])


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_other_numbers_of_the_same_thing_are_found(one: tuple[str, str], other: tuple[str, str]) -> None:
    pairs = pairs_between(one, other)
    assert [(pair.one.document_id, pair.other.document_id) for pair in pairs] == [("d0", "d1")]


@pytest.mark.parametrize(("one", "other"), NO_PAIRS)
def test_other_things_other_times_and_other_cases_are_not(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert pairs_between(one, other) == []


def test_it_is_found_in_spanish() -> None:
    one = ("Piscina", "## Horario\nLa piscina abre de lunes a viernes de 6:00 a 21:00.")
    other = ("Guía del verano", "## Piscina\nLa piscina abre de lunes a viernes de 7:00 a 21:00.")
    assert len(pairs_between(one, other, language="es")) == 1


def test_what_differs_is_marked_and_said_with_its_unit() -> None:
    (pair,) = pairs_between(*PAIRS[-1])
    sides = finding_of_pair(pair).details["sides"]
    assert [side["said"] for side in sides] == ["10 feet", "15 feet"]
    assert [side["sentence"][slice(*side["marks"][0])] for side in sides] == ["10", "15"]


def test_versions_of_one_document_are_not_compared() -> None:
    one, other = (Document(f"d{at}", *page, language="en") for at, page in enumerate(PAIRS[0]))
    claims = [claim for document in (one, other) for claim in claims_of(split_document(document))]
    assert find_contradictions(claims, [frozenset({"d0", "d1"})]) == []


def test_a_finding_has_the_same_name_until_a_sentence_changes() -> None:
    (before,) = pairs_between(*PAIRS[0])
    (again,) = pairs_between(*PAIRS[0])
    changed = ("Welcome", "## Pets\nA dog license costs $16 a year.")
    (other,) = pairs_between(PAIRS[0][0], changed)
    assert finding_of_pair(before).key == finding_of_pair(again).key != finding_of_pair(other).key
