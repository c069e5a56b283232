"""The search over what was said: what a query asks for, what is marked, and how a long line is cut."""

from __future__ import annotations

import pytest

from conversation.staff.search import (
    CONTEXT_LENGTH,
    LONGEST_QUERY,
    MOST_WORDS,
    Term,
    has_terms,
    marked_pieces,
    read_terms,
)


def words(*each):
    return tuple(Term((word,)) for word in each)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("pothole", words("pothole")),
        ("  broken   lamp ", words("broken", "lamp")),
        ("POTHOLE", words("pothole")),
        ("Camión", words("camion")),
        ("pot*", (Term(("pot",), begins=True),)),
        ('"broken lamp"', (Term(("broken", "lamp")),)),
        ("“broken lamp”", (Term(("broken", "lamp")),)),
        ('street "broken lamp" park', (*words("street"), Term(("broken", "lamp")), *words("park"))),
        ('"pot"*', words("pot")),
        ('"broken', words("broken")),
        ("water-main", (Term(("water", "main")),)),
        ("water-ma*", (Term(("water", "ma"), begins=True),)),
        ("a OR b NOT c", words("a", "or", "b", "not", "c")),
        ("text:secret", (Term(("text", "secret")),)),
        ("under_score", (Term(("under", "score")),)),
        ("NEAR(a b)", (Term(("near", "a")), *words("b"))),
        ("٣", words("3")),
    ],
)
def test_words_are_words_and_never_a_query_language(query, terms):
    assert read_terms(query) == terms


@pytest.mark.parametrize("query", ["", "   ", '""', "*", "?!", '"', "___", "' -- ;"])
def test_a_query_without_words_asks_for_nothing(query):
    assert read_terms(query) == ()


def test_a_long_query_is_cut_and_still_read():
    assert len(read_terms(" ".join(f"w{number}" for number in range(100)))) == MOST_WORDS
    assert [len(term.words) for term in read_terms(f'"{"a " * 90}"')] == [MOST_WORDS]
    assert read_terms("x" * (LONGEST_QUERY + 50)) == words("x" * LONGEST_QUERY)


@pytest.mark.parametrize(
    ("said", "query", "found"),
    [
        ("The street lamp is broken.", "lamp broken", True),
        ("The street lamp is broken.", "lamp gone", False),
        ("The street lamp is broken.", '"lamp is broken"', True),
        ("The street lamp is broken.", '"lamp broken"', False),
        ("The street lamp is broken.", "bro*", True),
        ("The street lamp is broken.", "bro", False),
        ("water main", "water-ma*", True),
        ("waters main", "water-ma*", False),
        ("El CAMIÓN", "camion", True),
        ("lamp", '"lamp lamp"', False),
        ("call [number hidden]", "555", False),
        ("", "lamp", False),
    ],
)
def test_a_line_has_what_is_looked_for_when_every_term_stands_in_it(said, query, found):
    assert has_terms(said, read_terms(query)) is found


def marked(said, query):
    """The text with brackets around what is marked."""
    return "".join(f"[{part}]" if hit else part for part, hit in marked_pieces(said, read_terms(query)))


@pytest.mark.parametrize(
    ("said", "query", "shown"),
    [
        ("The lamp is out.", "lamp", "The [lamp] is out."),
        ("Lamp, LAMP; lamps", "lamp", "[Lamp], [LAMP]; lamps"),
        ("Lamp, LAMP; lamps", "lamp*", "[Lamp], [LAMP]; [lamps]"),
        ("El camión llegó", "camion", "El [camión] llegó"),
        ("lamp", "lamp", "[lamp]"),
        ("no such thing", "lamp", "no such thing"),
        ("", "lamp", ""),
        ("street lamp", '"street lamp"', "[street] [lamp]"),
        (
            "The water main and waterworks maintained",
            "water-ma*",
            "The [water] [main] and waterworks [maintained]",
        ),
    ],
    ids=[
        "a word",
        "whole words",
        "a beginning",
        "accents",
        "alone",
        "nothing",
        "empty",
        "a phrase",
        "its last word",
    ],
)
def test_what_was_looked_for_is_marked_as_it_was_written(said, query, shown):
    assert marked(said, query) == shown


def test_the_pieces_of_a_short_line_are_the_whole_line():
    said = "A lamp, another lamp and a third LAMP!"
    assert "".join(part for part, _ in marked_pieces(said, words("lamp"))) == said


def test_a_long_line_is_cut_around_the_first_hit():
    shown = marked(f"{'before ' * 100}lamp{' behind' * 100}", "lamp")
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "[lamp]" in shown
    assert len(shown) == 2 * CONTEXT_LENGTH + len("…[]…")
    assert shown.index("[lamp]") == CONTEXT_LENGTH // 2 + 1


def test_a_long_line_without_a_hit_shows_how_it_begins():
    assert marked("word " * 200, "lamp") == ("word " * 200)[: 2 * CONTEXT_LENGTH] + "…"


def test_a_hit_that_the_cut_goes_through_is_not_marked_and_not_doubled():
    said = "lamp " + "x" * (2 * CONTEXT_LENGTH - 7) + " lamp and more"
    shown = marked(said, "lamp")
    assert shown == "[lamp] " + "x" * (2 * CONTEXT_LENGTH - 7) + " l…"


def test_a_word_longer_than_the_cut_is_shown_in_part():
    assert marked("x" * 1000, "x*") == "x" * 2 * CONTEXT_LENGTH + "…"
