"""Writing a survey, a service or a department into its table, as it is now; the history is `city.definitions.history`' business."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from city.definitions.history import survey_of, survey_state
from city.definitions.survey_changes import changes_meaning
from city.records.definition_tables import SurveyVersionRow
from city.records.model import Department, Service, Survey
from city.records.store import dump_record
from city.records.tables import DepartmentRow, ServiceRow, SurveyAnswerSetRow, SurveyRow

ORDERED_BY_STAFF = "services_ordered_by_staff"
"""The city setting that says that the folder's order of services no longer counts."""


def store_department(session: Session, department: Department) -> None:
    """Make the table say what this department is."""
    session.merge(DepartmentRow(code=department.code, definition=dump_record(department)))


def store_service(session: Session, service: Service, *, active: bool) -> None:
    """Make the table say what this service is; a new one comes last."""
    definition = dump_record(service)
    del definition["department"]
    row = session.get(ServiceRow, service.code)
    if row is None:
        last = session.scalar(select(func.max(ServiceRow.position)))
        row = ServiceRow(code=service.code, position=0 if last is None else last + 1)
        session.add(row)
    row.department_code, row.active, row.definition = service.department.code, active, definition


def store_survey(session: Session, survey: Survey, position: int, *, correction: bool = False) -> int:
    """Make the table say what this survey is; its version.

    A change of meaning makes a new version once somebody has answered; a `correction` of words does not.
    """
    row = session.get(SurveyRow, survey.code)
    if row is None:
        row = SurveyRow(code=survey.code, position=position, version=1, definition={})
        session.add(row)
    else:
        row.version = next_version(session, row, survey, correction=correction)
        row.position = position
    row.definition, row.is_open = survey_state(survey), survey.is_open
    session.flush()
    session.merge(SurveyVersionRow(survey_code=survey.code, version=row.version, definition=row.definition))
    session.flush()
    return row.version


def next_version(session: Session, row: SurveyRow, survey: Survey, *, correction: bool) -> int:
    """The version that this survey will be."""
    if row.version == 0:
        return 1
    meaning = changes_meaning(survey_of(row.definition), survey, correction=correction)
    return row.version + (meaning and has_answers(session, survey.code, row.version))


def has_answers(session: Session, code: str, version: int) -> bool:
    """Whether anybody has begun this version."""
    found = session.scalar(
        select(SurveyAnswerSetRow.id)
        .where(SurveyAnswerSetRow.survey_code == code, SurveyAnswerSetRow.survey_version == version)
        .limit(1)
    )
    return found is not None
