"""Why a turn went as it did, kept for staff and for whoever looks for a fault: one row a turn, and nothing in it that a resident wrote.

Nothing depends on it: what cannot be written is logged, and the turn goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert
from sqlalchemy.orm import Session

from actions.turn.decision import CandidateKind, Lead, TurnCandidate
from actions.turn.state import read_state
from actions.turn.turn import Fit, Turn
from conversation.hearing import ABOUT_DANGER, Heard, is_automatic
from conversation.store.conversations import ConversationState
from conversation.store.tables import TurnTrace
from core.database import table_of
from core.model import Outcome, Reply
from core.stopwatch import Stopwatch

log = structlog.get_logger()

MOST_INTENTS, MOST_PASSAGES = 5, 3
LONGEST_NAME, LONGEST_TITLE = 80, 200
TELLING = (
    Outcome.WARNED,
    Outcome.FAULT,
    Outcome.LIMITED,
    Outcome.WAITING,
    Outcome.UNKNOWN,
    Outcome.NOT_OURS,
    Outcome.UNCLEAR,
    Outcome.UNREADABLE,
    Outcome.FILE_REFUSED,
    Outcome.HANDED_OVER,
    Outcome.FILED,
    Outcome.OPTED_OUT,
    Outcome.UNSURE,
    Outcome.ANSWERED,
    Outcome.ASKED_BACK,
    Outcome.ASKED,
    Outcome.TOLD,
)
"""Of several replies, what the whole turn came to: the first of these."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What is kept of a turn beside its decision: the number of its message in the inbox, and how it went."""

    item_id: int
    candidates: Sequence[TurnCandidate]
    replies: Sequence[Reply]
    watch: Stopwatch


FIT = {Fit.SURE: 1.0, Fit.MAYBE: 0.5, Fit.NO: 0.0}
"""How surely a message answers an open question; three steps, no measured probability."""


def list_candidates(heard: Heard, known: ConversationState) -> list[TurnCandidate]:
    """What a message may have been, before anything is done about it."""
    return [
        *_exact(heard),
        *_open_question(heard, known),
        *_topic(heard),
        *_meanings(heard),
        *_intents(heard),
        *_services(heard),
        *_passages(heard),
    ]


def _exact(heard: Heard) -> list[TurnCandidate]:
    if heard.rule is None:
        return []
    found = [TurnCandidate(CandidateKind.RULE, heard.rule.name)]
    if heard.rule.name in ABOUT_DANGER:
        found.append(TurnCandidate(CandidateKind.DANGER, heard.rule.value))
    return found


def _open_question(heard: Heard, known: ConversationState) -> list[TurnCandidate]:
    form = read_state(known.dialogue).form
    if form is None:
        return []
    return [TurnCandidate(CandidateKind.OPEN_QUESTION, f"{form.name}.{form.asked}", FIT[heard.fit])]


def _topic(heard: Heard) -> list[TurnCandidate]:
    """What an earlier answer was about, where this message is answered as going on with it."""
    if heard.prepared is None:
        return []
    found = [TurnCandidate(CandidateKind.TOPIC, code) for code in heard.prepared.things]
    if carried := heard.prepared.carried:
        page = carried.answer.found[0].passage.document_id
        found.append(TurnCandidate(CandidateKind.TOPIC, page, title=carried.title))
    return found


def _intents(heard: Heard) -> list[TurnCandidate]:
    intents = heard.understanding.intents[:MOST_INTENTS] if heard.understanding else ()
    return [TurnCandidate(CandidateKind.INTENT, each.name, round(each.confidence, 3)) for each in intents]


def _meanings(heard: Heard) -> list[TurnCandidate]:
    meanings = heard.prepared.meanings[:MOST_INTENTS] if heard.prepared else ()
    return [TurnCandidate(CandidateKind.MEANING, each.act, round(each.probability, 3)) for each in meanings]


def _services(heard: Heard) -> list[TurnCandidate]:
    found = heard.prepared.suggestions if heard.prepared else None
    return [
        TurnCandidate(CandidateKind.SERVICE, each.service.code, round(each.score, 3))
        for each in (found or ())[:MOST_PASSAGES]
    ]


def _passages(heard: Heard) -> list[TurnCandidate]:
    answer = heard.prepared.answer if heard.prepared else None
    found = answer.found[:MOST_PASSAGES] if answer else ()
    return [
        TurnCandidate(
            CandidateKind.PASSAGE, each.passage.passage_id, round(each.score, 3), each.passage.title
        )
        for each in found
    ]


def sum_up(replies: Sequence[Reply]) -> Outcome:
    """What a turn came to, by what its replies did."""
    outcomes = {reply.outcome for reply in replies}
    return next((outcome for outcome in TELLING if outcome in outcomes), Outcome.SILENT)


def trace_turn(session: Session, turn: Turn, known: ConversationState, traced: Traced) -> None:
    """Keep why, within the turn's transaction, once its lines are written."""

    def row() -> dict[str, Any]:
        decision, outcome = turn.decision, sum_up(traced.replies)
        waited = (turn.now - turn.message.received_at).total_seconds() * 1000
        return {
            "item_id": traced.item_id,
            "candidates": [_written(each) for each in traced.candidates],
            "lead": (decision.lead or find_silence(turn, known)).value,
            "action": decision.action[:LONGEST_NAME],
            "passage_id": decision.passage_id,
            "score": decision.score,
            "outcome": outcome.value,
            "milliseconds": {"waited": round(max(0.0, waited), 1)} | traced.watch.milliseconds,
            "at": turn.now,
        }

    _write(session, known, row)


def trace_fault(session: Session, known: ConversationState, item_id: int, now: datetime) -> None:
    """Keep that a message could not be answered for a fault of ours; the queue's item has the fault."""
    _write(
        session,
        known,
        lambda: {
            "item_id": item_id,
            "candidates": [],
            "lead": Lead.FAULT.value,
            "action": "",
            "passage_id": "",
            "score": None,
            "outcome": Outcome.FAULT.value,
            "milliseconds": {},
            "at": now,
        },
    )


def find_silence(turn: Turn, known: ConversationState) -> Lead:
    """Why nothing led: nobody was to be answered."""
    reasons = (
        (bool(turn.message.consent), Lead.PROVIDER),
        (turn.message.answered, Lead.ANSWERED_BEFORE),
        (known.with_staff, Lead.STAFF),
        (known.stopped, Lead.STOPPED),
        (turn.alarmed, Lead.ALARMED),
        (is_automatic(turn.rule), Lead.AUTOMATIC),
    )
    return next((lead for holds, lead in reasons if holds), Lead.LIMIT)


def _written(candidate: TurnCandidate) -> dict[str, Any]:
    written = asdict(candidate) | {
        "name": candidate.name[:LONGEST_TITLE],
        "title": candidate.title[:LONGEST_TITLE],
    }
    return {name: value for name, value in written.items() if value not in {None, ""}}


def _write(session: Session, known: ConversationState, row: Callable[[], dict[str, Any]]) -> None:
    with keep_the_rest(session):
        where = {"conversation_id": known.conversation_id, "sequence": _last_line(known)}
        session.connection().execute(INSERT, row() | where)


def _last_line(known: ConversationState) -> int:
    """The number of the last line that this turn wrote, 0 where it wrote none."""
    return known.last_sequence + len(known.lines) if known.lines else 0


@contextmanager
def keep_the_rest(session: Session) -> Iterator[None]:
    """A savepoint around what may fail: the turn's own work is written before it and stays.

    Where a fault has taken the whole transaction away, as SQLite does when its disk is full, going back to the savepoint raises, and the
    message is tried again: its turn must not pass for written.
    """
    session.flush()
    savepoint = session.connection().begin_nested()
    try:
        yield
        savepoint.commit()
    except Exception as error:  # noqa: BLE001  whatever it is, the resident's message goes on
        savepoint.rollback()
        log.warning("turn_not_traced", fault=type(error).__name__)


INSERT = insert(table_of(TurnTrace))
