"""The form of a document: what is read of it, what cannot be saved and why, and that it comes back as it was."""

from __future__ import annotations

from datetime import date

import pytest

from console.knowledge.writing import DATES, WrittenDocument, _answer_pieces, _as_form
from knowledge.documents.documents import BadDocument, Content


def written(**fields):
    return WrittenDocument(**({"title": "Trash", "text": "It is on Monday."} | fields))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": "  "}, ("title", "missing")),
        ({"text": " --- "}, ("text", "missing")),
        ({"url": "penstock.example"}, ("url", "no_address")),
        ({"url": "javascript:alert(1)"}, ("url", "no_address")),
        ({"url": 'https://x.example/"onclick'}, ("url", "no_address")),
        *[({name: "soon"}, (name, "no_date")) for name in DATES],
        ({"review_by": "2026-02-30"}, ("review_by", "no_date")),
        ({"valid_from": "2026-06-02", "valid_until": "2026-06-01"}, ("valid_until", "before_start")),
    ],
)
def test_what_cannot_be_saved_is_said_by_its_field(fields, wrong):
    with pytest.raises(BadDocument) as caught:
        written(**fields).content()
    assert (caught.value.field, caught.value.fault) == wrong


@pytest.mark.parametrize(
    ("typed", "keywords"),
    [
        ("", ()),
        ("bin", ("bin",)),
        ("bin, cart;  can\nbarrel", ("bin", "cart", "can", "barrel")),
        (" , ;\n", ()),
    ],
)
def test_keywords_are_put_apart_by_commas_semicolons_or_lines(typed, keywords):
    assert written(keywords=typed).content().keywords == keywords


def test_days_are_read_or_left_open():
    content = written(reviewed_on=" 2026-06-01 ", valid_until="2026-06-01", valid_from="2026-06-01").content()
    day = date(2026, 6, 1)
    assert [getattr(content, name) for name in DATES] == [day, None, day, day]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"language": "es", "department": "parks", "audience": "everybody", "url": "https://x.example/trash"},
        {"keywords": ("bin", "big cart"), "reviewed_on": date(2026, 1, 2), "valid_until": date(2027, 1, 2)},
    ],
    ids=["words", "about it", "keywords and days"],
)
def test_a_document_that_is_opened_and_saved_stays_as_it_was(fields):
    content = Content("Trash", "It is on **Monday**.\n\n- a\n- b", **fields)
    form = _as_form(content, 7)
    assert (form.content(), form.since) == (content, 7)


def test_pieces_that_answer_stand_with_their_headings():
    content = written(text="# Trash\n\n## Carts\n\nPut the cart out.\n\n## Bulk\n\nCall us first.").content()
    pieces = _answer_pieces(content)
    assert [piece for piece in pieces if piece.endswith("Put the cart out.")] == ["Carts: Put the cart out."]
    assert not any(piece.startswith(": ") for piece in pieces)
