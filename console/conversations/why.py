"""Why the bot answered as it did, in a few plain sentences for staff."""

from __future__ import annotations

from collections.abc import Iterator

from actions.turn.decision import CandidateKind
from console.shared.visit import RequestContext
from conversation.staff.traces import ShownTrace
from conversation.staff.transcript import ShownLine

FORM_WORDS = ("back", "skip", "start_over", "leave", "why", "repeat")
WHAT = {
    "report": ("report", "report_problem"),
    "ask": ("ask", "ask_city", "answer"),
    "survey": ("survey", "take_survey", "survey-again"),
    "requests": ("requests", "check_request", "check", "request", "request_number", "my_requests"),
    "add": ("add_to_request", "add-to", "comment"),
    "person": ("person", "talk_to_person"),
    "menu": ("menu", "show_menu"),
    "help": ("help",),
    "courtesy": ("greet", "thank", "goodbye"),
    "program": ("bot_challenge",),
    "language": ("language", "change_language"),
    "stop": ("stop", "ask_stop", "optout", "opt_out"),
    "start": ("start",),
    "danger": ("emergency", "ask_danger", "danger"),
    "unhappy": ("unhappy",),
    "elsewhere": ("out_of_scope",),
    "steering": FORM_WORDS,
    "privacy": ("privacy",),
    "join": ("join", "join_code", "unjoin", "place-of-news"),
    "link": ("deep_link",),
    "photo": ("photo",),
    "cost": ("cost", "cost_of_writing"),
    "followup": ("followup",),
    "offered": ("instead", "busy", "go_on"),
}
"""How rules, intents, forms, offers and keys of the menu are called here, by the end of the key of their words."""
KEYS = {name: key for key, names in WHAT.items() for name in names}
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
        *_quoted(visit, line, trace),
        *_ended(visit, trace),
    ]


def name_action(visit: RequestContext, name: str) -> str:
    """What something is called, in words; its own name where we have none."""
    key = KEYS.get(name)
    return visit.say(f"why.what_{key}") if key else name


def _decided(visit: RequestContext, trace: ShownTrace) -> Iterator[str]:
    what = name_action(visit, trace.action or "instead")
    best = next(iter(trace.list_candidates(CandidateKind.INTENT)), None)
    if trace.lead == "nlu" and best and best.probability is not None:
        yield visit.say("why.heard_as", what=what, probability=f"{best.probability:.2f}")
    elif trace.lead == "rule" and KEYS.get(trace.action) == "danger":
        yield visit.say("why.lead_danger")
    elif trace.lead in {"rule", "choice", "open_question"}:
        yield visit.say(f"why.lead_{trace.lead}", what=what)
    else:
        yield visit.say(f"why.lead_{trace.lead or 'unclear'}")


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
    yield visit.say(f"why.outcome_{trace.outcome}")
    waited = trace.milliseconds.get("waited", 0.0)
    work = sum(spent for stage, spent in trace.milliseconds.items() if stage != "waited")
    if (took := max(waited, work)) >= WORTH_TELLING:
        yield visit.say("why.took", seconds=f"{took / 1000:.1f}")
