"""Asking a geocoder without keeping anybody waiting: one question at a time, with a pause between two, and each only once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

import structlog

from core.errors import GeocoderUnavailable
from core.model import Bounds
from core.ports import GeocodedAddress, Geocoder

log = structlog.get_logger()

KEPT = 2_000
"""Addresses whose answer is remembered, the oldest forgotten first."""

REST_SECONDS = 30.0
"""How long a geocoder that failed is left alone, so that no reply waits for one that is down."""


class AddressLookup:
    """A geocoder's answers, asked for in a thread of its own. `look_up` waits `seconds` at most, `known` never."""

    def __init__(
        self,
        geocoder: Geocoder,
        *,
        seconds: float,
        pause: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._geocoder = geocoder
        self._seconds = seconds
        self._pause = pause
        self._clock = clock
        self._known: OrderedDict[str, tuple[GeocodedAddress, ...]] = OrderedDict()
        self._asked: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._rests_until = clock()
        self._asks_from = clock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="geocoder")

    def known(self, address: str) -> Sequence[GeocodedAddress]:
        """What was said of this address; nothing where it was not asked, or is not answered yet."""
        with self._lock:
            return self._known.get(_key(address), ())

    def look_up(self, address: str, bounds: Bounds, language: str) -> None:
        """Have the geocoder asked, unless it was; wait for its answer for as long as a reply may. Never within a transaction."""
        key = _key(address)
        with self._lock:
            if key in self._known or self._clock() < self._rests_until:
                return
            asked = self._asked.get(key)
            if asked is None:
                asked = self._asked[key] = self._thread.submit(self._ask, key, address, bounds, language)
        try:
            asked.result(self._seconds)
        except TooLate:
            log.info("geocoder_too_slow", seconds=self._seconds)

    def close(self) -> None:
        """Let the question that is being asked end, ask no more, and close the geocoder."""
        self._thread.shutdown(cancel_futures=True)
        self._geocoder.close()

    def _ask(self, key: str, address: str, bounds: Bounds, language: str) -> None:
        try:
            if self._clock() >= self._rests_until:
                time.sleep(max(self._asks_from - self._clock(), 0.0))
                found = tuple(self._geocoder.look_up(address, bounds, language))
                self._keep(key, found)
        except GeocoderUnavailable as error:
            log.warning("geocoder_unavailable", reason=str(error), rest_seconds=REST_SECONDS)
            self._rests_until = self._clock() + REST_SECONDS
        finally:
            self._asks_from = self._clock() + self._pause
            with self._lock:
                self._asked.pop(key, None)

    def _keep(self, key: str, found: tuple[GeocodedAddress, ...]) -> None:
        with self._lock:
            self._known[key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)


def _key(address: str) -> str:
    return " ".join(address.casefold().split())
