"""A question that names a place which no document names is about another city."""

import pytest

from knowledge.search.elsewhere import is_elsewhere, places_in

NAMED = [
    ("what day is trash picked up in chicago", "chicago"),
    ("Où est la déchetterie à Paris ?", "paris"),
    ("¿Dónde pago el impuesto en Múnich?", "munich"),
    ("how do I vote in New York", "new york"),
    ("在波士顿怎么办停车证？", "boston"),
    ("كم تكلف رخصة الكلب في سياتل؟", "seattle"),
]


@pytest.mark.parametrize(("question", "place"), NAMED)
def test_a_place_is_recognised_in_every_language(question, place):
    assert [place in names for names in places_in(question)] == [True]


@pytest.mark.parametrize(
    "question",
    ["", "where do I get a dog license", "when is the phoenix statue unveiled", "¿Hay una reunión hoy?"],
)
def test_everyday_words_are_no_places(question):
    assert places_in(question) == []


def test_a_country_written_as_a_name_is_one_though_its_word_is_an_everyday_one():
    assert len(places_in("my visa for Jordan")) == 1


def test_a_place_that_the_documents_name_in_another_language_is_not_elsewhere():
    known = {"boston", "trash"}

    assert not is_elsewhere("在波士顿怎么办停车证？", known.__contains__)
    assert is_elsewhere("trash in Seattle", known.__contains__)
    assert not is_elsewhere("trash day", known.__contains__)
