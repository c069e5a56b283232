"""Addresses of a site: one way of writing for all of them, and what staff leave out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import UnreadableDocument
from knowledge.readers.page_links import find_links
from knowledge.readers.sitemap import MOST_ADDRESSES, parse_sitemap
from knowledge.sites.addresses import is_left_out, likely_hosts, plain_address
from knowledge.sites.sites import BadSite, SiteWishes, checked_wishes, last_hour, next_hour


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("https://City.Example", "https://city.example/"),
        ("https://city.example:443/a#top", "https://city.example/a"),
        ("http://city.example:8080/a", "http://city.example:8080/a"),
        ("https://city.example/a?utm_source=x&id=3&fbclid=y", "https://city.example/a?id=3"),
        ("https://city.example/a;jsessionid=12AB?x=1", "https://city.example/a?x=1"),
        ("https://city.example/a?x", "https://city.example/a?x"),
        (" https://city.example./a ", "https://city.example/a"),
        ("ftp://city.example/a", ""),
        ("https://ana@city.example/", ""),
        ("mailto:ana@city.example", ""),
        ("https://city.example/Budget 2026.pdf", "https://city.example/Budget%202026.pdf"),
        ("https://city.example/Budget%202026.pdf", "https://city.example/Budget%202026.pdf"),
        ("https://city.example/Información?q=año", "https://city.example/Informaci%C3%B3n?q=a%C3%B1o"),
        ("https://city.example/停车", "https://city.example/%E5%81%9C%E8%BD%A6"),
        ("https://[", ""),
        ("https://city.example:99999/", ""),
        (f"https://city.example/{'a' * 600}", ""),
        ("", ""),
    ],
)
def test_an_address_is_written_in_one_way(written, plain):
    assert plain_address(written) == plain


@pytest.mark.parametrize(
    ("pattern", "address", "left_out"),
    [
        ("/calendar/", "/calendar/2026/06", True),
        ("/calendar/", "/es/calendar/2026", True),
        ("/calendar/", "/calendars", False),
        ("?print=", "/a?print=1", True),
        ("?print=", "/a?id=1&print=1", True),
        ("?print=", "/a?reprint=1", False),
        ("/news/2019*", "/news/2019-03", True),
        ("/archive$", "/archive", True),
        ("/archive$", "/archive/1", False),
        ("/node/*/edit", "/node/12/edit", True),
        ("/node/*/edit", "/node/edit", False),
        ("/CALENDAR/", "/calendar/1", True),
        ("*", "/a", False),
        ("/información/", "/Informaci%C3%B3n/a", True),
        ("/a%20b", "/A%20b.pdf", True),
        ("city.example", "/a", False),
    ],
)
def test_patterns_stand_anywhere_behind_the_host(pattern, address, left_out):
    assert is_left_out(f"https://city.example{address}", [pattern]) is left_out


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("https://city.example/", ("city.example", "www.city.example")),
        ("https://www.city.example/a", ("www.city.example", "city.example")),
        ("https://city.example:8443/", ("city.example:8443", "www.city.example:8443")),
        ("http://localhost:8000/", ("localhost:8000", "www.localhost:8000")),
        ("http://93.184.216.34/", ("93.184.216.34",)),
    ],
)
def test_a_site_is_taken_with_and_without_www(address, hosts):
    assert likely_hosts(address) == hosts


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        (SiteWishes("city.example"), "address"),
        (SiteWishes("https://city.example", hosts=("not a host",)), "hosts"),
        (SiteWishes("https://city.example", hosts=("https://a.example",)), "hosts"),
        (SiteWishes("https://city.example", most_pages=0), "most_pages"),
        (SiteWishes("https://city.example", hour=24), "most_pages"),
    ],
)
def test_wishes_that_cannot_be_kept_say_which_field(wishes, field):
    with pytest.raises(BadSite) as error:
        checked_wishes(wishes)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-06-01T08:00+00:00", "2026-06-01T07:00+00:00"),
        ("2026-06-01T06:59+00:00", "2026-05-31T07:00+00:00"),
        ("2026-03-08T12:00+00:00", "2026-03-08T07:00+00:00"),  # the night in which clocks go forward
        ("2026-11-01T12:00+00:00", "2026-11-01T08:00+00:00"),
    ],
)
def test_the_hour_is_the_citys(now, last):
    zone = ZoneInfo("America/New_York")
    assert last_hour(datetime.fromisoformat(now), 3, zone).astimezone(UTC) == datetime.fromisoformat(last)
    assert next_hour(datetime.fromisoformat(now), 3, zone) > datetime.fromisoformat(now)


def test_links_are_whole_addresses_of_pages():
    page = (
        b'<html><head><base href="/parks/"><link rel="canonical" href="pool"></head><body>'
        b'<a href="fees.pdf#p2">Fees</a><a href="tel:555">Call</a><a href="/x" rel="nofollow">X</a>'
        b'<a href="fees.pdf#p2">Again</a><a href="http://[">Broken</a><a name="top">Top</a></body></html>'
    )
    assert find_links(page, "https://city.example/a") == {
        "links": ["https://city.example/parks/fees.pdf#p2"],
        "canonical": "https://city.example/parks/pool",
        "unlisted": False,
    }


@pytest.mark.parametrize(
    ("wish", "links", "unlisted"),
    [
        ("index, follow", 1, False),
        ("noindex", 1, True),
        ("NOINDEX,NOFOLLOW", 0, True),
        ("none", 0, True),
        ("nofollow", 0, False),
        ("max-image-preview:large", 1, False),
    ],
)
def test_what_a_page_asks_of_programs_counts(wish, links, unlisted):
    page = f'<meta name="Robots" content="{wish}"><a href="/x">X</a>'.encode()
    found = find_links(page, "https://city.example/a")
    assert (len(found["links"]), found["unlisted"]) == (links, unlisted)


def test_a_plain_list_is_a_sitemap_and_a_page_is_none():
    found = parse_sitemap(
        b"\xef\xbb\xbfhttps://city.example/a\r\n\r\nhttps://city.example/b\r\nno address\r\n"
    )
    assert found == {
        "addresses": ["https://city.example/a", "https://city.example/b"],
        "sitemaps": [],
        "more": False,
    }
    with pytest.raises(UnreadableDocument):
        parse_sitemap(b"Not found")


def test_of_a_sitemap_with_very_many_pages_the_first_are_taken():
    places = "".join(f"<url><loc>https://city.example/{at}</loc></url>" for at in range(MOST_ADDRESSES + 10))
    found = parse_sitemap(f"<urlset>{places}</urlset>".encode())
    assert (len(found["addresses"]), found["more"]) == (MOST_ADDRESSES, True)


def test_links_with_spaces_and_accents_lead_where_a_browser_goes():
    page = '<a href="/files/Budget 2026.pdf">Budget</a><a href="Información">Information</a>'.encode()
    assert find_links(page, "https://city.example/a")["links"] == [
        "https://city.example/files/Budget%202026.pdf",
        "https://city.example/Informaci%C3%B3n",
    ]
