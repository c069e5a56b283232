"""Forged, missing, changed and replayed proofs at the joined hall: refused without a trace, or without a second effect."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from channels.echo.wire import SIGNATURE_HEADER, TIME_HEADER
from channels.sms.fake_phone import inbound_form, sign_request, status_form
from channels.sms.routes import INBOUND_PATH, STATUS_PATH
from channels.telegram.routes import SECRET_HEADER
from tests.integration.webhooks.running import FORM, PUBLIC, SECRET, Doors
from tests.support import telegram_updates as payloads

SIGNATURE = "X-Twilio-Signature"
ELSEWHERE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "Forwarded": "host=evil.example",
}


def form_of(doors: Doors, path: str):
    record = doors.twilio.keep_inbound("There is a pothole", "+15550100001")
    make = {INBOUND_PATH: inbound_form, STATUS_PATH: lambda twilio, known: status_form(twilio, known, "sent")}
    return make[path](doors.twilio, record)


def forged(doors: Doors, path: str) -> dict[str, httpx.Request]:
    """Everything that is almost a genuine request, by what is wrong with it."""
    form, token = form_of(doors, path), doors.twilio.auth_token
    right = sign_request(token, PUBLIC + path, form)

    def signed(signature: str, pairs=form, **headers: str) -> httpx.Request:
        return doors.text(pairs, path, **{SIGNATURE: signature}, **headers)

    bare = {"Content-Type": FORM}
    return {
        "none": httpx.Request("POST", PUBLIC + path, content=urlencode(form), headers=bare),
        "empty": signed(""),
        "made up": signed("A" * 27 + "="),
        "cut": signed(right[:-2]),
        "in small letters": signed(right.lower()),
        "of another token": signed(sign_request("another token", PUBLIC + path, form)),
        "of another address": signed(sign_request(token, f"https://evil.example{path}", form), **ELSEWHERE),
        "of the other path": signed(sign_request(token, f"{PUBLIC}/channels/sms", form)),
        "by the stronger algorithm": signed(sign_request(token, PUBLIC + path, form, "sha256")),
        "a changed field": signed(right, [(name, "x" if name == "From" else value) for name, value in form]),
        "an added field": signed(right, [*form, ("Body2", "x")]),
        "a repeated field": signed(right, [*form, ("MessageSid", "SM" + "9" * 32)]),
        "a dropped field": signed(right, form[1:]),
        "no field": signed(right, []),
        "a query that was not signed": httpx.Request(
            "POST", f"{PUBLIC}{path}?a=1", content=urlencode(form), headers=bare | {SIGNATURE: right}
        ),
        "an unknown key": signed(
            right, **{"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}
        ),
    }


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
def test_what_twilio_did_not_sign_is_refused_and_leaves_nothing(doors, path):
    requests = forged(doors, path)
    answers = dict(zip(requests, doors.at_once(list(requests.values())), strict=True))
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(requests, 403)
    assert all(answer.content == b"" for answer in answers.values())
    assert doors.count() == 0


@pytest.mark.parametrize("service", [None, "MG" + "3" * 32], ids=["number", "messaging service"])
def test_both_genuine_shapes_are_taken_whatever_a_proxy_says(doors, service, monkeypatch):
    monkeypatch.setattr(doors.twilio, "service", service)
    record = doors.twilio.keep_inbound("¡Hay un bache! 👍", "+15550100002")
    form = inbound_form(doors.twilio, record)
    assert (service in dict(form).values()) is (service is not None)
    (answer,) = doors.at_once([doors.text(form, **ELSEWHERE)])
    assert answer.status_code == 200
    assert doors.rows() == [f"sms {record.sid}"]


def test_a_replay_has_no_second_effect_and_is_not_read_elsewhere(doors):
    form = form_of(doors, INBOUND_PATH)
    genuine = doors.text(form)
    doors.at_once([genuine])
    doors.house.work()
    before = doors.count()
    doors.house.clock.move(86_400)
    assert [answer.status_code for answer in doors.at_once([genuine] * 3)] == [200] * 3
    elsewhere = httpx.Request("POST", PUBLIC + STATUS_PATH, content=genuine.content, headers=genuine.headers)
    assert [answer.status_code for answer in doors.at_once([elsewhere])] == [403]
    doors.house.work()
    assert doors.count() == before


@pytest.mark.parametrize(
    "secret",
    [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), f" {SECRET}x", "wrong", "é" * 40],
)
def test_telegram_without_its_secret_is_refused_and_leaves_nothing(doors, secret):
    request = doors.update(payloads.said("hello"))
    del request.headers[SECRET_HEADER]
    if secret is not None:
        request.headers.raw.append((SECRET_HEADER.lower().encode(), secret.encode()))
        request = httpx.Request("POST", request.url, content=request.content, headers=request.headers.raw)
    (answer,) = doors.at_once([request])
    assert (answer.status_code, answer.content) == (403, b"")
    assert doors.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {SIGNATURE_HEADER: ""},
        {SIGNATURE_HEADER: "0" * 64},
        {SIGNATURE_HEADER: "é" * 64},
        {TIME_HEADER: ""},
        {TIME_HEADER: "-1"},
        {TIME_HEADER: "9" * 40},
        {TIME_HEADER: "1e9"},
    ],
)
def test_an_echo_without_its_signature_is_refused_and_leaves_nothing(doors, headers):
    genuine = doors.note({"id": "n1", "sender": "ana", "text": "hello"})
    raw = {**dict(genuine.headers), **{name.lower(): value.encode() for name, value in headers.items()}}
    (answer,) = doors.at_once([httpx.Request("POST", genuine.url, content=genuine.content, headers=raw)])
    assert (answer.status_code, answer.content) == (403, b"")
    assert doors.count() == 0


def test_an_echo_of_a_changed_body_is_refused(doors):
    genuine = doors.note({"id": "n1", "sender": "ana", "text": "hello"})
    changed = genuine.content.replace(b"ana", b"bob")
    (answer,) = doors.at_once([httpx.Request("POST", genuine.url, content=changed, headers=genuine.headers)])
    assert (answer.status_code, doors.count()) == (403, 0)


def test_an_echo_that_was_listened_to_cannot_be_said_again_later(doors):
    genuine = doors.note({"id": "n1", "sender": "ana", "text": "hello"})
    assert [answer.status_code for answer in doors.at_once([genuine] * 3)] == [200] * 3
    doors.house.clock.move(301)
    assert [answer.status_code for answer in doors.at_once([genuine])] == [403]
    assert doors.rows() == ["echo n1"]


def test_telegram_with_its_secret_is_taken_and_a_replay_has_no_second_effect(doors):
    request = doors.update(payloads.said("hello"))
    assert [answer.status_code for answer in doors.at_once([request] * 4)] == [200] * 4
    doors.house.work()
    before = doors.count()
    doors.at_once([request])
    doors.house.work()
    assert (doors.count(), len(doors.rows())) == (before, 1)
