"""What the library holds, file by file, and taking files out of it."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.output import AsJson, print_json
from bot.cli.start import opened_foundation, start_settings

out = Console()
err = Console(stderr=True)


def list_library(*, as_json: AsJson = False) -> None:
    """List the files that the library knows, by their places, with their documents."""
    from bot.foundation import lay_foundation
    from knowledge.imports.importing import list_sources

    sources = list_sources(lay_foundation(start_settings()).library_folder)
    if as_json:
        documents = ("document_id", "title", "language", "reviewed")
        print_json(
            [
                {
                    "place": source.place,
                    "documents": [
                        {name: getattr(one, name) for name in documents} for one in source.documents
                    ],
                }
                for source in sources
            ]
        )
        return
    table = Table("file", "documents", "language", "reviewed")
    for source in sources:
        first = source.documents[0] if source.documents else None
        more = f" and {len(source.documents) - 1} more" if len(source.documents) > 1 else ""
        title = f"{first.title}{more}" if first else "none"
        shown = (
            source.place or "written by staff",
            title,
            first.language if first else "",
            first.reviewed if first else "",
        )
        table.add_row(*map(escape, shown))
    out.print(table)


def remove_from_library(
    places: Annotated[
        list[str],
        typer.Argument(help="Places as `knowledge list` names them; a folder with a slash at its end."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Take files and their documents out of the library. One that still lies in its folder comes back with the next import of that."""
    from bot.prepare import remove_beside_staff
    from knowledge.imports.importing import ImportOutcome
    from knowledge.index.embedding import make_embedders

    chosen = start_settings()
    embedders = make_embedders(chosen.embedding_model, chosen.models)
    with opened_foundation(chosen) as base:
        report = remove_beside_staff(base, embedders, places)
    if as_json:
        print_json(dataclasses.asdict(report))
    for fate in report.fates:
        err.print(
            f"{fate.fate.value} {escape(fate.name)}{': ' if fate.reason else ''}{escape(fate.reason)}",
            highlight=False,
        )
    if report.count(ImportOutcome.REMOVED) < len(report.fates):
        raise typer.Exit(2)
