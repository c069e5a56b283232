"""An error in the log says what went wrong and where, and nothing of what a resident wrote."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.database import Database
from core.errors import SettingsError
from core.logs import WITHHELD, DiscreetFormatter, safe_description, tell_error

WORDS = "my neighbour Maria has the keys"


class Person(BaseModel):
    age: int


def _refused_row() -> None:
    import psycopg

    raise psycopg.errors.NotNullViolation(
        f"null value in column x\nDETAIL: Failing row contains (1, {WORDS})."
    )


def _request() -> None:
    import httpx

    request = httpx.Request("POST", f"https://api.example/bot700:{WORDS.replace(' ', '')}/send")
    httpx.Response(500, request=request).raise_for_status()


def _while_handling() -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise RuntimeError(f"could not read {WORDS}") from error


FAULTS: tuple[Callable[[], object], ...] = (
    lambda: int(WORDS),
    lambda: {}[WORDS],
    lambda: Person(age=WORDS),
    lambda: json.loads(WORDS),
    lambda: WORDS.encode().decode("utf-16-le", "strict") + 1,
    lambda: getattr(object(), WORDS),
    lambda: open(f"/nowhere/{WORDS}"),  # noqa: SIM115, PTH123  it is not there
    _refused_row,
    _request,
    _while_handling,
)


@pytest.mark.parametrize("fault", FAULTS)
def test_of_an_error_kind_and_place_are_told_and_no_words(fault):
    try:
        fault()
    except Exception as error:  # noqa: BLE001  whatever it is
        lines = safe_description(error)
        formatted = DiscreetFormatter().formatException(sys.exc_info())
        event = tell_error(None, "error", {"event": "broken", "exc_info": True})
    assert formatted == event["exception"] == lines
    assert "exc_info" not in event
    assert not [word for word in (*WORDS.split(), WORDS.replace(" ", "")) if len(word) > 3 and word in lines]
    assert "test_logs.py" in lines


def test_what_we_wrote_ourselves_is_told():
    assert safe_description(SettingsError("The port is taken.")).endswith("SettingsError: The port is taken.")
    assert "[28] No space left on device" in safe_description(
        OSError(28, "No space left on device", "/var/secret")
    )
    assert WITHHELD in safe_description(ValueError(WORDS))
    assert safe_description(None) == ""


def test_an_error_that_names_itself_is_told_once():
    error = ValueError("x")
    error.__cause__ = error
    assert safe_description(error).count("ValueError") == 1


def test_a_failing_statement_does_not_tell_what_it_was_given(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(SQLAlchemyError) as failed, database.writing() as session:
        session.execute(text("INSERT INTO nowhere (words) VALUES (:words)"), {"words": WORDS})
    assert WORDS not in str(failed.value)
    database.dispose()


def test_the_libraries_own_log_is_as_discreet():
    record = logging.LogRecord("lib", logging.ERROR, __file__, 1, "failed", None, None)
    try:
        int(WORDS)
    except ValueError:
        record.exc_info = sys.exc_info()
    line = DiscreetFormatter("%(message)s").format(record)
    assert line.startswith("failed\n")
    assert WORDS not in line
