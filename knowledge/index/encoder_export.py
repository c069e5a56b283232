"""Where the exports of the encoders are, and the process that makes one: once for each version of a model.

PyTorch and sentence-transformers are loaded by that process alone, and half a gigabyte of memory goes with it when it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.encoder import FORMAT
from core.errors import CitylineError, SettingsError
from core.settings import select_environment
from knowledge.index.encoder_models import ALWAYS, PACKAGES, locate_model, name_model, note_of

ROOT = Path(__file__).resolve().parents[2]
MODELS = Path("var/models")
"""Where an installation keeps its models as long as no setting says otherwise."""
FOLDER = "encoders"
ENCODER_CHILD = "knowledge.index.export_child"
WRONG_SETTING = 3
"""How the child ends when the model cannot be had, with a sentence on its standard output."""
LONGEST = 900.0
"""Seconds until an export is given up: on a busy machine it was seen to take two minutes."""
UNFINISHED = ".exporting-"
HANDED_ON = (
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
"""What the child gets beside what is plain and the hub's own (`HF_...`), to fetch a model with."""


def export_folder(model: str, models: Path) -> Path:
    """Where the export of a model in its present version is, or will be.

    A model that `knowledge tune` made is known by its content, any other in a folder by its place too.
    """
    known = model in PACKAGES or bool(note_of(Path(model)).get("digest"))
    where = "" if known else locate_model(model)
    digest = hashlib.sha256(f"{FORMAT} {name_model(model)} {where}".encode()).hexdigest()
    return models.resolve() / FOLDER / f"{Path(name_model(model)).name}-{digest[:8]}"


def packaged_encoders(models: Path) -> tuple[Path, ...]:
    """The folders of the encoders that every installation has, whether they are exported or not."""
    return tuple(export_folder(model, models) for model in ALWAYS)


def export_packaged(models: Path, progress: Callable[[str], None] = lambda _line: None) -> tuple[Path, ...]:
    """The same, each exported now if it is missing; `progress` is told so."""
    for model, folder in zip(ALWAYS, packaged_encoders(models), strict=True):
        if not folder.is_dir():
            progress(f"Exporting the encoder `{model}` (some seconds, only when its version changed)")
        ensure_export(model, models)
    return packaged_encoders(models)


def ensure_export(model: str, models: Path) -> Path:
    """The folder of a model's export, made now if it is missing.

    Raises `SettingsError` when the model is not to be had or cannot be exported.
    """
    where = model if model in PACKAGES else locate_model(model)
    return make_once(export_folder(model, models), lambda made: run_export(ENCODER_CHILD, where, made))


def make_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder of the models, filled now by `make` if it is missing; of several processes one fills it and the others wait."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            for left in folder.parent.glob(f"{UNFINISHED}*"):  # of one who was ended while exporting
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=UNFINISHED) as scratch:
                made = Path(scratch) / "encoder"
                made.mkdir()
                make(made)
                os.sync()  # the folder is taken for whole from now on, also after a power cut
                made.rename(folder)
    return folder


def child_environment() -> dict[str, str]:
    """The environment in which somebody else's model is loaded."""
    return select_environment(*HANDED_ON, prefix="HF_") | {"PYTHONPATH": str(ROOT)}


def run_export(child: str, model: str, folder: Path) -> None:
    """Have the module `child`, in a process of its own, write the export of a model into an empty folder."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", child, model, str(folder)],
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        raise CitylineError(
            f"Exporting the model {model!r} took longer than {LONGEST:.0f} s and was given up; start again when the machine has less to do."
        ) from None
    if done.returncode == WRONG_SETTING:
        raise SettingsError(done.stdout.strip().splitlines()[-1])
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-15:])
        raise CitylineError(f"Exporting the model {model!r} failed; the last words were:\n{last}")
