"""Pages as city websites really are: what of them a resident can be answered from."""

import pytest

from knowledge.base.model import Document
from knowledge.index.passages import split_document
from knowledge.readers.html import parse_html


def passages_of(page):
    """The passages of a page, each with its headings."""
    title, text, _ = parse_html(page if isinstance(page, bytes) else page.encode())
    return [(one.headings, one.text) for one in split_document(Document("d", title, text))]


def words_of(page):
    """All words of a page, a passage after the other."""
    return "\n".join(text for _, text in passages_of(page))


@pytest.mark.parametrize(
    "page",
    [
        "<body class='page-social-services'><h1>Help</h1><p>Ask at the desk.",
        "<main class='social-services'><h1>Help</h1><p>Ask at the desk.",
        "<main><h1>Help</h1><div id='social-security'><p>Ask at the desk.</div>",
        "<main><h1>Help</h1><div class='bike-share'><p>Ask at the desk.</div>",
        "<body class='has-cookie-banner'><h1>Help</h1><p>Ask at the desk.",
        "<main hidden><h1>Help</h1><p>Ask at the desk.",
    ],
    ids=[
        "body of a section",
        "main of a section",
        "social security",
        "bike share",
        "cookies",
        "hidden at first",
    ],
)
def test_a_page_about_social_services_or_bike_share_is_not_taken_for_buttons(page):
    assert words_of(page) == "Ask at the desk."


@pytest.mark.parametrize("slug", ["bike-share", "share-your-idea", "social", "cookie", "pagination"])
def test_a_heading_is_kept_whatever_its_own_words_made_its_id(slug):
    page = f"<main><h1>City</h1><h2 id='{slug}'>A section</h2><p>Words of the section."

    assert passages_of(page) == [(("A section",), "Words of the section.")]


@pytest.mark.parametrize(
    "around",
    [
        "<div class='social'>Follow us</div>",
        "<div class='block-social-media-links'>Follow us</div>",
        "<ul class='menu--social'><li>Follow us</ul>",
        "<div id='share'>Follow us</div>",
        "<div class='share-buttons'>Follow us</div>",
        "<div class='breadcrumb'>Follow us</div>",
        "<div class='region cookie-notice'>Follow us</div>",
        "<h2 class='visually-hidden'>Follow us</h2>",
        "<a class='skip-link' href='#x'>Follow us</a>",
        "<div aria-hidden='true'>Follow us</div>",
        "<div hidden>Follow us</div>",
        "<aside>Follow us</aside>",
        "<noscript>Follow us</noscript>",
        "<button>Follow us</button>",
        "<select><option>Follow us</select>",
        "<!-- Follow us -->",
        "<?php Follow us ?>",
    ],
)
def test_what_stands_around_the_words_of_a_page_is_left_out_and_what_follows_it_stays(around):
    assert words_of(f"<body><p>Before.</p>{around} After.</body>") == "Before.\nAfter."


SAID = "The city’s “pool” costs €5, café included."


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "cp1252"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset='UTF-8'>", "utf-8-sig"),
        ("<meta charset=windows-1252>", "cp1252"),
        ("<meta charset=iso-8859-1>", "cp1252"),
        ("<meta charset='Latin1'>", "cp1252"),
        ("<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", "cp1252"),
        ("<meta charset=iso-8859-1>", "utf-8-sig"),
        ("<meta charset=utf-8>", "utf-16"),
    ],
)
def test_quotes_and_accents_survive_whatever_a_page_says_of_its_encoding(head, encoding):
    page = f"<html><head>{head}</head><body><p>{SAID}</p></body></html>"

    assert words_of(page.encode(encoding)) == SAID


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<ol><li>a<li>b</ol>", ["1. a", "2. b"]),
        ("<ol start=4><li>a<li>b</ol>", ["4. a", "5. b"]),
        ("<ol start=x><li>a</ol>", ["1. a"]),
        ("<ol start=-2><li>a</ol>", ["1. a"]),
        ("<ol start=99999999999><li>a</ol>", ["1. a"]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", ["1. a", "- b", "2. c"]),
        ("<ol><li>a<ol><li>b<li>c</ol><li>d</ol>", ["1. a", "1. b", "2. c", "2. d"]),
        ("<ul><li><p>a</p><p>more</p><li>b</ul>", ["- a more", "- b"]),
        (
            "<ul><li><a href='https://city.example/x'><span>a</span></a></ul>",
            ["- a (https://city.example/x)"],
        ),
        ("<li>no list", ["- no list"]),
    ],
    ids=[
        "numbers",
        "goes on",
        "begins with no number",
        "begins below one",
        "begins endlessly",
        "dashes within",
        "numbers within",
        "paragraphs within",
        "a link within",
        "no list around",
    ],
)
def test_steps_keep_the_numbers_that_the_page_shows(markup, lines):
    assert words_of(f"<main>{markup}</main>").split("\n") == lines


@pytest.mark.parametrize(
    ("terms", "lines"),
    [
        ("<dt>Cost<dd>$5", ["Cost: $5"]),
        ("<dt>Cost:<dd>$5", ["Cost: $5"]),
        ("<dt>Is it free?<dd>No.", ["Is it free? No."]),
        ("<dt>Come in!<dd>At nine.", ["Come in! At nine."]),
        ("<dt>Open</dt><dd>Monday</dd><dd>Friday</dd>", ["Open: Monday", "Friday"]),
        (
            "<div><dt>Cost</dt><dd>$5</dd></div><div><dt>Open</dt><dd>Monday</dd></div>",
            ["Cost: $5", "Open: Monday"],
        ),
    ],
    ids=["a term", "with colon", "a question", "a call", "two answers", "in boxes"],
)
def test_a_list_of_terms_reads_as_words(terms, lines):
    assert words_of(f"<main><dl>{terms}</dl></main>").split("\n") == lines


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("<a href='https://city.example/x'>the form</a>", "See the form (https://city.example/x) now."),
        ("<a href='/x'>the form</a>", "See the form (https://city.example/x) now."),
        ("<a href='../x'>the form</a>", "See the form (https://city.example/x) now."),
        ("<a href='//other.example/x'>the form</a>", "See the form (https://other.example/x) now."),
        ("<a href='mailto:clerk@city.example'>the clerk</a>", "See the clerk (clerk@city.example) now."),
        ("<a href='tel:555-0100'>555-0100</a>", "See 555-0100 now."),
        ("<a href='javascript:go()'>the form</a>", "See the form now."),
        ("<a href='https://city.example/a b'>the form</a>", "See the form now."),
        ("<a name=x>the form</a>", "See the form now."),
        ("<a href='https://city.example/x'><img src=y></a>the form", "See the form now."),
        ("<a href='https://city.example/x'>  the form  </a>", "See the form (https://city.example/x) now."),
    ],
    ids=[
        "whole",
        "from the top",
        "from above",
        "same scheme",
        "mail",
        "telephone",
        "script",
        "a space in it",
        "a place",
        "a picture",
        "spaces",
    ],
)
def test_a_link_is_said_with_an_address_that_works_elsewhere(link, said):
    page = f"<link rel=canonical href='https://city.example/help/'><body><p>See {link} now.</p></body>"

    assert words_of(page) == said


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        (
            "Foo bar baz <a href='https://city.example/x'><div>A card</div>longer text here</a>.",
            ["Foo bar baz", "A card", "longer text here (https://city.example/x)."],
        ),
        (
            "<a href='https://city.example/x'><p>A card</p><p>and its words</p></a>",
            ["A card", "and its words"],
        ),
    ],
)
def test_a_link_around_several_lines_cuts_no_word_in_two(markup, said):
    assert words_of(f"<main>{markup}</main>").split("\n") == said
