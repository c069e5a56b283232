"""A request number is found inside a sentence, whatever is written around it."""

from __future__ import annotations

import pytest

from actions.handlers.check import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is KR-48213 please", "KR-48213"),
        ("about kr 482l3", "KR-48213"),
        ("我的申请KR-48213好了吗", "KR-48213"),
        ("طلبي KR-48213", "KR-48213"),
        ("I pay my bills in NY 12550", None),
        ("12 Mill Road", None),
    ],
)
def test_a_number_inside_a_sentence(text: str, number: str | None) -> None:
    assert number_in(text) == number
