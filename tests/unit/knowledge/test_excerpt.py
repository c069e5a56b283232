"""What of a passage is shown where there is little room."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.excerpt import cut, excerpt
from knowledge.model import Passage

TEXT = (
    "The recycling centre takes glass, paper and metal. It is open on Saturdays from 9 to 5. "
    "Paint and batteries are not taken there. Bring them to the hazardous waste day at https://city.example/hazardous-waste-day instead.\n"
    "You need:\n- a permit for a trailer\n- proof of residence"
)


def passage(text=TEXT, language="en"):
    return Passage("p", "d", "Recycling", text, language=language)


def test_a_passage_that_fits_is_shown_whole():
    assert excerpt(passage(), "anything", 600) == TEXT


@pytest.mark.parametrize(
    ("question", "limit", "shown"),
    [
        ("When is the recycling centre open?", 45, "It is open on Saturdays from 9 to 5."),
        ("Where do I bring old paint?", 60, "Paint and batteries are not taken there."),
        ("Do I need proof of residence?", 30, "- proof of residence"),
        ("What do I need for a trailer?", 60, "You need:\n- a permit for a trailer\n- proof of residence"),
    ],
)
def test_the_sentences_that_answer_are_shown(question, limit, shown):
    assert excerpt(passage(), question, limit) == shown


def test_words_left_out_leave_a_mark():
    text = "Apples are sold here. Nothing to see in this long sentence at all. Pears are not."

    assert excerpt(passage(text), "apples pears", 45) == "Apples are sold here. … Pears are not."


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("one two three", 13, "one two three"),
        ("one two three four", 10, "one two …"),
        ("see https://city.example/a/b/c now", 20, "see …"),
        ("call +1 555 010 0000 today", 14, "call …"),
        ("write to office@city.example today", 22, "write to …"),
        ("常見的資訊安全攻擊手法有哪些", 8, "常見的資訊安 …"),
        ("incomprehensibilities", 10, ""),
        ("anything", 1, ""),
    ],
)
def test_a_cut_never_goes_through_a_word_or_an_address(text, limit, shown):
    assert cut(text, limit) == shown


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=400), question=st.text(max_size=40), limit=st.integers(1, 200))
def test_an_excerpt_never_exceeds_its_limit(text, question, limit):
    assert len(excerpt(passage(text), question, limit)) <= limit
