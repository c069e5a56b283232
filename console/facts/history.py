"""The history of a fact, and bringing an earlier state back."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from city.definitions.history import PAGE, changes_of
from city.facts.editing import restore_fact
from console.facts.common import EditsFacts, SeesFacts, check_edits, kind_of, may_edit, name_of_fact, the_fact
from console.shared.changes import shown_changes
from console.surveys.common import editor_of

router = APIRouter(prefix="/facts/{section}/{code}/history")


@router.get("")
def fact_history(visit: SeesFacts, section: str, code: str, older: int | None = None) -> Response:
    """Who changed what, and when."""
    with visit.console.database.reading() as session:
        fact = the_fact(visit, session, section, code).fact
        found = changes_of(session, kind_of(visit, section), code, older)
    base = f"/facts/{section}/{code}"
    return visit.page(
        "facts/history.html",
        name=name_of_fact(visit, fact),
        base=base,
        changes=shown_changes(visit, found),
        older=visit.path(f"{base}/history?older={found[-1].id}") if len(found) == PAGE else "",
        may_edit=may_edit(visit, fact),
    )


@router.post("/{change}/restore")
def bring_back(visit: EditsFacts, section: str, code: str, change: int) -> Response:
    """As it was before this change, effective at once."""
    kind = kind_of(visit, section)
    with visit.console.database.writing() as session:
        check_edits(visit, the_fact(visit, session, section, code).fact)
        editor, now = editor_of(visit), visit.console.now()
        if not restore_fact(session, kind, code, change, editor=editor, now=now):
            visit.not_found()
        check_edits(
            visit, the_fact(visit, session, section, code).fact
        )  # it may have been another department's
        visit.record(session, "facts.restored", f"{kind} {code}", change=change)
    return visit.go(f"/facts/{section}/{code}", said="facts.was_restored")
