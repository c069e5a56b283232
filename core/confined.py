"""A child process with limits, in which a file that anybody may have made is taken apart.

The parent starts it without secrets, waits a limited time and reads what it wrote (`output_of`). The child limits itself before
it imports anything that reads the file (`confine_process`). What hides in the file then has no more than one small process to harm.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 10
"""How much less urgent a child is than the process that answers residents (`nice`)."""


class Overrun(Exception):  # noqa: N818  a state of the world rather than a fault
    """A child went beyond its limits and was ended."""


class TookTooLong(Overrun):
    """It had more to do than its time allows."""


class WroteTooMuch(Overrun):
    """It had more to say than it may."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What a child may use: bytes of memory above what it begins with, seconds of processor time, bytes written."""

    memory: int
    cpu_seconds: int
    output: int


def confine_process(limits: ProcessLimits) -> None:
    """Limit this process, for ever; no core file, and the others go first."""
    for kind, limit in (
        (resource.RLIMIT_AS, _address_space() + limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, allowed))
    with suppress(OSError):
        os.nice(PATIENCE)


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # no /proc: not Linux
        return 2**30
    return pages * resource.getpagesize()


@contextmanager
def output_of(module: str, *arguments: str, given: IO[bytes] | bytes, seconds: float) -> Iterator[IO[bytes]]:
    """Everything that `python -m module` wrote about what it was given, once it has ended; half of it where it crashed.

    Raises `TookTooLong` after so many seconds, or `WroteTooMuch`. Blocks meanwhile.
    """
    data = given if isinstance(given, bytes) else None
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE if isinstance(given, bytes) else given,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            cwd="/",
        )
        try:
            child.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TookTooLong(f"It was not done within {seconds} s.") from None
        finally:
            child.kill()
            child.wait()
            if child.stdin:
                with suppress(OSError):  # what the child had not read yet
                    child.stdin.close()
        if child.returncode in {-signal.SIGKILL, -signal.SIGXCPU}:
            raise TookTooLong("It was ended for the time or the memory that it took.")
        if child.returncode == -signal.SIGXFSZ:
            raise WroteTooMuch("It had more to write than it may.")
        output.seek(0)
        yield output
