"""Twilio's other half for tests: signed webhooks of residents' texts, and status reports on ours, in both genuine shapes.

The signature is computed here by Twilio's description of it rather than by the library that checks it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from channels.sms.fake import FakeTwilio, Record
from core.segments import count_segments

Pairs = list[tuple[str, str]]
AGENT = "TwilioProxy/1.1"
TIME_LIMIT = 15.0
"""Seconds that Twilio waits for an answer."""


def sign_request(token: str, url: str, pairs: Iterable[tuple[str, str]], algorithm: str = "sha1") -> str:
    """Twilio's signature: base64 of an HMAC over the address and every distinct name and value, sorted."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), algorithm).digest()).decode()


def inbound_form(twilio: FakeTwilio, record: Record, **more: str) -> Pairs:
    """The form of an incoming message; of a Messaging Service when the account has one."""
    form = {
        "ToCountry": "US",
        "ToState": "CA",
        "SmsMessageSid": record.sid,
        "NumMedia": str(len(record.media)),
        "ToCity": "SAN FRANCISCO",
        "FromZip": "94103",
        "SmsSid": record.sid,
        "FromState": "CA",
        "SmsStatus": "received",
        "FromCity": "SAN FRANCISCO",
        "Body": record.body,
        "FromCountry": "US",
        "To": record.to,
        "ToZip": "94105",
        "NumSegments": str(count_segments(record.body).count),
        "MessageSid": record.sid,
        "AccountSid": twilio.account_sid,
        "From": record.sender,
        "ApiVersion": "2010-04-01",
    }
    if twilio.service:
        form["MessagingServiceSid"] = twilio.service
    for number, (_, kind, _) in enumerate(record.media):
        form[f"MediaContentType{number}"] = kind
        form[f"MediaUrl{number}"] = twilio.media_url(record, number)
    return list((form | more).items())


def status_form(twilio: FakeTwilio, record: Record, status: str, error: int | None = None) -> Pairs:
    """The form of a status report."""
    form = {
        "SmsSid": record.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": record.to,
        "MessageSid": record.sid,
        "AccountSid": twilio.account_sid,
        "From": record.sender or twilio.number,
        "ApiVersion": "2010-04-01",
    }
    if record.service:
        form["MessagingServiceSid"] = record.service
    if error:
        form |= {"ErrorCode": str(error), "ChannelStatusMessage": ""}
    if status == "delivered":
        form["RawDlrDoneDate"] = record.created.strftime("%y%m%d%H%M")
    return list(form.items())


@dataclass
class Phone:
    """A resident's phone behind the fake account. `base` is where our server listens, `public` the address that Twilio was told."""

    twilio: FakeTwilio
    base: str
    public: str
    number: str = "+15550123456"
    inbound_path: str = "/channels/sms/inbound"
    status_path: str = "/channels/sms/status"
    timeout: float = TIME_LIMIT

    def text(self, body: str, pictures: list[tuple[str, bytes]] | None = None, **more: Any) -> httpx.Response:
        """Send a text (and pictures) to the city; the answer that Twilio got."""
        record = self.twilio.keep_inbound(body, self.number, pictures)
        return self.post(self.inbound_path, inbound_form(self.twilio, record, **more), record.sid)

    def again(self, record: Record) -> httpx.Response:
        """The same webhook once more, as after a fallback."""
        return self.post(self.inbound_path, inbound_form(self.twilio, record), record.sid)

    def report(self, record: Record, status: str, error: int | None = None) -> httpx.Response:
        """A status report on a message of ours."""
        record.status, record.error = status, error
        if status in {"sent", "delivered"}:
            record.sent = record.sent or self.twilio.clock()
        return self.post(self.status_path, status_form(self.twilio, record, status, error), record.sid)

    def heard(self) -> list[str]:
        """The texts that this phone got, in order."""
        return [record.body for record in self.twilio.ledger if record.to == self.number]

    def post(self, path: str, pairs: Pairs, about: str = "", **headers: str) -> httpx.Response:
        """Send a signed form; `headers` override."""
        known = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": AGENT,
            "X-Twilio-Signature": sign_request(self.twilio.auth_token, self.public + path, pairs),
            "I-Twilio-Idempotency-Token": hashlib.sha256(about.encode()).hexdigest()[:36],
        }
        with httpx.Client(timeout=self.timeout, trust_env=False, verify=False) as http:  # noqa: S501  loopback
            return http.post(self.base + path, content=urlencode(pairs), headers=known | headers)
