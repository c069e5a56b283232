"""Kept questions that mean the same, put together in groups, and who of those who asked wants to be told the answer.

A question joins the group with the nearest anchor, or begins a group of its own; nothing is compared with everything again.
The thresholds were measured on questions in English and Spanish (docs/console/questions.md). Rules about rows get a session
and never commit; `QuestionGroups.group_new` is a background job and has its own transactions.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select, text, true, tuple_, update
from sqlalchemy.orm import Session

from core.database import Database
from knowledge.questions.moving import Tools, move_questions, parting_people
from knowledge.questions.tables import KeptQuestionRow, QuestionGroupRow
from knowledge.questions.vectors import Anchors, Vectors, bare_question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.ports import Embedder

Askers = Select[Any] | None
"""The identities of the residents whose questions somebody may see; None means everybody's."""

MainIdentities = Callable[[Session, set[str]], Mapping[str, str]]
"""Whom each of these identities stands for, where they were joined with others."""

BATCH = 100
"""Questions that are grouped in one transaction."""

ROUND = 10
"""Batches of one round; some five seconds with the real models."""

LOCK = 311_312
"""Key of PostgreSQL's advisory lock: one process groups at a time, or two would begin a group of the same meaning."""

BESIDE = 12
"""Groups that a question can be moved to from a page."""

MOST_AT_ONCE = 1000
"""Ids in one statement."""

STATES = ("open", "answered", "set_aside")
ORDERS = ("often", "newest")
PAGE = 25


_WAITS = (KeptQuestionRow.wants_answer, KeptQuestionRow.told_at.is_(None))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same, for a list; `waiting` is how many people want to be told the answer."""

    group_id: int
    question: str
    language: str
    state: str
    reason: str
    times: int
    unhelpful: int
    languages: dict[str, int]
    channels: dict[str, int]
    document_id: str
    first_asked_at: datetime
    last_asked_at: datetime
    changed_by: str
    changed_at: datetime | None
    waiting: int = 0

    @property
    def unanswered(self) -> int:
        """How many of the questions had no answer at all."""
        return self.times - self.unhelpful


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who wants to be told: one of their identities, what they asked last, and all kept questions that it settles."""

    kept_ids: tuple[int, ...]
    person_id: str
    question: str
    language: str
    channel: str


class QuestionGroups:
    """Puts new kept questions into groups. Thread-safe; `embedders` is asked for the first time when there is something to do."""

    def __init__(self, database: Database, embedders: Callable[[], Sequence[Embedder]]) -> None:
        self._database = database
        self._embedders = embedders
        self._vectors: Vectors | None = None
        self._anchors: Anchors | None = None
        self._lock = threading.Lock()

    def group_new(self, limit: int = BATCH) -> int:
        """Group at most `limit` questions that are in no group yet, oldest first; how many there were. Encodes outside of any transaction."""
        with self._lock:
            with self._database.reading() as session:
                fresh = list(session.execute(_ungrouped_questions().limit(limit)))
            if not fresh:
                return 0
            vectors, anchors = self._grouping_tools()
            encoded = vectors.of([(row.question, row.language) for row in fresh])
            by_id = {row.id: vector for row, vector in zip(fresh, encoded, strict=True)}
            try:
                self._write_anchors(anchors, by_id)
            except Exception:
                self._anchors = None  # it may know of anchors that were rolled back
                raise
            return len(fresh)

    def group_all(self) -> None:
        """Group all there is, a batch at a time."""
        while self.group_new() == BATCH:
            pass

    def group_some(self) -> None:
        """Group what a few seconds allow, so that other rounds have their turn."""
        for _ in range(ROUND):
            if self.group_new() < BATCH:
                return

    def beside(self, group: Group, most: int = BESIDE) -> list[Group]:
        """The other groups nearest in meaning to this one, best first."""
        with self._lock:
            vectors, anchors = self._grouping_tools()
            (vector,) = vectors.of([(group.question, group.language)])
            with self._database.reading() as session:
                anchors.catch_up(session)
            with self._database.reading() as session:
                near = anchors.nearest_groups(vector, group.language, most + 1)
                found = [find_group(session, number) for number in near if number != group.group_id]
        return [one for one in found if one][:most]

    def move(self, group_id: int, kept_ids: Sequence[int], to: int | None = None) -> int | None:
        """Put these questions, and all in the same words, into the group `to` or a new one; its number.

        None when there is nothing to move, or no such group. Encodes outside of any transaction.
        """
        with self._lock:
            with self._database.reading() as session:
                wanted = parting_people(session, group_id, kept_ids).anchors()
            vectors, anchors = self._grouping_tools()
            encoded = vectors.of([(question, language) for (_, language), question in wanted.items()])
            by_wording = dict(zip(wanted, encoded, strict=True))
            try:
                with self._database.writing() as session:
                    self._lock_groups(session)
                    anchors.catch_up(session)
                    return move_questions(Tools(session, anchors, by_wording), group_id, kept_ids, to)
            except Exception:
                self._anchors = None  # it may know of anchors that were rolled back
                raise

    def _lock_groups(self, session: Session) -> None:
        if not self._database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})

    def _write_anchors(self, anchors: Anchors, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        with self._database.writing() as session:
            self._lock_groups(session)
            anchors.catch_up(session)
            rows = session.scalars(
                select(KeptQuestionRow)
                .where(KeptQuestionRow.id.in_(vectors), KeptQuestionRow.group_id.is_(None))
                .order_by(KeptQuestionRow.id)
            )
            for row in rows:
                _join_group(session, anchors, row, vectors[row.id])

    def _grouping_tools(self) -> tuple[Vectors, Anchors]:
        self._vectors = self._vectors or Vectors(tuple(self._embedders()))
        self._anchors = self._anchors or Anchors(self._vectors)
        return self._vectors, self._anchors


def groups_page(
    session: Session,
    state: str = "open",
    order: str = "often",
    *,
    after: tuple[str, int] | None = None,
    limit: int = PAGE,
    askers: Askers = None,
) -> tuple[list[Group], tuple[str, int] | None]:
    """The groups of one state, and the place where the next page begins (None when this is the last). `order` is often or newest.

    Only those that nobody but `askers` asked.
    """
    key = QuestionGroupRow.times if order == "often" else QuestionGroupRow.last_asked_at
    wanted = select(QuestionGroupRow).where(QuestionGroupRow.state == state, _asked_only_by(askers))
    if after is not None:
        value: Any = int(after[0]) if order == "often" else datetime.fromisoformat(after[0])
        wanted = wanted.where(tuple_(key, QuestionGroupRow.id) < tuple_(value, after[1]))
    rows = list(session.scalars(wanted.order_by(key.desc(), QuestionGroupRow.id.desc()).limit(limit + 1)))
    waiting = _waiting_counts(session, [row.id for row in rows[:limit]])
    shown = [_group_of_row(row, waiting.get(row.id, 0)) for row in rows[:limit]]
    if len(rows) <= limit:
        return shown, None
    last = rows[limit - 1]
    return shown, (str(last.times) if order == "often" else last.last_asked_at.isoformat(), last.id)


def count_by_state(session: Session, askers: Askers = None) -> dict[str, int]:
    """How many groups there are of each state that nobody but `askers` asked."""
    counted = select(QuestionGroupRow.state, func.count()).where(_asked_only_by(askers))
    rows = session.execute(counted.group_by(QuestionGroupRow.state))
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def find_group(session: Session, group_id: int, askers: Askers = None) -> Group | None:
    """One group; None when there is none, or others than `askers` asked it too."""
    row = session.scalar(
        select(QuestionGroupRow).where(QuestionGroupRow.id == group_id, _asked_only_by(askers))
    )
    return _group_of_row(row, _waiting_counts(session, [group_id]).get(group_id, 0)) if row else None


def questions_of(
    session: Session, group_id: int, limit: int = PAGE, before: int | None = None
) -> list[KeptQuestionRow]:
    """The questions of a group as they were asked, newest first; `before` is the id where the last page ended."""
    wanted = select(KeptQuestionRow).where(KeptQuestionRow.group_id == group_id)
    if before is not None:
        wanted = wanted.where(KeptQuestionRow.id < before)
    return list(session.scalars(wanted.order_by(KeptQuestionRow.id.desc()).limit(limit)))


def wordings_of(session: Session, group_id: int, language: str, limit: int = 12) -> list[str]:
    """The different ways in which a group was asked in this language, the newest first, each once."""
    rows = session.scalars(
        select(KeptQuestionRow.question)
        .where(KeptQuestionRow.group_id == group_id, KeptQuestionRow.language == language)
        .order_by(KeptQuestionRow.id.desc())
        .limit(limit * 20)
    )
    different = {bare_question(question): " ".join(question.split()) for question in rows}
    return list(different.values())[:limit]


def set_state(
    session: Session,
    group_id: int,
    state: str,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    document_id: str = "",
) -> bool:
    """Open a group again, call it answered (perhaps by a document), or set it aside with a reason; False when there is none."""
    row = session.get(QuestionGroupRow, group_id)
    if row is None:
        return False
    if state not in STATES:
        raise ValueError(f"{state!r} is no state of a group; expected one of {', '.join(STATES)}.")
    if state == "set_aside" and not reason.strip():
        raise ValueError("A group was to be set aside without a reason; give one.")
    row.state, row.reason, row.changed_by, row.changed_at = state, reason.strip(), by, now
    row.document_id = document_id or row.document_id
    return True


def note_document(session: Session, group_id: int, document_id: str) -> None:
    """Remember the document that is being written for a group."""
    session.execute(
        update(QuestionGroupRow).where(QuestionGroupRow.id == group_id).values(document_id=document_id)
    )


def waiting_of(session: Session, group_id: int, main_identities: MainIdentities) -> list[Waiting]:
    """Who wants to be told the answer of this group and was not: each person once, with what they asked last."""
    rows = list(
        session.scalars(
            select(KeptQuestionRow)
            .where(KeptQuestionRow.group_id == group_id, *_WAITS)
            .order_by(KeptQuestionRow.id.desc())
        )
    )
    main = main_identities(session, {row.conversation for row in rows})
    people: dict[str, list[KeptQuestionRow]] = {}
    for row in rows:
        people.setdefault(main.get(row.conversation, row.conversation), []).append(row)
    return [
        Waiting(
            tuple(row.id for row in asked),
            asked[0].conversation,
            asked[0].question,
            asked[0].language,
            asked[0].channel,
        )
        for asked in people.values()
    ]


def note_told(session: Session, kept_ids: Sequence[int], now: datetime) -> None:
    """Whoever asked these has been told, or does not want to be any more: nobody is told twice."""
    for start in range(0, len(kept_ids), MOST_AT_ONCE):
        session.execute(
            update(KeptQuestionRow)
            .where(KeptQuestionRow.id.in_(kept_ids[start : start + MOST_AT_ONCE]))
            .values(told_at=now, wants_answer=False)
        )


def _waiting_counts(session: Session, group_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(KeptQuestionRow.group_id, func.count(func.distinct(KeptQuestionRow.conversation)))
        .where(KeptQuestionRow.group_id.in_(group_ids), KeptQuestionRow.wants_answer)
        .group_by(KeptQuestionRow.group_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _ungrouped_questions() -> Select[int, str, str]:
    return (
        select(KeptQuestionRow.id, KeptQuestionRow.question, KeptQuestionRow.language)
        .where(KeptQuestionRow.group_id.is_(None))
        .order_by(KeptQuestionRow.id)
    )


def _join_group(
    session: Session, anchors: Anchors, row: KeptQuestionRow, vector: NDArray[np.float32]
) -> None:
    """Put one question into its group. A group that was answered and is asked again is open again: the answer does not reach."""
    group_id = anchors.nearest(vector, row.language)
    group = session.get(QuestionGroupRow, group_id) if group_id is not None else None
    if group is None:
        group = QuestionGroupRow(
            question=row.question,
            language=row.language,
            state="open",
            times=0,
            unhelpful=0,
            languages={},
            channels={},
            first_asked_at=row.asked_at,
            last_asked_at=row.asked_at,
        )
        session.add(group)
        session.flush()
    if row.language not in group.languages:
        anchors.add(session, group.id, row.language, row.question, vector)
    row.group_id = group.id
    group.times += 1
    group.unhelpful += row.reason == "unhelpful"
    group.languages = dict(Counter(group.languages) + Counter([row.language]))
    group.channels = dict(Counter(group.channels) + Counter([row.channel]))
    group.last_asked_at = max(group.last_asked_at, row.asked_at)
    if group.state == "answered" and (group.changed_at is None or row.asked_at > group.changed_at):
        group.state = "open"


def _group_of_row(row: QuestionGroupRow, waiting: int) -> Group:
    return Group(
        group_id=row.id,
        question=row.question,
        language=row.language,
        state=row.state,
        reason=row.reason,
        times=row.times,
        unhelpful=row.unhelpful,
        languages=dict(Counter(row.languages).most_common()),
        channels=dict(Counter(row.channels).most_common()),
        document_id=row.document_id,
        first_asked_at=row.first_asked_at,
        last_asked_at=row.last_asked_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        waiting=waiting,
    )


def _asked_only_by(askers: Askers) -> ColumnElement[bool]:
    if askers is None:
        return true()
    asked = select(KeptQuestionRow.id).where(KeptQuestionRow.group_id == QuestionGroupRow.id)
    others = asked.where(KeptQuestionRow.conversation.not_in(askers))
    return asked.exists() & ~others.exists()
