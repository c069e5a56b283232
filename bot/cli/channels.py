"""The command line of the doors: see what each door still lacks, and what the vendors' own commands do."""

from __future__ import annotations

from collections.abc import Callable

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.start import opened_foundation, start_settings
from channels.registry import VENDORS, InstallationSettings
from channels.vendor import CityIntroduction, DoorCommand
from core.logs import configure_logs
from core.settings import Settings, load_settings

channels_cli = typer.Typer(no_args_is_help=True, help="The doors: SMS, Telegram, web chat.")
out = Console()


@channels_cli.command("check")
def check() -> None:
    """Say for each door whether it is open, what it lacks, and the address to enter at the provider."""
    settings = load_settings(InstallationSettings)
    configure_logs(settings.log_format, settings.log_level)
    table = Table("door", "state", "to do, or the address to enter at the provider")
    for vendor in VENDORS:
        if status := vendor.check(settings):
            table.add_row(*map(escape, (status.door, status.state, status.advice)))
    out.print(table)


def _introduction_of(settings: Settings) -> CityIntroduction:
    from city.registry import City

    with opened_foundation(settings) as base:
        profile = City(base.database).profile
    languages = base.texts.offered(settings.languages or profile.languages)
    return CityIntroduction(base.texts, profile.name, languages)


def _runner_of(command: DoorCommand) -> Callable[[], None]:
    def run() -> None:
        settings = start_settings()
        out.print(escape(command.run(settings, lambda: _introduction_of(settings))))

    return run


for _vendor in VENDORS:
    for _command in _vendor.commands:
        channels_cli.command(_command.name, help=_command.run.__doc__)(_runner_of(_command))
