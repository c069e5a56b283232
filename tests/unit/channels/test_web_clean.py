"""Cleaning: text without tricks, JSON without depth, and nothing of what people really write is harmed."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.clean import clean_text
from channels.web.clean import MAX_DEPTH, read_object
from channels.web.errors import Refusal

ANYTHING = st.text(st.characters(codec=None, categories=None)) | st.text()


@given(ANYTHING)
def test_cleaning_is_safe_whatever_comes(text):
    clean = clean_text(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(unicodedata.bidirectional(sign) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for sign in clean)


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "There's a hole at 12 Mill Rd!",
        "¿Dónde está la biblioteca?",
        "สวัสดีครับ ที่นี่น้ำท่วม",
        "नमस्ते, सड़क टूटी है",
        "Tiếng Việt có dấu",
        "שלום",
        "می‌خواهم گزارش بدهم",
        "🏳️‍🌈 👍🏽 🇺🇸",
        "line one\n\nline two\tend",
    ],
)
def test_what_people_write_stays_as_it_is(text):
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("depth", [1, MAX_DEPTH - 1])
def test_json_of_a_decent_depth_is_read(depth):
    assert read_object('{"a":' + "[" * depth + "]" * depth + "}")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "x",
        "[]",
        "1",
        "null",
        '"a"',
        b"\xff",
        '{"a":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}",
        "[" * 100_000,
    ],
    ids=range(9),
)
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(Refusal) as refused:
        read_object(raw)
    assert refused.value.code == "bad_frame"


def outcome(raw: str) -> str:
    """What became of it: `read`, or the code of the refusal."""
    try:
        read_object(raw)
    except Refusal as refusal:
        return refusal.code
    return "read"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_every_object_is_read_or_refused(value):
    assert outcome(json.dumps(value)) in {"read", "bad_frame"}
