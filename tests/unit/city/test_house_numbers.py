"""House numbers that are no single figure: in words, several at once, blocks, with letters and what belongs to them."""

from __future__ import annotations

import pytest

from city.places.numbers import han_house_numbers, number_row, with_figures
from city.places.tokens import tokenize
from tests.unit.city.town import gazetteer

TOWN = gazetteer()


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("twelve mill road", "12 mill road"),
        ("two hundred and ten main", "210 main"),
        ("one twenty three main", "123 main"),
        ("twenty-one main", "21 main"),
        ("twelve oh five main", "1205 main"),
        ("twelve hundred main", "1200 main"),
        ("two thousand four hundred main", "2400 main"),
        ("twelve and fourteen main", "12 and 14 main"),
        ("oh no", "oh no"),
        ("doscientos diez", "210"),
        ("cuarenta y dos", "42"),
        ("mil doscientos", "1200"),
        ("deux cent dix", "210"),
        ("quatre-vingt-douze", "92"),
        ("soixante quinze", "75"),
        ("duzentos e dez", "210"),
        ("5th avenue 12", "5th avenue 12"),
        ("the one on main", "the one on main"),
        ("another one near main", "another one near main"),
        ("hay una en la calle main", "hay una en la calle main"),
        ("il y en a une sur main", "il y en a une sur main"),
        ("twelve on main", "12 on main"),
        ("one main street", "1 main street"),
    ],
)
def test_numbers_in_words_are_figures(text, figures):
    assert " ".join(token.number or token.word for token in with_figures(tokenize(text))) == figures


def test_chinese_house_numbers_are_figures_and_ordinals_stay():
    assert han_house_numbers("第三大道二百一十号") == "第三大道210号"


@pytest.mark.parametrize(
    ("text", "at", "back", "written"),
    [
        ("12, 14 and 16 Mill", 3, True, "12, 14, 16"),
        ("Mill 12, 14 and 16", 1, False, "12, 14, 16"),
        ("12 to 16 Mill", 2, True, "12-16"),
        ("3, 12 Mill", 1, True, "12"),
        ("3. And 12 Mill", 2, True, "12"),
        ("12 Mill", 0, True, "12"),
    ],
)
def test_a_row_of_houses_is_kept_whole(text, at, back, written):
    assert number_row(tokenize(text), at, back=back)[2] == written


@pytest.mark.parametrize(
    ("text", "label", "said"),
    [
        ("12, 14 and 16 Mill Road", "12, 14, 16 Mill Road", ""),
        ("12 to 16 Mill Road", "12-16 Mill Road", ""),
        ("400 block of Main Street", "400 block of Main Street", ""),
        ("Main Street 400 block", "400 block of Main Street", ""),
        ("twelve Mill Road", "12 Mill Road", ""),
        ("12 bis Mill Road", "12 Mill Road", "12 bis Mill Road"),
        ("12F Mill Road", "12F Mill Road", ""),
        ("#3, 210 Main Street", "210 Main Street", "#3, 210 Main Street"),
        ("210 Main Street apt 3", "210 Main Street", "210 Main Street apt 3"),
        ("behind 210 Main Street", "210 Main Street", "behind 210 Main Street"),
        ("it is at 210 Main Street", "210 Main Street", ""),
        ("pole 4471 on Main Street", "Main Street, pole 4471", ""),
        ("5th and Main by the library", "5th Avenue & Main Street", "5th and Main by the library"),
    ],
)
def test_the_place_is_sure_and_what_else_was_said_stays_beside_it(text, label, said):
    found = TOWN.find(text)[0]
    assert (found.label, found.said) == (label, said)
    assert found.score >= 0.9


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("9999 Mill Road", "400 Mill Road"),
        ("1 Park Avenue", "2 Park Avenue"),
        ("301 walnut", "300 Walnut Street"),
    ],
)
def test_a_number_beyond_a_street_is_its_nearer_end_and_not_another_street(text, end):
    found = TOWN.find(text)[0]
    assert (found.label, found.kind, found.said) == (end, "beyond", text)
    assert found.score < 0.8


@pytest.mark.parametrize("block", ["300 block of Park Avenue", "400 block of Park Avenue"])
def test_a_block_is_there_when_one_of_its_houses_is(block):
    assert TOWN.find(block)[0].kind == "address"


def test_a_street_wins_over_its_like_when_only_it_has_the_kind_that_was_said():
    assert [match.label for match in TOWN.find("12 Mill Road")] == ["12 Mill Road"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("12 block of main", "12 block of Main Street"),
        ("on the same block, 12 main st", "12 Main Street"),
        ("on the same block. 12 main st", "12 Main Street"),
    ],
)
def test_a_block_that_is_spoken_of_before_an_address_is_not_its_own(text, label):
    match = TOWN.extract(text)
    assert match
    assert match.label == label
