"""The door over HTTP: what Twilio sends is stored before it is answered, and nobody else gets in."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from channels.sms.fake import FakeTwilio
from channels.sms.fake_phone import inbound_form, sign_request
from core.model import DeliveryReport, DeliveryStatus
from tests.support.sms import PUBLIC, RESIDENT, MemoryHall, channel_to, delivery, door_app

PATH = "/channels/sms/inbound"
MALFORMED_PAYLOADS = int(os.environ.get("CITYLINE_TEST_MALFORMED", "200"))
"""2,000 before a release."""


@pytest.mark.parametrize("service", [None, "MG" + "3" * 32], ids=["number", "messaging service"])
def test_a_genuine_text_is_stored_and_answered_with_nothing_to_say(phone, twilio, services, service):
    twilio.service = service
    answer = phone.text("¡Hay un bache!")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    (message,) = services.messages.values()
    assert (message.text, message.sender, message.channel) == ("¡Hay un bache!", RESIDENT, "sms")


def test_the_same_webhook_five_times_at_once_is_one_message(phone, twilio, services):
    records = [twilio.keep_inbound(f"text {number}", RESIDENT) for number in range(6)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(phone.again, [record for record in records for _ in range(5)]))
    assert {answer.status_code for answer in answers} == {200}
    assert len(services.messages) == 6


@pytest.mark.parametrize("slash", ["", "/"])
def test_with_or_without_a_slash(phone, twilio, services, slash):
    record = twilio.keep_inbound("hi", RESIDENT)
    assert phone.post(PATH + slash, inbound_form(twilio, record)).status_code == 200
    assert len(services.messages) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "forged"},
        {"X-Twilio-Webhooks-Signature-Settings": "key=unknown,algorithm=HMAC_SHA256"},
    ],
)
def test_forgeries_are_refused_and_nothing_is_stored(phone, twilio, services, headers):
    record = twilio.keep_inbound("hi", RESIDENT)
    answer = phone.post(PATH, inbound_form(twilio, record), **headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert services.messages == {}


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "Forwarded"]
)
def test_no_header_of_a_proxy_changes_the_address_that_is_checked(phone, twilio, services, header):
    record = twilio.keep_inbound("hi", RESIDENT)
    form = inbound_form(twilio, record)
    forged = sign_request(twilio.auth_token, f"https://evil.example{PATH}", form)
    assert phone.post(PATH, form, **{header: "evil.example", "X-Twilio-Signature": forged}).status_code == 403
    assert phone.post(PATH, form, **{header: "evil.example"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"MessageSid": "", "SmsSid": "", "SmsMessageSid": ""}, 400),
        ({"From": ""}, 400),
        ({"From": "BANK"}, 400),
        ({"NumMedia": "-3"}, 200),
        ({"Body": "x" * 20_000}, 200),
        ({"Body": "\x00\ud7ff\u202e"}, 200),
        ({"SomethingNew": "y"}, 200),
    ],
)
def test_odd_forms_with_the_right_signature(phone, twilio, services, change, status):
    record = twilio.keep_inbound("hi", RESIDENT)
    expected = 200 if change.get("From") == "BANK" else status
    assert phone.post(PATH, inbound_form(twilio, record, **change)).status_code == expected
    assert len(services.messages) == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"a=1", {"Content-Type": "application/json"}, 415),
        (b"a=1", {"Content-Encoding": "gzip"}, 415),
        (b"a=" + b"1" * 70_000, {}, 413),
        (b"&".join(b"a%d=1" % number for number in range(600)), {}, 400),
        (b"%ff%fe=%00&Body=%ed%a0%80", {}, 403),
        (b"", {}, 403),
    ],
)
def test_what_is_no_form(phone, services, content, headers, status):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    with httpx.Client(trust_env=False, verify=False) as http:
        assert http.post(phone.base + PATH, content=content, headers=kind | headers).status_code == status
        assert http.get(phone.base + PATH).status_code == 405
    assert services.messages == {}


def test_when_the_hall_cannot_store_twilio_is_not_told_yes(phone, twilio, services):
    services.broken = True
    record = twilio.keep_inbound("hi", RESIDENT)
    assert phone.again(record).status_code == 503
    assert phone.report(record, "sent").status_code == 503
    services.broken = False
    assert phone.again(record).status_code == 200
    assert len(services.messages) == 1


def test_status_reports_reach_the_hall(phone, twilio, services):
    with channel_to(twilio) as channel:
        receipt = channel.send(delivery())
    record = twilio.ledger[0]
    for status, error in (("queued", None), ("sent", None), ("undelivered", 30003), ("received", None)):
        assert phone.report(record, status, error).status_code == 200
    assert services.reports == [
        DeliveryReport("sms", receipt.provider_id, DeliveryStatus.ACCEPTED),
        DeliveryReport("sms", receipt.provider_id, DeliveryStatus.SENT),
        DeliveryReport("sms", receipt.provider_id, DeliveryStatus.FAILED, "30003"),
    ]
    assert record.callback == f"{PUBLIC}/channels/sms/status"


def test_a_status_report_signed_for_the_other_address_is_refused(phone, twilio, services):
    record = twilio.keep_inbound("hi", RESIDENT)
    form = inbound_form(twilio, record)
    signature = sign_request(twilio.auth_token, PUBLIC + PATH, form)
    assert phone.post("/channels/sms/status", form, **{"X-Twilio-Signature": signature}).status_code == 403


FIELDS = [
    name for name, _ in inbound_form(FakeTwilio(service="MG1"), FakeTwilio().keep_inbound("hi", RESIDENT))
]
NAMES = st.sampled_from(
    [*FIELDS, "OptOutType", "MediaUrl0", "MediaContentType0", "Latitude", "Longitude", "MessageStatus"]
)
HALL = MemoryHall()
CLIENT = TestClient(door_app(HALL, FakeTwilio()))
TEXTS = st.text(max_size=40) | st.sampled_from(
    ["nan", "-1", "99999999999999999999", "whatsapp:+1555", "\x00", "%", "&="]
)


@settings(max_examples=MALFORMED_PAYLOADS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(NAMES | st.text(max_size=15), TEXTS), max_size=20),
    st.sampled_from([PATH, "/channels/sms/status"]),
    st.booleans(),
)
def test_malformed_forms_never_break_the_door(pairs, path, signed):
    HALL.messages.clear()
    body = urlencode([(name, value.encode("utf-8", "replace")) for name, value in pairs])
    plain = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if signed:
        headers["X-Twilio-Signature"] = sign_request(FakeTwilio.auth_token, PUBLIC + path, plain)
    answer = CLIENT.post(path, content=body, headers=headers)
    assert answer.status_code in ({200, 400} if signed else {403})
    assert signed or not HALL.messages
