"""Run in Rasa's Python by `nlu.train`: `python -m nlu.rasa_train CONFIG DATA DOMAIN MODEL` writes MODEL, an archive."""

from __future__ import annotations

import sys
from pathlib import Path


def main(config: str, data: str, domain: str, model: str) -> None:
    """Train and leave the archive at `model`; an exception ends the process with its traceback."""
    from rasa.model_training import train_nlu

    target = Path(model)
    result = train_nlu(config, data, str(target.parent), fixed_model_name=target.name, domain=domain)
    if not result or not Path(result).is_file():
        raise SystemExit(f"Rasa left no model, although it reported no error; look at the data in {data}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
