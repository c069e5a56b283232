"""The command line: `cityline ...` or `python -m bot ...`. Heavy parts are imported only by the commands that need them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.channels import channels_cli
from bot.cli.conversation import conversation_cli
from bot.cli.library import list_library, remove_from_library
from bot.cli.output import AsJson, print_json
from bot.cli.queue import queue_cli
from bot.cli.sites import sites_cli
from bot.cli.staff import audit_cli, staff_cli
from bot.cli.start import opened_foundation, start_settings
from bot.cli.tune import tune
from channels.registry import InstallationSettings
from core.settings import settings_table
from core.version import code_version

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="The line between a city and its people.",
)
nlu_cli = typer.Typer(no_args_is_help=True, help="The understanding of free text (Rasa).")
knowledge_cli = typer.Typer(no_args_is_help=True, help="The city's documents.")
city_cli = typer.Typer(no_args_is_help=True, help="The city's services, streets, places and surveys.")
knowledge_cli.command("tune")(tune)
knowledge_cli.command("list")(list_library)
knowledge_cli.command("remove")(remove_from_library)
cli.add_typer(nlu_cli, name="nlu")
knowledge_cli.add_typer(sites_cli, name="sites")
cli.add_typer(knowledge_cli, name="knowledge")
cli.add_typer(city_cli, name="city")
cli.add_typer(channels_cli, name="channels")
cli.add_typer(queue_cli, name="queue")
cli.add_typer(conversation_cli, name="conversation")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(audit_cli, name="audit")

out = Console()
err = Console(stderr=True)


def show_progress(line: str) -> None:
    """One line of progress, on standard error so that JSON on standard output stays clean."""
    err.print(f"[dim]cityline:[/dim] {escape(line)}", highlight=False, soft_wrap=True)


def print_version(wanted: bool) -> None:
    """The name and the version on standard output, and no command after it."""
    if wanted:
        out.print(f"cityline {code_version()}", highlight=False)
        raise typer.Exit


@cli.callback()
def main(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=print_version, is_eager=True),
    ] = False,
) -> None:
    """What stands before every command."""


@cli.command()
def serve(
    prepare: Annotated[
        bool,
        typer.Option("--prepare", help="First train, load the city and import its documents, if changed."),
    ] = False,
) -> None:
    """Serve residents until interrupted: web, workers, and Rasa as a child."""
    from bot.serve import serve as run

    run(start_settings(), prepare_first=prepare, progress=show_progress)


@cli.command("prepare")
def prepare_only() -> None:
    """Train, load the city and import its documents, each only if its inputs changed; then stop."""
    from bot.prepare import prepare_city
    from city.registry import City
    from knowledge.index.embedding import make_embedders

    chosen = start_settings()
    with opened_foundation(chosen) as base:
        embedders = make_embedders(chosen.embedding_model, chosen.models)
        prepare_city(base, embedders, chosen.city_folder, show_progress)
        City(base.database, lambda: embedders, base.cache_folder).warm()


@cli.command()
def chat(
    url: Annotated[
        str, typer.Option(help="A running Cityline to talk to; without it, the bot runs in here.")
    ] = "",
    language: Annotated[str, typer.Option(help="Language to begin in; without it, the city's own.")] = "",
) -> None:
    """Talk to the bot in this terminal."""
    from bot.terminal import chat_alone, chat_with

    chosen = start_settings()
    if url:
        chat_with(url, language)
    else:
        chat_alone(chosen, language, show_progress)


@cli.command()
def settings() -> None:
    """List every setting, its default, and what it is for."""
    table = Table("variable", "default", "what it is for")
    for row in settings_table(InstallationSettings):
        table.add_row(*map(escape, row))
    out.print(table)


@nlu_cli.command("train")
def nlu_train() -> None:
    """Train the model if its data, pipeline or components changed."""
    from bot.own_rasa import train_model

    model, _encoders = train_model(start_settings(), show_progress)
    show_progress(f"The model is {model.name}")


@nlu_cli.command("parse")
def nlu_parse(text: str, *, as_json: AsJson = False) -> None:
    """Show what the NLU makes of a text."""
    from bot.app import find_nlu
    from bot.lifecycle import NluLauncher

    chosen = start_settings()
    rasa, nlu_client = find_nlu(chosen, embedders=())
    launcher = NluLauncher(rasa, chosen, show_progress)
    try:
        launcher.start()
        launcher.wait_until_ready()
        understanding = nlu_client.parse(text)
    finally:
        launcher.stop()
    if as_json:
        print_json(dataclasses.asdict(understanding))
        return
    table = Table("intent", "confidence")
    for intent in understanding.intents[:5]:
        table.add_row(intent.name, f"{intent.confidence:.3f}")
    out.print(table)


@knowledge_cli.command("import")
def knowledge_import(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Import files and folders of documents; names what could not be read, and why, and goes on. Without any, index again what there is."""
    from bot.prepare import import_beside_staff
    from knowledge.imports.importing import ImportOutcome
    from knowledge.index.embedding import make_embedders

    chosen = start_settings()
    paths = paths or []
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        err.print(f"[red]There is no {escape(', '.join(missing))}; name files or folders that exist.[/red]")
        raise typer.Exit(2)
    embedders = make_embedders(chosen.embedding_model, chosen.models)
    with opened_foundation(chosen) as base:
        report = import_beside_staff(base, embedders, paths, err)
    if as_json:
        print_json(dataclasses.asdict(report))
    for fate in report.fates:
        if fate.reason:
            err.print(f"[yellow]{fate.fate.value}[/yellow] {escape(fate.name)}: {escape(fate.reason)}")
    counts = ", ".join(f"{report.count(fate)} {fate.value}" for fate in ImportOutcome if report.count(fate))
    show_progress(
        f"{counts or 'nothing to do'}; the library holds {report.documents} documents in {report.passages} passages"
    )


@knowledge_cli.command("ask")
def knowledge_ask(question: str, *, language: str = "", as_json: AsJson = False) -> None:
    """Ask the documents, as a resident would."""
    from bot.foundation import lay_foundation, open_library
    from knowledge.index.embedding import make_embedders

    chosen = start_settings()
    library = open_library(lay_foundation(chosen), make_embedders(chosen.embedding_model, chosen.models))
    answer = library.ask(question, language)
    if library.is_empty:
        show_progress("The library holds no documents yet; bring some in with `knowledge import`.")
    if as_json:
        print_json(dataclasses.asdict(answer))
        return
    unsure = "would be shown as what comes closest" if answer.maybe else "would not be answered"
    out.print("[green]would be answered[/green]" if answer.confident else f"[yellow]{unsure}[/yellow]")
    for found in answer.found:
        path = " > ".join((found.passage.title, *found.passage.headings))
        out.print(f"[bold]{found.score:.2f}[/bold] {escape(path)}  [dim]{escape(found.passage.url)}[/dim]")
        out.print(escape(found.passage.text), style="dim", highlight=False)


@city_cli.command("check")
def city_check(folder: Path, *, as_json: AsJson = False) -> None:
    """Read a city folder without loading it: what is wrong with it, or what was counted in it."""
    from city.loading.folder import read_city

    city = read_city(folder)
    if as_json:
        print_json(
            {
                "city": city.profile.name,
                "services": len(city.services),
                "places": len(city.places),
                "surveys": len(city.surveys),
                "holidays": len(city.holidays),
                "calendars": len(city.calendars),
                "fees": len(city.fees),
            }
            | dataclasses.asdict(city.street_counts)
        )
        return
    show_progress(
        f"{city.profile.name}: {len(city.services)} services, {len(city.places)} places, {len(city.surveys)} surveys, {len(city.holidays)} holidays, {len(city.calendars)} calendars, {len(city.fees)} fees"
    )
    for line in city.street_counts.sentences():
        show_progress(line)
    if city.profile.timezone == "UTC":
        show_progress("Times are those of UTC: city.toml names no other timezone, such as America/New_York.")


@city_cli.command("load")
def city_load(folder: Path, *, as_json: AsJson = False) -> None:
    """Load a city: a folder (docs/city.md), or a JSON file with an Open311 service list."""
    from city.loading.load import load_city

    with opened_foundation() as base, base.database.writing() as session:
        report = load_city(session, folder)
    if as_json:
        print_json(dataclasses.asdict(report))
    elif report.changed:
        show_progress(
            f"{report.city}: {report.services} services, {report.streets} pieces of street, {report.places} places"
        )
        for line in report.counted:
            show_progress(line)
    else:
        show_progress(f"{report.city}: nothing changed since it was loaded")
    if report.kept and not as_json:
        show_progress(f"Kept as staff changed it in the console: {', '.join(report.kept)}")
