"""Twilio's REST API, through its own library and an HTTP client of ours.

The library's client has no time limit, cannot be pointed elsewhere, and tells neither `Retry-After` nor whether a request ever
left the machine; all four decide what a failed send means.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.deadline import ask_within
from core.errors import SettingsError

API = "https://api.twilio.com"
PROVIDER = "Twilio"
LONGEST_RETRY_AFTER = 86_400.0
"""Seconds; a header that asks for more is taken for a mistake."""


class NotSent(Exception):  # noqa: N818  a state of the world rather than a fault
    """The request did not leave this machine: nobody was there to take it."""


class Unanswered(Exception):  # noqa: N818
    """The request went out, and no whole answer came back: whether it was taken is unknown."""


class Throttled(Exception):  # noqa: N818
    """Twilio took nothing and asks to wait for `after` seconds (429)."""

    def __init__(self, after: float) -> None:
        super().__init__(f"Twilio asks to wait for {after:g} seconds.")
        self.after = after


class Declined(Exception):  # noqa: N818
    """Twilio took nothing and says why (any other 4xx): HTTP status and its own code, if it gave one."""

    def __init__(self, status: int, number: int | None) -> None:
        super().__init__(f"Twilio declined with status {status} and code {number}.")
        self.status = status
        self.number = number


@dataclass(frozen=True, slots=True)
class Account:
    """The account at Twilio and who it sends as: a number of its own, or a Messaging Service that picks one.

    `status_url` is where Twilio reports what became of a message; `whatsapp_from` is the number for WhatsApp.
    """

    sid: str
    auth_token: str = field(repr=False)
    from_number: str = ""
    messaging_service_sid: str = ""
    whatsapp_from: str = ""
    api_base: str = API
    status_url: str = ""
    timeout: float = 10.0

    def __post_init__(self) -> None:
        for value, name in ((self.sid, "ACCOUNT_SID"), (self.auth_token, "AUTH_TOKEN")):
            if not value:
                raise SettingsError(f"The SMS channel cannot send: set CITYLINE_TWILIO_{name}.")
        if not (self.from_number or self.messaging_service_sid):
            raise SettingsError(
                "The SMS channel has no number to send from: set CITYLINE_TWILIO_FROM_NUMBER or "
                "CITYLINE_TWILIO_MESSAGING_SERVICE_SID."
            )
        base = urlsplit(self.api_base)
        if base.scheme not in {"http", "https"} or not base.hostname:
            raise SettingsError(
                "CITYLINE_TWILIO_API_BASE is no address; leave it empty for Twilio's own, or write such as http://127.0.0.1:4010."
            )


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What Twilio's library expects of an HTTP client."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    @property
    def content(self) -> str:
        """The body, under the name that some resources read."""
        return self.text

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status_code < 400


def without_query(record: logging.LogRecord) -> bool:
    """A filter of httpx's log: an address is shown without its query, in which the list of messages has a phone number."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args
        )
    return True


def open_client(account: Account, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Any:
    """Twilio's `Client`, speaking to `account.api_base`. Its calls raise the four exceptions above and `ValueError`."""
    # A second and a half of imports, and only for cities that have SMS.
    from twilio.http import HttpClient  # type: ignore[import-untyped]
    from twilio.rest import Client  # type: ignore[import-untyped]

    logging.getLogger("httpx").addFilter(without_query)

    class Http(HttpClient):  # type: ignore[misc]
        """One pooled connection to one base address."""

        def __init__(self) -> None:
            super().__init__(logging.getLogger("twilio.quiet"), is_async=False, timeout=account.timeout)
            # A connection is reused only while it is fresh: on an old one a cut looks like a lost answer.
            self.http = httpx.Client(
                timeout=account.timeout,
                limits=httpx.Limits(max_connections=20, keepalive_expiry=4),
                trust_env=False,
                verify=account.api_base.startswith("https"),
            )

        def close(self) -> None:
            self.http.close()

        def request(  # noqa: PLR0917  the library's signature
            self,
            method: str,
            uri: str,
            params: dict[str, object] | None = None,
            data: dict[str, object] | None = None,
            headers: dict[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            timeout: float | None = None,
            allow_redirects: bool = False,  # noqa: ARG002  never towards elsewhere
        ) -> ApiAnswer:
            parts = urlsplit(uri)
            address = account.api_base.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")
            try:
                response = ask_within(
                    self.http,
                    method,
                    address,
                    seconds=timeout or account.timeout,
                    params=_form_strings(params) or None,
                    data=_form_strings(data) or None,
                    headers=headers,
                    auth=auth,
                    timeout=timeout or account.timeout,
                )
            except (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.PoolTimeout,
                httpx.UnsupportedProtocol,
            ) as error:
                raise NotSent(f"Twilio cannot be reached ({type(error).__name__}).") from None
            except httpx.HTTPError as error:
                raise Unanswered(f"The line to Twilio was cut ({type(error).__name__}).") from None
            return _judged_answer(response, now)

    return Client(account.sid, account.auth_token, http_client=Http())


def _form_strings(values: Mapping[str, object] | None) -> dict[str, Any]:
    """The values as a form has them."""
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in (values or {}).items()
        if value is not None
    }


def _judged_answer(response: httpx.Response, now: Callable[[], datetime]) -> ApiAnswer:
    """A whole, successful answer; or the exception that says what its failure means."""
    if response.status_code == 429:
        raise Throttled(retry_after(response.headers.get("retry-after", ""), now()))
    if 400 <= response.status_code < 500:
        raise Declined(response.status_code, _error_number(response.text))
    if not response.is_success:
        raise Unanswered(f"Twilio answered with status {response.status_code}.")
    try:
        json.loads(response.text)
    except ValueError:
        raise Unanswered("Twilio's answer is not JSON, or only half of it came.") from None
    return ApiAnswer(response.status_code, response.text, response.headers)


def _error_number(text: str) -> int | None:
    """Twilio's own code in the body of an error."""
    with suppress(ValueError, TypeError, AttributeError):
        return int(json.loads(text).get("code"))
    return None


def retry_after(value: str, now: datetime, usual: float = 1.0) -> float:
    """Seconds to wait by a `Retry-After` header, a number or a date; `usual` when there is none that can be read."""
    value = value.strip()
    if value.isascii() and value.replace(".", "", 1).isdecimal():
        return min(float(value), LONGEST_RETRY_AFTER)
    with suppress(ValueError, TypeError):
        at = parsedate_to_datetime(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max((at - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
    return usual
