"""Which texts go through the encoder together."""

from __future__ import annotations

import pytest

from core.encoder import MAX_TOKENS_AT_ONCE, group_alike


@pytest.mark.parametrize(
    ("lengths", "groups"),
    [
        ([], []),
        ([3], [[0]]),
        ([3, 5, 3], [[0, 2], [1]]),
        ([0, 3, 0], [[1]]),
        ([MAX_TOKENS_AT_ONCE + 1] * 2, [[0], [1]]),
        ([MAX_TOKENS_AT_ONCE // 2] * 3, [[0, 1], [2]]),
    ],
)
def test_texts_of_one_length_go_together_as_far_as_there_is_room(lengths, groups):
    assert list(group_alike(lengths)) == groups
