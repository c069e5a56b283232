"""Why turns went as they did, as staff and the command line read it (`conversation.trace` writes it)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.turn.decision import CandidateKind, TurnCandidate
from conversation.store.tables import TurnTrace


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """A turn: `lead` and `action` are what was decided, `outcome` what came of it; `milliseconds` are by stage, `score` is from 0 to 1."""

    item_id: int
    at: datetime
    lead: str
    action: str
    outcome: str
    candidates: tuple[TurnCandidate, ...] = ()
    passage_id: str = ""
    score: float | None = None
    milliseconds: dict[str, float] = field(default_factory=dict)

    def list_candidates(self, kind: CandidateKind) -> list[TurnCandidate]:
        """Those of this kind, likeliest first."""
        return [candidate for candidate in self.candidates if candidate.kind is kind]


def read_traces(session: Session, conversation_id: str, start: int, end: int) -> dict[int, ShownTrace]:
    """The turns that ended with one of these lines, by the line's number; of several the last."""
    rows = session.scalars(
        select(TurnTrace)
        .where(
            TurnTrace.conversation_id == conversation_id,
            TurnTrace.sequence >= max(1, start),
            TurnTrace.sequence <= end,
        )
        .order_by(TurnTrace.id)
    )
    return {row.sequence: _shown(row) for row in rows}


def _shown(row: TurnTrace) -> ShownTrace:
    candidates = tuple(_candidate(each) for each in row.candidates if each.get("kind") in set(CandidateKind))
    return ShownTrace(
        row.item_id,
        row.at,
        row.lead,
        row.action,
        row.outcome,
        candidates,
        row.passage_id,
        row.score,
        dict(row.milliseconds),
    )


def _candidate(written: dict[str, Any]) -> TurnCandidate:
    return TurnCandidate(
        CandidateKind(written["kind"]),
        str(written.get("name", "")),
        written.get("probability"),
        str(written.get("title", "")),
    )
