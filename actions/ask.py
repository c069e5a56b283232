"""Ask the city: a passage quoted from its documents with its source, or an honest "I don't know". Nothing is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from actions.desk import Desk, asker, led_by, offer
from actions.state import open_form
from actions.turn import Turn
from actions.words import clean, shorten
from bot.model import Reply, Source
from city.questions import keep_feedback, keep_question
from knowledge.excerpt import excerpt
from knowledge.model import Answer, Found, Passage

PASSAGES = 4
LENGTH = {"sms": 300}
"""Characters of a quotation, by channel: two SMS segments leave room for the source."""
USUAL_LENGTH = 600
TITLE_LENGTH = 60
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Page:
    """A quotation ready to be shown, as it is remembered for "more"."""

    passage_id: str
    text: str
    title: str
    section: str = ""
    url: str = ""
    reviewed: str = ""
    language: str = ""


PAGES = TypeAdapter(list[Page])


def answer(desk: Desk, turn: Turn, text: str) -> list[Reply]:
    """Answer a question from the library; offers more, and asks whether it helped."""
    question = clean(text)
    found = look_up(desk, turn, question)
    if not found.confident or not found.found:
        return [_unknown(desk, turn, question, found)]
    pages = _pages(found, question, LENGTH.get(turn.message.channel, USUAL_LENGTH))
    return [_show(desk, turn, question, pages)]


def look_up(desk: Desk, turn: Turn, question: str) -> Answer:
    """What the library says: as searched before the transaction, else now."""
    prepared = turn.prepared
    if prepared and prepared.text == question and prepared.answer is not None:
        return prepared.answer
    return desk.library.ask(question, turn.language, PASSAGES)


def chosen(desk: Desk, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """What was pressed below an answer: more, helpful, not helpful, or one of the nearest titles."""
    question = str(data.get("question", ""))
    match key:
        case "more":
            return more(desk, turn)
        case "helpful":
            return helpful(desk, turn)
        case "unhelpful":
            return unhelpful(desk, turn)
        case _:
            pages = _read_pages(data.get("pages"))
            at = int(key) if key.isdigit() else 0
            return [_show(desk, turn, question, pages[at : at + 1])] if at < len(pages) else more(desk, turn)


def more(desk: Desk, turn: Turn) -> list[Reply]:
    """The next page of the last answer."""
    last = turn.dialogue.get("last_answer", {})
    pages = _read_pages(last.get("pages"))
    if not pages:
        return [Reply(desk.say("ask.no_more", turn.language), turn.language)]
    return [_show(desk, turn, str(last.get("question", "")), pages)]


def helpful(desk: Desk, turn: Turn) -> list[Reply]:
    """The last answer helped."""
    _keep_verdict(desk, turn, good=True)
    return [Reply(desk.say("ask.glad", turn.language), turn.language)]


def unhelpful(desk: Desk, turn: Turn) -> list[Reply]:
    """The last answer did not help: kept for staff, and a person offered."""
    _keep_verdict(desk, turn, good=False)
    reply = Reply(desk.say("ask.sorry", turn.language), turn.language)
    question = str(turn.dialogue.get("last_answer", {}).get("question", ""))
    choices = {"person": desk.say("menu.person", turn.language)}
    return [offer(turn, reply, "instead", choices, text=question)]


def _show(desk: Desk, turn: Turn, question: str, pages: Sequence[Page]) -> Reply:
    page, *rest = pages
    turn.dialogue["last_answer"] = {
        "question": question,
        "passage": page.passage_id,
        "title": page.title,
        "pages": [asdict(other) for other in rest],
    }
    source = Source(page.title, page.section, page.url, page.reviewed)
    reply = Reply(page.text, turn.language, source=source)
    if page.language and page.language != turn.language and page.language in desk.texts.languages:
        reply = led_by([desk.say(_only_in(page.language), turn.language)], reply)
    choices = {"more": desk.say("ask.more", turn.language)} if rest else {}
    choices |= {
        "helpful": desk.say("ask.helped", turn.language),
        "unhelpful": desk.say("ask.not_helped", turn.language),
    }
    return offer(turn, reply, "answer", choices)


def _only_in(language: str) -> str:
    return "ask.only_in_spanish" if language == "es" else "ask.only_in_english"


def _unknown(desk: Desk, turn: Turn, question: str, found: Answer) -> Reply:
    nearest = _different_titles(found.found)[:NEAREST]
    titles = [passage.title for passage in nearest]
    keep_question(
        turn.session, asker(turn), shorten(question, 1000), reason="unanswered", nearest=titles, now=turn.now
    )
    choices = {str(at): shorten(title, TITLE_LENGTH) for at, title in enumerate(titles)}
    choices["person"] = desk.say("menu.person", turn.language)
    length = LENGTH.get(turn.message.channel, USUAL_LENGTH)
    pages = [asdict(_page(passage, excerpt(passage, question, length))) for passage in nearest]
    # Beside an open form, choices give way to those of the open question.
    shows_titles = bool(titles) and open_form(turn.dialogue) is None
    key = "ask.unknown_nearest" if shows_titles else "ask.unknown"
    reply = Reply(desk.say(key, turn.language), turn.language)
    return offer(turn, reply, "answer", choices, question=question, pages=pages)


def _different_titles(found: Sequence[Found]) -> list[Passage]:
    by_title: dict[str, Passage] = {}
    for candidate in found:
        by_title.setdefault(candidate.passage.title, candidate.passage)
    return list(by_title.values())


def _pages(answered: Answer, question: str, length: int) -> list[Page]:
    pages: list[Page] = []
    for found in answered.found:
        text = excerpt(found.passage, question, length)
        if text and all(text != page.text for page in pages):
            pages.append(_page(found.passage, text))
    return pages


def _page(passage: Passage, text: str) -> Page:
    section = passage.headings[-1] if passage.headings else ""
    return Page(
        passage.passage_id,
        text,
        passage.title,
        "" if section == passage.title else section,
        passage.url,
        passage.reviewed,
        passage.language,
    )


def _read_pages(value: object) -> list[Page]:
    try:
        return PAGES.validate_python(value or [])
    except ValidationError:
        return []


def _keep_verdict(desk: Desk, turn: Turn, *, good: bool) -> None:  # noqa: ARG001  every action is given the desk
    last = turn.dialogue.get("last_answer", {})
    question, passage = str(last.get("question", "")), str(last.get("passage", ""))
    keep_feedback(turn.session, asker(turn), helpful=good, subject=passage, question=question, now=turn.now)
    if not good and question:
        nearest = [str(last.get("title", ""))]
        keep_question(turn.session, asker(turn), question, reason="unhelpful", nearest=nearest, now=turn.now)
