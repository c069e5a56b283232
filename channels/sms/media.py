"""Fetches the pictures and voice messages that residents sent, from Twilio's hosts and nowhere else.

The address comes in a signed form, yet it is checked as if a stranger had written it: https and known hosts only, each redirect
again, no private address behind a public name, the connection made to the very address that was checked, a limit on size and
time while the bytes come in, and the account's token shown to Twilio's API alone.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from channels.sms.api import API, Account, retry_after
from channels.sms.codes import WAITS, CodeMeaning
from core.errors import BadUpload, SendCode, SendLater
from core.model import RemoteMedia, Trouble

MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 2
MEDIA_HOSTS = ("mms.twiliocdn.com", "media.twiliocdn.com")
"""Where Twilio's API sends us for the bytes of a file."""

Resolve = Callable[[str], list[str]]


def resolve_host(host: str) -> list[str]:
    """The addresses of a host."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class MediaFetcher:
    """Fetches a file of `account`. `hosts` are those that may be redirected to, exactly."""

    account: Account
    hosts: tuple[str, ...] = MEDIA_HOSTS
    most_bytes: int = MOST_BYTES
    resolve: Resolve = resolve_host
    ticking: Callable[[], float] = time.monotonic

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:
        """The bytes. Raises `BadUpload` when they can never be had, `SendLater` when later."""
        seconds = min(within or self.account.timeout, self.account.timeout)
        deadline = self.ticking() + seconds
        url = media.reference
        with httpx.Client(timeout=seconds, trust_env=False, verify=url.startswith("https")) as http:
            for _ in range(MOST_REDIRECTS + 1):
                got = self._fetch_once(http, url, deadline, "audio/" if media.is_sound else "image/")
                if isinstance(got, bytes):
                    return got
                url = got
        raise BadUpload("The picture's address led on more than twice; it was not followed.")

    def _fetch_once(self, http: httpx.Client, url: str, deadline: float, kind: str) -> bytes | str:
        """The bytes of a file of this kind, or the address that leads on."""
        if self.ticking() > deadline:
            raise _late("it came in too slowly", 10)
        request = self._request_to(http, self._checked_address(url), kind)
        try:
            response = http.send(request, stream=True)
            try:
                if response.is_redirect:
                    return str(urljoin(url, response.headers.get("location", "")))
                _judge_response(response, kind)
                return self._limited_body(response, deadline)
            finally:
                response.close()
        except httpx.InvalidURL as error:
            raise BadUpload("The picture's address cannot be read.") from error
        except httpx.HTTPError as error:
            raise _late(f"it could not be fetched ({type(error).__name__})", 10) from error

    def _checked_address(self, url: str) -> SplitResult:
        """The address in its parts; `BadUpload` unless it is one that may be asked."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadUpload("The picture's address cannot be read.") from error
        if _is_base(parts, self.account.api_base):
            return parts
        allowed = parts.hostname in {*self.hosts, urlsplit(API).hostname}
        if parts.scheme != "https" or not allowed or port not in {None, 443} or "@" in parts.netloc:
            raise BadUpload("The picture's address is not one of Twilio's; it was not fetched.")
        return parts

    def _request_to(self, http: httpx.Client, parts: SplitResult, kind: str = "image/") -> httpx.Request:
        """The request, to the address that was checked rather than to a name that may meanwhile mean another."""
        headers = {"Accept": f"{kind}*", "Accept-Encoding": "identity"}
        extensions = {}
        netloc = parts.netloc
        is_base = _is_base(parts, self.account.api_base)
        if not is_base:
            address = self._public_address(parts.hostname or "")
            netloc = f"[{address}]" if ":" in address else address
            headers["Host"] = parts.netloc
            extensions = {"sni_hostname": parts.hostname}
        request = http.build_request(
            "GET", parts._replace(netloc=netloc, fragment="").geturl(), headers=headers, extensions=extensions
        )
        if is_base or parts.hostname == urlsplit(API).hostname:
            token = httpx.BasicAuth(self.account.sid, self.account.auth_token)
            request = next(token.auth_flow(request))
        return request

    def _public_address(self, host: str) -> str:
        try:
            addresses = self.resolve(host)
        except OSError as error:
            raise _late("the name of Twilio's host cannot be resolved", 10) from error
        if not addresses or not all(_is_public(address) for address in addresses):
            raise BadUpload("The picture's host has a private address; it was not asked.")
        return addresses[0]

    def _limited_body(self, response: httpx.Response, deadline: float) -> bytes:
        parts, size = [], 0
        for part in response.iter_raw():
            size += len(part)
            if size > self.most_bytes:
                raise BadUpload("The picture is too big.", Trouble.FILE_TOO_BIG)
            if self.ticking() > deadline:
                raise _late("it came in too slowly", 10)
            parts.append(part)
        return b"".join(parts)


def _is_base(parts: SplitResult, base: str) -> bool:
    known = urlsplit(base)
    # Twilio's own base goes the checked way; another one is what this installation chose.
    return base.rstrip("/") != API and (parts.scheme, parts.netloc) == (known.scheme, known.netloc)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    checked = mapped or parsed
    return bool(checked.is_global and not checked.is_multicast)


def _judge_response(response: httpx.Response, wanted: str) -> None:
    """Raise for anything but a file of the wanted kind."""
    status = response.status_code
    if status == 429 or status >= 500:
        raise _late(
            f"its host answered with status {status}", _seconds_to_wait(response.headers.get("retry-after"))
        )
    if status in {401, 403}:
        raise _late("Twilio did not accept the account's token", WAITS[CodeMeaning.SETUP])
    if status != 200:
        raise BadUpload(f"The picture is not there any more (status {status}).")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith(wanted) or kind in {"", "application/octet-stream", "binary/octet-stream"}:
        return
    if kind.startswith("audio/"):
        raise BadUpload("The file is a voice message.", Trouble.VOICE)
    raise BadUpload("The file is not of the kind that it was said to be.")


def _late(detail: str, after: float) -> SendLater:
    return SendLater(SendCode.FILE_LATE, after, detail=detail)


def _seconds_to_wait(header: str | None) -> float:
    from datetime import UTC, datetime

    return retry_after(header or "", datetime.now(UTC), usual=10.0)
