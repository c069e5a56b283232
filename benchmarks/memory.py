"""Measures memory and start: `[--checkout FOLDER ...] [--runs N]`; prints one JSON object. Run it from the root of the project.

Each checkout (this one by itself) is started again and again on a prepared sample city, in turns where there are several: a former
commit beside the present one sees the same machine. `seconds` are from the start of `cityline serve` to `ready` in `GET /health`,
`processor_seconds` what all its processes used until then; the sizes are PSS in megabytes (pages shared by n processes count as an
nth in each), of the application and of all processes with Rasa, 5 seconds after that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.machine import MEGABYTE, free_port, machine  # noqa: E402  the path is set above

SETTLED = 5.0
"""Seconds after which nothing of the start goes on."""


def run_once(checkout: Path, data_dir: Path) -> dict[str, float]:
    """One start until ready, and what was used."""
    port = free_port()
    environment = {**os.environ, "CITYLINE_DATA_DIR": str(data_dir), "CITYLINE_PORT": str(port)}
    begun = time.monotonic()
    process = subprocess.Popen(
        [checkout / ".venv/bin/python", "-m", "bot", "serve"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}/health")
        seconds = time.monotonic() - begun
        parent = psutil.Process(process.pid)
        used = sum(sum(each.cpu_times()[:2]) for each in (parent, *parent.children(recursive=True)))
        time.sleep(SETTLED)
        ready = sizes_of(parent)
    finally:
        process.terminate()
        process.wait(30)
    return {"seconds": round(seconds, 1), "processor_seconds": round(used, 1), **ready}


def wait_until_ready(process: subprocess.Popen[bytes], health: str, within: float = 300.0) -> None:
    """Return as soon as every part says that it is ready."""
    until = time.monotonic() + within
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.HTTPError, KeyError):
            if httpx.get(health, timeout=5).json()["ready"]:
                return
        time.sleep(0.05)
    raise SystemExit("cityline serve did not get ready")


def sizes_of(parent: psutil.Process) -> dict[str, float]:
    """PSS in megabytes."""
    sizes = [each.memory_full_info().pss / MEGABYTE for each in (parent, *parent.children(recursive=True))]
    return {"application_mb": round(sizes[0]), "all_mb": round(sum(sizes))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkout", type=Path, nargs="+", default=[ROOT], help="folders with a .venv each")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folders = {checkout.resolve(): Path(scratch) / str(at) for at, checkout in enumerate(given.checkout)}
        for checkout, data_dir in folders.items():
            environment = {**os.environ, "CITYLINE_DATA_DIR": str(data_dir)}
            command = [checkout / ".venv/bin/python", "-m", "bot", "prepare"]
            subprocess.run(command, cwd=checkout, env=environment, check=True, stderr=subprocess.DEVNULL)
        measured: dict[str, list[dict[str, Any]]] = {str(checkout): [] for checkout in folders}
        for _run in range(given.runs):
            for checkout, data_dir in folders.items():
                measured[str(checkout)].append(run_once(checkout, data_dir))
    print(json.dumps({"machine": machine(), "runs": measured}, indent=2))


if __name__ == "__main__":
    main()
