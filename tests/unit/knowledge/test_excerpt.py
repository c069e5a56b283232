"""What of a passage is shown where there is little room."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.base.model import Passage
from knowledge.search.excerpt import cut_text, make_excerpts, within_limit

TEXT = (
    "The recycling centre takes glass, paper and metal. It is open on Saturdays from 9 to 5. "
    "Paint and batteries are not taken there. Bring them to the hazardous waste day at https://city.example/hazardous-waste-day instead.\n"
    "You need:\n- a permit for a trailer\n- proof of residence"
)


def passage(text=TEXT, language="en"):
    return Passage("p", "d", "Recycling", text, language=language)


def test_a_passage_that_fits_is_shown_whole():
    assert make_excerpts(passage(), "anything", within_limit(600)) == [TEXT]


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
    assert make_excerpts(passage(), question, within_limit(limit))[0] == shown


def test_words_left_out_leave_a_mark():
    text = "Apples are sold here. Nothing to see in this long sentence at all. Pears are not."

    assert (
        make_excerpts(passage(text), "apples pears", within_limit(45))[0]
        == "Apples are sold here. … Pears are not."
    )


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
    assert cut_text(text, within_limit(limit)) == shown


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=400), question=st.text(max_size=40), limit=st.integers(1, 200))
def test_an_excerpt_never_exceeds_its_limit(text, question, limit):
    assert all(len(piece) <= limit for piece in make_excerpts(passage(text), question, within_limit(limit)))


@pytest.mark.parametrize(
    ("question", "limit", "pieces"),
    [
        (
            "When is the recycling centre open?",
            100,
            [
                "It is open on Saturdays from 9 to 5. Paint and batteries are not taken there.",
                "The recycling centre takes glass, paper and metal.",
                "Bring them to the hazardous waste day at https://city.example/hazardous-waste-day instead.",
                "You need:\n- a permit for a trailer\n- proof of residence",
            ],
        ),
    ],
)
def test_what_is_left_follows_in_its_own_order(question, limit, pieces):
    assert make_excerpts(passage(), question, within_limit(limit)) == pieces


def test_a_sentence_without_room_goes_on_in_the_next_piece():
    text = "Bring the old paint, the batteries and the lamps to the depot at the harbour."

    assert make_excerpts(passage(text), "paint", within_limit(32)) == [
        "Bring the old paint, the …",
        "batteries and the lamps to the …",
        "depot at the harbour.",
    ]


def test_a_list_item_is_shown_with_the_line_that_introduces_it():
    text = "Open daily.\nFor a trailer you need:\n- a permit\nNothing else is asked."

    assert (
        make_excerpts(passage(text), "permit", within_limit(40))[0] == "For a trailer you need:\n- a permit"
    )


@settings(max_examples=60, deadline=None)
@given(text=st.text("ab. \n", min_size=1, max_size=300), limit=st.integers(12, 60))
def test_no_word_is_lost_between_the_pieces(text, limit):
    shown = " ".join(make_excerpts(passage(text), "a", within_limit(limit)))

    if all(len(word) < limit - 2 for word in text.split()):
        assert sorted("".join(shown.split()).replace("…", "")) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("what does the license for my dog cost", "$12 for"),
        ("license cost", "$12 for"),
        ("are guide dogs free", "Guide dogs"),
    ],
    ids=["heading and title", "heading alone", "more than the heading"],
)
def test_a_question_that_the_heading_and_the_title_say_is_answered_from_the_beginning(question, begins):
    text = (
        "$12 for one that is fixed, $25 for one that is not. There is a late fee of $10. "
        "Guide dogs are free, and so is the first dog of anybody who is 65 or older."
    )
    headings = ("What does a license cost?",)
    passage = Passage("p", "d", "Dog licenses", text, headings=headings, language="en")

    assert make_excerpts(passage, question, within_limit(90))[0].startswith(begins)


ROW = "Fence permit for houses: Resident $40; Other town $65; Express by mail 120 dollars; Deposit, given back € 15"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        (ROW, 42, "Fence permit for houses: Resident $40 …"),
        (ROW, 52, "Fence permit for houses: Resident $40 …"),
        (ROW, 75, "Fence permit for houses: Resident $40; Other town $65 …"),
        (
            ROW,
            107,
            "Fence permit for houses: Resident $40; Other town $65; Express by mail 120 dollars; Deposit …",
        ),
        ("A dog costs a fee. The licence for a year is $15 and is due in May.", 47, "A dog costs a fee. …"),
        ("رسوم الكلب سنوية؛ ورسوم القط 25 دولارا", 31, "رسوم الكلب سنوية؛ …"),
        ("The licence for a year is $15 and is due in May.", 27, "The licence for a year is …"),
        ("Call on weekdays from 9 to 5 and ask for the clerk", 24, "Call on weekdays from …"),
    ],
    ids=[
        "fits",
        "before a price",
        "before a number",
        "a price in euros",
        "a sentence",
        "Arabic",
        "no other end",
        "hours",
    ],
)
def test_a_cut_does_not_stop_before_a_price_that_its_clause_names(text, limit, shown):
    assert cut_text(text, within_limit(limit)) == shown
