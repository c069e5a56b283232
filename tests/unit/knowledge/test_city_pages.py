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
