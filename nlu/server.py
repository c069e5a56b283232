"""Runs Rasa as a child of ours: started, watched, started again when it dies or hangs, and never left behind."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import structlog

from core.errors import CitylineError
from nlu.environment import in_rasa, name_encoders

log = structlog.get_logger(__name__)

READY_WITHIN = 120.0  # seconds; a cold disk on a small machine reads TensorFlow for a while
HANGS_AFTER = 30.0  # seconds without an answer to "are you there?"
CHECK_EVERY = 5.0
STOP_WITHIN = 5.0
LONGEST_PAUSE = 30.0


class RasaServer:
    """One Rasa server on a loopback port that stays the same over restarts, behind a token made for this run."""

    def __init__(self, rasa_python: Path, model: Path, log_file: Path, encoders: Sequence[Path] = ()) -> None:
        self._python = rasa_python
        self._model = model.resolve()
        self._log_file = log_file
        self._encoders = encoders
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._reserved = _reserve_port()
        self._port: int = self._reserved.getsockname()[1]
        self.token = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """Where it answers, without the token."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """Process id of the present child."""
        return self._child.pid if self._child else None

    def is_alive(self) -> bool:
        """Whether the child process runs; it may not be ready yet."""
        return self._child is not None and self._child.poll() is None

    def is_ready(self, timeout: float = 2.0) -> bool:
        """Whether it answers, asked now; `timeout` in seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout)
        try:
            # Not through httpx: it would log the address with the token in it.
            connection.request("GET", "/status?" + urlencode({"token": self.token}))
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def start(self) -> None:
        """Start the child and the thread that watches it; returns at once, see `wait_until_ready`."""
        with self._lock:
            if self._watcher is not None:
                return
            self._launch_child()
            self._watcher = threading.Thread(target=self._watch_child, name="rasa-watch", daemon=True)
            self._watcher.start()

    def wait_until_ready(self, timeout: float = READY_WITHIN) -> None:
        """Block until it answers; raises `CitylineError` with the end of its log when it does not within `timeout` s."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self._stopping.is_set():
            if self.is_ready():
                return
            self._stopping.wait(0.1)
        raise CitylineError(
            f"Rasa was not ready within {timeout:.0f} s; its log is {self._log_file} and ends with:\n{self._last_words()}"
        )

    def stop(self) -> None:
        """End the child and everything that it started; safe to call twice."""
        self._stopping.set()
        with self._lock:
            if self._child is not None:
                _end_group(self._child)
            self._reserved.close()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join(STOP_WITHIN)

    def _launch_child(self) -> None:
        command = in_rasa(self._python, "nlu.rasa_serve", **name_encoders(self._encoders))
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as output:
            child = subprocess.Popen(
                command,
                cwd=self._log_file.parent,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        order = {
            "model": str(self._model),
            "token": self.token,
            "port": self._port,
            "parent": os.getpid(),
        }
        # The pipe stays open: its end is how the child learns that we are gone.
        with contextlib.suppress(BrokenPipeError):
            pipe: IO[bytes] = child.stdin  # type: ignore[assignment]
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()
        self._child = child
        log.info("rasa_started", pid=child.pid, url=self.url)

    def _watch_child(self) -> None:
        pause = 0.5
        while not self._stopping.is_set():
            started = time.monotonic()
            self._attend_child()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - started > 60 else min(pause * 2, LONGEST_PAUSE)
            log.warning("rasa_ended", pid=self.pid, again_in_seconds=pause)
            if self._stopping.wait(pause):
                return
            with self._lock:
                if not self._stopping.is_set():
                    self._launch_child()

    def _attend_child(self) -> None:
        """Return when the present child has ended, by itself or because it hung and was ended here."""
        child = self._child
        ready = False
        answered = time.monotonic()
        while child is not None and not self._stopping.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(CHECK_EVERY if ready else 0.5)
                _end_group(child)
                return
            if self.is_ready():
                ready, answered = True, time.monotonic()
            elif time.monotonic() - answered > (HANGS_AFTER if ready else READY_WITHIN):
                log.warning("rasa_hangs", pid=child.pid)
                _end_group(child)
                return

    def _last_words(self) -> str:
        try:
            return self._log_file.read_text(errors="replace")[-2000:]
        except FileNotFoundError:
            return "(nothing)"


def _reserve_port() -> socket.socket:
    """A free loopback port, bound but not listening: the child listens on it beside us, and while there is no child
    a connection is refused at once instead of waiting.
    """
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved


def _end_group(child: subprocess.Popen[bytes]) -> None:
    for order in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, order)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_WITHIN)
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
