"""Whose residents are whose: those with departments meet the residents who have a case there, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true, union

from city.records.tables import JoinedPersonRow, KeptQuestionRow, ServiceRequestRow
from knowledge.questions.tables import QuestionGroupRow


def residents_of(departments: Sequence[str]) -> Select[Any]:
    """All identities of those who have a case of these departments."""
    own = select(ServiceRequestRow.person_id.label("person_id")).where(
        ServiceRequestRow.department_code.in_(departments)
    )
    joined = own.join(JoinedPersonRow, JoinedPersonRow.own_id == ServiceRequestRow.person_id)
    main = union(own, joined.with_only_columns(JoinedPersonRow.main_id.label("person_id"))).cte()
    others = select(JoinedPersonRow.own_id).where(JoinedPersonRow.main_id.in_(select(main.c.person_id)))
    return select(union(select(main.c.person_id), others).subquery())


def asked_by_theirs(departments: Sequence[str]) -> ColumnElement[bool]:
    """What a group of questions must be to be seen: asked by nobody but residents of these departments (none means all)."""
    if not departments:
        return true()
    asked = select(KeptQuestionRow.id).where(KeptQuestionRow.group_id == QuestionGroupRow.id)
    others = asked.where(KeptQuestionRow.conversation.not_in(residents_of(departments)))
    return asked.exists() & ~others.exists()
