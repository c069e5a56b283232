"""How every command begins: settings read, logs set up, and the data folder for nobody else to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from channels.registry import InstallationSettings
from core.logs import configure_logs
from core.private import keep_private
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.foundation import Foundation

log = structlog.get_logger()


def start_settings(log_level: str = "") -> Settings:
    """The settings of this process; `log_level` stands instead of the setting."""
    settings = load_settings(InstallationSettings)
    configure_logs(settings.log_format, log_level or settings.log_level)
    if mended := keep_private(settings.data_dir):
        log.info("data_folder_made_private", folder=str(settings.data_dir), mended=mended)
    return settings


@contextmanager
def opened_foundation(settings: Settings | None = None) -> Iterator[Foundation]:
    """The database and what goes with it for one command: tables up to date, closed at the end."""
    from bot.foundation import lay_foundation
    from bot.migrate import upgrade_database

    settings = settings or start_settings()
    upgrade_database(settings.database)  # first: it says in a sentence what is wrong with a database
    base = lay_foundation(settings)
    try:
        yield base
    finally:
        base.database.dispose()
