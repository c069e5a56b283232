"""A number to call is shown once: in the words, or below them. Left out where it is needed, it could cost a life."""

from __future__ import annotations

import pytest

from channels.calling import says_number


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("Call 911 now.", "911"),
        ("Call 911.", "911"),
        ("911", "911"),
        ("(911)", "911"),
        ("اتصل بـ911 الآن", "911"),
        ("请拨打911。", "911"),
        ("Call 555 0100 now.", "555-0100"),
        ("Call (845) 555-0100.", "845-555-0100"),
        ("Call (845) 555-0100.", "555-0100"),
        ("Call 845.555.0100", "845-555-0100"),
        ("Call 8455550100", "(845) 555-0100"),
        ("Call 1-800-CITY", "1-800-CITY"),
    ],
)
def test_a_number_that_the_words_say_is_said(text, phone):
    assert says_number(text, phone)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("Leave the house now.", "911"),
        ("The bridge of 1911 is closed.", "911"),
        ("Your request KR-91102 is open.", "911"),
        ("The office is open 9-11 am.", "911"),
        ("Come on 9/11 or 3/11.", "311"),
        ("From 9 to 11, room 1.", "911"),
        ("Fee: 5,550,100 dollars", "555-0100"),
        ("Meet at 55 Mill Road, 50 people, 100 chairs", "555-0100"),
        ("Call 555-01001", "555-0100"),
        ("Anything", ""),
    ],
)
def test_figures_that_only_look_like_it_are_not_the_number(text, phone):
    assert not says_number(text, phone)
