"""Publishing and withdrawing. A publication that would answer a question of the must-answer list otherwise asks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from console.knowledge.desk import PublishesKnowledge, jobs_of, own_document
from console.shared.request_context import RequestContext
from knowledge.publishing import publish_documents, trial_library, withdraw_from_library, would_be
from knowledge.questions.must_answer import Checked, all_entries, check_entries

router = APIRouter(prefix="/knowledge")
Sure = Annotated[str, Form()]
MOST = 2000


@router.post("/documents/{number:int}/publish")
def publish_document(visit: PublishesKnowledge, number: int, sure: Sure = "") -> Response:
    """Answer residents from the newest version."""
    return publish_or_ask(visit, [number], f"/knowledge/documents/{number}", sure=bool(sure))


@router.post("/publish")
def publish_several(
    visit: PublishesKnowledge,
    numbers: Annotated[list[int], Form()] = [],  # noqa: B006  FastAPI copies it
    sure: Sure = "",
) -> Response:
    """Answer residents from the newest versions of the documents that were ticked."""
    if not numbers:
        return visit.go("/knowledge", said="knowledge.none_ticked")
    return publish_or_ask(visit, numbers[:MOST], "/knowledge", sure=bool(sure))


@router.post("/documents/{number:int}/withdraw")
def withdraw_document(visit: PublishesKnowledge, number: int) -> Response:
    """Answer nobody from it any more, from the next seconds on."""
    with visit.console.database.writing() as session:
        own_document(visit, session, number)
        withdraw_from_library(session, number, by=visit.staff.name, now=visit.console.now())
        jobs_of(visit).index(session)
        visit.record(session, "document.withdrawn", str(number))
    visit.console.wake_workers()
    return visit.go(f"/knowledge/documents/{number}", said="knowledge.withdrawn")


def publish_or_ask(
    visit: RequestContext, numbers: Sequence[int], back: str, *, sure: bool = False, send_to: str = ""
) -> Response:
    """Publish, and go `back`; unless it breaks answers that must be and nobody said that they are `sure`.

    `send_to` is where the form that says so is sent, the same address unless another is named.
    """
    if not sure and (broken := broken_by(visit, numbers)):
        return visit.page(
            "knowledge/breaks.html",
            broken=broken,
            numbers=numbers,
            back=back,
            send_to=send_to or (f"{back}/publish" if len(numbers) == 1 else "/knowledge/publish"),
        )
    with visit.console.database.writing() as session:
        for number in numbers:
            own_document(visit, session, number)
        publish_documents(session, numbers, by=visit.staff.name, now=visit.console.now())
        jobs_of(visit).index(session)
        for number in numbers:
            visit.record(session, "document.published", str(number), sure="yes" if sure else "")
    visit.console.wake_workers()
    return visit.go(back, said="knowledge.published", count=len(numbers))


def broken_by(visit: RequestContext, numbers: Sequence[int]) -> list[Checked]:
    """The questions that must be answered so, were so far, and would not be any more with these documents published."""
    console = visit.console
    with console.database.reading() as session:
        entries = all_entries(session)
        if not entries:
            return []
        for number in numbers:
            own_document(visit, session, number)
        documents = would_be(session, numbers)
    settings = console.settings
    folder = settings.data_dir / "knowledge"
    with trial_library(
        folder,
        console.embedders,
        settings.answer_threshold,
        maybe=settings.maybe_threshold,
        published=documents,
    ) as library:
        after = check_entries(entries, library)
    right_now = {one.entry.entry_id for one in check_entries(entries, console.library) if one.passed}
    return [one for one in after if not one.passed and one.entry.entry_id in right_now]
