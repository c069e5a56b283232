"""A city that was loaded before staff could edit it: what stands in its tables is the folder's word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import insert

from bot.migrate import _alembic_config, upgrade_database
from city.definitions.history import edited_by_staff, service_state
from city.definitions.store import store_service
from city.loading.folder import read_city
from city.loading.load import load_city
from city.records.store import dump_record
from city.records.tables import DepartmentRow, ServiceRow, SurveyRow
from city.registry import City
from city.surveys.editing import versions_of
from core.database import Database
from tests.support.installation import SAMPLE


@pytest.fixture
def old_city(database_url):
    """The sample city's first service and survey, as the loads before stored them."""
    folder = read_city(SAMPLE)
    service, survey = folder.services[0], folder.surveys[0]
    database = Database(database_url)
    definition = {key: value for key, value in dump_record(service).items() if key != "department"}
    old_survey = {
        key: value
        for key, value in dump_record(survey).items()
        if key in {"code", "title", "intro", "thanks", "keywords", "questions", "is_open"}
    }
    with database.engine.connect().execution_options(cityline_write=True) as connection:
        command.upgrade(_alembic_config(connection), "0009_questions")
        department = service.department
        connection.execute(
            insert(DepartmentRow).values(code=department.code, definition=dump_record(department))
        )
        connection.execute(
            insert(ServiceRow).values(
                code=service.code,
                department_code=department.code,
                position=0,
                active=True,
                definition=definition,
            )
        )
        connection.execute(
            insert(SurveyRow).values(
                code=survey.code, position=0, version=3, is_open=True, definition=old_survey
            )
        )
        connection.commit()
    upgrade_database(database_url)
    yield database
    database.dispose()


def test_nothing_counts_as_edited_and_a_load_goes_on_as_before(old_city):
    with old_city.writing() as session:
        for kind, code in (("service", "pothole"), ("survey", "parks"), ("department", "public-works")):
            assert not edited_by_staff(session, kind, code), kind
        assert load_city(session, SAMPLE).kept == ()


def test_a_survey_keeps_its_version(old_city):
    with old_city.reading() as session:
        assert list(versions_of(session, "parks")) == [3]
    assert City(old_city).surveys["parks"].version == 3


def test_an_edit_after_it_is_told_from_the_folder(old_city):
    with old_city.writing() as session:
        service = read_city(SAMPLE).services[0]
        assert service_state(service)["days"] == 5
        store_service(session, replace(service, days=1), active=True)
        session.flush()
        assert edited_by_staff(session, "service", "pothole")
