"""Telling those who asked: what the library answers now to a question that it could not answer when they asked it.

Look first (`answers_now`, no transaction open), then tell (`tell_who_asked`, one transaction): staff see what will be said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.handlers.ask import rehearse_answer
from actions.turn.context import ActionContext
from actions.turn.turn import Notice, NoticeOffer
from city.people.identities import preferred_identity
from conversation.delivery.notices import send_notices
from conversation.delivery.services import ConversationServices
from conversation.store.tables import Conversation
from core.model import Source
from knowledge.questions.groups import MOST_AT_ONCE, Waiting, note_told

HELPED = {"helpful": "ask.helped", "unhelpful": "ask.not_helped"}


@dataclass(frozen=True, slots=True)
class KnownNow:
    """What would be said to those who asked in one language at one channel; `answer` is empty while there is none."""

    language: str
    channel: str
    question: str
    people: int
    answer: str = ""
    title: str = ""
    source: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How many were told, and how many had asked not to be written to any more."""

    told: int = 0
    stopped: int = 0


Answers = Mapping[tuple[str, str], KnownNow]


def answers_now(context: ActionContext, waiting: Sequence[Waiting], now: datetime) -> Answers:
    """What the library answers now, by language and channel, to what was asked last there."""
    found: dict[tuple[str, str], KnownNow] = {}
    for one in waiting:
        key = (one.language, one.channel)
        if key not in found:
            people = sum((other.language, other.channel) == key for other in waiting)
            found[key] = _known_now(context, one, people, now)
    return found


def tell_who_asked(
    services: ConversationServices,
    session: Session,
    waiting: Sequence[Waiting],
    answers: Answers,
    now: datetime,
) -> Told:
    """Tell each of these people once, in their language and where they want news; who has no answer yet goes on waiting."""
    ready = [one for one in waiting if (known := answers.get((one.language, one.channel))) and known.answer]
    places = {one.person_id: preferred_identity(session, one.person_id) for one in ready}
    stopped = _stopped_people(session, list(places.values()))
    notices = [
        _answer_notice(places[one.person_id], one, answers[one.language, one.channel])
        for one in ready
        if places[one.person_id] not in stopped
    ]
    send_notices(services, session, notices)
    note_told(session, [kept for one in ready for kept in one.kept_ids], now)
    return Told(len(notices), len(ready) - len(notices))


def _known_now(context: ActionContext, asked: Waiting, people: int, now: datetime) -> KnownNow:
    rehearsed = rehearse_answer(context, asked.question, asked.language, asked.channel, now, vouched=True)
    reply, found = rehearsed.reply, rehearsed.found
    if reply.source is None:
        return KnownNow(asked.language, asked.channel, asked.question, people)
    return KnownNow(
        asked.language,
        asked.channel,
        asked.question,
        people,
        answer=reply.text,
        title=reply.source.title,
        source=_in_words(reply.source),
        passage=found.found[0].passage.passage_id,
    )


def _in_words(source: Source) -> str:
    return " ".join(part for part in (source.title, source.url) if part)


def _answer_notice(person_id: str, asked: Waiting, known: KnownNow) -> Notice:
    told = {"question": asked.question, "passage": known.passage, "title": known.title}
    return Notice(
        person_id,
        key="ask.told",
        values={"question": asked.question, "answer": known.answer, "source": known.source},
        offer=NoticeOffer("answer", HELPED, {"told": told}),
    )


def _stopped_people(session: Session, person_ids: Sequence[str]) -> set[str]:
    """Those of them who asked not to be written to."""
    found: set[str] = set()
    for start in range(0, len(person_ids), MOST_AT_ONCE):
        some = person_ids[start : start + MOST_AT_ONCE]
        found.update(
            session.scalars(
                select(Conversation.person_id).where(
                    Conversation.person_id.in_(some), Conversation.stopped_at.is_not(None)
                )
            )
        )
    return found
