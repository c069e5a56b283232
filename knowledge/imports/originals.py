"""The files that documents were read from, kept as they came, so that staff can compare. Nothing here opens one."""

from __future__ import annotations

from pathlib import Path

from knowledge.base.text import text_digest

UPLOAD = "upload:"


def original_of(folder: Path, origin: str) -> Path | None:
    """The file that came from `origin` last; None where none is kept."""
    return next(iter(sorted(_originals(folder).glob(f"{text_digest(origin)}.*"))), None)


def keep_original(folder: Path, origin: str, path: Path) -> None:
    """Take over an uploaded file; one that came from there before goes."""
    place = _originals(folder)
    place.mkdir(parents=True, exist_ok=True)
    forget_original(folder, origin)
    path.replace(place / f"{text_digest(origin)}{path.suffix.lower()}")


def forget_original(folder: Path, origin: str) -> None:
    """Remove what is kept of `origin`; nothing is no error."""
    for path in _originals(folder).glob(f"{text_digest(origin)}.*"):
        path.unlink(missing_ok=True)


def name_of_upload(origin: str) -> str:
    """What an uploaded file was called; empty for what did not come by upload."""
    return origin.removeprefix(UPLOAD).partition("/")[2] if origin.startswith(UPLOAD) else ""


def _originals(folder: Path) -> Path:
    return folder / "originals"
