"""A person of staff answers a conversation in the bot's place, and gives it back.

Taking is one statement that only one colleague can win. From then on the bot only writes down what the resident says
(`conversation.hearing.is_with_staff`); what staff write goes through the lane as notices (`conversation.delivery.notices`). Handing back ends the colleague's
right at once, but the bot's silence only when the lane comes to it, so that nothing said before is answered by the wrong one of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from actions.forms.engine import FormSession
from actions.handlers import person
from actions.routes import FLOWS
from actions.turn.context import ActionContext, led_by
from actions.turn.turn import Notice, Turn
from channels.registry import traits_of
from city.people.requests import ask_person, settle_person_request
from conversation.delivery.notices import put_unasked, send_notices
from conversation.delivery.services import ConversationServices
from conversation.store.conversations import ConversationState
from conversation.store.staff_tables import TakeoverRow
from conversation.store.tables import Conversation
from core.model import Asker, InboundMessage, Outcome, Reply
from core.queue import Claim

LONGEST_ANSWER = 1500
"""Characters of one answer of staff: what a few text messages hold."""
TIME_TO_READ = timedelta(minutes=10)
"""What the resident has just written gives a silent colleague this much longer, up to twice the usual time."""


class TakeoverOutcome(StrEnum):
    """What became of a wish of staff."""

    DONE = "done"
    GONE = "gone"
    HELD = "held"
    NOT_YOURS = "not_yours"
    STOPPED = "stopped"
    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who does it: the staff id, opaque here, and the name that residents see."""

    staff_id: str
    name: str


def may_be_written_to(conversation: Conversation) -> bool:
    """Whether staff can write here: not to somebody who asked for no more messages, unless they come and look themselves."""
    return conversation.stopped_at is None or traits_of(conversation.channel).is_pulled


def take_over(
    services: ConversationServices, session: Session, conversation_id: str, who: Colleague
) -> TakeoverOutcome:
    """Answer in the bot's place from now on; `HELD` when a colleague was quicker. The resident is told by name."""
    now = services.now()
    taken = _change_one(
        session,
        (Conversation.id == conversation_id, Conversation.taken_by.is_(None)),
        taken_by=who.staff_id,
        taken_name=who.name,
        taken_at=now,
        staff_acted_at=now,
        bot_silent=True,
    )
    conversation = session.get(Conversation, conversation_id, populate_existing=True)
    if conversation is None:
        return TakeoverOutcome.GONE
    if not taken:
        return TakeoverOutcome.DONE if conversation.taken_by == who.staff_id else TakeoverOutcome.HELD
    waited_since = settle_person_request(session, conversation.person_id, who.name, now)
    session.add(
        TakeoverRow(
            conversation_id=conversation_id,
            staff_id=who.staff_id,
            staff_name=who.name,
            waited_since=waited_since,
            taken_at=now,
        )
    )
    send_notices(
        services,
        session,
        [Notice(conversation_id=conversation_id, key="takeover.here", values={"name": who.name})],
    )
    return TakeoverOutcome.DONE


def answer_resident(
    services: ConversationServices, session: Session, conversation_id: str, who: Colleague, text: str
) -> TakeoverOutcome:
    """Say something to the resident, in the order of the conversation and through its own channel."""
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST_ANSWER:
        return TakeoverOutcome.TOO_LONG if words else TakeoverOutcome.EMPTY
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return TakeoverOutcome.GONE
    if not may_be_written_to(conversation):
        return TakeoverOutcome.STOPPED
    mine = (Conversation.id == conversation_id, Conversation.taken_by == who.staff_id)
    if not _change_one(session, mine, staff_acted_at=services.now()):
        return TakeoverOutcome.NOT_YOURS
    send_notices(services, session, [Notice(conversation_id=conversation_id, text={"": words}, by=who.name)])
    return TakeoverOutcome.DONE


def hand_back(
    services: ConversationServices, session: Session, conversation_id: str, who: Colleague
) -> TakeoverOutcome:
    """Let the bot answer again. It says so, and asks the question of an open form again."""
    mine = (Conversation.id == conversation_id, Conversation.taken_by == who.staff_id)
    ended = _end_takeover(services, session, mine, conversation_id, "staff", "takeover.back")
    return TakeoverOutcome.DONE if ended else TakeoverOutcome.NOT_YOURS


def give_back_forgotten(services: ConversationServices, silence_minutes: int) -> int:
    """Give back what colleagues have not touched for so long; how many conversations. To be done now and then, in any process."""
    silence, now = timedelta(minutes=silence_minutes), services.now()
    forgotten = select(Conversation).where(
        Conversation.taken_by.is_not(None),
        Conversation.staff_acted_at <= now - silence,
        (Conversation.heard_at <= now - TIME_TO_READ) | (Conversation.staff_acted_at <= now - 2 * silence),
    )
    with services.database.writing() as session:
        found = list(session.scalars(forgotten))
        return sum(_give_back(services, session, conversation) for conversation in found)


def settle_otherwise(
    services: ConversationServices, session: Session, conversation_id: str, who: Colleague
) -> bool:
    """Close the wish for a person without taking the conversation, such as after a call; False when there was none."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return False
    return (
        settle_person_request(session, conversation.person_id, who.name, services.now(), done=True)
        is not None
    )


def is_hand_back(claim: Claim) -> bool:
    """Whether this inbox item is a conversation's way back to the bot."""
    return "hand_back" in claim.payload


def resume_bot(services: ConversationServices, claim: Claim) -> None:
    """The lane has come to the hand-back: the bot says that it is back and goes on where it was."""
    message = services.memory.unpack(claim.payload, claim.lane)
    known = services.memory.recall(message, services.languages[0])
    how: dict[str, str] = claim.payload["hand_back"]
    with services.database.writing() as session:
        services.inbox.fence(session, claim)
        still_free = (Conversation.id == known.conversation_id, Conversation.taken_by.is_(None))
        if _change_one(session, (*still_free, Conversation.bot_silent.is_(True)), bot_silent=False):
            if how["by"] == "staff":
                known.unanswered = known.unhappy = False
            replies = _bot_is_back(services, session, message, known, how)
            known.lines.extend(("city", reply, ()) for reply in replies)
            services.memory.remember(session, message, known, services.now())
            key = f"hand-back {claim.item_id}"
            services.post(session, message.channel, known.conversation_id, key, replies, though_stopped=False)
        services.inbox.finish(session, claim)
    services.notifier.ring(message.channel, message.sender)


def _bot_is_back(
    services: ConversationServices,
    session: Session,
    message: InboundMessage,
    known: ConversationState,
    how: dict[str, str],
) -> list[Reply]:
    """That the bot is back, and the question of the form that stands open, with what is known so far."""
    context, language = services.assistant.context, known.language
    turn = Turn(message, known.person_id, language, known.dialogue, session, services.now())
    state = turn.state
    state.offer, state.topic, state.expects_question, state.waiting = None, None, False, 0
    back = context.say(how["key"], language, name=how["name"])
    if state.form and state.form.name == person.NAME:  # the person has come
        state.form = None
    replies = _back_in_form(context, turn, back)
    turn.store_state()
    known.dialogue = turn.dialogue
    return replies


def _back_in_form(context: ActionContext, turn: Turn, back: str) -> list[Reply]:
    form = turn.state.form
    if form is None or form.name not in FLOWS:
        return [Reply(back, turn.language, outcome=Outcome.TOLD)]
    resumed = FormSession.resume(context, FLOWS[form.name], turn, form)
    first, *rest = resumed.ask()
    return [led_by([back, resumed.flow.recap(resumed)], first), *rest]


def _give_back(services: ConversationServices, session: Session, conversation: Conversation) -> bool:
    """Give one back; a resident who was left without an answer waits for a person again."""
    waits = conversation.heard_at > (conversation.staff_acted_at or conversation.heard_at)
    unchanged = (
        Conversation.id == conversation.id,
        Conversation.taken_by == conversation.taken_by,
        Conversation.staff_acted_at == conversation.staff_acted_at,
    )
    key = "takeover.back_waiting" if waits else "takeover.back_silent"
    ended = _end_takeover(services, session, unchanged, conversation.id, "silence", key)
    if ended and waits:
        asker = Asker(conversation.person_id, conversation.channel, conversation.language)
        ask_person(session, asker, "", conversation.heard_at)
    return ended


def _end_takeover(  # noqa: PLR0917  what is ended, by whom, and what is said about it
    services: ConversationServices,
    session: Session,
    whose: tuple[Any, ...],
    conversation_id: str,
    by: str,
    key: str,
) -> bool:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        return False
    name = conversation.taken_name
    if not _change_one(session, whose, taken_by=None, taken_name="", taken_at=None, staff_acted_at=None):
        return False
    now: datetime = services.now()
    settle_person_request(session, conversation.person_id, name, now)
    open_one = (TakeoverRow.conversation_id == conversation_id, TakeoverRow.ended_at.is_(None))
    session.execute(update(TakeoverRow).where(*open_one).values(ended_at=now, ended_by=by))
    put_unasked(services, session, conversation, "hand_back", {"key": key, "name": name, "by": by})
    return True


def _change_one(session: Session, where: tuple[Any, ...], **values: object) -> bool:
    """Change the one conversation that fulfils this; False when it does not (any more)."""
    changed = session.execute(
        update(Conversation).where(*where).values(**values).execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)  # noqa: S101  for the type checker
    return changed.rowcount == 1
