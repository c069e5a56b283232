"""Why the bot answered as it did, in a few plain sentences for staff."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from actions.handlers.declaration import Action
from actions.routes import ACTIONS, IN_FORM, Named
from actions.turn.decision import CandidateKind, Lead
from console.shared.request_context import RequestContext
from conversation.staff.traces import ShownTrace
from conversation.staff.transcript import ShownLine
from core.model import Outcome


def list_ways(action: Action) -> list[str]:
    """The names of all that leads to an action, and of its forms."""
    routes: tuple[Iterable[Named], ...] = (action.intents, action.rules, action.menu, action.offers)
    return [each.name for some in routes for each in some] + list(action.forms)


OF_THEIR_OWN = frozenset({"add_to_request", "bot_challenge", "deep_link", "help", "start", "unhappy"})
"""Rules and intents that are not called like the action that they lead to."""
SHARED = dict.fromkeys(IN_FORM, "form_word") | dict.fromkeys(("instead", "busy", "go_on"), "offered")
ACTION_OF = {name: action.name for action in ACTIONS for name in list_ways(action)}
"""The action that a rule, an intent, an offer, a key of the menu or a form leads to."""
WORTH_SAYING = 0.05
"""From which probability on it is said what else was heard."""
WORTH_TELLING = 1000.0
"""From how many milliseconds on it is said how long an answer took."""


def explain_line(visit: RequestContext, line: ShownLine) -> list[str]:
    """The sentences, none for a line without a trace."""
    trace = line.trace
    if trace is None:
        return []
    return [
        *_decided(visit, trace),
        *_heard_besides(visit, trace),
        *_went_on(visit, trace),
        *_quoted(visit, line, trace),
        *_ended(visit, trace),
    ]


def name_action(visit: RequestContext, name: str) -> str:
    """What something is called, in words; its own name where there is no such action any more."""
    key = name if name in OF_THEIR_OWN else SHARED.get(name) or ACTION_OF.get(name)
    return visit.say(f"why.what_{key}") if key else name.replace("_", " ")


def _decided(visit: RequestContext, trace: ShownTrace) -> Iterator[str]:
    what = name_action(visit, trace.action or "instead")
    best = next(iter(trace.list_candidates(CandidateKind.INTENT)), None)
    if trace.lead == "nlu" and best and best.probability is not None:
        yield visit.say("why.heard_as", what=what, probability=f"{best.probability:.2f}")
    elif trace.lead == "rule" and ACTION_OF.get(trace.action) == "emergency":
        yield visit.say("why.lead_danger")
    elif trace.lead in {"rule", "choice", "open_question"}:
        yield visit.say(f"why.lead_{trace.lead}", what=what)
    else:
        yield _say_known(visit, frozenset(Lead), "why.lead", trace.lead or Lead.UNCLEAR)


def _say_known(visit: RequestContext, known: Container[str], key: str, word: str) -> str:
    """What a word of a trace means; the word itself where another release wrote one that we do not know."""
    return visit.say(f"{key}_{word}") if word in known else word.replace("_", " ")


def _heard_besides(visit: RequestContext, trace: ShownTrace) -> Iterator[str]:
    """The next likeliest things: one where something was heard, two where nothing was sure."""
    intents = trace.list_candidates(CandidateKind.INTENT)
    others = (
        intents[1:2] if trace.lead == "nlu" else intents[:2] if trace.lead in {"unclear", "question"} else []
    )
    for each in others:
        if each.probability and each.probability >= WORTH_SAYING:
            what, probability = name_action(visit, each.name), f"{each.probability:.2f}"
            key = "why.next" if trace.lead == "nlu" else "why.closest"
            yield visit.say(key, what=what, probability=probability)


def _went_on(visit: RequestContext, trace: ShownTrace) -> Iterator[str]:
    """What was talked about before, where this went on with it."""
    for each in trace.list_candidates(CandidateKind.TOPIC):
        yield visit.say("why.topic", title=each.title or each.name)


def _quoted(visit: RequestContext, line: ShownLine, trace: ShownTrace) -> Iterator[str]:
    source = line.reply.source
    if source is None:
        return
    title = f"{source.title}, {source.section}" if source.section else source.title
    if trace.score is None:
        yield visit.say("why.quoted", title=title)
    else:
        yield visit.say("why.quoted_sure", title=title, score=f"{trace.score:.2f}")


def _ended(visit: RequestContext, trace: ShownTrace) -> Iterator[str]:
    yield _say_known(visit, frozenset(Outcome), "why.outcome", trace.outcome)
    waited = trace.milliseconds.get("waited", 0.0)
    work = sum(spent for stage, spent in trace.milliseconds.items() if stage != "waited")
    if (took := max(waited, work)) >= WORTH_TELLING:
        yield visit.say("why.took", seconds=f"{took / 1000:.1f}")
