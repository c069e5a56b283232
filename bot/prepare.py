"""What `make run` does before it starts: train, load the city, import its documents, each only if its inputs changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn
from rich.progress import Progress as Bar

from bot.turns import my_turn
from city.loading.load import content_hash as city_hash
from city.loading.load import load_city, loaded_hash
from core.ports import Embedder
from knowledge.documents.adoption import adopt, kept_by_staff
from knowledge.imports.importing import ImportOutcome, ImportReport, Progress, content_hash, import_paths
from nlu.train import is_trained

if TYPE_CHECKING:
    from bot.app import App


def prepare(app: App, folder: Path) -> None:
    """Make everything ready for the city in `folder`, telling `app.progress` what is being done; where several start at once, one by one."""
    app.migrate()
    with my_turn(app.settings.data_dir, app.settings.database, app.progress):
        if app.settings.rasa_url is None and not is_trained(app.settings.models):
            _ = app.rasa
        load_city_if_changed(app, folder)
        import_documents_if_changed(app, folder / "documents")


def load_city_if_changed(app: App, folder: Path) -> None:
    """Services, streets, places and surveys into the database."""
    with app.database.reading() as session:
        if loaded_hash(session) == city_hash(folder):
            return
    app.progress(f"Loading the city in {folder}")
    with app.database.writing() as session:
        report = load_city(session, folder)
    app.progress(
        f"{report.city}: {report.services} services, {report.streets} streets, "
        f"{report.places} places, {report.surveys} surveys"
    )
    if report.kept:
        app.progress(f"Kept as staff changed it in the console: {', '.join(report.kept)}")


def import_documents_if_changed(app: App, documents: Path) -> None:
    """The city's documents into the library and its index."""
    stamp = app.settings.data_dir / "knowledge" / "city-documents.hash"
    now = f"{content_hash([documents])} {app.settings.embedding_model}"
    if not documents.is_dir() or (stamp.exists() and stamp.read_text() == now):
        return
    app.progress(f"Importing the documents in {documents}")
    report = import_beside_staff(app, [documents], Console(stderr=True), remove_missing=True)
    for fate in report.fates:
        if fate.fate is ImportOutcome.UNREADABLE:
            app.progress(f"Could not read {fate.name}: {fate.reason}")
        elif fate.reason:
            app.progress(f"{fate.name}: {fate.reason}")
    app.progress(f"The library holds {report.documents} documents in {report.passages} passages")
    stamp.write_text(now)


def import_beside_staff(
    app: App, paths: Sequence[Path], console: Console, *, remove_missing: bool = False
) -> ImportReport:
    """Import into the library what staff have not taken over, and enter it into staff's list of documents."""
    folder = app.settings.data_dir / "knowledge"
    with app.database.reading() as session:
        kept = kept_by_staff(session)
    report = import_with_progress(
        paths, folder, app.embedders, console, remove_missing=remove_missing, kept=kept
    )
    with app.database.writing() as session:
        adopt(session, folder, app.now())
    return report


def import_with_progress(
    paths: Sequence[Path],
    folder: Path,
    embedders: Sequence[Embedder],
    console: Console,
    *,
    remove_missing: bool = False,
    kept: Collection[str] = (),
) -> ImportReport:
    """Import with a bar that shows how far it is; where there is no terminal, a line at each stage."""
    with Bar("{task.description}", BarColumn(), MofNCompleteColumn(), console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(step: Progress) -> None:
            bar.update(
                task,
                description=f"{step.stage} {escape(step.name[-50:])}",
                completed=step.done,
                total=step.total,
            )

        return import_paths(paths, folder, embedders, show, remove_missing=remove_missing, kept=kept)
