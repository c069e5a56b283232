"""Try it: ask as a resident would, and see what is found, why, and what would be said at each door. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from actions.handlers.ask import rehearse_answer
from channels.registry import PREVIEWED
from console.questions.common import SeesQuestions, Text, answer_languages, page_names
from console.shared.request_context import RequestContext
from core.errors import NluUnavailable
from knowledge.base.model import Answer, Found, Passage
from knowledge.documents.documents import number_of
from knowledge.index.word_index import word_tokens
from knowledge.search.library import bare_words

router = APIRouter()
LONGEST = 1000
PASSAGES = 8
SHOWN = 700
"""Characters of a passage that are shown."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found, and why: how sure the library is, the words in common, whether it is headed by the question."""

    passage: Passage
    percent: int
    text: str
    words: tuple[str, ...]
    is_heading: bool
    document: int | None


@dataclass(frozen=True, slots=True)
class HeardPreview:
    """What the NLU takes the text for, with its confidence in percent; `leads_here` says that the library is asked then."""

    intent: str
    percent: int
    leads_here: bool


@router.get("/try")
def try_page(visit: SeesQuestions) -> Response:
    """The empty form."""
    return _try_response(visit, "", visit.console.languages[0])


@router.post("/try")
def try_it(visit: SeesQuestions, question: Text = "", language: Annotated[str, Form()] = "") -> Response:
    """What would happen. Sent as a form, so that no words stand in an address."""
    known = visit.console.languages
    asked = " ".join(question.split())[:LONGEST]
    chosen = language if language in known else known[0]
    if not asked:
        return _try_response(visit, "", chosen, error=visit.say("questions.try_empty"), status=422)
    return _try_response(visit, asked, chosen)


def _try_response(
    visit: RequestContext, asked: str, language: str, error: str = "", status: int = 200
) -> Response:
    settings = visit.console.settings
    context: dict[str, object] = {"tried": False}
    if asked:
        context = {"tried": True} | _tried_question(visit, asked, language)
    return visit.page(
        "questions/try.html",
        status=status,
        question=asked,
        language=language,
        error=error,
        languages=answer_languages(visit),
        threshold=_percent_of(settings.answer_threshold),
        maybe=_percent_of(min(settings.maybe_threshold, settings.answer_threshold)),
        **context,
        **page_names(visit),
    )


def _tried_question(visit: RequestContext, asked: str, language: str) -> dict[str, object]:
    console = visit.console
    context, now = console.services.assistant.context, console.now()
    rehearsed = {channel: rehearse_answer(context, asked, language, channel, now) for channel in PREVIEWED}
    said = {channel: console.preview(channel, one.reply) for channel, one in rehearsed.items()}
    found = console.library.ask(asked, language, PASSAGES)
    return {
        "doors": said,
        "is_fact": any(one.is_fact for one in rehearsed.values()),
        "answered": found.confident,
        "unsure": found.maybe,
        "close": found.close,
        "candidates": _shown_candidates(visit, asked, found),
        "heard": _heard_preview(visit, asked, shown=found.is_shown),
        "segments": {channel: sum(text.segments for text in shown) for channel, shown in said.items()},
    }


def _shown_candidates(visit: RequestContext, asked: str, found: Answer) -> list[Candidate]:
    with visit.console.database.reading() as session:
        numbers = {
            one.passage.document_id: number_of(session, one.passage.document_id) for one in found.found
        }
    return [_shown_candidate(asked, one, numbers[one.passage.document_id]) for one in found.found]


def _shown_candidate(asked: str, one: Found, number: int | None) -> Candidate:
    passage = one.passage
    headings = {bare_words(heading) for heading in (*passage.headings[-1:], passage.title)}
    return Candidate(
        passage,
        _percent_of(one.score),
        passage.text if len(passage.text) <= SHOWN else f"{passage.text[:SHOWN].rsplit(' ', 1)[0]} …",
        _in_common(asked, passage),
        bare_words(asked) in headings,
        number,
    )


def _in_common(asked: str, passage: Passage) -> tuple[str, ...]:
    """The words of the question that the passage holds in some form."""
    language = passage.language
    held = set(
        word_tokens(" ".join([passage.title, *passage.headings, passage.text, *passage.keywords]), language)
    )
    words = dict.fromkeys(bare_words(asked).split())
    return tuple(word for word in words if held & set(word_tokens(word, language)))


def _heard_preview(visit: RequestContext, asked: str, *, shown: bool) -> HeardPreview | None:
    """What the NLU makes of it; None while it is down. What is nobody's business is answered all the same if there is a passage to show."""
    try:
        best = visit.console.services.nlu_client.parse(asked).best
    except NluUnavailable:
        return None
    key = f"questions.intent_{best.name}"
    name = visit.say(key) if key in visit.pages.texts.sentences["en"] else best.name
    leads_here = best.name == "ask_city" or (best.name == "out_of_scope" and shown)
    return HeardPreview(name, _percent_of(best.confidence), leads_here)


def _percent_of(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))
