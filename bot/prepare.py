"""What `make run` does before it starts: train, load the city, import its documents, each only if its inputs changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn
from rich.progress import Progress as Bar

from bot.foundation import Foundation
from bot.migrate import upgrade_database
from bot.own_rasa import train_model
from bot.turns import my_turn
from city.loading.load import content_hash as city_hash
from city.loading.load import load_city, loaded_hash
from core.database import Database
from core.ports import Embedder
from knowledge.documents.adoption import adopt_import, kept_by_staff
from knowledge.imports.importing import (
    ImportOutcome,
    ImportReport,
    Progress,
    content_hash,
    import_paths,
    remove_sources,
)
from knowledge.readers.scan_limits import MOST_SCANNED

Tell = Callable[[str], None]


def prepare_city(base: Foundation, embedders: Sequence[Embedder], folder: Path, progress: Tell) -> None:
    """Make everything ready for the city in `folder`, telling `progress` what is being done; where several start at once, one by one."""
    settings = base.settings
    upgrade_database(settings.database)
    with my_turn(settings.data_dir, settings.database, progress):
        if settings.rasa_url is None:
            train_model(settings, progress)
        load_city_if_changed(base.database, folder, progress)
        import_documents_if_changed(base, embedders, folder / "documents", progress)


def load_city_if_changed(database: Database, folder: Path, progress: Tell) -> None:
    """Services, streets, places and surveys into the database."""
    with database.reading() as session:
        if loaded_hash(session) == city_hash(folder):
            return
    progress(f"Loading the city in {folder}")
    with database.writing() as session:
        report = load_city(session, folder)
    progress(
        f"{report.city}: {report.services} services, {report.streets} streets, "
        f"{report.places} places, {report.surveys} surveys"
    )
    if report.kept:
        progress(f"Kept as staff changed it in the console: {', '.join(report.kept)}")


def import_documents_if_changed(
    base: Foundation, embedders: Sequence[Embedder], documents: Path, progress: Tell
) -> None:
    """The city's documents into the library and its index."""
    stamp = base.library_folder / "city-documents.hash"
    now = f"{content_hash([documents])} {base.settings.embedding_model}"
    if not documents.is_dir() or (stamp.exists() and stamp.read_text() == now):
        return
    progress(f"Importing the documents in {documents}")
    report = import_beside_staff(base, embedders, [documents], Console(stderr=True), remove_missing=True)
    for fate in report.fates:
        if fate.fate is ImportOutcome.UNREADABLE:
            progress(f"Could not read {fate.name}: {fate.reason}")
        elif fate.reason:
            progress(f"{fate.name}: {fate.reason}")
    progress(f"The library holds {report.documents} documents in {report.passages} passages")
    stamp.write_text(now)


def import_beside_staff(
    base: Foundation,
    embedders: Sequence[Embedder],
    paths: Sequence[Path],
    console: Console,
    *,
    remove_missing: bool = False,
) -> ImportReport:
    """Import into the library what staff have not taken over, and enter it into staff's list of documents."""
    folder = base.library_folder
    with base.database.reading() as session:
        kept = kept_by_staff(session)
    report = import_with_progress(
        paths,
        folder,
        embedders,
        console,
        remove_missing=remove_missing,
        kept=kept,
        scan_pages=base.settings.scan_pages,
    )
    with base.database.writing() as session:
        adopt_import(session, folder, base.now())
    return report


def remove_beside_staff(
    base: Foundation, embedders: Sequence[Embedder], places: Sequence[str]
) -> ImportReport:
    """Forget files of the library, by their places, but for what staff have taken over, and take them off staff's list."""
    folder = base.library_folder
    with base.database.reading() as session:
        kept = kept_by_staff(session)
    report = remove_sources(places, folder, embedders, kept=kept)
    with base.database.writing() as session:
        adopt_import(session, folder, base.now())
    return report


def import_with_progress(
    paths: Sequence[Path],
    folder: Path,
    embedders: Sequence[Embedder],
    console: Console,
    *,
    remove_missing: bool = False,
    kept: Collection[str] = (),
    scan_pages: int = MOST_SCANNED,
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

        return import_paths(
            paths,
            folder,
            embedders,
            show,
            remove_missing=remove_missing,
            kept=kept,
            scan_pages=scan_pages,
        )
