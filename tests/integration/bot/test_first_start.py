"""Two first starts at once: each prepares in its turn, the second finds the work done and says what it waited for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bot.foundation import lay_foundation
from bot.prepare import prepare_city
from bot.serve import tell_first_link
from bot.turns import my_turn
from channels.registry import InstallationSettings
from city.loading.load import loaded_hash
from city.records.tables import ServiceRow
from core.settings import load_settings
from core.vault import open_vault
from knowledge.index.fake_embedder import FakeEmbedder
from tests.support.installation import SAMPLE

PATIENCE = 120
TOGETHER = 2


def start(data_dir, database_url, begin):
    """What a first start does before it serves; what it told."""
    told: list[str] = []
    settings = load_settings(
        InstallationSettings,
        _env_file=None,
        data_dir=data_dir,
        database_url=database_url,
        rasa_url="http://127.0.0.1:9",
    )
    base = lay_foundation(settings)
    begin.wait(PATIENCE)
    prepare_city(base, [FakeEmbedder()], SAMPLE, told.append)
    tell_first_link(base, "http://127.0.0.1:8000", told.append)
    base.database.dispose()
    return told


@pytest.mark.parametrize("shared", [True, False], ids=["one data folder", "two data folders"])
def test_of_two_first_starts_one_prepares_and_the_other_finds_it_done(tmp_path, database_url, shared):
    if not shared and database_url.startswith("sqlite"):
        pytest.skip("a database in a file belongs to one data folder")
    folders = [tmp_path / "var" if shared else tmp_path / f"var {number}" for number in range(TOGETHER)]
    begin = threading.Barrier(TOGETHER)
    with ThreadPoolExecutor(TOGETHER) as threads:
        running = [threads.submit(start, folder, database_url, begin) for folder in folders]
        told = [done.result(PATIENCE) for done in running]
    loads = [line for lines in told for line in lines if line.startswith("Loading the city")]
    assert len(loads) == 1
    assert [sum("/console/welcome/" in line for line in lines) for lines in told] == [1, 1]
    base = lay_foundation(
        load_settings(InstallationSettings, _env_file=None, data_dir=folders[0], database_url=database_url)
    )
    with base.database.reading() as session:
        assert loaded_hash(session)
        assert session.scalar(select(func.count()).select_from(ServiceRow)) == 41
    base.database.dispose()


def test_who_waits_is_told_what_for(tmp_path, database_url):
    told: list[str] = []
    waits, here, done = threading.Event(), threading.Event(), threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        waits.set()

    def second() -> None:
        with my_turn(tmp_path / "other", database_url, tell):
            here.set()
        done.set()

    # Without a database of several machines, the data folder is what they share.
    folder = tmp_path / ("other" if database_url.startswith("sqlite") else "first")
    with my_turn(folder, database_url, pytest.fail):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(PATIENCE)
        assert not here.is_set()
    assert done.wait(PATIENCE)
    thread.join(PATIENCE)
    assert len(told) == 1
    assert told[0].startswith("Another Cityline is being started on the same ")


def test_an_error_gives_the_turn_back(tmp_path, database_url):
    with pytest.raises(KeyError), my_turn(tmp_path, database_url, pytest.fail):
        raise KeyError
    with my_turn(tmp_path, database_url, pytest.fail):
        pass


def test_all_who_make_the_secret_at_once_have_the_same(tmp_path):
    begin = threading.Barrier(8)

    def open_it(_number: int) -> str:
        begin.wait(PATIENCE)
        return open_vault("", tmp_path / "var").pseudonym("anna")

    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(open_it, range(8)))
    assert len(names) == 1
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]
