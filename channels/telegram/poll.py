"""Fetches updates instead of waiting for them, for a laptop that Telegram cannot reach. One of these at a time.

An update is confirmed to Telegram by the next call's offset, which moves only when the update is durable.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import structlog

from channels.telegram.api import ApiError
from channels.telegram.door import TelegramDoor
from channels.telegram.incoming import Unreadable
from channels.telegram.setup import ALLOWED_UPDATES
from core.errors import SendLater, SettingsError

log = structlog.get_logger()

WAIT_SECONDS = 25
SHORTEST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0


@dataclass
class Poller:
    """Fetches a handful of updates at a time; `offset` is the number behind the last one that is durable."""

    door: TelegramDoor
    wait_seconds: int = WAIT_SECONDS
    offset: int = 0
    is_checked: bool = False

    def step(self) -> int:
        """Fetch once, waiting for news, and take what came; how many updates that were. Raises what went wrong."""
        self._check_no_webhook()
        updates = self._fetch_updates()
        for update in updates:
            try:
                self.door.take(update)
            except Unreadable:
                log.error("telegram_update_without_number")  # noqa: TRY400  nothing more to say
                continue
            self.offset = int(update["update_id"]) + 1
        return len(updates)

    def _check_no_webhook(self) -> None:
        if self.is_checked:
            return
        state = self.door.bot.api.call("getWebhookInfo")
        if isinstance(state, dict) and state.get("url"):
            raise SettingsError(
                "This bot has a webhook, and Telegram serves either a webhook or polling; withdraw it first,"
                " or use another bot's token on this machine."
            )
        self.is_checked = True

    def _fetch_updates(self) -> list[dict[str, Any]]:
        wanted = {"offset": self.offset, "timeout": self.wait_seconds, "allowed_updates": ALLOWED_UPDATES}
        updates = self.door.bot.api.call("getUpdates", wanted, timeout=self.wait_seconds + 10.0)
        if not isinstance(updates, list):
            return []
        return [update for update in updates if isinstance(update, dict)]


def poll_updates(
    door: TelegramDoor,
    stop: threading.Event,
    *,
    wait_seconds: int = WAIT_SECONDS,
    shortest_backoff: float = SHORTEST_BACKOFF,
) -> None:
    """Fetch until `stop` is set. Failures are waited out, longer each time; a webhook that is set is a `SettingsError`."""
    poller = Poller(door, wait_seconds)
    backoff = shortest_backoff
    while not stop.is_set():
        try:
            poller.step()
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001  the process's edge; its message may hold a resident's words
            wait = max(backoff, _asked_to_wait(error))
            log.warning("telegram_poll_failed", fault=type(error).__name__, seconds=wait)
            stop.wait(wait)
            backoff = min(backoff * 2, LONGEST_BACKOFF)
        else:
            backoff = shortest_backoff


def _asked_to_wait(error: Exception) -> float:
    if isinstance(error, ApiError):
        return error.retry_after
    return error.after if isinstance(error, SendLater) else 0.0
