"""The conversation: a message goes in, its effects and the replies are committed together. Read `handle` first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.orm import Session

from actions.turn.state import read_state, without_offer
from actions.turn.turn import Fit, PreparedSearches, Rule, Turn
from channels.registry import traits_of
from channels.traits import ChannelTraits
from conversation.delivery.collecting import Collected, NotYet, collect
from conversation.delivery.inbox import ALARMED
from conversation.delivery.notices import is_notice, notify, tell
from conversation.delivery.rate_limits import HEARD_ALL_THE_SAME, Standing
from conversation.delivery.services import ConversationServices
from conversation.staff.takeover import is_hand_back, resume
from conversation.store.conversations import ConversationState
from core.errors import LeaseLost, NluUnavailable
from core.model import Consent, InboundMessage, Intent, Outcome, Reply, Trouble, Understanding
from core.ports import UPLOADED
from core.queue import Claim
from core.queue_repair import is_overtaken

log = structlog.get_logger()

ATTEMPTS = 3
RETRY_SECONDS = 1.0
ANSWERED_THOUGH_STOPPED = frozenset({"start", "help", "emergency", "ask_danger"})
"""Rules that are answered even to somebody who asked for no more texts: carriers want the first two, decency the last."""
APOLOGISED = "apologised"
"""In the payload of a message that failed: that it was written down all the same, and apologised for."""
ABOUT_DANGER = frozenset({"emergency", "ask_danger"})
ANSWERED_BESIDE_STAFF: dict[str, Callable[[ChannelTraits], bool]] = {
    "emergency": lambda _traits: True,
    "ask_danger": lambda _traits: True,
    "stop": lambda traits: not traits.is_pulled,
    "start": lambda traits: not traits.is_pulled,
    "help": lambda traits: traits.has_carrier_rules,
}
"""Rules that are answered by the bot even while a person has the conversation, and in which channels."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of a message before any action: an exact rule, a fitting answer, or the NLU's word for it; or that its sender has
    written `too_much` to be answered.
    """

    rule: Rule | None = None
    fit: Fit = Fit.NO
    understanding: Understanding | None = None
    waits: bool = False
    silent: bool = False
    too_much: bool = False
    prepared: PreparedSearches | None = None
    also: str = ""


def handle(hall: ConversationServices, claim: Claim) -> None:
    """Take one message all the way: remember who speaks, hear what they mean, act and reply in one transaction."""
    if is_notice(claim) or is_hand_back(claim):
        (tell if is_notice(claim) else resume)(hall, claim)
        return
    collected = collect(hall.inbox, hall.memory, hall.files, claim, hall.now())
    known = hall.memory.recall(collected.message, first_language(hall, collected.message))
    message = taken_up(hall, collected.message, known)
    calm = message is not collected.message or is_calm(claim)
    before, known.language = known.language, spoken_language(hall, message, known)
    late = was_told_to_wait(claim) or comes_late(hall, claim)
    standing = hall.rate_limits.standing(known, message, late=late)
    alarmed = bool(claim.payload.get(ALARMED))
    hear_it = hear_over_limit if standing.reached else hear
    if message.answered:
        hear_it = hear_answered
    heard = in_whose_language(hall, known, before, hear_it(hall, message, known, calm=calm))
    if alarmed and (known.stopped or known.with_staff):  # the number has been said, and nothing else is to be
        heard = replace(heard, silent=True)
    with hall.database.writing() as session:
        hall.inbox.fence(session, claim)
        turn = open_turn(hall, session, message, known, heard, late=late)
        turn.alarmed = alarmed
        turn.is_written = was_apologised_for(claim) or (alarmed and not message.attachments)
        turn.calm, turn.said = calm, collected.message.text if message is not collected.message else None
        replies = within_limits(hall, turn, known, standing, heard, answer(hall, turn, heard))
        write_down(hall, known, turn, replies)
        notify(hall, session, turn.notices)
        settle(hall, claim, collected, turn, waits=heard.waits)
    hall.bell.ring(message.channel, message.sender)


def first_language(hall: ConversationServices, message: InboundMessage) -> str:
    """The language of somebody new: what their browser or phone says, else the city's own."""
    hint = (message.language_hint or "").partition("-")[0].lower()
    return hint if hint in hall.languages else hall.languages[0]


def spoken_language(hall: ConversationServices, message: InboundMessage, known: ConversationState) -> str:
    """The language this message is written in, unless the resident chose one, chooses what was offered, or the text is too short to tell."""
    picked = hall.assistant.picks(message, known.dialogue, known.language)
    if picked or read_state(known.dialogue).language_chosen:
        return known.language
    form = in_form(known)
    rule = hall.gate.match(message, in_form=form, stopped=known.stopped, language=known.language)
    if known.is_new and rule and rule.name == "survey" and len(rule.languages) == 1:
        return rule.languages[0]
    return hall.language_of(message.text, known.language, in_form=form, first=known.is_new)


def taken_up(hall: ConversationServices, message: InboundMessage, known: ConversationState) -> InboundMessage:
    """The message, or what was said before we asked whether somebody is in danger, when the message says that nobody is."""
    text = hall.assistant.set_aside(message, known.dialogue)
    if text is None:
        return message
    known.dialogue = without_offer(known.dialogue)
    return replace(message, text=text, choice=None)


def is_calm(claim: Claim) -> bool:
    """Whether this message was set aside after its writer said that it tells of no danger."""
    return bool(claim.payload.get("calm"))


def in_whose_language(
    hall: ConversationServices, known: ConversationState, before: str, heard: Heard
) -> Heard:
    """Words about danger are said in the conversation's language, and also in the writer's where that seems to be another one.

    They never change the language of a conversation that has one.
    """
    if heard.rule is None or heard.rule.name not in ABOUT_DANGER:
        return heard
    spoken, named = known.language, [each for each in heard.rule.languages if each in hall.languages]
    if known.is_new and (spoken in named or not named):
        return heard
    known.language = before
    writes = before if before in named else spoken if spoken in named or not named else named[0]
    return replace(heard, also=writes if writes != before else "")


def hear(
    hall: ConversationServices, message: InboundMessage, known: ConversationState, *, calm: bool = False
) -> Heard:
    """Exact rules first, then the open question, and only then the NLU. No transaction is open."""
    rule = matched(hall, message, known, calm=calm)
    if message.consent or is_silenced(message, known, rule) or is_with_staff(message, known, rule):
        return Heard(silent=True)
    fit = Fit.NO if rule else hall.assistant.fit(message, known.dialogue, known.language)
    understanding = None
    if message.intent and rule is None and fit is not Fit.SURE:
        fit, understanding = Fit.NO, Understanding(message.text, (Intent(message.intent, 1.0),))
    elif rule is None and fit is not Fit.SURE and any(sign.isalpha() for sign in message.text):
        try:
            understanding = hall.ear.parse(message.text)
        except NluUnavailable:
            if fit is Fit.NO:
                return Heard(waits=True)
    prepared = hall.assistant.look_ahead(message, known.dialogue, known.language, rule, fit, understanding)
    return Heard(rule, fit, understanding, prepared=prepared)


def matched(
    hall: ConversationServices, message: InboundMessage, known: ConversationState, *, calm: bool
) -> Rule | None:
    """What the gate hears. Whoever picks an answer to the open question is not asked whether it is danger."""
    rule = hall.gate.match(
        message, in_form=in_form(known), stopped=known.stopped, language=known.language, calm=calm
    )
    asks = rule is not None and rule.name == "ask_danger" and in_form(known)
    picks = asks and hall.assistant.fit(message, known.dialogue, known.language) is Fit.SURE
    return None if picks else rule


def hear_answered(
    hall: ConversationServices, message: InboundMessage, known: ConversationState, *, calm: bool = False
) -> Heard:
    """Of a message that was answered in a time which our records have lost only a wish about being written to still counts."""
    return Heard(matched(hall, message, known, calm=calm), silent=True)


def hear_over_limit(
    hall: ConversationServices, message: InboundMessage, known: ConversationState, *, calm: bool = False
) -> Heard:
    """Of a sender who has reached a limit only the exact rules that count all the same; the rest costs time or money."""
    rule = matched(hall, message, known, calm=calm)
    if message.consent or is_silenced(message, known, rule) or is_with_staff(message, known, rule):
        return Heard(silent=True)
    if rule and rule.name in HEARD_ALL_THE_SAME:
        return Heard(rule)
    return Heard(silent=True, too_much=True)


def within_limits(  # noqa: PLR0917  who said what, how they stand, and what would be answered
    hall: ConversationServices,
    turn: Turn,
    known: ConversationState,
    standing: Standing,
    heard: Heard,
    replies: list[Reply],
) -> list[Reply]:
    """What is really said: the replies, the one word that a limit is reached, or nothing."""
    limits, message = hall.rate_limits, turn.message
    if not turn.late:
        limits.count(turn.session, known, message)
    say = hall.assistant.desk.say
    if not heard.too_much or standing.reached is None:
        return limits.measured(turn, known, standing, replies, say("limits.danger", turn.language))
    turn.unanswered = True
    if standing.is_told:
        return []
    limits.tell(turn.session, known, message, standing.reached)
    told = say(f"limits.{standing.reached.told.name.lower()}", turn.language)
    return [Reply(told, turn.language, outcome=Outcome.LIMITED)]


def is_silenced(message: InboundMessage, known: ConversationState, rule: Rule | None) -> bool:
    """Whether this resident asked for no more texts, and says nothing now that must be answered all the same."""
    if not known.stopped or not traits_of(message.channel).has_carrier_rules:
        return False
    return rule is None or rule.name not in ANSWERED_THOUGH_STOPPED


def is_with_staff(message: InboundMessage, known: ConversationState, rule: Rule | None) -> bool:
    """Whether a person answers this, so that the bot only writes it down."""
    if not known.with_staff or rule is None or rule.name not in ANSWERED_BESIDE_STAFF:
        return known.with_staff
    return not ANSWERED_BESIDE_STAFF[rule.name](traits_of(message.channel))


def in_form(known: ConversationState) -> bool:
    """Whether a form stands open in this conversation."""
    return read_state(known.dialogue).form is not None


def open_turn(
    hall: ConversationServices,
    session: Session,
    message: InboundMessage,
    known: ConversationState,
    heard: Heard,
    *,
    late: bool,
) -> Turn:
    """What the actions are given: the message, what was heard, the memory, the open transaction."""
    now = hall.now()
    return Turn(
        message=message,
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
        late=late,
        also=heard.also,
    )


def answer(hall: ConversationServices, turn: Turn, heard: Heard) -> list[Reply]:
    """The replies: of an action, or the notice, given once, that this text has to wait for the NLU; none to a provider's word."""
    if heard.silent:
        mirror(turn)
        return []
    if heard.waits:
        return [] if turn.late else hall.assistant.waiting(turn)
    return hall.assistant.respond(turn)


def mirror(turn: Turn) -> None:
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
    return bool(claim.payload.get("told_to_wait"))


def was_apologised_for(claim: Claim) -> bool:
    """Whether this message failed before, so that it is written down already, and its writer was told that something is wrong here."""
    return bool(claim.payload.get(APOLOGISED))


def comes_late(hall: ConversationServices, claim: Claim) -> bool:
    """Whether this message failed, is tried again, and newer ones were answered meanwhile."""
    return was_apologised_for(claim) and is_overtaken(hall.database, claim)


def write_down(
    hall: ConversationServices, known: ConversationState, turn: Turn, replies: list[Reply]
) -> None:
    """The resident's line and the city's lines into the transcript, the latter into the outbox of a pushing channel."""
    message = turn.message
    known.language, known.dialogue, known.stops = turn.language, turn.dialogue, turn.stopped
    if replies:
        known.unanswered = turn.unanswered
    if turn.unhappy is not None:
        known.unhappy = turn.unhappy
    if not turn.late and not message.consent and not turn.is_written:
        known.lines.append(
            (
                "resident",
                Reply(text=turn.said or words_of(hall, message, turn.language), language=turn.language),
                message.attachments,
            )
        )
    known.lines.extend(("city", reply, ()) for reply in replies)
    hall.memory.remember(turn.session, message, known, turn.now)
    farewell = turn.stopped and not known.stopped
    confirms = farewell or (turn.rule is not None and turn.rule.name in ANSWERED_THOUGH_STOPPED)
    key = f"{'late ' if turn.late else ''}{message.provider_id}"
    by_link = message.provider_id.startswith(UPLOADED)
    hall.post(
        turn.session,
        message.channel,
        known.conversation_id,
        key,
        replies,
        though_stopped=confirms,
        sends_pictures=bool(message.attachments) and not by_link,
    )


def words_of(hall: ConversationServices, message: InboundMessage, language: str) -> str:
    """What the transcript shows of a message: its words, or else the place that was shared, so that a person can read it."""
    if message.text or message.position is None:
        return message.text
    spot = message.position
    place = hall.assistant.desk.city.gazetteer.nearest(spot, language)
    return f"{place.label if place else ''} ({spot.latitude:.5f}, {spot.longitude:.5f})".strip()


def settle(
    hall: ConversationServices, claim: Claim, collected: Collected, turn: Turn, *, waits: bool
) -> None:
    """Done, or set aside until the NLU is back; files that did not come at once are fetched meanwhile."""
    hall.inbox.finish_also(turn.session, collected.others)
    message = collected.message
    if message.remote_media:
        hall.files.put(turn.session, claim, message)
    if waits:
        trouble = None if message.trouble is Trouble.FILE_LATE else message.trouble
        kept = hall.memory.pack(replace(turn.message, remote_media=(), trouble=trouble))
        hall.inbox.park(turn.session, claim, kept | {"told_to_wait": True, "calm": turn.calm})
    else:
        hall.inbox.finish(turn.session, claim)


def handle_safely(hall: ConversationServices, claim: Claim) -> None:
    """`handle` at the edge of a worker: a fault is tried again, then apologised for and kept for staff; nothing is lost.

    What silenced its worker twice (killed, out of memory, stuck) is not tried a third time.
    """
    if claim.is_worn_out:
        give_up(hall, claim, "it silenced its worker")
        return
    try:
        handle(hall, claim)
    except LeaseLost:
        log.warning("message_taken_over", item=claim.item_id)
    except NotYet as later:
        hall.inbox.rest(claim, later.seconds)
    except Exception as error:
        log.exception("message_failed", item=claim.item_id, attempt=claim.attempt)
        reason = f"{type(error).__name__} at attempt {claim.attempt}"
        if claim.attempt < ATTEMPTS:
            hall.inbox.postpone(claim, RETRY_SECONDS * claim.attempt, reason)
        else:
            give_up(hall, claim, reason)


def give_up(hall: ConversationServices, claim: Claim, reason: str) -> None:
    """Apologise and keep the message as failed; where even the apology fails, keep it all the same, so that the lane goes on."""
    log.error("message_given_up", item=claim.item_id, attempt=claim.attempt, reason=reason)
    try:
        if was_apologised_for(claim):
            hall.inbox.give_up(claim, reason)
        else:
            apologise(hall, claim, reason)
    except LeaseLost:
        log.warning("message_taken_over", item=claim.item_id)
    except Exception:
        log.exception("apology_failed", item=claim.item_id)
        hall.inbox.give_up(claim, reason)


def apologise(hall: ConversationServices, claim: Claim, reason: str) -> None:
    """Say that something is wrong on our side, and keep the message as failed so that staff can see it."""
    message = hall.memory.unpack(claim.payload, claim.lane)
    known = hall.memory.recall(message, first_language(hall, message))
    said = hall.texts.say("general.our_fault", known.language)
    sorry = Reply(said, language=known.language, outcome=Outcome.FAULT)
    with hall.database.writing() as session:
        hall.inbox.fence(session, claim)
        known.lines.append(
            ("resident", Reply(text=message.text, language=known.language), message.attachments)
        )
        known.lines.append(("city", sorry, ()))
        hall.memory.remember(session, message, known, hall.now())
        key = f"sorry {claim.item_id}"
        hall.post(session, message.channel, known.conversation_id, key, [sorry], though_stopped=False)
        kept = replace(claim, payload=claim.payload | {APOLOGISED: True})
        hall.inbox.finish(session, kept, state="failed", error=reason)
    hall.bell.ring(message.channel, message.sender)
