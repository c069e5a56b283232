"""How a program is started in Rasa's Python: our packages on its path, one thread, no telemetry, no secrets of ours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from core.errors import CitylineError
from core.settings import select_environment

ROOT = Path(__file__).resolve().parents[1]
RASA_VERSION = "3.6.21"

_SET = {
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONIOENCODING": "utf-8",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # glibc gives every thread an arena of its own; two are enough for one busy thread and save tens of megabytes
    "MALLOC_ARENA_MAX": "2",
}


def name_encoders(folders: Sequence[Path]) -> dict[str, str]:
    """The variable by which Rasa's process finds the exported encoders (`nlu.components.sentence_featurizer`)."""
    return {"CITYLINE_ENCODERS": os.pathsep.join(str(folder.resolve()) for folder in folders)}


def in_rasa(python: Path, module: str, *arguments: str, **variables: str) -> list[str]:
    """The command that runs `module` in Rasa's Python; `variables` go into its environment.

    Raises `CitylineError` when that Python is not there.
    """
    if not python.is_file():
        raise CitylineError(
            f"Rasa's Python was expected at {python} and is not there; run `make environments`, or set CITYLINE_RASA_PYTHON."
        )
    # env(1) replaces itself by the program, so the process is the program's own.
    assigned = [f"{name}={value}" for name, value in {**select_environment(), **_SET, **variables}.items()]
    # Not resolved: a virtual environment is known by the path of the link in it.
    return ["env", "-i", *assigned, str(python.absolute()), "-m", module, *arguments]
