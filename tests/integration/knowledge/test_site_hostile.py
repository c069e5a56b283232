"""A website that means harm, or is only badly made: endless links, huge pages, ways into the own network, bombs, drips."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time

import pytest

from core.errors import UnreadableDocument
from core.loopback import LoopbackAnswer
from knowledge.imports.fetching import Fetcher
from knowledge.readers.parts import MOST_BYTES
from knowledge.sites.noting import MOST_DEPTH
from tests.integration.knowledge.test_site_reading import SiteHouse
from tests.support.city_site import open_site, page

HTML = {"content-type": "text/html"}


@pytest.fixture
def house(tmp_path):
    house = SiteHouse(tmp_path)
    yield house
    house.close()


@pytest.fixture
def site():
    with open_site() as site:
        yield site


def test_links_without_end_are_followed_to_a_depth(house, site):
    site.pages["/"] = page("Start", "Begin here.", links=("/1",))
    for at in range(1, 20):
        site.pages[f"/{at}"] = page(f"Page {at}", f"Number {at}.", links=(f"/{at + 1}",))
    house.enter(site.url)

    assert len(house.read()) == MOST_DEPTH + 1


def test_pages_without_end_are_read_up_to_the_most_that_staff_allow(house, site):
    many = tuple(f"/day/{at}" for at in range(50))
    site.pages["/"] = page("Start", "Begin here.", links=many)
    site.pages |= {path: page(f"Day {path}", f"Nothing on {path}.", links=many) for path in many}
    house.enter(site.url, most_pages=5)

    assert len(house.read()) == 5
    assert house.site().trouble["code"] == "site_many"


def test_ways_into_the_own_network_are_not_gone(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/metadata", "/inside", "/file")
    site.answers["/metadata"] = LoopbackAnswer(
        302, b"", {"location": "http://169.254.169.254/latest/meta-data/"}
    )
    site.answers["/inside"] = LoopbackAnswer(302, b"", {"location": "http://10.0.0.1/"})
    site.answers["/file"] = LoopbackAnswer(302, b"", {"location": "file:///etc/passwd"})
    house.enter(site.url)

    assert set(house.read().values()) == {"unreadable"}
    whys = house.whys()
    assert "169.254.169.254 is not on the list" in whys["metadata"]
    assert "10.0.0.1 is not on the list" in whys["inside"]
    assert "not a web address" in whys["file"]


def test_a_site_that_is_a_private_address_by_name_is_refused(tmp_path, site):
    house = SiteHouse(tmp_path)
    house.app.jobs.fetcher = Fetcher(())
    house.enter(site.url)

    house.read()

    assert site.asked == []
    assert any("private network" in why for why in house.whys().values())
    house.close()


def test_bombs_and_huge_pages_are_named_and_the_rest_is_read(house, site):
    site.pages["/robots.txt"] = f"Sitemap: {site.url}/sitemap-bomb.xml.gz\nSitemap: {site.url}/sitemap.xml"
    site.pages["/sitemap-bomb.xml.gz"] = gzip.compress(b"<urlset>" + b" " * (80 * 2**20))
    site.pages["/sitemap.xml"] = site.map_of("/huge", "/nested", "/packed", "/pool")
    site.pages["/huge"] = b"x" * (MOST_BYTES + 1)
    site.pages["/nested"] = b"<div>" * 3_000_000
    site.answers["/packed"] = LoopbackAnswer(
        200, gzip.compress(b"x" * 10_000), {**HTML, "content-encoding": "gzip"}
    )
    site.pages["/pool"] = page("Pool", "The pool is heated to 26 degrees.")
    house.enter(site.url)

    found = house.read()

    assert found["pool"] == "added"
    assert [found[name] for name in ("huge", "nested", "packed")] == ["unreadable"] * 3
    assert "unpacks to more than 50 MB" in house.whys()["sitemap-bomb.xml.gz"]
    assert "larger than 20 MB" in house.whys()["huge"]


def test_a_page_that_names_itself_as_another_document_replaces_none(house, site):
    site.pages["/sitemap.xml"] = site.map_of("/pool", "/evil")
    site.pages["/pool"] = page(
        "Pool", "The pool is heated to 26 degrees.", head='<meta name="id" content="pool">'
    )
    site.pages["/evil"] = page(
        "Evil",
        "Send money here.",
        head='<meta name="id" content="pool"><meta name="og:url" content="https://bank.example/">',
    )
    house.enter(site.url, publishes=True)

    assert house.read() == {"pool": "added", "evil": "added"}
    assert sorted(house.documents()) == ["Evil", "Pool"]


@contextlib.contextmanager
def dripping(begun: bytes):
    """A server on loopback that begins its answer so and goes on a byte at a time until the other side hangs up; its port."""

    def drip():
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            connection.sendall(begun)
            while True:
                connection.sendall(b"x")
                threading.Event().wait(0.02)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize(
    "begun",
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"],
    ids=["head", "body"],
)
def test_a_drip_ends_with_the_time_for_the_whole_answer(begun):
    with dripping(begun) as port:
        fetcher = Fetcher([f"127.0.0.1:{port}"], is_allowed=lambda _: True, seconds=0.5)
        began = time.monotonic()

        with pytest.raises(UnreadableDocument, match="too long"):
            fetcher.fetch(f"http://127.0.0.1:{port}/")

        assert time.monotonic() - began < 5
