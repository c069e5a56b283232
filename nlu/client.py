"""The one client that speaks to the Rasa server: text in, `Understanding` out, and nobody waits for a dead one."""

from __future__ import annotations

import base64
import math
import string
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from core.errors import NluUnavailable
from core.model import Intent, Understanding
from nlu.breaker import CircuitBreaker

LONGEST_TEXT = (
    1000  # characters; what is wanted stands in the first lines, and parsing time grows with length
)
MOST_INTENTS = 10
SLACK = 1e-3  # of a vector's length from one
_NO_TEXT = string.whitespace + "/"  # a leading slash is an order to Rasa, not text


Vectors = Mapping[str, NDArray[np.float32]]


class RasaNluClient:
    """Implements `core.ports.NluClient` over `POST /model/parse`. Thread-safe; connections are kept open and shared.

    `hand_on` is given the text and its sentence vectors, by encoder, that the pipeline has computed on the way.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        timeout: float = 2.0,
        breaker: CircuitBreaker | None = None,
        hand_on: Callable[[str, Vectors], None] = lambda _text, _vectors: None,
    ) -> None:
        self._url = httpx.URL(url.rstrip("/") + "/model/parse", params={"token": token} if token else {})
        self._timeout = timeout
        self._breaker = breaker or CircuitBreaker()
        self._hand_on = hand_on
        # A transport instead of a client: a client would log every address, and Rasa takes its token nowhere else.
        self._transport = httpx.HTTPTransport(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16)
        )

    def parse(self, text: str) -> Understanding:
        """What `text` means; only its first 1000 characters are looked at.

        Raises `NluUnavailable` at once while the breaker is open, and after `timeout` seconds at the latest.
        """
        if not text.strip(_NO_TEXT):
            return Understanding(text)
        if not self._breaker.is_closed and not self._breaker.may_probe():
            raise NluUnavailable("Rasa is known to be down; the text has to wait until it is back.")
        return self._ask_rasa(text)

    def is_up(self) -> bool:
        """Whether a parse is worth trying. While the breaker is open, one caller in a while finds out by trying."""
        return self._breaker.is_closed or self.probe()

    def probe(self) -> bool:
        """Try a parse now if the pause is over; says whether Rasa is back."""
        if self._breaker.may_probe():
            try:
                self._ask_rasa("hello")
            except NluUnavailable:
                return False
        return self._breaker.is_closed

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _ask_rasa(self, text: str) -> Understanding:
        cleaned = text.lstrip(_NO_TEXT)[:LONGEST_TEXT]
        try:
            answer = self._post_text(cleaned)
            understanding = _read_answer(text, answer)
            self._hand_on(cleaned, _read_vectors(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            self._breaker.failed(surely_down=True)
            raise NluUnavailable(
                f"Rasa cannot be reached ({type(error).__name__}); the text has to wait."
            ) from error
        except (httpx.HTTPError, ValueError, OverflowError, RecursionError, NluUnavailable) as error:
            self._breaker.failed()
            raise NluUnavailable(f"Rasa gave no usable answer ({error}); the text has to wait.") from error
        self._breaker.succeeded()
        return understanding

    def _post_text(self, text: str) -> Any:
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        request = httpx.Request("POST", self._url, json={"text": text}, extensions={"timeout": limits})
        deadline = time.monotonic() + self._timeout
        response = self._transport.handle_request(request)
        try:
            body = b"".join(_body_within(deadline, response))
        finally:
            response.close()
        if response.status_code != httpx.codes.OK:
            raise NluUnavailable(f"status {response.status_code}")
        return httpx.Response(200, content=body).json()


def _body_within(deadline: float, response: httpx.Response) -> Any:
    """The body, as long as it keeps within the deadline; each single read has the same limit from the transport."""
    for chunk in response.stream:  # type: ignore[union-attr]
        if time.monotonic() > deadline:
            raise NluUnavailable("the answer took too long")
        yield chunk


def _read_answer(text: str, answer: Any) -> Understanding:
    """Rasa's answer, strictly: a ranking of named intents with confidences from 0 to 1."""
    ranking = answer.get("intent_ranking") if isinstance(answer, dict) else None
    if not isinstance(ranking, list) or not ranking:
        raise NluUnavailable("no list of intents in it")
    intents = tuple(_read_intent(entry) for entry in ranking[:MOST_INTENTS])
    return Understanding(text, tuple(sorted(intents, key=lambda intent: -intent.confidence)))


def _read_vectors(answer: Any) -> Vectors:
    """The sentence vectors in an answer; what is none is left out, since nobody depends on them."""
    handed = answer.get("sentence_vectors")
    found = {}
    for name, packed in handed.items() if isinstance(handed, dict) else ():
        with suppress(ValueError, TypeError):
            vector = np.frombuffer(base64.b64decode(packed, validate=True), dtype="<f4")
            if abs(float(vector @ vector) - 1) < SLACK:
                found[str(name)] = vector.astype(np.float32)
    return found


def _read_intent(entry: Any) -> Intent:
    if not isinstance(entry, dict):
        raise NluUnavailable("an intent that is no object")
    name, confidence = entry.get("name"), entry.get("confidence")
    if not isinstance(name, str) or not name:
        raise NluUnavailable("an intent without a name")
    if (
        isinstance(confidence, bool)
        or not isinstance(confidence, int | float)
        or not math.isfinite(confidence)
    ):
        raise NluUnavailable("an intent without a confidence")
    if not -1e-6 <= confidence <= 1 + 1e-6:
        raise NluUnavailable("a confidence outside 0 to 1")
    return Intent(name, min(max(float(confidence), 0.0), 1.0))
