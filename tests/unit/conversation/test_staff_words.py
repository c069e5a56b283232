"""What staff read and write: labels, covered numbers, canned replies."""

from __future__ import annotations

import uuid

import pytest

from conversation.staff.canned_replies import CannedReply
from conversation.staff.conversation_list import label_of
from core.covering import COVERED, cover_contacts


def test_a_label_is_always_the_same_and_says_nothing():
    person = uuid.uuid4().hex
    assert label_of(person) == label_of(person)
    assert label_of(person)[2:] not in person


def test_labels_are_of_six_figures():
    assert all(len(label_of(uuid.uuid4().hex)) == len("R-482113") for _ in range(200))


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("call me at 555-0199 please", ["555-0199"], f"call me at {COVERED} please"),
        ("Ana@Example.org", ["ana@example.org "], COVERED),
        ("nothing to hide", [""], "nothing to hide"),
        ("a.b and aXb", ["a.b"], f"{COVERED} and aXb"),
        ("555-0199 or 555-0142", ["555-0142", "555-0199"], f"{COVERED} or {COVERED}"),
    ],
)
def test_what_was_left_to_be_reached_at_is_covered(text, secrets, shown):
    assert cover_contacts(text, secrets) == shown


@pytest.mark.parametrize(
    ("texts", "language", "filled"),
    [
        ({"en": "I am {name} of {city}.", "es": "Soy {name}."}, "es", "Soy Ana {city}."),
        ({"en": "I am {name} of {city}."}, "es", "I am Ana {city} of Penstock."),
        ({"en": "{unknown} {0} {name.__class__}"}, "en", "{unknown} {0} {name.__class__}"),
        ({}, "en", ""),
    ],
)
def test_places_are_filled_as_plain_text_and_never_as_a_format(texts, language, filled):
    reply = CannedReply(1, "Title", texts)
    assert reply.filled(language, name="Ana {city}" if language == "es" else "Ana", city="Penstock") == filled
