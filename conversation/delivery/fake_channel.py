"""A pushing channel that ships for tests: it keeps a ledger of what it accepted and fails as it is told to."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from core.errors import BadUpload, SendError, SendUnknown
from core.model import Delivery, Receipt, RemoteMedia, Reply


class LedgerChannel:
    """`core.ports.PushChannel` with a ledger. `failures` are raised one a send; a `SendUnknown` is accepted all the same
    when `accepts_when_cut`, as when the line breaks after the provider's yes. `files` are what residents sent, by reference: bytes,
    or the error that fetching them raises.
    """

    def __init__(
        self, name: str = "ledger", failures: Iterable[SendError] = (), *, accepts_when_cut: bool = True
    ) -> None:
        self.name = name
        self.ledger: list[Delivery] = []
        self.lookups = 0
        self.failures = deque(failures)
        self.files: dict[str, bytes | Exception] = {}
        self.fetched: list[tuple[str, float | None]] = []
        self.accepts_when_cut = accepts_when_cut
        self._lock = threading.Lock()

    def split(self, reply: Reply) -> tuple[Reply, ...]:
        """Every reply fits."""
        return (reply,)

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:
        """A file that lies with this provider."""
        self.fetched.append((media.reference, within))
        file = self.files.get(media.reference)
        if file is None:
            raise BadUpload(f"There is no file {media.reference} in this ledger.")
        if isinstance(file, Exception):
            raise file
        return file

    def send(self, delivery: Delivery) -> Receipt:
        """Accept into the ledger, or fail as told."""
        with self._lock:
            failure = self.failures.popleft() if self.failures else None
            if failure is None or (isinstance(failure, SendUnknown) and self.accepts_when_cut):
                self.ledger.append(delivery)
            if failure:
                raise failure
            return Receipt(f"ledger-{len(self.ledger)}")

    def find(self, delivery: Delivery) -> Receipt | None:
        """Whether the ledger has this delivery."""
        with self._lock:
            self.lookups += 1
            if self.failures:
                raise self.failures.popleft()
            keys = [accepted.key for accepted in self.ledger]
            return Receipt(f"ledger-{keys.index(delivery.key) + 1}") if delivery.key in keys else None
