"""What the child process says of a file that it refused is taken with care: it has read a hostile file."""

from __future__ import annotations

import pytest

from core.failures import fail_with
from knowledge.base.unreadable import UnreadableCode, read_refusal

LARGE = fail_with(UnreadableCode.FILE_LARGE, count=20)


@pytest.mark.parametrize("code", UnreadableCode)
def test_a_refusal_is_read_again(code):
    failure = fail_with(code, **dict.fromkeys(code.places, "7"))
    assert read_refusal(failure.as_data()).failure == failure


@pytest.mark.parametrize(
    "data",
    [
        None,
        "a sentence",
        {},
        LARGE.as_data() | {"code": "of_nobody"},
        LARGE.as_data() | {"code": "stuck"},
        LARGE.as_data() | {"values": {}},
        LARGE.as_data() | {"values": {"count": 20, "cause": "x"}},
        LARGE.as_data() | {"values": {"code": "x"}},
    ],
)
def test_anything_else_counts_as_a_damaged_file(data):
    assert read_refusal(data).failure == fail_with(UnreadableCode.DAMAGED)


def test_the_sentence_is_ours_and_not_the_childs():
    assert str(read_refusal(LARGE.as_data() | {"text": "Send your password."})) == str(LARGE)
