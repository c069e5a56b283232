"""What the benchmarks share: the machine, processes of ours with their memory, percentiles."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).parents[1]
MEGABYTE = 1024 * 1024


def machine() -> dict[str, Any]:
    """What this ran on."""
    memory = psutil.virtual_memory().total // MEGABYTE
    return {"cores": os.cpu_count(), "memory_mb": memory, "python": platform.python_version()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


UNLIMITED = dict.fromkeys(
    (
        "sender_messages_per_minute",
        "sender_messages_per_day",
        "twilio_number_segments_per_hour",
        "twilio_number_segments_per_day",
    ),
    "0",
)
"""A benchmark's residents write faster and longer than people do."""


class Cityline:
    """A real `cityline serve` in a data folder of its own; the trained model and the index are shared."""

    def __init__(self, folder: Path, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        names = {
            "data_dir": str(folder / "var"),
            "port": str(self.port),
            "database_url": database_url,
            **UNLIMITED,
            **settings,
        }
        variables = {f"CITYLINE_{name.upper()}": value for name, value in names.items() if value}
        self.environment = {**os.environ, **variables}
        self.process: subprocess.Popen[bytes] | None = None
        _share_built_parts(folder / "var")

    def start(self, *, prepare: bool = False) -> None:
        """Start it; `wait_until_ready` tells when it serves."""
        command = [sys.executable, "-m", "bot", "serve", *(["--prepare"] if prepare else [])]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    def wait_until_ready(self, within: float = 120.0) -> float:
        """Seconds until `GET /health` says 200; an error with the log's end when that takes too long."""
        begun = time.monotonic()
        while time.monotonic() - begun < within:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health", timeout=5).status_code == httpx.codes.OK:
                    return time.monotonic() - begun
            if self.process and self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(
            f"cityline serve did not get ready; its log ends with:\n{self.log.read_text()[-3000:]}"
        )

    def processes(self) -> list[psutil.Process]:
        """The process and its children, Rasa among them."""
        if self.process is None or self.process.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def memory_mb(self) -> dict[str, float]:
        """Resident memory of every process, in MB."""
        sizes: dict[str, float] = {}
        for number, process in enumerate(self.processes()):
            with suppress(psutil.NoSuchProcess):
                role = (
                    "app"
                    if number == 0
                    else "rasa"
                    if "rasa" in " ".join(process.cmdline())
                    else process.name()
                )
                sizes[role] = sizes.get(role, 0) + round(process.memory_info().rss / MEGABYTE, 1)
        return sizes | {"total": round(sum(sizes.values()), 1)}

    def kill_app(self) -> None:
        """Kill -9 of the main process; its children have to notice by themselves."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def kill_rasa(self) -> bool:
        """Kill -9 of the Rasa child; False when there was none to kill."""
        for process in self.processes()[1:]:
            with suppress(psutil.NoSuchProcess):
                if "rasa" in " ".join(process.cmdline()):
                    process.send_signal(signal.SIGKILL)
                    return True
        return False

    def stop(self) -> None:
        """End it kindly, and for good if it does not go."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def share_models(data_dir: Path) -> None:
    """Give a data folder what was trained and exported in `var`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (ROOT / "var" / "models").mkdir(parents=True, exist_ok=True)
    if not (data_dir / "models").exists():
        (data_dir / "models").symlink_to(ROOT / "var" / "models", target_is_directory=True)


@cache
def built_parts() -> Path:
    """A data folder with the model trained, the sample city's documents indexed and its services compared, made if need be."""
    folder = ROOT / "var" / "built"
    share_models(folder)
    environment = {**os.environ, "CITYLINE_DATA_DIR": str(folder)}
    subprocess.run(
        [sys.executable, "-m", "bot", "prepare"],
        cwd=ROOT,
        env=environment,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return folder


def _share_built_parts(data_dir: Path) -> None:
    share_models(data_dir)
    for part in ("knowledge", "cache"):
        if (built_parts() / part).is_dir():
            shutil.copytree(built_parts() / part, data_dir / part)


def print_json(result: dict[str, Any]) -> None:
    """The result, for programs and people."""
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
