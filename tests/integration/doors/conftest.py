"""One town for all dialogues by phone: real Rasa, real models, the sample city, both doors open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from benchmarks.machine import built_parts
from nlu.client import RasaNluClient
from nlu.server import RasaServer
from tests.integration.doors.town import Town, open_town
from tests.support.installation import House


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-transcripts",
        action="store_true",
        help="keep what arrived as the transcripts in tests/dialogues/transcripts",
    )


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether the kept transcripts are to be written anew; only known where this folder is named on the command line."""
    return bool(request.config.getoption("--rewrite-transcripts", default=False))


@pytest.fixture(scope="session")
def town(rasa_server: RasaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    data_dir = tmp_path_factory.mktemp("town") / "var"
    for part in ("knowledge", "cache"):
        if (built_parts() / part).is_dir():
            shutil.copytree(built_parts() / part, data_dir / part)
    nlu_client = RasaNluClient(rasa_server.url, rasa_server.token, timeout=20)

    def make_house(**settings: object) -> House:
        return House(data_dir, nlu_client, (), **settings)

    with open_town(make_house) as opened:
        yield opened
    nlu_client.close()
