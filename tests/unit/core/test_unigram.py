"""How a text is cut into the likeliest pieces of a vocabulary."""

from __future__ import annotations

import pytest

from core.unigram import UnigramTokenizer, save_unigram

BEGIN, END, UNKNOWN = 0, 1, 2
PIECES = {
    "▁trash": (10, -2.0),
    "▁tra": (11, -1.5),
    "sh": (12, -1.5),
    "▁": (13, -3.0),
    "t": (14, -4.0),
    "▁can": (15, -1.0),
    "s": (16, -2.0),
    "é": (17, -2.0),
    "ﬀ": (18, -2.0),
    "f": (19, -2.0),
}


@pytest.fixture
def tokenizer(tmp_path):
    save_unigram(
        tmp_path,
        PIECES,
        special=(BEGIN, END, UNKNOWN),
        replaced={ord("\t"): " ", ord("\u0007"): "", ord("ﬁ"): "f"},
        most_tokens=7,
    )
    return UnigramTokenizer(tmp_path)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("trash", [10]),  # one likely piece before two that are less likely together
        ("trash cans", [10, 15, 16]),
        ("  trash \n cans ", [10, 15, 16]),
        ("trash\tcan", [10, 15]),
        ("trash\u0007", [10]),
        ("t", [13, 14]),
        ("e\u0301", [13, 17]),  # two signs that are one letter
        ("ﬁ", [13, 19]),
        ("qt", [13, UNKNOWN, 14]),
        ("qqq", [13, UNKNOWN]),
        ("qs qs qs qs", [13, UNKNOWN, 16, 13, UNKNOWN]),  # as many as there is room for
        ("", []),
    ],
)
def test_a_word_is_cut_into_its_likeliest_pieces(tokenizer, text, tokens):
    assert tokenizer.read_tokens(text) == [BEGIN, *tokens, END]


def test_a_very_long_word_is_cut_and_not_remembered(tokenizer):
    assert tokenizer.read_tokens("sh" * 500) == [BEGIN, 13, 12, 12, 12, 12, END]
    assert tokenizer.read_tokens("can") == [BEGIN, 15, END]
