"""Only Twilio gets in: genuine signatures of both shapes and both keys pass, everything else is refused."""

from __future__ import annotations

import pytest

from channels.sms.fake_phone import sign_request
from channels.sms.signature import Signatures
from core.errors import SettingsError
from tests.support.twilio_forms import PICTURE, PLAIN, SERVICE, STATUS, WHATSAPP, form

TOKEN = "an auth token"
PATH = "/channels/sms/inbound"
PUBLIC = "https://city.example"
HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"


def genuine(pairs, signed_url=PUBLIC + PATH, *, public=PUBLIC, path=PATH, query="", signed=None, token=TOKEN):
    signature = sign_request(token, signed_url, pairs if signed is None else signed)
    return Signatures(TOKEN, public).genuine(path, query, pairs, {HEADER: signature})


def test_the_example_of_twilios_own_documentation():
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign_request("12345", url, pairs) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    doors = Signatures("12345", "https://mycompany.com")
    assert doors.genuine("/myapp.php", "foo=1&bar=2", pairs, {HEADER: "RSOYDt4T1cUTdK1PDd93/VVr8B8="})


@pytest.mark.parametrize(
    "payload",
    [PLAIN, SERVICE, PICTURE, WHATSAPP, STATUS],
    ids=["plain", "service", "picture", "whatsapp", "status"],
)
def test_genuine_forms_pass(payload):
    assert genuine(form(payload))


@pytest.mark.parametrize(
    "pairs",
    [
        form(PLAIN, Body=""),
        form(PLAIN, Body="  spaces stay  "),
        form(PLAIN, Body="¡Hola! ñ 👍 漢"),
        form(PLAIN, NewFieldOfTomorrow="x"),
        [*form(PLAIN), ("MediaUrl", "b"), ("MediaUrl", "a")],
        [*form(PLAIN), ("Twice", "same"), ("Twice", "same")],
        [],
    ],
    ids=["empty body", "spaces", "unicode", "new field", "repeated", "repeated alike", "no fields"],
)
def test_odd_but_genuine_forms_pass(pairs):
    assert genuine(pairs)


@pytest.mark.parametrize(
    ("public", "signed_url", "path", "query"),
    [
        ("https://city.example", "https://city.example:443" + PATH, PATH, ""),
        ("https://city.example:443", "https://city.example" + PATH, PATH, ""),
        ("https://city.example:8443", "https://city.example:8443" + PATH, PATH, ""),
        ("https://city.example/", "https://city.example" + PATH, PATH, ""),
        ("https://city.example/bot", "https://city.example/bot" + PATH, PATH, ""),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000" + PATH, PATH, ""),
        ("https://city.example", f"https://city.example{PATH}?a=1&b=%C3%B1", PATH, "a=1&b=%C3%B1"),
        ("https://city.example", f"https://city.example{PATH}/", f"{PATH}/", ""),
    ],
)
def test_the_address_as_twilio_was_told_it(public, signed_url, path, query):
    assert genuine(form(PLAIN), signed_url, public=public, path=path, query=query)


@pytest.mark.parametrize(
    "signed_url",
    [
        "http://city.example" + PATH,
        "https://city.example:8443" + PATH,
        "https://city.example" + PATH + "/",
        "https://city.example" + PATH + "?a=1",
        "https://evil.example" + PATH,
        "https://city.example/channels/sms/status",
        "https://CITY.example" + PATH,
    ],
)
def test_signed_for_another_address(signed_url):
    assert not genuine(form(PLAIN), signed_url)


@pytest.mark.parametrize(
    "sent",
    [
        form(PLAIN, Body="There is a pothole on Oak Street"),
        form(PLAIN, Body="There is a pothole on Main Street "),
        form(PLAIN, From="+15550199999"),
        form(PLAIN, Added="1"),
        form(PLAIN, NumMedia=None),
        [*form(PLAIN), ("Body", "a second one")],
        [],
    ],
)
def test_changed_after_signing(sent):
    assert not genuine(sent, signed=form(PLAIN))


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: "x"}, {HEADER: "ñ" * 28}, {HEADER: "A" * 27 + "="}]
)
def test_missing_or_made_up(headers):
    assert not Signatures(TOKEN, PUBLIC).genuine(PATH, "", form(PLAIN), headers)


def test_signed_with_another_token():
    assert not genuine(form(PLAIN), token="another")


def test_a_truncated_signature():
    signature = sign_request(TOKEN, PUBLIC + PATH, form(PLAIN))
    doors = Signatures(TOKEN, PUBLIC)
    assert not any(
        doors.genuine(PATH, "", form(PLAIN), {HEADER: signature[:end]}) for end in range(len(signature))
    )


@pytest.mark.parametrize(
    ("settings", "secret", "algorithm", "passes"),
    [
        ("key=k1,algorithm=HMAC_SHA256", "shared", "sha256", True),
        ("key=k1, algorithm=HMAC_SHA256", "shared", "sha256", True),
        ("key=k2,algorithm=HMAC_SHA256", "shared", "sha256", False),
        ("algorithm=HMAC_SHA256", TOKEN, "sha256", False),
        ("key=k1,algorithm=HMAC_SHA256", TOKEN, "sha256", False),
        ("key=k1,algorithm=HMAC_SHA256", "shared", "sha1", False),
        ("key=k1,algorithm=NONE", "shared", "sha256", False),
        ("nonsense", TOKEN, "sha1", False),
        ("", TOKEN, "sha1", True),
    ],
)
def test_shared_keys(settings, secret, algorithm, passes):
    pairs = form(PLAIN)
    headers = {HEADER: sign_request(secret, PUBLIC + PATH, pairs, algorithm), SETTINGS_HEADER: settings}
    assert Signatures(TOKEN, PUBLIC, {"k1": "shared"}).genuine(PATH, "", pairs, headers) is passes


def test_connection_overrides_may_or_may_not_be_signed():
    doors = Signatures(TOKEN, PUBLIC, overrides="rc=2&rp=all")
    for url in (PUBLIC + PATH, f"{PUBLIC}{PATH}#rc=2&rp=all"):
        assert doors.genuine(PATH, "", form(PLAIN), {HEADER: sign_request(TOKEN, url, form(PLAIN))})


@pytest.mark.parametrize(
    ("token", "url"),
    [
        ("", PUBLIC),
        (TOKEN, ""),
        (TOKEN, "city.example"),
        (TOKEN, "ftp://city.example"),
        (TOKEN, "https://x:port"),
        (TOKEN, "https://x?a=1"),
    ],
)
def test_without_a_token_or_an_address_there_is_no_door(token, url):
    with pytest.raises(SettingsError, match="CITYLINE_"):
        Signatures(token, url)


def test_the_secret_is_not_shown():
    assert TOKEN not in repr(Signatures(TOKEN, PUBLIC, {"k": "shared"}))
