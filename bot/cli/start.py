"""How every command begins: settings read, logs set up, and the data folder for nobody else to read."""

from __future__ import annotations

import structlog

from core.logs import configure_logs
from core.private import keep_private
from core.settings import Settings, load_settings

log = structlog.get_logger()


def start_settings(log_level: str = "") -> Settings:
    """The settings of this process; `log_level` stands instead of the setting."""
    settings = load_settings()
    configure_logs(settings.log_format, log_level or settings.log_level)
    if mended := keep_private(settings.data_dir):
        log.info("data_folder_made_private", folder=str(settings.data_dir), mended=mended)
    return settings
