"""What is heard in a message, before any transaction: in which language, by which rule, as which answer, or as what by the NLU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from actions.forms.service_choice import named_report
from actions.handlers import voice
from actions.handlers.facts import named_fact
from actions.turn.state import read_state
from actions.turn.turn import Fit, PreparedSearches, Rule
from channels.registry import traits_of
from channels.traits import ChannelTraits
from conversation.delivery.rate_limits import HEARD_ALL_THE_SAME
from conversation.delivery.services import ConversationServices
from conversation.store.conversations import ConversationState
from conversation.understanding.automatic.reader import Automatic
from core.errors import NluUnavailable
from core.model import InboundMessage, Intent, Understanding
from core.stopwatch import Stopwatch

ANSWERED_THOUGH_STOPPED = frozenset({"start", "help", "emergency", "ask_danger"})
"""Rules that are answered even to somebody who asked for no more texts: carriers want the first two, decency the last."""
AUTOMATIC = "automatic"
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
    written `too_much` to be answered. `also` is another language that it may be in.
    """

    rule: Rule | None = None
    fit: Fit = Fit.NO
    understanding: Understanding | None = None
    waits: bool = False
    silent: bool = False
    too_much: bool = False
    prepared: PreparedSearches | None = None
    also: str = ""


def first_language(services: ConversationServices, message: InboundMessage) -> str:
    """The language of somebody new: what their browser or phone says, else the city's own."""
    hint = (message.language_hint or "").partition("-")[0].lower()
    return hint if hint in services.languages else services.languages[0]


def spoken_language(services: ConversationServices, message: InboundMessage, known: ConversationState) -> str:
    """The language this message is written in, unless the resident chose one, chooses what was offered, or the text is too short to tell."""
    picked = services.assistant.picks(message, known.dialogue, known.language)
    if picked or read_state(known.dialogue).language_chosen:
        return known.language
    form = in_form(known)
    rule = services.rule_matcher.match(message, in_form=form, stopped=known.stopped, language=known.language)
    if rule and rule.name == AUTOMATIC:
        return known.language
    if known.is_new and rule and rule.name == "survey" and len(rule.languages) == 1:
        return rule.languages[0]
    return services.language_of(message.text, known.language, in_form=form, first=known.is_new)


def ask_in_which(
    services: ConversationServices, message: InboundMessage, known: ConversationState, heard: Heard
) -> Heard:
    """With the language that the writer may have gone over to, where that is to be asked: of words that lead by themselves, once in a conversation."""
    if heard.rule or heard.silent or heard.too_much or is_language_settled(services, message, known):
        return heard
    perhaps = services.language_of.perhaps(message.text, known.language, in_form=in_form(known))
    return replace(heard, also=perhaps) if perhaps else heard


def is_language_settled(
    services: ConversationServices, message: InboundMessage, known: ConversationState
) -> bool:
    """Whether a message says nothing of its writer's language, or they have said, or been asked, which it is."""
    state = read_state(known.dialogue)
    if state.language_chosen or state.language_asked:
        return True
    is_typed = message.text and not (message.spoken or message.choice or message.start)
    return not is_typed or services.assistant.picks(message, known.dialogue, known.language)


def rule_of_spoken(rule: Rule | None) -> Rule:
    """The rule for what a machine heard: danger is heard at once, all else is asked back first."""
    return rule if rule and rule.name in ABOUT_DANGER else Rule(voice.NAME)


def in_whose_language(
    services: ConversationServices, known: ConversationState, before: str, heard: Heard
) -> Heard:
    """Words about danger are said in the conversation's language, and also in the writer's where that seems to be another one.

    They never change the language of a conversation that has one.
    """
    if heard.rule is None or heard.rule.name not in ABOUT_DANGER:
        return heard
    spoken, named = known.language, [each for each in heard.rule.languages if each in services.languages]
    if known.is_new and (spoken in named or not named):
        return heard
    known.language = before
    writes = _first_fitting(before, spoken, named)
    return replace(heard, also=writes if writes != before else "")


def _first_fitting(before: str, spoken: str, named: list[str]) -> str:
    """The language of words about danger: the conversation's or the writer's where the words are of it, else the first that they are of."""
    if before in named:
        return before
    return spoken if spoken in named or not named else named[0]


def hear(
    services: ConversationServices,
    message: InboundMessage,
    known: ConversationState,
    watch: Stopwatch,
    *,
    calm: bool = False,
) -> Heard:
    """Exact rules first, then the open question, and only then the NLU. No transaction is open."""
    rule = match_rule(services, message, known, calm=calm)
    if is_left_alone(message, known, rule):
        return Heard(rule if is_automatic(rule) else None, silent=True)
    if rule is None:
        services.assistant.look_up_places(message, known.language)
    fit = Fit.NO if rule else services.assistant.fit(message, known.dialogue, known.language)
    watch.end_stage("rules")
    try:
        understanding = understand(services, message, known, rule, fit)
    except NluUnavailable:
        if fit is Fit.NO:
            return Heard(waits=True)
        understanding = None
    watch.end_stage("nlu")
    if understanding and message.intent:
        fit = Fit.NO
    prepared = services.assistant.look_ahead(
        message, known.dialogue, known.language, rule, fit, understanding
    )
    watch.end_stage("search")
    return Heard(rule, fit, understanding, prepared=prepared)


def _told_outright(
    services: ConversationServices, message: InboundMessage, known: ConversationState
) -> Understanding | None:
    """What a text names so that nobody has to guess: a question of fact, perhaps of what was just talked about, or a service."""
    context, topic = services.assistant.context, read_state(known.dialogue).topic
    fact = named_fact(context, message.text, services.now(), known.language, topic)
    return fact or named_report(context, message.text)


def understand(
    services: ConversationServices,
    message: InboundMessage,
    known: ConversationState,
    rule: Rule | None,
    fit: Fit,
) -> Understanding | None:
    """What an assistant before us or the NLU makes of a message; None where neither is asked. Raises `NluUnavailable`.

    The name of a service is a report, and a question of fact is one, without anybody's word, unless a question stands open that they may answer.
    """
    if rule is not None or fit is Fit.SURE:
        return None
    if message.intent:
        return Understanding(message.text, (Intent(message.intent, 1.0),))
    if fit is Fit.NO and (named := _told_outright(services, message, known)):
        return named
    has_letters = any(sign.isalpha() for sign in message.text)
    return services.nlu_client.parse(message.text) if has_letters else None


def match_rule(
    services: ConversationServices, message: InboundMessage, known: ConversationState, *, calm: bool
) -> Rule | None:
    """What the gate hears, or that a text is in no language of ours. Whoever picks an answer to the open question is not asked whether it is danger.

    What a machine heard is said back, unless it tells of danger.
    """
    rule = services.rule_matcher.match(
        message, in_form=in_form(known), stopped=known.stopped, language=known.language, calm=calm
    )
    if message.spoken:
        return rule_of_spoken(rule)
    if rule is None:
        return None if in_form(known) else in_other_language(services, message)
    return settle_question(services, message, known, rule) if rule.name == "ask_danger" else rule


def settle_question(
    services: ConversationServices, message: InboundMessage, known: ConversationState, rule: Rule
) -> Rule | None:
    """What becomes of asking whether it is danger: nothing where an answer was picked.

    Where no word says so, the encoder alone does, which mistakes languages that it was shown no sentences of: their writer is told in their own
    whom to call. Who is written to about danger alone is asked all the same.
    """
    if in_form(known) and services.assistant.fit(message, known.dialogue, known.language) is Fit.SURE:
        return None
    if rule.languages or known.stopped or known.with_staff:
        return rule
    return in_other_language(services, message) or rule


def in_other_language(services: ConversationServices, message: InboundMessage) -> Rule | None:
    """A text in a language that the city does not offer; within a form it may be an answer all the same."""
    code = None if message.choice or not message.text else services.language_of.not_offered(message.text)
    return Rule("not_offered", code) if code else None


def hear_answered(
    services: ConversationServices,
    message: InboundMessage,
    known: ConversationState,
    watch: Stopwatch,
    *,
    calm: bool = False,
) -> Heard:
    """Of a message that was answered in a time which our records have lost only a wish about being written to still counts."""
    rule = match_rule(services, message, known, calm=calm)
    watch.end_stage("rules")
    return Heard(rule, silent=True)


def hear_over_limit(
    services: ConversationServices,
    message: InboundMessage,
    known: ConversationState,
    watch: Stopwatch,
    *,
    calm: bool = False,
) -> Heard:
    """Of a sender who has reached a limit only the exact rules that count all the same; the rest costs time or money."""
    rule = match_rule(services, message, known, calm=calm)
    watch.end_stage("rules")
    if is_left_alone(message, known, rule):
        return Heard(silent=True)
    if rule and rule.name in HEARD_ALL_THE_SAME:
        return Heard(rule)
    return Heard(silent=True, too_much=True)


def is_left_alone(message: InboundMessage, known: ConversationState, rule: Rule | None) -> bool:
    """Whether the bot says nothing to this, whatever it means."""
    others = is_silenced(message, known, rule) or is_with_staff(message, known, rule)
    return bool(message.consent) or others or is_unanswered_note(known, rule)


def is_automatic(rule: Rule | None) -> bool:
    """Whether no person wrote this."""
    return rule is not None and rule.name == AUTOMATIC


def is_unanswered_note(known: ConversationState, rule: Rule | None) -> bool:
    """Whether a machine wrote this and gets no answer: a reaction never does, a note once, and neither where a question stands open."""
    if rule is None or not is_automatic(rule):
        return False
    return rule.value == Automatic.REACTION or in_form(known) or read_state(known.dialogue).note_answered


def is_silenced(message: InboundMessage, known: ConversationState, rule: Rule | None) -> bool:
    """Whether this resident asked for no more texts, and says nothing now that must be answered all the same."""
    if not known.stopped or not traits_of(message.channel).has_carrier_rules:
        return False
    return not is_answered_though_stopped(rule)


def is_answered_though_stopped(rule: Rule | None) -> bool:
    """Whether this is answered even to somebody who asked for no more texts."""
    return rule is not None and rule.name in ANSWERED_THOUGH_STOPPED


def is_with_staff(message: InboundMessage, known: ConversationState, rule: Rule | None) -> bool:
    """Whether a person answers this, so that the bot only writes it down."""
    if not known.with_staff or rule is None or rule.name not in ANSWERED_BESIDE_STAFF:
        return known.with_staff
    return not ANSWERED_BESIDE_STAFF[rule.name](traits_of(message.channel))


def in_form(known: ConversationState) -> bool:
    """Whether a form stands open in this conversation."""
    return read_state(known.dialogue).form is not None
