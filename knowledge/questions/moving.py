"""Questions put into another group by hand, which the grouping respects afterwards.

Each wording that is moved becomes an anchor of the group that it goes to. Anchors are only added; of two that are equally near the newer
one counts (`Anchors.nearest`), so the same and similar questions follow staff's decision, in every process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from knowledge.questions.tables import KeptQuestionRow, QuestionAnchorRow, QuestionGroupRow
from knowledge.questions.vectors import Anchors, bare_question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_AT_ONCE = 1000
"""Ids in one statement."""

Wording = tuple[str, str]
"""A question without case, accents and punctuation, and its language."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A kept question, as far as a group counts it."""

    kept_id: int
    question: str
    language: str
    channel: str
    reason: str
    asked_at: datetime

    @property
    def wording(self) -> Wording:
        """What makes two of them the same."""
        return bare_question(self.question), self.language


@dataclass(frozen=True, slots=True)
class Parting:
    """What leaves a group and what stays, oldest first."""

    leaves: tuple[AskedQuestion, ...]
    stays: tuple[AskedQuestion, ...]

    def anchors(self) -> dict[Wording, str]:
        """The questions that have to be anchors afterwards: each wording that leaves, and the first in each language that stays."""
        first: dict[str, AskedQuestion] = {}
        for one in self.stays:
            first.setdefault(one.language, one)
        return {one.wording: one.question for one in (*self.leaves, *first.values())}


def parting_people(session: Session, group_id: int, kept_ids: Sequence[int]) -> Parting:
    """Who leaves with these questions of a group: everybody who asked in the same words."""
    asked = _asked_in(session, group_id)
    wordings = {one.wording for one in asked if one.kept_id in set(kept_ids)}
    return Parting(
        tuple(one for one in asked if one.wording in wordings),
        tuple(one for one in asked if one.wording not in wordings),
    )


@dataclass(frozen=True, slots=True)
class Tools:
    """The open transaction, the anchors in step with it, and the vectors of what may have to become one."""

    session: Session
    anchors: Anchors
    vectors: Mapping[Wording, NDArray[np.float32]]

    def anchor(self, group: QuestionGroupRow, wording: Wording, question: str) -> None:
        """Make a question an anchor of this group."""
        self.anchors.add(self.session, group.id, wording[1], question, self.vectors[wording])


def move_questions(tools: Tools, group_id: int, kept_ids: Sequence[int], to: int | None) -> int | None:
    """Put these questions of a group into `to` or a new one; its number, None when there is nothing to move or nowhere to."""
    session = tools.session
    group = session.get(QuestionGroupRow, group_id)
    target = session.get(QuestionGroupRow, to) if to is not None else None
    parted = parting_people(session, group_id, kept_ids)
    nowhere = target is None if to is not None else not parted.stays
    if group is None or target is group or nowhere or not parted.leaves:
        return None
    if not parted.anchors().keys() <= tools.vectors.keys():
        return None  # somebody else changed the group at the same moment; the page shows how it is now
    return _move_parted(tools, group, parted, target).id


def _move_parted(
    tools: Tools, group: QuestionGroupRow, parted: Parting, target: QuestionGroupRow | None
) -> QuestionGroupRow:
    """A group that is left empty is gone."""
    session, first = tools.session, parted.leaves[0]
    if target is None:
        target = _new_group(session, first)
    ids = [one.kept_id for one in parted.leaves]
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = KeptQuestionRow.id.in_(ids[start : start + MOST_AT_ONCE])
        session.execute(update(KeptQuestionRow).where(some).values(group_id=target.id))
    _re_anchor(tools, group, parted)
    for wording, question in {one.wording: one.question for one in reversed(parted.leaves)}.items():
        tools.anchor(target, wording, question)
    _count_asked(target, _asked_in(session, target.id))
    if parted.stays:
        _count_asked(group, parted.stays)
        if (bare_question(group.question), group.language) in {one.wording for one in parted.leaves}:
            group.question, group.language = parted.stays[0].question, parted.stays[0].language
    else:
        session.execute(delete(QuestionAnchorRow).where(QuestionAnchorRow.group_id == group.id))
        session.delete(group)
    session.flush()
    return target


def _re_anchor(tools: Tools, group: QuestionGroupRow, parted: Parting) -> None:
    """Where the anchor of a language leaves a group, the first question of that language that stays takes its place."""
    leaving = {one.wording for one in parted.leaves}
    held = tools.session.scalars(select(QuestionAnchorRow).where(QuestionAnchorRow.group_id == group.id))
    bereft = {row.language for row in held if (bare_question(row.question), row.language) in leaving}
    for one in parted.stays:
        if one.language in bereft:
            bereft.remove(one.language)
            tools.anchor(group, one.wording, one.question)


def _asked_in(session: Session, group_id: int) -> list[AskedQuestion]:
    row = KeptQuestionRow
    rows = session.execute(
        select(row.id, row.question, row.language, row.channel, row.reason, row.asked_at)
        .where(row.group_id == group_id)
        .order_by(row.id)
    )
    return [AskedQuestion(*each) for each in rows]


def _new_group(session: Session, first: AskedQuestion) -> QuestionGroupRow:
    group = QuestionGroupRow(
        question=first.question,
        language=first.language,
        state="open",
        first_asked_at=first.asked_at,
        last_asked_at=first.asked_at,
    )
    session.add(group)
    session.flush()
    return group


def _count_asked(group: QuestionGroupRow, asked: Sequence[AskedQuestion]) -> None:
    group.times = len(asked)
    group.unhelpful = sum(one.reason == "unhelpful" for one in asked)
    group.languages = dict(Counter(one.language for one in asked))
    group.channels = dict(Counter(one.channel for one in asked))
    group.first_asked_at = min(one.asked_at for one in asked)
    group.last_asked_at = max(one.asked_at for one in asked)
