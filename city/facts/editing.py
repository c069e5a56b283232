"""What staff do with facts: change, add, take out, and go back to what the city's folder says.

A change is effective at once in every process (`touch_city`) and stands in the history. Functions never commit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.definitions.fact_rows import FACT_KINDS, Fact, list_facts, parse_fact, remove_fact, store_fact
from city.definitions.history import (
    DefinitionChange,
    Difference,
    Editor,
    State,
    changes_of,
    current_state,
    find_change,
    loaded_state,
    normal_state,
    record_change,
    state_differences,
)
from city.facts.book import FactBook
from city.records.definition_tables import LoadedDefinitionRow
from city.records.model import Department
from city.records.store import dump_record, parse_record, touch_city
from city.records.tables import DepartmentRow

MARK_LENGTH = 16
"""Signs of a digest that tell one state of a fact from another."""


@dataclass(frozen=True, slots=True)
class EditedFact:
    """A fact as staff see it: `by_staff` says that it is not what the city's folder says, `change` who changed it last.

    `loaded` is what the folder says, None where it does not speak of it. A fact that staff took out (`is_removed`) is the folder's.
    """

    fact: Fact
    by_staff: bool
    is_removed: bool
    loaded: State | None
    change: DefinitionChange | None = None

    @property
    def differences(self) -> list[Difference]:
        """What the folder says (before) and what holds (after)."""
        if self.loaded is None or self.is_removed:
            return []
        return state_differences(self.loaded, dump_record(self.fact))


def find_edited_fact(session: Session, kind: str, code: str) -> EditedFact | None:
    """One fact with its last change; None where neither staff nor the folder have any of this code."""
    now, loaded = current_state(session, kind, code), loaded_state(session, kind, code)
    state = now if now is not None else loaded
    if state is None:
        return None
    change = next(iter(changes_of(session, kind, code)), None)
    return EditedFact(parse_fact(kind, state), now != loaded, now is None, loaded, change)


def list_edited_facts(session: Session, kind: str) -> list[EditedFact]:
    """All facts of a kind in their order, those that staff took out behind them."""
    rows = session.scalars(select(LoadedDefinitionRow).where(LoadedDefinitionRow.kind == kind))
    loaded = {row.code: normal_state(kind, row.state) for row in rows}
    facts = list_facts(session, kind)
    there = {fact.code for fact in facts}
    known = [
        EditedFact(
            fact, loaded.get(fact.code) != dump_record(fact), is_removed=False, loaded=loaded.get(fact.code)
        )
        for fact in facts
    ]
    removed = [
        EditedFact(parse_fact(kind, state), by_staff=True, is_removed=True, loaded=state)
        for code, state in sorted(loaded.items())
        if code not in there
    ]
    return known + removed


def save_fact(
    session: Session, kind: str, fact: Fact, *, editor: Editor, now: datetime, how: str = ""
) -> bool:
    """Make this what residents are told from now on; whether anything changed."""
    before, after = current_state(session, kind, fact.code), dump_record(fact)
    if before == after:
        return False
    store_fact(session, kind, fact)
    session.flush()
    how = how or ("edited" if before else "created")
    record_change(session, (kind, fact.code), how, editor, now, before=before, after=after)
    touch_city(session)
    return True


def remove_edited_fact(session: Session, kind: str, code: str, *, editor: Editor, now: datetime) -> bool:
    """Say it no more, however often the folder is loaded; whether there was anything to take out."""
    before = current_state(session, kind, code)
    if before is None:
        return False
    remove_fact(session, kind, code)
    session.flush()
    record_change(session, (kind, code), "removed", editor, now, before=before, after={})
    touch_city(session)
    return True


def bring_back_loaded(session: Session, kind: str, code: str, *, editor: Editor, now: datetime) -> bool:
    """Go back to what the folder said last; False where it says nothing, or nothing else."""
    state = loaded_state(session, kind, code)
    return state is not None and save_fact(
        session, kind, parse_fact(kind, state), editor=editor, now=now, how="loaded"
    )


def restore_fact(
    session: Session, kind: str, code: str, change_id: int, *, editor: Editor, now: datetime
) -> bool:
    """Bring back a fact as it was before this change; False where there is no such change, or nothing was there before it."""
    change = find_change(session, kind, code, change_id)
    if change is None or not change.before:
        return False
    save_fact(session, kind, parse_fact(kind, change.before), editor=editor, now=now, how="restored")
    return True


def stored_book(session: Session, changed: tuple[str, Fact] | None = None) -> FactBook:
    """The facts as they stand in the tables now, with one (kind, fact) that is not there yet perhaps."""
    found = {kind: {fact.code: fact for fact in list_facts(session, kind)} for kind in FACT_KINDS}
    if changed:
        found[changed[0]][changed[1].code] = changed[1]
    parts: dict[str, Any] = {kind: list(facts.values()) for kind, facts in found.items()}
    departments = [
        parse_record(Department, row.definition)
        for row in session.scalars(select(DepartmentRow).order_by(DepartmentRow.code))
    ]
    return FactBook(
        parts["place"],
        departments,
        parts["holiday"],
        areas=parts["area"],
        calendars=parts["calendar"],
        fees=parts["fee"],
        contacts=parts["contact"],
        special=parts["special"],
        elections=parts["election"],
    )


def mark_of(fact: Fact) -> str:
    """A mark that differs whenever a fact does: what a form was opened on."""
    written = json.dumps(dump_record(fact), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:MARK_LENGTH]
