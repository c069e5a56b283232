"""Which Cityline this is. It is written in pyproject.toml alone; a wheel carries it in its metadata."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

NAME = "cityline"
ROOT = Path(__file__).resolve().parents[1]


@cache
def code_version(root: Path = ROOT) -> str:
    """The version of the code in `root`.

    The file beside the code goes first: an editable installation's metadata stay at the version that was installed. Beside a
    wheel's code there is none.
    """
    return _written_version(root / "pyproject.toml") or metadata.version(NAME)


def _written_version(file: Path) -> str:
    """What the project's own file says; empty where there is none, or another project's."""
    if not file.is_file():
        return ""
    project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    return str(project.get("version", "")) if project.get("name") == NAME else ""
