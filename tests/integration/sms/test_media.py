"""Pictures are fetched from Twilio's hosts with the account's token, and nothing else is ever asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from channels.sms.fake_phone import inbound_form
from channels.sms.inbound import read_message
from channels.sms.media import MediaFetcher
from core.errors import BadUpload, SendLater
from core.model import RemoteMedia, Trouble
from tests.support.sms import RESIDENT, Clock, account_of, channel_to

JPEG = b"\xff\xd8\xff" + b"a picture" * 100


def picture_of(twilio, data=JPEG, kind="image/jpeg"):
    record = twilio.keep_inbound("", RESIDENT, [(kind, data)])
    return read_message(inbound_form(twilio, record), datetime.now(UTC)).remote_media[0]


def test_a_picture_comes_with_the_token_and_over_a_redirect(twilio):
    with channel_to(twilio) as channel:
        assert channel.fetch(picture_of(twilio)) == JPEG
    assert [path.split("/")[1] for _, path, _ in twilio.requests] == ["2010-04-01", "cdn"]


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/a",
        "https://api.twilio.com.evil.example/a",
        "https://evil.example/a",
        "https://api.twilio.com:8443/a",
        "https://user@api.twilio.com/a",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a",
        "http://127.0.0.1:1/a",
        "file:///etc/passwd",
        "ftp://api.twilio.com/a",
        "//api.twilio.com/a",
        "https://[::1]/a",
        "https://[broken/a",
        "https://api.twilio.com:port/a",
        "gopher://api.twilio.com/a",
        "",
    ],
)
def test_nothing_else_is_asked(twilio, url):
    fetcher = MediaFetcher(account_of(twilio), resolve=lambda _host: pytest.fail("asked"))
    with pytest.raises(BadUpload):
        fetcher.fetch(RemoteMedia(url))
    assert twilio.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/a",
        "http://127.0.0.1:9/a",
        "file:///etc/passwd",
        "https://api.twilio.com:1/a",
        "",
    ],
)
def test_each_redirect_is_checked_again(twilio, target):
    twilio.redirect_media_to = target or "https://"
    with pytest.raises(BadUpload):
        MediaFetcher(account_of(twilio)).fetch(picture_of(twilio))
    assert len(twilio.requests) == 1


def test_redirects_in_a_circle_end(twilio):
    media = picture_of(twilio)
    twilio.redirect_media_to = media.reference
    with pytest.raises(BadUpload, match="more than twice"):
        MediaFetcher(account_of(twilio)).fetch(media)
    assert len(twilio.requests) == 3


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fd00::1"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["224.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        [],
    ],
)
@pytest.mark.parametrize("host", ["api.twilio.com", "mms.twiliocdn.com"])
def test_a_public_name_with_a_private_address_is_not_asked(twilio, host, addresses):
    fetcher = MediaFetcher(account_of(twilio), resolve=lambda _host: addresses)
    with pytest.raises(BadUpload, match="private"):
        fetcher.fetch(RemoteMedia(f"https://{host}/a"))


def test_the_connection_goes_to_the_address_that_was_checked_and_the_token_to_twilio_alone(twilio):
    requests = []

    class Line:
        def build_request(self, method, url, **more):
            requests.append((url, more))
            return httpx.Request(method, url, **more)

    fetcher = MediaFetcher(account_of(twilio), resolve=lambda _host: ["93.184.216.34"])
    for host, token in (("api.twilio.com", True), ("mms.twiliocdn.com", False)):
        request = fetcher._request_to(Line(), fetcher._checked_address(f"https://{host}/a?b=c#d"))
        assert str(request.url) == "https://93.184.216.34/a?b=c"
        assert request.headers["host"] == host
        assert request.extensions["sni_hostname"] == host
        assert ("authorization" in request.headers) is token


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [("audio/amr", Trouble.VOICE), ("application/pdf", Trouble.BAD_FILE), ("text/html", Trouble.BAD_FILE)],
)
def test_what_is_no_picture_by_its_type(twilio, kind, trouble):
    media = picture_of(twilio)
    twilio.received[0].media[0] = (twilio.received[0].media[0][0], kind, b"x")
    with pytest.raises(BadUpload) as raised:
        MediaFetcher(account_of(twilio)).fetch(media)
    assert raised.value.trouble is trouble


def test_a_picture_that_is_too_big_is_not_read_to_its_end(twilio):
    fetcher = MediaFetcher(account_of(twilio), most_bytes=500)
    with pytest.raises(BadUpload) as raised:
        fetcher.fetch(picture_of(twilio))
    assert raised.value.trouble is Trouble.FILE_TOO_BIG


def test_a_picture_that_comes_too_slowly_is_left_for_later(twilio):
    clock = Clock()

    def ticking() -> float:
        clock.seconds += 6
        return clock.seconds

    with pytest.raises(SendLater):
        MediaFetcher(account_of(twilio), ticking=ticking).fetch(picture_of(twilio))


def test_a_picture_that_is_gone_is_gone_and_a_wrong_token_can_be_mended(twilio):
    media = picture_of(twilio)
    twilio.received[0].media.clear()
    with pytest.raises(BadUpload):
        MediaFetcher(account_of(twilio)).fetch(media)
    with pytest.raises(SendLater):
        MediaFetcher(account_of(twilio, auth_token="another")).fetch(media)


def test_twilio_out_of_reach_is_for_later(twilio):
    gone = MediaFetcher(account_of(twilio, api_base="http://127.0.0.1:9"))
    with pytest.raises(SendLater):
        gone.fetch(RemoteMedia("http://127.0.0.1:9/a"))
    unresolved = MediaFetcher(account_of(twilio), resolve=_unresolved)
    with pytest.raises(SendLater):
        unresolved.fetch(RemoteMedia("https://api.twilio.com/a"))


def _unresolved(_host):
    raise OSError("no name service")
