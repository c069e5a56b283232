"""The line to the Bot API: plain HTTP with limits, and an honest word on what became of a call.

httpx rather than PTB's `Bot`: the outbox sends from threads, and has to know whether a request that failed had gone out. PTB
needs an event loop of its own for that and reports a refused connection and a cut one as the same `NetworkError`.
The address of every call holds the bot's token, so addresses never reach a log or an error.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

import httpx

from core.deadline import ask_within
from core.errors import BadUpload, SendCode, SendLater, SendUnknown, SettingsError
from core.model import Trouble

PUBLIC_BASE = "https://api.telegram.org"
PROVIDER = "Telegram"
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
TOKEN_IN_ADDRESS = re.compile(r"/bot\d+(:|%3A)[A-Za-z0-9_-]+", re.IGNORECASE)
MOST_BYTES = 20_000_000
CONNECT_SECONDS = 5.0
DOWNLOAD_SECONDS = 30.0
LATER_SECONDS = 5.0
OUTAGE_SECONDS = 30.0

File = tuple[str, bytes, str]
"""Name, content and type of a file to send."""


class ApiError(Exception):
    """The Bot API said no. `code` is the HTTP status, `retry_after` the seconds it wants to be left alone (0: not said)."""

    def __init__(self, code: int, description: str, retry_after: float = 0.0) -> None:
        super().__init__(f"The Bot API answered {code}: {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after


class WithoutToken(logging.Filter):
    """Takes the token out of the addresses that httpx writes to its log."""

    installed: ClassVar[bool] = False

    def filter(self, record: logging.LogRecord) -> bool:
        written = record.getMessage()
        if TOKEN_IN_ADDRESS.search(written):  # what is not ours is left to the filters of other doors
            record.msg, record.args = TOKEN_IN_ADDRESS.sub("/bot<token>", written), ()
        return True

    @classmethod
    def install(cls) -> None:
        """Once for the whole process."""
        if not cls.installed:
            logging.getLogger("httpx").addFilter(cls())
            cls.installed = True


class BotApi:
    """Calls methods of the Bot API from any thread. `base` is another server's address, such as a local Bot API's."""

    def __init__(self, token: str, base: str = PUBLIC_BASE, *, timeout: float = 10.0) -> None:
        if not TOKEN.fullmatch(token):
            raise SettingsError(
                "CITYLINE_TELEGRAM_TOKEN is not a bot's token; one like 123456:ABC-DEF from @BotFather was expected."
            )
        self.base = base.rstrip("/")
        self.is_public = self.base == PUBLIC_BASE
        self._token = token
        self._timeout = timeout
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        self._client = httpx.Client(timeout=self._timeouts(timeout), limits=limits, follow_redirects=False)
        WithoutToken.install()

    def __repr__(self) -> str:
        return f"BotApi({self.base})"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(
        self,
        method: str,
        payload: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, File] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """The result of a method. With `files` it goes as a form, whose fields are strings.

        Raises `ApiError` when Telegram says no, `SendLater` when nothing can have happened because the request never went
        out, `SendUnknown` when it went out and no answer that can be read came back.
        """
        seconds = timeout or self._timeout
        try:
            response = ask_within(
                self._client,
                "POST",
                f"{self.base}/bot{self._token}/{method}",
                seconds=seconds,
                timeout=self._timeouts(seconds),
                **_request_body(payload or {}, files),
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            detail = type(error).__name__
            raise SendLater(SendCode.UNREACHABLE, LATER_SECONDS, provider=PROVIDER, detail=detail) from None
        except httpx.HTTPError as error:
            raise _cut(f"{type(error).__name__} during {method}") from None
        return _result_of(method, response)

    def download(self, path: str, most: int = MOST_BYTES, within: float | None = None) -> bytes:
        """A file that `getFile` named, from the same server; `BadUpload` when it is too big or not there."""
        seconds = within or DOWNLOAD_SECONDS
        ends = time.monotonic() + seconds
        if path.startswith("/") or ".." in path or "://" in path or "\\" in path:
            raise BadUpload(
                "The Bot API named a file outside of its own folder; a relative path was expected."
            )
        address = f"{self.base}/file/bot{self._token}/{quote(path)}"
        try:
            timeout = self._timeouts(min(seconds, self._timeout))
            with self._client.stream("GET", address, timeout=timeout) as response:
                if response.status_code != httpx.codes.OK:
                    raise _no_file(response.status_code)
                return _limited_body(response, most, ends)
        except httpx.HTTPError as error:
            raise _file_late(type(error).__name__) from None

    @staticmethod
    def _timeouts(timeout: float) -> httpx.Timeout:
        return httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS))


def _request_body(payload: Mapping[str, Any], files: Mapping[str, File] | None) -> dict[str, Any]:
    return {"data": dict(payload), "files": dict(files)} if files else {"json": dict(payload)}


def _limited_body(response: httpx.Response, most: int, ends: float) -> bytes:
    kept = bytearray()
    for chunk in response.iter_bytes():
        kept += chunk
        if time.monotonic() > ends:
            raise _file_late("it came in too slowly")
        if len(kept) > most:
            raise BadUpload(f"The file is bigger than {most} bytes.", Trouble.FILE_TOO_BIG)
    return bytes(kept)


def _cut(detail: str) -> SendUnknown:
    return SendUnknown(SendCode.CUT, provider=PROVIDER, detail=detail)


def _file_late(detail: str) -> SendLater:
    return SendLater(SendCode.FILE_LATE, LATER_SECONDS, detail=detail)


def _no_file(status: int) -> Exception:
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return _file_late(f"the file server answered {status}")
    return BadUpload(f"The file is not there any more (status {status}).")


def _result_of(method: str, response: httpx.Response) -> Any:
    """What Telegram answered. Only a gateway that waited in vain leaves open whether the call was done."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is True and response.is_success:
        return answer.get("result")
    if isinstance(answer, dict) and answer.get("ok") is False:
        raise _said_no(response.status_code, answer)
    if response.is_success or response.status_code == httpx.codes.GATEWAY_TIMEOUT:
        raise _cut(f"status {response.status_code} to {method}")
    raise ApiError(response.status_code, "no reason given", _seconds_of(response.headers.get("retry-after")))


def _said_no(status: int, answer: dict[str, Any]) -> ApiError:
    parameters = answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    code = answer.get("error_code")
    description = TOKEN_IN_ADDRESS.sub("/bot<token>", str(answer.get("description", "")))[:200]
    return ApiError(code if isinstance(code, int) else status, description, _seconds_of(wait))


def _seconds_of(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 1e6 else 0.0
