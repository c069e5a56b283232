"""One look over the whole library: versions of one document, pages that contradict each other, pages that nobody looked at for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from knowledge.base.model import Document
from knowledge.base.reviews import is_long_unreviewed
from knowledge.freshness.contradictions import find_contradictions
from knowledge.freshness.findings import FindingKind, PageFinding, finding_of_pair
from knowledge.freshness.prepared import read_all
from knowledge.freshness.versions import group_versions


def examine_documents(
    documents: Sequence[Document],
    folder: Path,
    today: date,
    *,
    unreviewed_years: int,
    on_done: Callable[[], None] = lambda: None,
) -> list[PageFinding]:
    """All findings in these documents, which the library at `folder` answers from."""
    read = read_all(documents, folder, on_done)
    titles = {document.document_id: document.title for document in documents}
    groups = group_versions([one.traits for one in read])
    versions = [
        PageFinding(
            FindingKind.VERSIONS, group, {"titles": [titles[name] for name in group]}, tuple(sorted(group))
        )
        for group in groups
    ]
    on_done()
    claims = [claim for one in read for claim in one.claims]
    pairs = find_contradictions(claims, [frozenset(group) for group in groups])
    return [*versions, *map(finding_of_pair, pairs), *_unreviewed(documents, today, unreviewed_years)]


def _unreviewed(documents: Iterable[Document], today: date, years: int) -> list[PageFinding]:
    return [
        PageFinding(
            FindingKind.UNREVIEWED,
            (document.document_id,),
            {"titles": [document.title], "reviewed": document.reviewed},
            (document.document_id, document.reviewed),
        )
        for document in documents
        if is_long_unreviewed(document.reviewed, today, years)
    ]
