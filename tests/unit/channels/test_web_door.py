"""The rest of the web door: limits, origins, languages, links in text, the catalogue, and the city in memory."""

from __future__ import annotations

import gzip
import re
import string
from dataclasses import fields

import pytest

from channels.networks import is_loopback
from channels.web.assets import FOLDER
from channels.web.chat import CLIENT_PLACES, ProfileShown
from channels.web.errors import STATUS, WebRefusal
from channels.web.fake import EchoCity, MemoryMedia
from channels.web.limits import Bucket, Buckets, ConnectionPlaces, WebLimits, network_of
from channels.web.pages import is_web, linked_text, phone_digits
from core.errors import BadUpload
from core.model import Reply
from core.texts import load_texts
from tests.support.builders import inbound
from tests.support.languages import EVERY_LANGUAGE
from tests.support.web_chat import PHONES_IN_TEXTS, build_chat

TEXTS = load_texts()
WIDGET_BYTES = 20 * 1024


class Seconds:
    """A clock of seconds that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate():
    clock = Seconds()
    bucket = Bucket(5, 3, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now = 0.2
    assert [bucket.take() for _ in range(2)] == [True, False]
    assert bucket.wait == 1


@pytest.mark.parametrize("rate", [0.7, 1.0, 60 / 3600, 3.0, 5.0])
def test_who_waits_as_long_as_told_is_let_in(rate):
    clock = Seconds()
    bucket = Bucket(rate, 1, clock)
    for _ in range(5):
        assert bucket.take()
        clock.now += 0.3 / rate
        assert not bucket.take()
        clock.now += bucket.wait + 1e-9  # fractions of a second add up to almost whole ones


def test_buckets_of_strangers_do_not_touch():
    buckets = Buckets(1, 1, Seconds())
    assert [buckets.of(name).take() for name in ("anna", "bert", "anna")] == [True, True, False]


def test_only_so_many_buckets_are_kept(monkeypatch):
    monkeypatch.setattr("channels.web.limits.MAX_KEPT", 3)
    buckets = Buckets(1, 1, Seconds())
    for name in "abcab":
        buckets.of(name)
    buckets.of("d")
    assert list(buckets.kept) == ["a", "b", "d"]


def test_places_are_taken_and_given_back():
    places = ConnectionPlaces()
    one, other = {"": 3, "a": 2}, {"": 3, "b": 2}
    assert [places.enter(one) for _ in range(3)] == [True, True, False]
    assert [places.enter(other) for _ in range(2)] == [True, False]
    places.leave(one)
    assert places.enter(one)
    for seat in (one, one, other):
        places.leave(seat)
    assert not places.taken


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_household_is_counted_as_one(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("::ffff:192.0.2.7", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_this_machine_is_known(address, loopback):
    assert is_loopback(address) is loopback


def test_new_conversations_of_others_are_counted_and_ours_are_not():
    chat = build_chat(limits=WebLimits(session_burst=1))
    for _ in range(5):
        chat.count_session("127.0.0.1")
    chat.count_session("192.0.2.7")
    with pytest.raises(WebRefusal) as refused:
        chat.count_session("192.0.2.7")
    assert (refused.value.code, refused.value.retry_after) == ("too_many", 60)


def test_every_limit_is_above_nothing():
    limits = WebLimits()
    assert all(getattr(limits, name.name) for name in fields(limits))


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ((), "en"),
        (("es",), "es"),
        (("es-MX,es;q=0.9,en;q=0.8",), "es"),
        (("fr-FR, es;q=0.5",), "es"),
        ((None, "ES"), "es"),
        (("fr",), "en"),
        (("", "*"), "en"),
    ],
)
def test_the_nearest_language_is_taken(wishes, language):
    assert build_chat().language(*wishes) == language


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://chat.city.example", True),
        ("https://chat.city.example", True),
        ("https://www.city.example", True),
        ("http://www.city.example", False),
        ("https://www.city.example.evil.example", False),
        ("https://chat.city.example:444", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_and_allowed_origins_talk_to_us(origin, allowed):
    chat = build_chat(allowed_origins=("https://www.city.example",))
    assert chat.origin_allowed(origin, "chat.city.example") is allowed


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & 'c'", "a &lt;b&gt; &amp; &#39;c&#39;"),
        (
            "See https://city.example/a?b=1&c=2.",
            'See <a href="https://city.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">https://city.example/a?b=1&amp;c=2</a>.',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('https://x.example/"onclick="alert(1)', None),
        ("", ""),
    ],
)
def test_text_is_escaped_and_its_addresses_made_links(text, html):
    made = str(linked_text(text))
    if html is None:
        assert not re.search(r"<a[^>]*onclick", made)
    else:
        assert made == html


@pytest.mark.parametrize(("text", "numbers"), PHONES_IN_TEXTS)
def test_telephone_numbers_can_be_pressed(text, numbers):
    assert re.findall(r'<a href="tel:([+\d]+)"', str(linked_text(text))) == numbers


def test_the_words_around_a_number_stay_as_they_are():
    made = str(linked_text("Call 555-0142 & say <hello>."))
    assert made == 'Call <a href="tel:5550142" dir="ltr">555-0142</a> &amp; say &lt;hello&gt;.'


@pytest.mark.parametrize(
    ("address", "yes"),
    [("https://a", True), ("HTTP://a", True), ("javascript:alert(1)", False), ("//a", False), ("", False)],
)
def test_only_web_addresses_become_links(address, yes):
    assert is_web(address) is yes


def test_a_number_to_call_is_only_digits():
    assert phone_digits("+1 (555) 010-0999 ext") == "+15550100999"


def places_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


WEB_KEYS = sorted(key for key in TEXTS.sentences["en"] if key.startswith("web."))


@pytest.mark.parametrize("key", WEB_KEYS)
def test_every_text_stands_in_every_language_with_the_same_places(key):
    places = {language: places_in(sentences[key]) for language, sentences in TEXTS.sentences.items()}
    known = {"city", "phone", "emergency", *CLIENT_PLACES}
    assert len({frozenset(found) for found in places.values()} | {frozenset()}) <= 2
    assert set().union(*places.values()) <= known


@pytest.mark.parametrize("code", STATUS)
@EVERY_LANGUAGE
def test_every_refusal_has_a_sentence(code, language):
    assert build_chat().say(f"error_{code}", language)


def test_the_widget_weighs_at_most_twenty_kilobytes_compressed():
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in FOLDER.glob("*.js")) <= WIDGET_BYTES


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_no_file_of_the_widget_names_a_third_party_or_makes_markup_from_text(file):
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://[a-z]", text)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
    )


def test_every_text_that_the_widget_says_is_in_the_catalogue():
    scripts = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.js"))
    said = set(re.findall(r'say\("(\w+)"', scripts)) | set(re.findall(r'"data-label": "(\w+)"', scripts))
    assert said
    assert {f"web.{name}" for name in said} <= set(WEB_KEYS)


def test_the_city_in_memory_answers_once_and_rings():
    city, rings = EchoCity(), []
    stop = city.listen("web", "anna", lambda: rings.append(1))
    message = inbound("hello")
    assert [city.accept(message).repeat for _ in range(2)] == [False, True]
    stop()
    city.say("web", "anna", Reply("later"))
    assert [line.reply.text for line in city.after("web", "anna", 0)] == [
        "hello",
        "You wrote: hello",
        "later",
    ]
    assert [line.sequence for line in city.after("web", "anna", 1, limit=1)] == [2]
    assert (len(rings), city.after("web", "bert", 0)) == (1, [])


def test_the_city_in_memory_can_be_slow():
    city = EchoCity()
    city.hold()
    city.accept(inbound("hello"))
    assert city.after("web", "anna", 0) == []
    city.release()
    assert len(city.after("web", "anna", 0)) == 2


def test_the_picture_store_in_memory_keeps_pictures_only():
    media = MemoryMedia()
    taken = media.take(b"\xff\xd8\xff...")
    assert media.read(taken.media_id) == (b"\xff\xd8\xff...", "image/jpeg")
    assert media.read("other") is None
    with pytest.raises(BadUpload):
        media.take(b"%PDF")


def test_languages_are_offered_by_their_own_names_with_their_direction():
    chat = build_chat(profile=ProfileShown("Penstock", "555-0100", languages=("en", "pt", "fa")))
    assert chat.languages() == [
        {"code": "en", "name": "English", "direction": "ltr"},
        {"code": "pt", "name": "Português", "direction": "ltr"},
        {"code": "fa", "name": "fa", "direction": "rtl"},
    ]
