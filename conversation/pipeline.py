"""The conversation: a message goes in, its effects and the replies are committed together. Read `handle_message` first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, bound_contextvars, unbind_contextvars

from actions.turn.decision import Lead
from actions.turn.turn import Turn
from conversation.delivery.collecting import Collected, NotYet, collect_message
from conversation.delivery.drafts import draft_due, is_draft_due, look_after_draft
from conversation.delivery.late_files import without_sounds
from conversation.delivery.notices import is_notice, is_unasked, send_notices, tell_notice
from conversation.delivery.payload_marks import ALARMED, APOLOGISED, CALM, TOLD_TO_WAIT
from conversation.delivery.rate_limits import Standing
from conversation.delivery.services import ConversationServices
from conversation.fragments import join_fragments
from conversation.hearing import (
    Heard,
    ask_in_which,
    first_language,
    hear,
    hear_answered,
    hear_over_limit,
    in_whose_language,
    is_answered_though_stopped,
    spoken_language,
)
from conversation.staff.takeover import is_hand_back, resume_bot
from conversation.store.conversations import ConversationState
from conversation.trace import Traced, list_candidates, trace_fault, trace_turn
from core.errors import LeaseLost
from core.failures import Failure, FailureCode, fail_with, fail_with_fault
from core.model import Consent, InboundMessage, Outcome, Reply, Trouble
from core.ports import UPLOADED
from core.queue import Claim
from core.queue_repair import is_overtaken
from core.stopwatch import Stopwatch

log = structlog.get_logger()

ATTEMPTS = 3
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message on its way: as it came and as it is to be read, what is known of its sender, and what its item says of it.

    `calm`: its writer said that it tells of no danger.
    """

    claim: Claim
    collected: Collected
    message: InboundMessage
    known: ConversationState
    late: bool
    alarmed: bool
    calm: bool

    @property
    def is_taken_up(self) -> bool:
        """Whether this is about what was said before, rather than about its own words."""
        return self.message is not self.collected.message

    @property
    def is_written(self) -> bool:
        """Whether the transcript has it already."""
        return was_apologised_for(self.claim) or (self.alarmed and not self.message.attachments)


def handle_message(services: ConversationServices, claim: Claim) -> None:
    """Take one message all the way: remember who speaks, hear what they mean, act and reply in one transaction."""
    if is_notice(claim):
        tell_notice(services, claim)
        return
    if is_hand_back(claim):
        resume_bot(services, claim)
        return
    if is_draft_due(claim):
        look_after_draft(services, claim)
        return
    watch = Stopwatch()
    collected = collect_message(services.inbox, services.memory, services.files, claim, services.now())
    known = services.memory.recall(collected.message, first_language(services, collected.message))
    bind_contextvars(conversation=known.conversation_id)
    if is_to_be_heard(services, collected.message, known):
        put_to_be_heard(services, claim, collected, known)
        return
    collected = join_fragments(services, claim, collected, known)
    take_turn(services, take_up(services, claim, collected, known), watch)
    services.notifier.ring(collected.message.channel, collected.message.sender)


def take_up(
    services: ConversationServices, claim: Claim, collected: Collected, known: ConversationState
) -> Incoming:
    """The message, or what was set aside for an answer when the message is that answer."""
    late = was_told_to_wait(claim) or comes_late(services, claim)
    alarmed, calm = bool(claim.payload.get(ALARMED)), bool(claim.payload.get(CALM))
    taken = services.assistant.take_up(collected.message, known.dialogue)
    if taken is None:
        return Incoming(claim, collected, collected.message, known, late, alarmed, calm)
    known.dialogue, known.language = taken.dialogue, taken.language or known.language
    return Incoming(claim, collected, taken.message, known, late, alarmed, calm or taken.calm)


def is_to_be_heard(services: ConversationServices, message: InboundMessage, known: ConversationState) -> bool:
    """Whether this is nothing but a voice message, of somebody who has not reached a limit: to listen is dearer than to read."""
    if message.trouble is not Trouble.VOICE or not message.remote_media:
        return False
    return services.rate_limits.standing(known, message, late=False).reached is None


def put_to_be_heard(
    services: ConversationServices, claim: Claim, collected: Collected, known: ConversationState
) -> None:
    """Have a voice message listened to where nobody waits for it; what it says comes as a message of its own, and is answered then.

    It counts among the sender's messages like any other, and its words once more.
    """
    message = collected.message
    with services.database.writing() as session:
        services.inbox.fence(session, claim)
        services.inbox.finish_also(session, collected.others)
        services.files.put(session, claim, heard_in(known, message))
        if not known.is_new:
            services.rate_limits.count(session, known, message)
        services.inbox.finish(session, claim)


def heard_in(known: ConversationState, message: InboundMessage) -> InboundMessage:
    """The message with the language that its voice messages are heard in: the conversation's; of somebody new their phone's, if it has one."""
    return message if known.is_new else replace(message, language_hint=known.language)


def take_turn(services: ConversationServices, incoming: Incoming, watch: Stopwatch) -> None:
    """Hear what a message means; then, in one transaction, act, reply and keep why."""
    message, known = incoming.message, incoming.known
    standing = services.rate_limits.standing(known, message, late=incoming.late)
    heard = listen(services, incoming, standing, watch)
    candidates = list_candidates(heard, known)
    with services.database.writing() as session:
        services.inbox.fence(session, incoming.claim)
        watch.end_stage("turn_to_write")
        turn = open_turn(services, session, incoming, heard)
        replies = within_limits(services, turn, known, standing, heard, answer_message(services, turn, heard))
        watch.end_stage("act")
        write_down(services, known, turn, replies)
        send_notices(services, session, turn.notices)
        settle_claim(services, incoming, turn, heard)
        watch.end_stage("write")
        trace_turn(session, turn, known, Traced(incoming.claim.item_id, candidates, replies, watch))


def listen(services: ConversationServices, incoming: Incoming, standing: Standing, watch: Stopwatch) -> Heard:
    """What was heard, in which language, by whoever listens to a message like this."""
    message, known = incoming.message, incoming.known
    before, known.language = known.language, spoken_language(services, message, known)
    watch.end_stage("recall")
    hear_it = hear_over_limit if standing.reached else hear
    if message.answered:
        hear_it = hear_answered
    heard = hear_it(services, message, known, watch, calm=incoming.calm)
    heard = ask_in_which(services, message, known, in_whose_language(services, known, before, heard))
    if incoming.alarmed and (known.stopped or known.with_staff):
        return replace(heard, silent=True)  # the number has been said, and nothing else is to be
    return heard


def within_limits(  # noqa: PLR0917  who said what, how they stand, and what would be answered
    services: ConversationServices,
    turn: Turn,
    known: ConversationState,
    standing: Standing,
    heard: Heard,
    replies: list[Reply],
) -> list[Reply]:
    """What is really said: the replies, the one word that a limit is reached, or nothing."""
    limits, message = services.rate_limits, turn.message
    if not turn.late:
        limits.count(turn.session, known, message)
    say = services.assistant.context.say
    if not heard.too_much or standing.reached is None:
        return limits.measured(turn, known, standing, replies, say("limits.danger", turn.language))
    turn.unanswered = True
    turn.decision.take(Lead.LIMIT)
    if standing.is_told:
        return []
    limits.tell(turn.session, known, message, standing.reached)
    told = say(f"limits.{standing.reached.told.name.lower()}", turn.language)
    return [Reply(told, turn.language, outcome=Outcome.LIMITED)]


def open_turn(services: ConversationServices, session: Session, incoming: Incoming, heard: Heard) -> Turn:
    """What the actions are given: the message, what was heard, the memory, the open transaction."""
    now, known = services.now(), incoming.known
    return Turn(
        message=incoming.message,
        person_id=known.person_id,
        language=known.language,
        dialogue=known.dialogue,
        session=session,
        now=now,
        rule=heard.rule,
        fit=heard.fit,
        understanding=heard.understanding,
        prepared=heard.prepared,
        silent_minutes=0 if known.is_new else (now - known.heard_at).total_seconds() / 60,
        first=known.is_new,
        stopped=known.stopped,
        late=incoming.late,
        calm=incoming.calm,
        alarmed=incoming.alarmed,
        is_written=incoming.is_written,
        said=incoming.collected.message.text if incoming.is_taken_up else None,
        spoken=incoming.collected.message.spoken,
        also=heard.also,
    )


def answer_message(services: ConversationServices, turn: Turn, heard: Heard) -> list[Reply]:
    """The replies: of an action, or the notice, given once, that this text has to wait for the NLU; none to a provider's word."""
    if heard.silent:
        mirror_opt_out(turn)
        return []
    if heard.waits:
        turn.decision.take(Lead.WAITING)
        return [] if turn.late else services.assistant.waiting(turn)
    return services.assistant.respond(turn)


def mirror_opt_out(turn: Turn) -> None:
    """Keep what was said about being written to, and has been answered already: by the provider, or before a backup was brought back."""
    wish = turn.message.consent
    if turn.message.answered and turn.rule:
        wish = {"stop": Consent.STOP, "start": Consent.START}.get(turn.rule.name)
    match wish:
        case Consent.STOP | Consent.BLOCKED:
            turn.stopped = True
        case Consent.START:
            turn.stopped = False


def was_told_to_wait(claim: Claim) -> bool:
    """Whether this message was set aside before, so that newer ones may have been answered first."""
    return bool(claim.payload.get(TOLD_TO_WAIT))


def was_apologised_for(claim: Claim) -> bool:
    """Whether this message failed before, so that it is written down already, and its writer was told that something is wrong here."""
    return bool(claim.payload.get(APOLOGISED))


def comes_late(services: ConversationServices, claim: Claim) -> bool:
    """Whether this message failed, is tried again, and newer ones were answered meanwhile."""
    return was_apologised_for(claim) and is_overtaken(services.database, claim)


def write_down(
    services: ConversationServices, known: ConversationState, turn: Turn, replies: list[Reply]
) -> None:
    """The resident's line and the city's lines into the transcript, the latter into the outbox of a pushing channel."""
    message = turn.message
    known.language, known.dialogue, known.stops = turn.language, turn.dialogue, turn.stopped
    known.draft_due_at = draft_due(services, known.dialogue, turn.now)
    if replies:
        known.unanswered = turn.unanswered
    if turn.unhappy is not None:
        known.unhappy = turn.unhappy
    if not (turn.late or message.consent or turn.is_written):
        said = turn.said or words_of(services, message, turn.language)
        line = Reply(said, turn.language, spoken=turn.spoken)
        known.lines.append(("resident", line, message.attachments))
    known.lines.extend(("city", reply, ()) for reply in replies)
    services.memory.remember(turn.session, message, known, turn.now)
    send_out(services, known, turn, replies)


def send_out(
    services: ConversationServices, known: ConversationState, turn: Turn, replies: list[Reply]
) -> None:
    """The replies into the outbox, within the turn's transaction."""
    message = turn.message
    is_farewell = turn.stopped and not known.stopped
    by_link = message.provider_id.startswith(UPLOADED)
    services.post(
        turn.session,
        message.channel,
        known.conversation_id,
        f"late {message.provider_id}" if turn.late else message.provider_id,
        replies,
        though_stopped=is_farewell or is_answered_though_stopped(turn.rule),
        sends_pictures=bool(message.attachments) and not by_link,
    )


def words_of(services: ConversationServices, message: InboundMessage, language: str) -> str:
    """What the transcript shows of a message: its words, or else the place that was shared, so that a person can read it."""
    if message.text or message.position is None:
        return message.text
    spot = message.position
    place = services.assistant.context.city.gazetteer.nearest(spot, language)
    return f"{place.label if place else ''} ({spot.latitude:.5f}, {spot.longitude:.5f})".strip()


def settle_claim(services: ConversationServices, incoming: Incoming, turn: Turn, heard: Heard) -> None:
    """Done, or set aside until the NLU is back; files that did not come at once are fetched meanwhile.

    To somebody who has reached a limit nobody listens.
    """
    claim, message = incoming.claim, incoming.collected.message
    services.inbox.finish_also(turn.session, incoming.collected.others)
    if heard.too_much:
        message = without_sounds(message)
    if message.remote_media:
        services.files.put(turn.session, claim, heard_in(incoming.known, message))
    if heard.waits:
        trouble = None if message.trouble is Trouble.FILE_LATE else message.trouble
        kept = services.memory.pack(replace(turn.message, remote_media=(), trouble=trouble))
        services.inbox.park(turn.session, claim, kept | {TOLD_TO_WAIT: True, CALM: turn.calm})
    else:
        services.inbox.finish(turn.session, claim)


def handle_safely(services: ConversationServices, claim: Claim) -> None:
    """`handle_message` at the edge of a worker: a fault is tried again, then apologised for and kept for staff; nothing is lost.

    What silenced its worker twice (killed, out of memory, stuck) is not tried a third time. Every line of the log names the item, and the
    conversation as soon as it is known.
    """
    with bound_contextvars(item=claim.item_id):
        try:
            _handle_or_give_up(services, claim)
        finally:
            unbind_contextvars("conversation")


def _handle_or_give_up(services: ConversationServices, claim: Claim) -> None:
    if claim.is_worn_out:
        give_up(services, claim, fail_with(FailureCode.STUCK))
        return
    try:
        handle_message(services, claim)
    except LeaseLost:
        log.warning("message_taken_over")
    except NotYet as later:
        services.inbox.rest(claim, later.seconds)
    except Exception as error:
        log.exception("message_failed", attempt=claim.attempt)
        failure = fail_with_fault(error, claim.attempt)
        if claim.attempt < ATTEMPTS:
            services.inbox.postpone(claim, RETRY_SECONDS * claim.attempt, failure)
        else:
            give_up(services, claim, failure)


def give_up(services: ConversationServices, claim: Claim, failure: Failure) -> None:
    """Apologise and keep the message as failed; where even the apology fails, keep it all the same, so that the lane goes on.

    To whoever said nothing nothing is said.
    """
    log.error("message_given_up", attempt=claim.attempt, reason=str(failure))
    try:
        if was_apologised_for(claim) or is_unasked(claim):
            services.inbox.give_up(claim, failure)
        else:
            apologise_for(services, claim, failure)
    except LeaseLost:
        log.warning("message_taken_over")
    except Exception:
        log.exception("apology_failed")
        services.inbox.give_up(claim, failure)


def apologise_for(services: ConversationServices, claim: Claim, failure: Failure) -> None:
    """Say that something is wrong on our side, and keep the message as failed so that staff can see it."""
    message = services.memory.unpack(claim.payload, claim.lane)
    known = services.memory.recall(message, first_language(services, message))
    bind_contextvars(conversation=known.conversation_id)
    said = services.texts.say("general.our_fault", known.language)
    sorry = Reply(said, language=known.language, outcome=Outcome.FAULT)
    with services.database.writing() as session:
        services.inbox.fence(session, claim)
        known.lines.append(
            (
                "resident",
                Reply(text=message.text, language=known.language, spoken=message.spoken),
                message.attachments,
            )
        )
        known.lines.append(("city", sorry, ()))
        services.memory.remember(session, message, known, services.now())
        key = f"sorry {claim.item_id}"
        services.post(session, message.channel, known.conversation_id, key, [sorry], though_stopped=False)
        trace_fault(session, known, claim.item_id, services.now())
        kept = replace(claim, payload=claim.payload | {APOLOGISED: True})
        services.inbox.finish(session, kept, state="failed", failure=failure)
    services.notifier.ring(message.channel, message.sender)
