"""No page is made within a write, so that nobody's click makes everybody else's writing wait."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from console.shared.tables import SessionRow
from core.database import Database, NestedWrite
from tests.support.console_routes import ROUTES, build_town, knock, method_of, token_of

CONSOLE = Path(__file__).parents[3] / "console"
POSTS = [route for route in ROUTES if method_of(route) == "POST"]
LAST = {"/sign-out", "/account/sessions/end"}
WRONG = {
    "/account": {"name": [" "]},
    "/account/password": {"now": ["wrong"], "password": ["short"], "again": ["other"]},
    "/team/invite": {"name": [""], "email": ["no address"]},
    "/team/{staff_id}": {"roles": []},
    "/knowledge/documents/new": {"title": [""], "then": ["save"]},
    "/knowledge/documents/{number:int}/edit": {"title": ["T"], "text": ["x"], "since": ["7"]},
    "/cases/{number}/status": {"status": ["nonsense"], "reason": ["because"]},
    "/cases/{number}/merge": {"main": ["ABC-00000"], "reason": ["same"]},
    "/conversations/hours": {"day_0": ["never"]},
    "/welcome/{secret}": {"email": ["no address"], "password": ["short"]},
}
"""What these forms refuse, so that their page is shown again."""


@pytest.mark.parametrize("first", ["writing", "noting"])
@pytest.mark.parametrize("second", ["writing", "noting"])
def test_a_second_write_of_the_same_thread_is_refused_at_once(tmp_path, first, second):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with getattr(database, first)(), pytest.raises(NestedWrite), getattr(database, second)():
        pass
    with getattr(database, second)():
        pass
    database.dispose()


def test_a_look_within_a_write_is_no_write(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.writing(), database.reading(), database.looking():
        pass
    database.dispose()


def test_a_write_that_failed_lets_the_next_one_in(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with pytest.raises(ValueError, match="broken"), database.writing():
        raise ValueError("broken")
    with database.writing():
        pass
    database.dispose()


def pending(house, colleague):
    """A sentence waits for this colleague's next page."""
    with house.app.database.writing() as session:
        for row in session.query(SessionRow).filter(SessionRow.staff_id == colleague.staff_id):
            row.said = {"key": "account.saved", "values": {}}


@pytest.mark.parametrize("forms", [{}, WRONG], ids=["empty", "wrong"])
def test_no_form_makes_a_page_within_its_write(house, forms):
    """Each is sent while a sentence waits to be shown, which the page then forgets by a write of its own."""
    town = build_town(house)
    for route in POSTS:
        if route.path in LAST or (forms and route.path not in forms):
            continue
        colleague = house.sign_in("administrator")
        token = token_of(colleague)
        pending(house, colleague)
        answer = knock(colleague, route, town.path(route), forms.get(route.path), token)
        assert answer.status_code < 500, (route.path, answer.status_code)


def test_a_wrong_code_of_the_second_factor_is_refused_while_a_sentence_waits(house):
    colleague = house.sign_in("agent")
    token = token_of(colleague)
    with house.app.database.writing() as session:
        for row in session.query(SessionRow).filter(SessionRow.staff_id == colleague.staff_id):
            row.stage, row.said = "code", {"key": "account.saved", "values": {}}
    codes = [
        colleague.client.post(
            "/console/sign-in/code",
            data={"code": "000000"},
            headers={"origin": "https://city.example", "x-csrf-token": token},
        ).status_code
        for _ in range(7)
    ]
    assert set(codes) == {422, 429}


def returns_within_a_write(path):
    """Where a function that answers a request returns while it still writes."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.returns is None:
            continue
        if "Response" not in ast.unparse(function.returns):
            continue
        for block in ast.walk(function):
            if isinstance(block, ast.With) and "writing()" in ast.unparse(block.items[0].context_expr):
                yield from (one.lineno for one in ast.walk(block) if isinstance(one, ast.Return))


@pytest.mark.parametrize(
    "path", sorted(CONSOLE.rglob("*.py")), ids=lambda path: str(path.relative_to(CONSOLE))
)
def test_nothing_is_answered_before_the_write_has_ended(path):
    assert list(returns_within_a_write(path)) == []
