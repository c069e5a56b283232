"""Every written dialogue again, through the whole core: queue, gate, real Rasa, real models, the sample city's real documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.machine import built_parts
from nlu.client import RasaNluClient
from nlu.server import RasaServer
from tests.dialogues.real import NOT_HERE
from tests.support.dialogue_runner import FOLDER, play
from tests.support.installation import House

FILES = sorted(file for file in FOLDER.glob("*.txt") if file.stem not in NOT_HERE)


@pytest.fixture(scope="module")
def house(rasa_server: RasaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data_dir = tmp_path_factory.mktemp("house") / "var"
    for part in ("knowledge", "cache"):
        if (built_parts() / part).is_dir():
            shutil.copytree(built_parts() / part, data_dir / part)
    nlu_client = RasaNluClient(rasa_server.url, rasa_server.token, timeout=20)
    house = House(data_dir, nlu_client, ())
    yield house
    house.close()
    nlu_client.close()


@pytest.mark.rasa
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_city_answers_as_written(file: Path, house: House) -> None:
    play(file, house.talk)
