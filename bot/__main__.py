"""`python -m bot`: the command line, with every known error told in its one sentence."""

from __future__ import annotations

import sys

from bot.cli import cli, err
from core.errors import CitylineError
from core.private import make_private
from core.settings import compute_on_one_thread


def main() -> None:
    """Run the command line; an error of ours ends it with its sentence and status 1."""
    compute_on_one_thread()
    make_private()
    try:
        cli()
    except CitylineError as error:
        err.print(f"cityline: {error}", style="red", markup=False, highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
