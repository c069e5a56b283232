"""The real Rasa for tests: one server for the whole session, trained first if its inputs have changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nlu.environment import ROOT

if TYPE_CHECKING:
    from nlu.client import RasaNluClient
    from nlu.server import RasaServer

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@pytest.fixture(scope="session")
def rasa_encoders() -> tuple[Path, ...]:
    """The exported encoders of Rasa's pipeline, kept in var/models."""
    from knowledge.index.encoder_export import export_packaged

    return export_packaged(ROOT / "var" / "models", print)


@pytest.fixture(scope="session")
def rasa_model(rasa_encoders: tuple[Path, ...]) -> Path:
    """The trained model of the present inputs, kept in var/models from one session to the next."""
    if not RASA_PYTHON.is_file():
        pytest.skip("Rasa's Python is not installed (.venv-rasa): run `make environments`")
    from nlu.train import ensure_model

    return ensure_model(RASA_PYTHON, ROOT / "var" / "models", print, encoders=rasa_encoders)


@pytest.fixture(scope="session")
def rasa_server(
    rasa_model: Path, rasa_encoders: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RasaServer]:
    """A running Rasa server that answers."""
    from nlu.server import RasaServer

    server = RasaServer(RASA_PYTHON, rasa_model, tmp_path_factory.mktemp("rasa") / "rasa.log", rasa_encoders)
    server.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def rasa_ear(rasa_server: RasaServer) -> Iterator[RasaNluClient]:
    """A client of the running server; generous with time, because the machine of a test may be busy."""
    from nlu.client import RasaNluClient

    nlu_client = RasaNluClient(rasa_server.url, rasa_server.token, timeout=20)
    yield nlu_client
    nlu_client.close()
