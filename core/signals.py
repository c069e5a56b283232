"""A signal from parts that do not know who waits for it: a queue's writers tell its workers that there is something to do."""

from __future__ import annotations

from collections.abc import Callable


class Signal:
    """Calls whoever is connected, in the thread that sends it. Connect before the first thread starts."""

    def __init__(self) -> None:
        self._receivers: list[Callable[[], None]] = []

    def connect(self, *receivers: Callable[[], None]) -> None:
        """Have these called from now on."""
        self._receivers.extend(receivers)

    def send(self) -> None:
        """Call them; safe from any thread if they are."""
        for receiver in self._receivers:
            receiver()
