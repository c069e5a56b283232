"""Run in Rasa's Python by `nlu.train`: `python -m nlu.rasa_train CONFIG DATA DOMAIN MODEL` writes MODEL, an archive."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from pathlib import Path

from nlu.rasa_lean import components_of_config, leave_out_unused


def main(config: str, data: str, domain: str, model: str) -> None:
    """Train and leave the archive at `model`; an exception ends the process with its traceback."""
    print("Loading Rasa")  # noqa: T201  standard output is what the parent shows as progress
    leave_out_unused(components_of_config(Path(config)))
    from rasa.model_training import train_nlu

    warnings.simplefilter("ignore")  # of the libraries that Rasa pins; nobody here can mend them
    print("Learning the sentences")  # noqa: T201
    target = Path(model)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = train_nlu(config, data, str(target.parent), fixed_model_name=target.name, domain=domain)
    if not result or not Path(result).is_file():
        raise SystemExit(f"{said.getvalue()}\nRasa left no model; look at the data in {data}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
