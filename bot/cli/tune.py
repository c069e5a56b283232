"""The command line of tuning: `cityline knowledge tune`."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.start import start_settings
from core.errors import TuningError

if TYPE_CHECKING:
    from bot.foundation import Foundation
    from knowledge.base.model import Passage
    from knowledge.tuning.questions import Asked
    from knowledge.tuning.run import Report

out = Console()
err = Console(stderr=True)


def tune(  # noqa: PLR0917  Typer turns them into options by name
    base: Annotated[
        str, typer.Option(help="`minilm`, or a sentence-transformers model by name or path.")
    ] = "minilm",
    questions: Annotated[
        Path | None,
        typer.Option(help="More questions: JSON lines `query`, `relevant` (ids or file names of documents)."),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often all questions are gone through.")] = 6,
    steps: Annotated[int, typer.Option(min=0, help="Steps of 16 questions; 0 leaves it to the epochs.")] = 0,
    rate: Annotated[float, typer.Option(help="How fast it learns.")] = 3e-5,
    minutes: Annotated[float, typer.Option(min=0.1, help="Training ends after so many minutes.")] = 20.0,
    threads: Annotated[int, typer.Option(min=1, help="Cores to train on.")] = 1,
    seed: Annotated[int, typer.Option(help="Decides which questions are held back.")] = 7,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Tune a model on the city's confirmed questions, measure it on some held back, and keep it only if it is clearly better."""
    from bot.foundation import lay_foundation
    from bot.migrate import upgrade_database
    from knowledge.base.store import DocumentStore
    from knowledge.index.cache import PreparedPassages
    from knowledge.tuning.run import Tuner
    from knowledge.tuning.training import Training

    settings = start_settings(log_level="warning")
    upgrade_database(settings.database)
    foundation = lay_foundation(settings)
    folder = foundation.library_folder
    passages = PreparedPassages(folder).passages_of(DocumentStore(folder))
    asked = _asked_questions(foundation, passages, questions)
    foundation.database.dispose()
    tuner = Tuner(
        passages=passages,
        asked=asked,
        setting=settings.embedding_model,
        base=base,
        models=settings.models,
        library_folder=folder,
        how=Training(seed=seed, steps=steps, epochs=epochs, rate=rate, minutes=minutes, threads=threads),
        on_step=_show_step,
        tell=_say_line,
    )
    try:
        report = tuner.run()
    except KeyboardInterrupt:
        raise TuningError("Stopped; nothing was changed and nothing is left behind.") from None
    _print_report(report, as_json=as_json)


def _asked_questions(base: Foundation, passages: list[Passage], file: Path | None) -> list[Asked]:
    from knowledge.base.store import DocumentStore
    from knowledge.questions.confirmed import confirmed_questions
    from knowledge.tuning.questions import from_file, resolve_questions

    with base.database.reading() as session:
        asked = resolve_questions(confirmed_questions(session), passages)
    if file is None:
        return asked
    if not file.is_file():
        raise TuningError(f"There is no file {str(file)!r}; name a file of JSON lines after --questions.")
    sources = DocumentStore(base.library_folder).sources()
    of_file = {origin: record.documents for origin, record in sources.items()}
    return [*asked, *from_file(file, passages, of_file)]


def _show_step(step: int, steps: int, seconds: float) -> None:
    if step % 10 == 0 or step in {1, steps}:
        left = seconds / step * (steps - step)
        _say_line(
            f"step {step} of {steps}, about {left / 60:.1f} minutes left; Ctrl-C stops and changes nothing"
        )


def _say_line(line: str) -> None:
    err.print(f"[dim]cityline:[/dim] {escape(line)}", highlight=False, soft_wrap=True)


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        json.dump(dataclasses.asdict(report), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    table = Table(f"{report.held_back} held-back questions, %", "R@1", "R@5", "MRR@10")
    for name, values in report.figures.items():
        table.add_row(name, *(f"{value:.1f}" for value in values.values()))
    out.print(table)
    out.print(report.why, highlight=False, soft_wrap=True)
    if report.kept:
        out.print("To use it, change one setting and import again (`knowledge import` without new files):")
        out.print(f"CITYLINE_EMBEDDING_MODEL={report.setting}", markup=False, highlight=False, soft_wrap=True)
