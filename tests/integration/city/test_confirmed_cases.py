"""Cases that staff closed teach the service list; what is open, passed on or erased does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.migrate import upgrade_database
from city.loading.load import load_city
from city.records.model import NewRequest
from city.registry import City
from city.requests.confirmed import list_confirmed
from city.requests.requests import file_request
from city.requests.tables import ServiceRequestRow
from city.services.by_cases import FEWEST_CASES
from core.database import Database
from knowledge.index.fake_embedder import FakeEmbedder
from tests.support.builders import NOON
from tests.support.databases import SAMPLE

STATUSES = ("open", "fixed", "closed", "duplicate", "not_ours")


@pytest.fixture
def database(tmp_path):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    upgrade_database(url)
    database = Database(url)
    with database.writing() as session:
        load_city(session, SAMPLE)
    yield database
    database.dispose()


def file_cases(database, texts, status="fixed", code="noise"):
    with database.writing() as session:
        for at, text in enumerate(texts):
            key = f"{status}-{text}-{at}"
            file_request(
                session,
                NewRequest(code, "anna", "web", "en", key, description=text),
                NOON + timedelta(minutes=at),
            )
        session.flush()
        for row in session.scalars(select(ServiceRequestRow).where(ServiceRequestRow.status == "open")):
            row.status = status


def test_only_what_staff_fixed_or_closed_is_confirmed_the_newest_first(database):
    for status in STATUSES[1:]:
        file_cases(database, [f"{status} one", f"{status} two", ""], status)
    file_cases(database, ["still open"], "open")
    with database.reading() as session:
        assert list_confirmed(session, 3) == [
            ("closed two", "noise"),
            ("fixed two", "noise"),
            ("closed one", "noise"),
        ]


def test_the_city_learns_from_them_and_forgets_what_is_erased(database):
    embedder = FakeEmbedder()
    city = City(database, lambda: [embedder])
    text = "the transformer by the pothole is humming"

    def noise() -> float:
        found = city.services.suggest(text, limit=60, every=True)
        return next(each.score for each in found if each.service.code == "noise")

    before = noise()
    file_cases(database, [f"humming transformer {at}" for at in range(FEWEST_CASES)])
    city.learn_cases()
    assert noise() > before
    with database.writing() as session:
        for row in session.scalars(select(ServiceRequestRow)):
            row.description = ""
    city.learn_cases()
    assert noise() == before
