"""Fetching from a real server on loopback; and all the ways in which an address may not lead into a private network."""

import ipaddress
import socket

import pytest

from core.errors import UnreadableDocument
from core.loopback import LoopbackAnswer, serve_answers
from knowledge.imports import fetching
from knowledge.imports.batches import take_item
from knowledge.imports.fetching import Fetcher, is_public
from knowledge.index.fake_embedder import FakeEmbedder

PAGE = b"<html lang=en><title>Pool</title><main><h1>Pool</h1><p>The pool is heated to 26 degrees.</p></main>"


def answer(request):
    """A small website with traps."""
    base = f"http://{request.headers['host']}"
    answers = {
        "/pool": (200, {"content-type": "text/html"}, PAGE),
        "/moved": (301, {"location": "/pool"}, b""),
        "/Informaci%C3%B3n%202026": (200, {"content-type": "text/html", "etag": '"é"'}, PAGE),
        "/moved-there": (301, {"location": "/InformaciÃ³n 2026"}, b""),  # UTF-8 as it arrives in a head
        "/elsewhere": (302, {"location": "http://private.example/secret"}, b""),
        "/metadata": (302, {"location": "http://169.254.169.254/latest"}, b""),
        "/file": (302, {"location": "file:///etc/passwd"}, b""),
        "/round": (302, {"location": "/round"}, b""),
        "/large": (200, {"content-type": "text/html"}, b"x" * 300_000),
        "/packed": (200, {"content-encoding": "gzip"}, b"\x1f\x8b"),
        "/picture": (200, {"content-type": "image/png"}, b"\x89PNG"),
        "/sitemap.xml": (
            200,
            {"content-type": "application/xml"},
            f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{base}/pool</loc></url>'
            "<url><loc>http://elsewhere.example/x</loc></url></urlset>".encode(),
        ),
        "/bomb.xml": (
            200,
            {"content-type": "application/xml"},
            b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><urlset><url><loc>&z;</loc></url></urlset>',
        ),
    }
    status, headers, body = answers.get(request.path, (404, {}, b""))
    return LoopbackAnswer(status, body, headers)


@pytest.fixture
def port():
    with serve_answers(answer) as address:
        yield int(address.rpartition(":")[2])


def fetcher(port, **options):
    return Fetcher([f"localhost:{port}", "private.example"], is_allowed=lambda _: True, **options)


def test_a_page_is_fetched_also_where_it_has_moved_to(port):
    for path in ("/pool", "/moved"):
        found = fetcher(port).fetch(f"http://localhost:{port}{path}")
        assert (found.data, found.suffix, found.url) == (PAGE, ".html", f"http://localhost:{port}/pool")


@pytest.mark.parametrize("path", ["/Información 2026", "/Informaci%C3%B3n%202026", "/moved-there"])
def test_accents_and_spaces_are_asked_for_as_a_browser_does(port, path):
    found = fetcher(port).fetch(f"http://localhost:{port}{path}")
    assert found.data == PAGE
    assert fetcher(port).fetch(f"http://localhost:{port}{path}", found.validators).data == PAGE


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nothing", "404"),
        ("/metadata", "not on the list"),
        ("/file", "not a web address"),
        ("/round", "without end"),
        ("/large", "larger"),
        ("/packed", "packed"),
    ],
)
def test_what_cannot_be_fetched_says_why(port, path, reason):
    with pytest.raises(UnreadableDocument, match=reason):
        fetcher(port, most_bytes=200_000).fetch(f"http://localhost:{port}{path}")


def test_a_server_that_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UnreadableDocument, match="too long"):
            fetcher(port, seconds=0.2).fetch(f"http://localhost:{port}/")


def test_an_address_inside_is_refused_even_where_its_host_is_on_the_list(port):
    guarded = Fetcher([f"localhost:{port}", f"127.0.0.1:{port}"])
    for host in ("localhost", "127.0.0.1"):
        with pytest.raises(UnreadableDocument, match="private network"):
            guarded.fetch(f"http://{host}:{port}/pool")


def test_a_redirect_to_a_name_that_means_an_inside_address_is_refused(port, monkeypatch):
    names = {"localhost": "93.184.216.34", "private.example": "10.0.0.7"}
    monkeypatch.setattr(fetching, "_resolved_addresses", lambda host, _port: [names[host]])
    asked = []

    def only_public(address):
        asked.append(str(address))
        return is_public(address)

    guarded = Fetcher(["private.example"], is_allowed=only_public)
    with pytest.raises(UnreadableDocument, match="private network"):
        guarded.fetch("http://private.example/secret")
    assert asked == ["10.0.0.7"]


def test_a_name_that_answers_otherwise_the_second_time_changes_nothing(port, monkeypatch):
    """DNS rebinding: the address that was looked at is the one that is connected to; the name is not asked again."""
    answers = iter([["127.0.0.1"]])
    monkeypatch.setattr(fetching, "_resolved_addresses", lambda _host, _port: next(answers))
    allowed = ipaddress.ip_address("127.0.0.1")
    once = Fetcher([f"rebinding.example:{port}"], is_allowed=lambda address: address == allowed)

    assert once.fetch(f"http://rebinding.example:{port}/pool").data == PAGE


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
        "fec0::1",
        "feff:ffff::1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "64:ff9b:1:ffff::5db8:d822",
        "2002:a00:1::1",
        "2002:5db8:d822::1",
        "2001::1",
        "2001:0:5db8:d822::f5ff:fffe",
        "::7f00:1",
        "::5db8:d822",
        "::ffff:169.254.169.254",
        "::ffff:100.64.0.1",
        "2606:2800:220:1::5efe:a00:1",
        "2606:2800:220:1:200:5efe:192.168.0.1",
        "2001:db8::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "3fff::1",
        "3ffe::1",
        "100::1",
        "5f00::1",
        "4000::1",
        "fdff::1",
        "fe80::1%eth0",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "239.255.255.250",
        "172.31.255.255",
        "100.127.255.255",
    ],
)
def test_private_addresses_are_told_in_every_disguise(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "100.63.255.255",
        "172.32.0.1",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2a00:1450:4001::1",
        "2001:4860:4860::8888",
        "64:ff9b::5db8:d822",
        "::ffff:93.184.216.34",
        "2606:2800:220:1::5efe:5db8:d822",
    ],
)
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://city.example/a", True),
        ("https://CITY.example./a", True),
        ("https://www.city.example/a", False),
        ("https://a.parks.example/a", True),
        ("https://parks.example/a", False),
        ("https://notparks.example/a", False),
        ("https://city.example:8443/a", False),
        ("https://other.example:8443/a", True),
        ("https://other.example/a", False),
        ("https://city.example@evil.example/", False),
        ("https://user@city.example/", False),
        ("ftp://city.example/a", False),
        ("file:///etc/passwd", False),
        ("gopher://city.example", False),
        ("https://", False),
        ("https://[", False),
        ("https://city.example:99999/", False),
        ("city.example", False),
    ],
)
def test_only_named_hosts_may_be_fetched(url, allowed):
    check = Fetcher(["city.example", "*.parks.example", "other.example:8443"]).check
    if allowed:
        check(url)
        return
    with pytest.raises(UnreadableDocument):
        check(url)


def taken(port, source, tmp_path):
    return take_item(source, source, folder=tmp_path, fetcher=fetcher(port), embedders=[FakeEmbedder()])


def test_a_fetched_page_becomes_a_document_with_its_address(port, tmp_path):
    (document,) = taken(port, f"page:http://localhost:{port}/moved", tmp_path).documents

    assert (document.title, document.url) == ("Pool", f"http://localhost:{port}/pool")
    assert not list((tmp_path / "incoming").iterdir())


def test_a_sitemap_gives_its_pages_and_names_what_is_elsewhere(port, tmp_path):
    items = taken(port, f"sitemap:http://localhost:{port}/sitemap.xml", tmp_path).items

    assert [item.source.partition(":")[0] for item in items] == ["page", "page"]
    assert items[0].refused is None
    assert items[1].refused.code == "host_not_listed"


@pytest.mark.parametrize(
    ("source", "reason"),
    [("sitemap:/bomb.xml", "entities"), ("sitemap:/pool", "sitemap"), ("page:/picture", "not read")],
)
def test_what_is_no_document_or_a_bomb_says_why(port, tmp_path, source, reason):
    kind, _, path = source.partition(":")
    assert reason in str(taken(port, f"{kind}:http://localhost:{port}{path}", tmp_path).refused)
