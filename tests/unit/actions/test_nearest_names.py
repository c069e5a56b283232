"""Fees and contacts that are put in other words than the city's: the nearest by meaning, a few to choose from, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from actions.reading.contact_questions import ContactQuestion, ContactQuestionReader
from actions.reading.fee_questions import FeeQuestion, FeeQuestionReader
from actions.reading.nearest_names import NearestNames
from city.facts.book import FactBook
from city.records.facts import ContactPoint, Fee, FeeRow
from city.records.model import Department, Service
from core.texts import load_texts

TEXTS = load_texts()
TODAY = date(2026, 11, 30)
MEANINGS = {
    "dog": (1, 0, 0, 0),
    "puppy": (1, 0, 0, 0),
    "pet": (0.8, 0, 0, 0.6),
    "cat": (0, 0, 0, 1),
    "kitten": (0, 0, 0, 1),
    "license": (0, 1, 0, 0),
    "papers": (0, 1, 0, 0),
    "power": (0, 0, 1, 0),
    "lamp": (0, 0, 1, 0),
}
"""What words mean here; all others mean nothing."""


def encode(texts: Sequence[str]):
    sums = [
        np.sum([MEANINGS.get(word, (0, 0, 0, 0)) for word in text.lower().replace(":", "").split()], axis=0)
        for text in texts
    ]
    return np.array([total / (np.linalg.norm(total) or 1) for total in sums], dtype=np.float32)


def fee(code: str, name: str, *rows: str) -> Fee:
    made = [FeeRow(Decimal(number), "USD", {"en": row}) for number, row in enumerate(rows, start=1)]
    return Fee(code, {"en": name}, rows=tuple(made))


BOOK = FactBook(
    fees=[fee("dog", "Dog license", "dog"), fee("adoption", "Adopting", "dog", "cat")],
    contacts=[
        ContactPoint("electric", {"en": "Electric"}, {"en": ["power"]}, phone="555-0100"),
        ContactPoint("clerk", {"en": "Clerk"}, {"en": ["papers"]}, phone="555-0101"),
    ],
)


@pytest.fixture
def fees() -> FeeQuestionReader:
    return FeeQuestionReader(TEXTS, encode)


@pytest.fixture
def contacts() -> ContactQuestionReader:
    return ContactQuestionReader(TEXTS, encode)


def test_a_fee_in_other_words_is_found_with_its_row(fees):
    assert fees.read("how much are papers for a puppy", BOOK, TODAY) == FeeQuestion(
        ("dog",), BOOK.fees["dog"].rows
    )
    assert fees.read("how much is a kitten", BOOK, TODAY) == FeeQuestion(
        ("adoption",), BOOK.fees["adoption"].rows[1:]
    )


def test_of_two_that_come_equally_near_it_is_asked_which():
    names = NearestNames(encode, lambda _book: [("one", ["dog"]), ("other", ["puppy"]), ("far", ["cat"])])
    assert set(names.find(BOOK, "my dog")) == {"one", "other"}
    assert names.find(BOOK, "kitten") == ("far",)


@pytest.mark.parametrize(
    "text",
    [
        "how much is a passport",
        "how much snow will we get",
        "how much does a text message about my puppy papers cost",
        "puppy papers",
    ],
)
def test_other_questions_are_left_to_the_library(fees, text):
    assert fees.read(text, BOOK, TODAY) is None


def test_a_contact_in_other_words_is_found(contacts):
    assert contacts.read("who do i call, my lamp is dead", BOOK, lambda _text: []) == ContactQuestion(
        ("electric",)
    )
    assert contacts.read("my lamp is dead, who do i call", BOOK, lambda _text: []) == ContactQuestion(
        ("electric",)
    )


def test_what_is_surely_a_kind_of_problem_is_its_departments_as_well(contacts):
    streetlight = Service("light", {"en": "Light"}, {}, {}, "Streets", Department("works", {"en": "Works"}))

    def ask(text: str) -> ContactQuestion | None:
        return contacts.read(text, BOOK, lambda _text: [], lambda _words: streetlight)

    assert ask("who do i call, my lamp is dead") == ContactQuestion(("electric",), ("works",))
    assert ask("who do i call, it flickers") == ContactQuestion((), ("works",))


@pytest.mark.parametrize(
    "text",
    [
        "the lamp that stands beside my house is dead since Monday evening, who do i call",
        "lamp number 4411 is out",
        "can i talk to a person about my lamp, who do i call",
        "the lamp is dead",
    ],
)
def test_a_report_and_a_wish_for_a_person_are_no_question_for_a_number(contacts, text):
    assert contacts.read(text, BOOK, lambda _text: []) is None


def test_without_an_encoder_only_names_count():
    assert FeeQuestionReader(TEXTS).read("how much are papers for a puppy", BOOK, TODAY) is None
    assert FeeQuestionReader(TEXTS, lambda _texts: None).read("how much is a kitten", BOOK, TODAY) is None
    assert FeeQuestionReader(TEXTS).read("how much is a dog license", BOOK, TODAY)


def test_each_name_is_encoded_once():
    asked: list[str] = []

    def counted(texts: Sequence[str]):
        asked.extend(texts)
        return encode(texts)

    names = NearestNames(
        counted, lambda book: [(code, [each.name["en"]]) for code, each in book.fees.items()]
    )
    names.warm(BOOK)
    names.find(BOOK, "puppy")
    names.find(BOOK, "kitten")
    assert asked == ["Dog license", "Adopting", "puppy", "kitten"]
