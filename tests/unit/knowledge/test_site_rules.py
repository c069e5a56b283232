"""What a website asks of programs that read it: robots.txt as RFC 9309 has it."""

import pytest

from knowledge.sites.robots import parse_robots

DRUPAL = """
# robots.txt
User-agent: *
Crawl-delay: 10
Allow: /core/*.css$
Disallow: /core/
Disallow: /search
Disallow: /*?print=
Disallow: /node/*/edit$
Disallow: /b%C3%BCcher
Sitemap: https://city.example/sitemap.xml
sitemap:https://city.example/es/sitemap.xml # Spanish
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/parks", True),
        ("/core/install.php", False),
        ("/core/themes/a.css", True),
        ("/core/themes/a.css?v=1", False),
        ("/search", False),
        ("/searching", False),
        ("/Search", True),
        ("/parks?print=1", False),
        ("/parks?page=2", True),
        ("/node/12/edit", False),
        ("/node/12/edit/more", True),
        ("/bücher", False),
        ("/b%c3%bccher/1", False),
        ("/robots.txt", True),
    ],
)
def test_rules_speak_of_paths(path, allowed):
    assert parse_robots(DRUPAL).allow(f"https://city.example{path}") is allowed


def test_sitemaps_and_the_pause_are_read_wherever_they_stand():
    rules = parse_robots(DRUPAL)
    assert rules.sitemaps == ("https://city.example/sitemap.xml", "https://city.example/es/sitemap.xml")
    assert rules.delay == 10


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Cityline\nDisallow: /b", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: cityline/1.0\nDisallow: /a", False),
        ("User-agent: Other\nUser-agent: Cityline\nDisallow: /a", False),
        ("User-agent: Other\nDisallow: /a", True),
        ("User-agent: Cityline\nDisallow: /x\nUser-agent: CITYLINE\nDisallow: /a", False),
        ("\ufeffUSER-AGENT : *\nDISALLOW : /a", False),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", True),
        ("<!DOCTYPE html><p>Not found: a page</p>", True),
    ],
)
def test_the_group_for_us_goes_before_the_one_for_anybody(text, allowed):
    assert parse_robots(text).allow("https://city.example/a") is allowed


@pytest.mark.parametrize(("said", "seconds"), [("5", 5), ("0.5", 0.5), ("-3", 0), ("soon", 0), ("1e9", 0)])
def test_a_pause_that_is_none_counts_for_nothing(said, seconds):
    assert parse_robots(f"User-agent: *\nCrawl-delay: {said}").delay == seconds


def test_many_stars_cost_no_time():
    rules = parse_robots(f"User-agent: *\nDisallow: /{'*a' * 1000}b$")
    assert rules.allow(f"https://city.example/{'a' * 400}")
