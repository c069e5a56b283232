"""What the pages about documents share: who may do what, choices of the forms, Markdown as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Form
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from sqlalchemy.orm import Session

from console.accounts.team import department_labels
from console.shared.access import Permission, require_permission
from console.shared.errors import Forbidden
from console.shared.names import language_name
from console.shared.request_context import RequestContext
from knowledge.documents.documents import NoSuchDocument, row_of
from knowledge.documents.tables import DocumentRow
from knowledge.jobs import Jobs

SeesKnowledge = Annotated[RequestContext, require_permission(Permission.SEE_KNOWLEDGE)]
EditsKnowledge = Annotated[RequestContext, require_permission(Permission.EDIT_KNOWLEDGE)]
PublishesKnowledge = Annotated[RequestContext, require_permission(Permission.PUBLISH_KNOWLEDGE)]
Text = Annotated[str, Form()]
LOWEST_HEADING = 6
UNDER = 2
"""Headings of a document stand below the page's own of this level."""


def jobs_of(visit: RequestContext) -> Jobs:
    """The background jobs of this installation."""
    return visit.console.jobs


def document_of(visit: RequestContext, session: Session, number: int) -> DocumentRow:
    """A document, or the page that says that there is none."""
    try:
        return row_of(session, number)
    except NoSuchDocument:
        visit.not_found()


def may_edit(visit: RequestContext, department: str) -> bool:
    """Whether this person may change documents of this department; with departments of their own only those."""
    return visit.may(Permission.EDIT_KNOWLEDGE) and visit.sees(department)


def own_document(visit: RequestContext, session: Session, number: int) -> DocumentRow:
    """A document that this person may change; another department's is refused."""
    row = document_of(visit, session, number)
    check_department(visit, row.department)
    return row


def check_department(visit: RequestContext, department: str) -> None:
    """`Forbidden` for a department that is not theirs."""
    if not may_edit(visit, department):
        raise Forbidden(Permission.EDIT_KNOWLEDGE)


def department_choices(
    visit: RequestContext, session: Session, *, own: bool = False
) -> list[tuple[str, str]]:
    """Choices of departments: none first, unless somebody has departments of their own and is to choose among `own`."""
    labels = department_labels(visit, session)
    if own and visit.staff.departments:
        return [(code, label) for code, label in labels if code in visit.staff.departments]
    return [("", visit.say("knowledge.no_department" if own else "knowledge.any")), *labels]


def language_choices(visit: RequestContext, also: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Choices of languages: the city's, and those that are in use."""
    codes = dict.fromkeys([*visit.console.languages, *sorted(set(also))])
    return [(code, language_name(visit, code)) for code in codes if code]


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def markdown_shown(text: str, title: str = "") -> Markup:
    """Markdown as HTML: marks of its own only, no HTML of the writer's, no pictures, no scripts in links; headings in good order.

    A first heading that only says the `title` again is left out, as in answers.
    """
    tokens = _MARKDOWN.parse(text[:500_000])
    if tokens and tokens[0].type == "heading_open" and tokens[1].content.casefold() == title.casefold():
        tokens = tokens[3:]
    level = UNDER
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + UNDER, level + 1, LOWEST_HEADING)
            _set_level(tokens[at : at + 3], level)
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704  html is off, so all of the writer's is escaped


def _set_level(heading: list[Token], level: int) -> None:
    for token in heading:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
