"""What an installation keeps is for the user alone that runs it: folders 0700, files 0600, made so and mended at every start.

The database, its log and the photos hold residents' words; another user of the machine has no business with them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import SettingsError

FOLDER, FILE, OTHERS = 0o700, 0o600, 0o077
OURS = ("cityline.sqlite*", "secret.key", "knowledge", "media", "models", "cache", "logs")
"""What Cityline makes in the data folder; whatever else lies there is none of its business."""
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it takes the mode of the database for what it makes anew."""


def make_private() -> None:
    """Whatever this process and its children make from now on is for their user alone."""
    os.umask(OTHERS)


def keep_private(data_dir: Path) -> int:
    """Make the data folder if need be, and take everybody else's rights from what Cityline keeps there; says on how many things that was needed.

    Raises `SettingsError` when the folder cannot be made or used. Links are left alone, and so is what belongs to another user.
    """
    try:
        data_dir.mkdir(FOLDER, parents=True, exist_ok=True)
        if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(0, "this user may not write there")
    except OSError as error:
        raise SettingsError(
            f"The data folder {data_dir} cannot be used ({error.strerror}); "
            "set CITYLINE_DATA_DIR to a folder that this user may write in."
        ) from None
    return sum(_mend_rights(path) for path in (data_dir, *_entries_inside(data_dir)))


def private_database(file: Path) -> None:
    """An SQLite file for its user alone, made empty if there is none yet: SQLite itself would let everybody read it."""
    file.parent.mkdir(FOLDER, parents=True, exist_ok=True)
    file.touch(FILE)
    for ending in BESIDE_DATABASE:
        _mend_rights(file.with_name(file.name + ending))


def _entries_inside(data_dir: Path) -> Iterator[Path]:
    for path in (path for name in OURS for path in data_dir.glob(name)):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _entries_below(path)


def _entries_below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))


def _mend_rights(path: Path) -> bool:
    """Take others' rights from a folder or file of ours; a file that goes away meanwhile is nobody's trouble."""
    try:
        found = path.lstat()
        is_ours = found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX
        if not is_ours or stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS:
            return False
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    except FileNotFoundError:
        return False
    return True
