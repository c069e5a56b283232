"""Run in Rasa's Python by `nlu.server`: real Rasa serving its HTTP API (`rasa run --enable-api`) for `/model/parse`.

`rasa run` takes its token on the command line only, where every user of the machine can read it, and it outlives its
parent. So this starts the same application from one line of JSON on standard input, `{"model", "token", "port"}`, and
then keeps reading: when the pipe ends or the parent is gone, so is this process.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import threading
import time
import warnings
from functools import partial
from pathlib import Path

from nlu.rasa_lean import components_of_model, leave_out_unused


def open_socket(port: int) -> socket.socket:
    """A socket of our own on a port that the parent holds reserved with SO_REUSEPORT, and gives back to nobody."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", port))
    return held


def die_with_parent(parent: int) -> None:
    """End the process group as soon as the parent process is gone, however it went."""

    def end() -> None:
        os.killpg(os.getpgid(0), signal.SIGKILL)

    def watch_pipe() -> None:
        while os.read(0, 1):
            pass
        end()

    def watch_parent() -> None:
        # The pipe may live on in a process that the parent forked; the parent's id may not.
        while os.getppid() == parent:
            time.sleep(1)
        end()

    for watch in (watch_pipe, watch_parent):
        threading.Thread(target=watch, daemon=True).start()


def serve_model(model: str, token: str, port: int) -> None:
    """Serve the model until the process is told to end."""
    leave_out_unused(components_of_model(Path(model)))
    from rasa.core.run import close_resources, configure_app, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import update_sanic_log_level

    be_quiet()
    endpoints = AvailableEndpoints()
    app = configure_app(input_channels=[], auth_token=token, enable_api=True, endpoints=endpoints)
    app.register_listener(partial(load_agent_on_start, model, endpoints, None), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    update_sanic_log_level()
    app.run(sock=open_socket(port), workers=1, access_log=False, motd=False)


def read_line() -> bytes:
    """The first line of standard input, read without a buffer that a thread would hold at the end."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line


def be_quiet() -> None:
    """Log warnings only. Rasa logs every text that it parses, at debug level, and structlog shows debug by default."""
    import structlog

    warnings.simplefilter("ignore")  # of the libraries that Rasa pins; nobody here can mend them
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def main() -> None:
    order = json.loads(read_line())
    die_with_parent(order["parent"])
    serve_model(order["model"], order["token"], order["port"])


if __name__ == "__main__":
    main()
