"""Saved views of the queue: whose they are, what they keep, and the views that everybody has."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.testclient import TestClient

from city.requests.saved_views import save_view, views_of
from city.requests.tables import SavedViewRow
from console.cases import queue
from console.cases.filters import read_filters
from console.shared.errors import NotThere
from console.shared.tables import AuditRow
from tests.support.builders import NOON
from tests.support.staff_visits import open_memory_session, visit_of


@pytest.fixture
def session():
    with open_memory_session() as session:
        yield session


def ana(session: Session, *roles: str):
    """Ana, whose changes end up in this session; what she is told next stands in `said`."""

    @contextmanager
    def writing():
        with session.begin_nested():
            yield session

    visit = visit_of(
        *(roles or ("agent",)), database=SimpleNamespace(writing=writing, refuse_within_a_write=lambda: None)
    )
    visit.keep_said = visit.said.update
    return visit


def keep(session: Session, query: str, name: str = "Mine", shared: str = "") -> tuple[str, str]:
    """Where Ana is led, and what she is told."""
    visit = ana(session)
    answer = queue.keep_view(visit, query, name, shared)
    return answer.headers["location"], visit.said["key"]


def test_a_view_is_kept_and_one_is_where_one_was(session):
    assert keep(session, "state=settled&flag=late") == (
        "/console/cases?state=settled&flag=late",
        "cases.view_saved",
    )
    assert [(row.name, row.query, row.shared) for row in views_of(session, "ana")] == [
        ("Mine", "state=settled&flag=late", False)
    ]
    assert session.scalars(select(AuditRow.action)).all() == ["view.saved"]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("q=pothole&state=all", "q=pothole&state=all"),
        ("q=217+555+0142&state=all", "state=all"),
        ("state=nonsense&who=me", "who=me"),
        ("unknown=1&%%%&q=%E2%80%AE", "q=%E2%80%AE"),
        ("", ""),
    ],
    ids=[
        "filters",
        "no contact",
        "nothing that cannot be read",
        "nothing unknown",
        "everything that is open",
    ],
)
def test_a_view_keeps_what_can_be_read_and_no_contact(query, kept, session):
    keep(session, query)
    assert views_of(session, "ana")[0].query == kept


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "cases.refused_needs_name"),
        (" \t", "cases.refused_needs_name"),
        ("x" * 81, "cases.refused_too_long"),
        ("x" * 80, "cases.view_saved"),
    ],
)
def test_a_view_has_a_name_that_fits(name, said, session):
    assert keep(session, "state=all", name)[1] == said
    assert len(views_of(session, "ana")) == (1 if said == "cases.view_saved" else 0)


def test_a_view_of_the_same_name_takes_the_place_of_the_earlier_one(session):
    keep(session, "state=all", shared="yes")
    keep(session, "state=settled")
    assert [(row.query, row.shared) for row in views_of(session, "ana")] == [("state=settled", False)]


@pytest.mark.parametrize(("shared", "seen"), [("yes", True), ("", False), ("no", False)])
def test_colleagues_see_the_views_that_are_for_everybody(shared, seen, session):
    keep(session, "state=all", shared=shared)
    assert bool(views_of(session, "ben")) is seen


def test_one_forgets_a_view_of_ones_own(session):
    keep(session, "state=all")
    queue.forget_view(ana(session), views_of(session, "ana")[0].id)
    assert views_of(session, "ana") == []
    assert session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all() == [
        "view.saved",
        "view.deleted",
    ]


@pytest.mark.parametrize("view_id", [0, -1, 1, 2])
def test_nobody_forgets_a_view_of_a_colleague_or_one_that_is_not_there(view_id, session):
    save_view(session, "ben", "Ben's", "state=all", shared=True, now=NOON)
    with pytest.raises(NotThere):
        queue.forget_view(ana(session), view_id)
    assert [row.name for row in session.scalars(select(SavedViewRow))] == ["Ben's"]


@pytest.mark.parametrize("view_id", [str(2**31), str(2**63), "9" * 30, "one", "1.5"])
def test_a_number_that_no_view_has_breaks_nothing(view_id, session):
    web = FastAPI()
    web.include_router(queue.router)

    @web.middleware("http")
    async def let_in(request: Request, call_next):
        request.state.visit = ana(session)
        request.state.visit.staff = SimpleNamespace(staff_id="", permissions={"see_cases"})
        return await call_next(request)

    assert TestClient(web).post(f"/cases/views/{view_id}/delete").status_code == 422


@pytest.mark.parametrize("name", queue.QUICK)
def test_the_views_that_everybody_has_are_filters_that_can_be_read(name):
    query = queue.QUICK[name]
    assert read_filters(visit_of("agent"), dict(parse_qsl(urlencode(query)))).given == query
