"""Fetching a page of the city's website, without becoming somebody's way into the city's own network.

Only hosts that the setting CITYLINE_FETCH_HOSTS names, or where it names none those of the sites that administrators entered, are asked, at
each redirect again. A name is resolved here, every address it gives is looked at, and the connection goes to the very address that was
looked at: a name that changes in between changes nothing. All of an answer, its head too, has to come within the same seconds.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from core.errors import UnreadableDocument
from knowledge.base.text import ascii_address
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.parts import MOST_BYTES

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SECONDS = 20.0
MOST_REDIRECTS = 5
MOST_WAIT = 3600
"""Seconds that a website may ask to wait and is listened to."""
AGENT = "Cityline"
HEADERS = (("Accept-Encoding", "identity"), ("Accept", "text/html, application/pdf, */*;q=0.5"))
SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/xml": ".xml",
    "text/xml": ".xml",
}
_BUSY = frozenset({429, 503})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a website knows the state of a page that it gave: its headers ETag and Last-Modified, empty where it sent none."""

    etag: str = ""
    last_modified: str = ""

    def as_headers(self) -> tuple[tuple[str, str], ...]:
        """What asks for the page only if it is another by now; a word that is not ASCII cannot be sent back."""
        named = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return tuple((name, value) for name, value in named if value and value.isascii())


NEVER_SEEN = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `url` is where it was found in the end, `suffix` the kind of file that it is by its own word.

    `is_same` says that the website has nothing newer than what was asked about; then there is no `data`.
    """

    url: str
    suffix: str
    data: bytes
    validators: Validators = NEVER_SEEN
    is_same: bool = False


class AskedToWait(UnreadableDocument):
    """The website is busy (429, 503). `seconds` is how long it asks to wait, 0 where it does not say."""

    def __init__(self, status: int, seconds: int) -> None:
        super().__init__(UnreadableCode.SITE_ANSWERED, status=status)
        self.seconds = seconds


def user_agent(*about: str) -> str:
    """How requests introduce themselves: who asks for whom, and where to complain."""
    plain = [re.sub(r"[^ -~]|[()\\]", "", one) for one in about]
    said = "; ".join(one.strip() for one in plain if one.strip())
    return f"{AGENT} ({said})" if said else AGENT


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet: not private, loopback, link-local, multicast, reserved, or one of those in disguise."""
    if any(address in network for network in _REFUSED):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (inner := _inner_address(address)) is not None:
        return is_public(inner) and (_is_translated(address) or _is_open(address))
    return _is_open(address)


def _inner_address(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within one that is translated, mapped, or of ISATAP."""
    is_isatap = (int(address) >> 32) & 0xFCFFFFFF == 0x5EFE
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if is_isatap or _is_translated(address) else None


def _is_translated(address: ipaddress.IPv6Address) -> bool:
    """Whether nothing but the IPv4 address within counts."""
    return address in _NAT64 or address in _MAPPED


def _is_open(address: Address) -> bool:
    """Whether an address, taken by itself, is one of the open internet."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out for the open internet; site-local, IPv4-compatible and whatever is still to come lie outside."""
_NAT64, _MAPPED = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::ffff:0:0/96")
"""Where an IPv4 address stands within, and counts by itself."""
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # the protocol's own purposes
            "192.88.99.0/24",  # relays of 6to4
            "2002::/16",  # 6to4
            "2001::/23",  # Teredo and other purposes of the protocol's own
            "2001:db8::/32",  # documentation
            "3fff::/20",
            "3ffe::/16",  # a network for trials, given back
        ),
    )
)


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends at a time, however slowly it trickles: httpcore's own timeout begins anew with each byte."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self._inner = inner
        self._until = until

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._inner.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted from now on."""
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _TimedStream(inner, self._until)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._inner.get_extra_info(info)


class _Guarded(httpcore.SyncBackend):
    """Opens connections only to addresses that are allowed, and to just the one that was looked at; they end at a time (monotonic)."""

    def __init__(self, is_allowed: Callable[[Address], bool], until: float) -> None:
        self._is_allowed = is_allowed
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host`, if all of them are allowed."""
        addresses = [ipaddress.ip_address(one) for one in _resolved_addresses(host, port)]
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise UnreadableDocument(UnreadableCode.PRIVATE_NETWORK, host=host)
        stream = super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)
        return _TimedStream(stream, self._until)


def _resolved_addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreadableDocument(UnreadableCode.NO_WEBSITE, host=host) from None
    return list(dict.fromkeys(str(place[0]).partition("%")[0] for *_, place in found))


class Fetcher:
    """Fetches from `hosts` (`city.example`, `*.city.example`, each with a port where it is not the usual one)."""

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        is_allowed: Callable[[Address], bool] = is_public,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
        agent: Callable[[], str] = user_agent,
    ) -> None:
        self._lists: tuple[tuple[str, ...], ...] = (_plain_entries(hosts),)
        self._is_allowed = is_allowed
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._agent = agent

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that whoever runs Cityline has named; where there are some, no others are asked."""
        return self._lists[0]

    def narrowed(self, hosts: Sequence[str]) -> Fetcher:
        """The same for these hosts. Where this one has hosts of its own, an address has to be on both lists."""
        own = tuple(entries for entries in self._lists if entries)
        found = Fetcher(
            (),
            is_allowed=self._is_allowed,
            seconds=self._seconds,
            most_bytes=self._most_bytes,
            agent=self._agent,
        )
        found._lists = (*own, _plain_entries(hosts))
        return found

    def check(self, url: str) -> None:
        """`UnreadableDocument` unless this is an address that may be fetched at all; nothing is asked for that."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise UnreadableDocument(UnreadableCode.NO_ADDRESS) from None
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.scheme not in _PORTS or not host or parts.username is not None:
            raise UnreadableDocument(UnreadableCode.NO_ADDRESS)
        usual = port in {None, _PORTS[parts.scheme]}
        its_port = None if usual else port
        for entries in self._lists:
            if not any(_entry_matches(entry, host, its_port) for entry in entries):
                raise UnreadableDocument(UnreadableCode.HOST_NOT_LISTED, host=host)

    def may_ask(self, url: str) -> bool:
        """Whether this is an address that may be fetched."""
        try:
            self.check(url)
        except UnreadableDocument:
            return False
        return True

    def fetch(self, url: str, known: Validators = NEVER_SEEN) -> Fetched:
        """What is at this address, following redirects; `UnreadableDocument` says why it was not fetched.

        With what is `known` of the page, the website may say that it is the same.
        """
        until = time.monotonic() + self._seconds
        headers = (("User-Agent", self._agent()), *HEADERS, *known.as_headers())
        with httpcore.ConnectionPool(network_backend=_Guarded(self._is_allowed, until)) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                self.check(url)
                try:
                    target, found = self._ask_address(pool, url, headers, until)
                except (httpcore.TimeoutException, TimeoutError):
                    raise UnreadableDocument(UnreadableCode.SITE_SLOW) from None
                except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError):
                    raise UnreadableDocument(UnreadableCode.SITE_UNREACHABLE) from None
                if found is not None:
                    return found
                url = target
        raise UnreadableDocument(UnreadableCode.ENDLESS)

    def _ask_address(
        self, pool: httpcore.ConnectionPool, url: str, asking: Sequence[tuple[str, str]], until: float
    ) -> tuple[str, Fetched | None]:
        left = max(0.1, until - time.monotonic())
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), left)
        extensions, address = {"timeout": timeouts}, ascii_address(url)
        with pool.stream("GET", address, headers=list(asking), extensions=extensions) as response:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            if response.status in {301, 302, 303, 307, 308} and "location" in headers:
                return urljoin(url, ascii_address(headers["location"], "latin-1")), None
            validators = Validators(headers.get("etag", "")[:300], headers.get("last-modified", "")[:100])
            if response.status == 304:
                return url, Fetched(url, "", b"", validators, is_same=True)
            if response.status in _BUSY:
                raise AskedToWait(response.status, _seconds_to_wait(headers))
            if response.status != 200:
                raise UnreadableDocument(UnreadableCode.SITE_ANSWERED, status=response.status)
            if headers.get("content-encoding", "identity") != "identity":
                raise UnreadableDocument(UnreadableCode.SITE_PACKED)
            data = self._limited_body(response, until)
        return url, Fetched(url, _suffix_of(url, headers.get("content-type", "")), data, validators)

    def _limited_body(self, response: httpcore.Response, until: float) -> bytes:
        data = bytearray()
        for chunk in response.iter_stream():
            data += chunk
            if len(data) > self._most_bytes:
                raise UnreadableDocument(UnreadableCode.PAGE_LARGE, count=self._most_bytes // 2**20)
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(data)


def _plain_entries(hosts: Sequence[str]) -> tuple[str, ...]:
    return tuple(host.lower().strip() for host in hosts)


def _seconds_to_wait(headers: Mapping[str, str]) -> int:
    """What Retry-After says, if it says seconds."""
    said = headers.get("retry-after", "").strip()
    return min(int(said), MOST_WAIT) if re.fullmatch(r"[0-9]{1,6}", said) else 0


def _entry_matches(entry: str, host: str, port: int | None) -> bool:
    name, _, its_port = entry.partition(":")
    if (its_port or None) != (str(port) if port else None):
        return False
    return host == name or (name.startswith("*.") and host.endswith(name[1:]))


def _suffix_of(url: str, content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"text/plain", "application/octet-stream", ""}:
        named = urlsplit(url).path.lower().rpartition("/")[2]
        for suffix in (".md", ".markdown", ".csv", ".docx", ".xlsx", ".pdf", ".xml"):
            if named.endswith(suffix):
                return suffix
    return SUFFIXES.get(kind, "")
