"""Rings the bell of this process for what other processes said: one look for all who wait, not one for each."""

from __future__ import annotations

import threading

import structlog

from conversation.delivery.notifier import LocalNotifier
from conversation.store.conversations import ConversationStore

log = structlog.get_logger()

SECONDS = 0.8
"""Between two looks; an answer that another process gave is that much later at most."""


class Watch:
    """Looks again and again how far the conversations have come whose residents listen here, and rings for those that went on."""

    def __init__(self, memory: ConversationStore, notifier: LocalNotifier) -> None:
        self._memory = memory
        self._bell = notifier
        self._seen: dict[tuple[str, str], int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_watch, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        if self._thread.ident:
            self._thread.join()

    def look(self) -> None:
        """Look once. Whoever is new here is rung too if there is anything: they may have begun to listen just after it was said."""
        listening = self._bell.listening()
        if not listening:
            self._seen.clear()
            return
        now = self._memory.positions(listening)
        gone_on = [key for key, position in now.items() if position > self._seen.get(key, 0)]
        self._seen = now
        for channel, sender in gone_on:
            self._bell.ring(channel, sender)

    def _run_watch(self) -> None:
        while not self._stopping.wait(SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("watch_could_not_look")
