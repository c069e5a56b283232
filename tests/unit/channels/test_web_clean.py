"""Cleaning: text without tricks, JSON without depth, and nothing of what people really write is harmed."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.clean import MOST_CHARACTERS, clean_message, clean_text
from channels.web.clean import MAX_DEPTH, read_object
from channels.web.errors import WebRefusal
from core.texts import fold_text, plain_words

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
    with pytest.raises(WebRefusal) as refused:
        read_object(raw)
    assert refused.value.code == "bad_frame"


def outcome(raw: str) -> str:
    """What became of it: `read`, or the code of the refusal."""
    try:
        read_object(raw)
    except WebRefusal as refusal:
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


NASTY = {
    "ligatures": "\ufdfa" * 5000,
    "squares": "\u3300\u33c7" * 3000,
    "sharp s": "\u00df" * 5000,
    "roman numerals": "\u2177" * 5000,
    "marks": "a" + "\u0301\u0323" * 40_000,
    "marks behind hidden signs": "a" + "\u0301\u200b" * 40_000,
    "tone marks": "a" + "\u302e\u0301" * 20_000,
    "zalgo": ("a" + "\u0323" * 20) * 3000,
    "digits": "7" * 64_000,
    "a long word": "no" * 30_000,
    "commas": "," * 64_000,
    "brackets": "(" * 30_000 + ")" * 30_000,
    "street words": "street " * 9000,
    "families": "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 4000,
    "greek with marks": "\u0390\u1fb7" * 4000,
    "mathematical letters": "\U0001d400" * 5000,
    "circled": "\u247f\u325f" * 4000,
    "spaces": "a" + "\u00a0" * 20_000 + "b",
    "hidden": "\u200b" * 60_000 + "x",
    "nothing": "\x00" * 64_000,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_readers_are_given_no_more_than_they_are_made_for(text):
    clean, _ = clean_message(text)
    assert max(len(clean), len(fold_text(clean)), len(plain_words(clean))) <= MOST_CHARACTERS


@given(st.text(max_size=40), st.integers(min_value=1, max_value=2000))
def test_no_text_grows_beyond_what_is_read(some, times):
    clean, _ = clean_message(some * times)
    hangul = sum("\uac00" <= sign <= "\ud7a3" for sign in clean)  # readers see up to three letters of each
    assert len(fold_text(clean)) <= MOST_CHARACTERS + 2 * hangul


@pytest.mark.parametrize(
    ("text", "kept", "is_cut"),
    [
        ("x" * MOST_CHARACTERS, MOST_CHARACTERS, False),
        ("x" * (MOST_CHARACTERS + 1), MOST_CHARACTERS, True),
        ("\u8def" * MOST_CHARACTERS, MOST_CHARACTERS, False),
        ("\u00e9" * MOST_CHARACTERS, MOST_CHARACTERS, False),
        ("e\u0301" * MOST_CHARACTERS, MOST_CHARACTERS, False),
        ("\uac00" * MOST_CHARACTERS, MOST_CHARACTERS, False),
        ("\u200b" * 90_000 + "STOP", 4, False),
        (" " * 200_000 + "STOP", 4, False),
        ("\x00STOP\x00", 4, False),
        ("\ufdfa" * 228, 227, True),
        ("STOP" + "\u0301" * 50, 9, False),
    ],
    ids=range(11),
)
def test_what_fits_is_kept_whole_and_what_does_not_is_said_so(text, kept, is_cut):
    clean, cut = clean_message(text)
    assert (len(clean), cut) == (kept, is_cut)
