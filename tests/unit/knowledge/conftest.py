"""A database in memory with the tables of this room, for rules that get a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core.database import Base, table_of
from knowledge.documents import tables as documents
from knowledge.questions import tables as questions
from knowledge.sites import tables as sites

TABLES = (
    documents.DocumentRow,
    documents.DocumentVersionRow,
    documents.ImportRow,
    documents.ImportItemRow,
    sites.SiteRow,
    sites.SitePageRow,
    questions.QuestionGroupRow,
    questions.QuestionAnchorRow,
    questions.KeptQuestionRow,
    questions.FeedbackRow,
    questions.MustAnswerRow,
    questions.MustAnswerRunRow,
)


@pytest.fixture
def session() -> Iterator[Session]:
    """A session on an empty database; what it writes is gone with it."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, [table_of(each) for each in TABLES])
    with Session(engine) as session:
        yield session
    engine.dispose()
