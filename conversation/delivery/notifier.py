"""The bell of one process: wakes whoever waits for news.

For news that came about in another process on the same database `conversation.delivery.watch` rings it; a bell is only a hint, and whoever is rung looks
into the database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class LocalNotifier:
    """`core.ports.Notifier` within one process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[tuple[str, str], list[Callable[[], None]]] = {}

    def listen(self, channel: str, sender: str, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` whenever there may be news for this sender; returns the function that stops it."""
        key = (channel, sender)
        with self._lock:
            self._listeners.setdefault(key, []).append(ring)

        def stop() -> None:
            with self._lock:
                listening = self._listeners.get(key, [])
                if ring in listening:
                    listening.remove(ring)
                if not listening:
                    self._listeners.pop(key, None)

        return stop

    def ring(self, channel: str, sender: str) -> None:
        """There is news for this sender."""
        with self._lock:
            listening = list(self._listeners.get((channel, sender), ()))
        for ring in listening:
            ring()

    def listening(self) -> list[tuple[str, str]]:
        """The channel and sender of everybody who is listened for."""
        with self._lock:
            return list(self._listeners)
