"""Ask the city: a passage quoted from its documents with its source, or an honest "I don't know". Nothing is made up.

A passage that the library is not sure of is shown as what comes closest, and a person is offered beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from actions.handlers.declaration import Action, RasaAction
from actions.handlers.facts import reply_from_facts
from actions.handlers.quote_length import room_for
from actions.reading.words import clean_text, shorten_text
from actions.turn.context import ActionContext, asker_of, led_by, offer_choices
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    Interrupts,
    MenuRoute,
    MenuSuggestion,
    OfferRoute,
    Searches,
)
from actions.turn.state import AnswerPage, LastAnswer
from actions.turn.topic import topic_of_page
from actions.turn.turn import Turn
from channels.registry import traits_of
from core.languages import long_date, name_in
from core.model import InboundMessage, Outcome, Reply, Source
from knowledge.base.end_dates import last_end
from knowledge.base.model import Answer, AnsweredPage, Found, Passage, Remark
from knowledge.base.reviews import is_long_unreviewed
from knowledge.questions.kept import keep_feedback, keep_question, want_answer
from knowledge.search.excerpt import make_excerpts

PASSAGES = 4
TITLE_LENGTH = 60
NEAREST = 3
MOST_NOTES = 2
"""Sentences behind a quotation; more would bury it."""
MOST_OTHERS = 2
"""Sections beside an answer that may not be the one: with it three, among which the right one is in nine of ten cases (docs/knowledge.md)."""
UNKNOWN = ("ask.unknown", "ask.unknown_again", "ask.unknown_often")
"""How it is said that something is not known: by how often it was in this conversation, the last two in turn."""


PAGES = TypeAdapter(list[AnswerPage])


def answer_question(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Answer a question from the city's facts or the library; offers more, and asks whether it helped."""
    question = clean_text(text)
    if fact := reply_from_facts(context, turn, question):
        return [fact]
    found = look_up(context, turn, question)
    if found.is_shown:
        return [_reply_with_answer(context, turn, question, found, lead=_words_before(context, turn, found))]
    turn.state.topic = None
    nearest = different_titles(found.found)[:NEAREST]
    if _may_ask_which(turn, found):
        return [_ask_which(context, turn, question, nearest)]
    return [_reply_unknown(context, turn, question, nearest, keep_unanswered(turn, question, nearest))]


def keep_unanswered(turn: Turn, question: str, nearest: Sequence[Passage]) -> int:
    """Keep a question for staff, with the titles that came closest; its number."""
    titles = [passage.title for passage in nearest]
    return keep_question(
        turn.session,
        asker_of(turn),
        shorten_text(question, 1000),
        reason="unanswered",
        nearest=titles,
        now=turn.now,
    )


def ask_away(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """The resident wants to ask something: what they said already, else the next text is a question."""
    if text:
        return answer_question(context, turn, text)
    turn.state.expects_question = True
    return [Reply(context.say("menu.ask_away", turn.language), turn.language)]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a question finds in the library, and what would be said to it; `is_fact` where the city's own fields say it."""

    found: Answer
    reply: Reply
    is_fact: bool = False


def rehearse_answer(
    context: ActionContext,
    question: str,
    language: str,
    channel: str,
    now: datetime,
    *,
    vouched: bool = False,
) -> Rehearsal:
    """What a resident would be answered, without anything being kept: for staff who try their documents.

    `vouched`: staff see the answer before it is sent, so nothing is said of the library being unsure, and it comes from a page.
    """
    message = InboundMessage(channel, "", "", now, question)
    turn = Turn(message, "", language, {}, Session(), now)
    asked = clean_text(question)
    found = look_up(context, turn, asked)
    if not vouched and (fact := reply_from_facts(context, turn, asked)):
        return Rehearsal(found, fact, is_fact=True)
    if found.is_shown:
        lead = "" if vouched else _words_before(context, turn, found)
        return Rehearsal(found, _reply_with_answer(context, turn, asked, found, lead=lead))
    nearest = different_titles(found.found)[:NEAREST]
    if _may_ask_which(turn, found):
        return Rehearsal(found, _ask_which(context, turn, asked, nearest))
    return Rehearsal(found, _reply_unknown(context, turn, asked, nearest, kept=0))


def _words_before(context: ActionContext, turn: Turn, found: Answer) -> str:
    """What is said before a passage that may not be the answer, or that is of a topic which the question does not plainly go on with."""
    if not found.confident:
        return context.say("ask.maybe", turn.language)
    carried = turn.prepared.carried if turn.prepared else None
    if carried is None or carried.is_plain or carried.answer is not found:
        return ""
    return context.say("topic.about", turn.language, title=carried.title)


def _reply_with_answer(
    context: ActionContext, turn: Turn, question: str, found: Answer, *, lead: str
) -> Reply:
    pages = _pages_of_answer(context, turn, question, [candidate.passage for candidate in found.found], lead)
    turn.decision.score = found.found[0].score
    return led_by([lead], _show_page(context, turn, question, pages, unsure=not found.confident))


def look_up(context: ActionContext, turn: Turn, question: str) -> Answer:
    """What the library says: as searched before the transaction, else now."""
    prepared = turn.prepared
    if prepared and prepared.text == question and prepared.answer is not None:
        return prepared.answer
    return context.library.ask(question, turn.language, PASSAGES)


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """What was pressed below an answer: more, helpful, not helpful, "tell me", one of the nearest titles, or none of them."""
    question = str(data.get("question", ""))
    match key:
        case "more":
            return show_more(context, turn)
        case "helpful":
            return note_helpful(context, turn, data.get("told"))
        case "unhelpful":
            return note_unhelpful(context, turn, data.get("told"))
        case "tell":
            return [_will_tell(context, turn, data)]
        case "none":
            return [_reply_unknown(context, turn, question, (), keep_unanswered(turn, question, ()))]
        case _:
            pages = _read_pages(data.get("pages"))
            titles = list(dict.fromkeys(page.passage_id for page in pages))
            at = int(key) if key.isdecimal() else 0
            if at >= len(titles):
                return show_more(context, turn)
            return [
                _show_page(context, turn, question, [page for page in pages if page.passage_id == titles[at]])
            ]


def show_more(context: ActionContext, turn: Turn) -> list[Reply]:
    """The next page of the last answer: the rest of its passage, then other passages."""
    last = turn.state.last_answer
    if last is None or not last.pages:
        return [Reply(context.say("ask.no_more", turn.language), turn.language)]
    return [_show_page(context, turn, last.question, last.pages, unsure=last.unsure)]


def note_helpful(context: ActionContext, turn: Turn, told: object = None) -> list[Reply]:
    """The last answer helped, or the one that was `told` later."""
    _keep_verdict(turn, _last_answer(turn, told), good=True)
    return [Reply(context.say("ask.glad", turn.language), turn.language)]


def note_unhelpful(context: ActionContext, turn: Turn, told: object = None) -> list[Reply]:
    """The answer did not help: kept for staff, and a person offered, or to be told when there is a better one."""
    last = _last_answer(turn, told)
    kept = _keep_verdict(turn, last, good=False)
    reply = Reply(context.say("ask.sorry", turn.language), turn.language)
    choices = {"person": context.say("menu.person", turn.language)} | _tell_me(context, turn, kept)
    return [offer_choices(turn, reply, "answer", choices, question=last.question, kept=kept)]


def _tell_me(context: ActionContext, turn: Turn, kept: int | None) -> dict[str, str]:
    """The offer to be told later; not to somebody who asked not to be written to, and of nothing that was not kept."""
    if kept is None or turn.stopped:
        return {}
    return {"tell": context.say("ask.tell_me", turn.language)}


def _will_tell(context: ActionContext, turn: Turn, data: dict[str, Any]) -> Reply:
    """They want to be told: noted with their question. Asking a person stays possible."""
    kept = data.get("kept")
    noted = isinstance(kept, int) and want_answer(turn.session, turn.person_id, kept)
    reply = Reply(context.say("ask.will_tell" if noted else "ask.no_more", turn.language), turn.language)
    choices = {"person": context.say("menu.person", turn.language)}
    return offer_choices(turn, reply, "answer", choices, question=str(data.get("question", "")))


def _last_answer(turn: Turn, told: object) -> LastAnswer:
    """The answer that a verdict is about: one that was told later, as the offer beside it says, or the last one."""
    if not isinstance(told, dict):
        return turn.state.last_answer or LastAnswer()
    question, passage, title = (str(told.get(key, "")) for key in ("question", "passage", "title"))
    return LastAnswer(question, passage, title)


def _show_page(
    context: ActionContext, turn: Turn, question: str, pages: Sequence[AnswerPage], *, unsure: bool = False
) -> Reply:
    """A page with its source. `unsure`: a person is offered beside it and beside those that follow."""
    page, *rest = pages
    turn.decision.passage_id = page.passage_id
    last = turn.state.last_answer = LastAnswer(question, page.passage_id, page.title, rest, unsure)
    if page.document:
        quoted = AnsweredPage(page.document, page.title)
        turn.state.topic = topic_of_page(context, question, quoted, turn.now)
    source = Source(page.title, page.section, page.url, page.reviewed)
    outcome = Outcome.UNSURE if unsure else Outcome.ANSWERED
    reply = Reply(_with_notes(context, turn, page), turn.language, source=source, outcome=outcome)
    if page.language and page.language != turn.language and page.language in context.texts.languages:
        other = name_in(context.texts, page.language, turn.language)
        reply = led_by([context.say("ask.only_in", turn.language, other=other)], reply)
    if unsure:
        return _beside_others(context, turn, reply, last, page)
    choices = {"more": context.say("ask.more", turn.language)} if rest else {}
    return offer_choices(turn, reply, "answer", choices | _verdicts(context, turn))


def _verdicts(context: ActionContext, turn: Turn) -> dict[str, str]:
    helped, not_helped = (context.say(key, turn.language) for key in ("ask.helped", "ask.not_helped"))
    return {"helpful": helped, "unhelpful": not_helped}


def _beside_others(
    context: ActionContext, turn: Turn, reply: Reply, last: LastAnswer, page: AnswerPage
) -> Reply:
    """An answer that may not be the one, with the sections that come next, what helped, and a person below it."""
    others = _other_sections(turn, page, last.pages)
    is_cut = any(each.passage_id == page.passage_id for each in last.pages)
    goes_on = is_cut or (last.pages and not others)
    choices = {"more": context.say("ask.more", turn.language)} if goes_on else {}
    choices |= {str(at): label for at, label in enumerate(others)}
    choices |= _verdicts(context, turn) | {"person": context.say("menu.person", turn.language)}
    offered = [asdict(each) for each in last.pages if each.passage_id in others.values()]
    return offer_choices(turn, reply, "answer", choices, question=last.question, pages=offered)


def _other_sections(turn: Turn, page: AnswerPage, rest: Sequence[AnswerPage]) -> dict[str, str]:
    """The sections that come next, to choose instead of one that may not be meant: a passage by its label, which is the heading on the
    same page and the title of another. Where each word is paid for, one.
    """
    most = 1 if traits_of(turn.message.channel).is_paid_by_segment else MOST_OTHERS
    others: dict[str, str] = {}
    for each in rest:
        label = each.section if each.document == page.document else each.title
        if label and label not in {page.section, page.title} and each.passage_id not in others.values():
            others.setdefault(shorten_text(label, TITLE_LENGTH), each.passage_id)
    return dict(list(others.items())[:most])


def _with_notes(context: ActionContext, turn: Turn, page: AnswerPage) -> str:
    """The words of a page, and what makes them doubtful: a machine that read them, a time that is over, another page, another version, a review long ago."""
    today = turn.now.astimezone(context.calendar.zone).date()
    say = partial(context.say, language=turn.language)
    end = last_end(page.text)
    other_key = "ask.other_right" if page.elsewhere_is_right else "ask.other_says"
    notes = [
        say("ask.scanned") if page.scanned else "",
        say(other_key, other=page.elsewhere) if page.elsewhere else "",
        say("ask.ended", date=long_date(end, turn.language)) if end and end < today else "",
        say("ask.newer_page", title=page.newer) if page.newer else "",
        say("ask.older_page") if page.has_older else "",
        _note_of_review(context, turn, page, today),
    ]
    return "\n\n".join([page.text, *[note for note in notes if note][:MOST_NOTES]])


def _note_of_review(context: ActionContext, turn: Turn, page: AnswerPage, today: date) -> str:
    if not is_long_unreviewed(page.reviewed, today, context.settings.unreviewed_years):
        return ""
    return context.say("ask.last_checked", turn.language, year=page.reviewed[:4])


def _may_ask_which(turn: Turn, found: Answer) -> bool:
    """Whether to ask which page is meant. Beside an open form, choices give way to those of the open question."""
    return found.close and turn.state.form is None


def _ask_which(context: ActionContext, turn: Turn, question: str, nearest: Sequence[Passage]) -> Reply:
    """Whether one of the nearest pages is meant, by their titles."""
    talk_about(context, turn, question, nearest)
    choices = _titles_to_choose(nearest) | {
        "none": context.say("ask.none_of_these", turn.language),
        "person": context.say("menu.person", turn.language),
    }
    pages = pages_to_choose(context, turn, question, nearest)
    reply = Reply(context.say("ask.which", turn.language), turn.language, outcome=Outcome.UNCLEAR)
    return offer_choices(turn, reply, "answer", choices, question=question, pages=pages)


def talk_about(context: ActionContext, turn: Turn, question: str, nearest: Sequence[Passage]) -> None:
    """Until they say which page they mean, the nearest is what is talked about."""
    first = AnsweredPage(nearest[0].document_id, nearest[0].title)
    turn.state.topic = topic_of_page(context, question, first, turn.now, is_shown=False)


def _titles_to_choose(nearest: Sequence[Passage]) -> dict[str, str]:
    return {str(at): shorten_text(passage.title, TITLE_LENGTH) for at, passage in enumerate(nearest)}


def pages_to_choose(
    context: ActionContext, turn: Turn, question: str, passages: Sequence[Passage]
) -> list[dict[str, Any]]:
    """What is shown of each passage when its title is chosen, as an offer keeps it."""
    return [asdict(page) for page in _pages_of_answer(context, turn, question, passages)]


def _reply_unknown(
    context: ActionContext, turn: Turn, question: str, nearest: Sequence[Passage], kept: int
) -> Reply:
    turn.unanswered = True
    choices = _titles_to_choose(nearest)
    choices |= {"person": context.say("menu.person", turn.language)} | _tell_me(context, turn, kept)
    pages = pages_to_choose(context, turn, question, nearest)
    # Beside an open form, choices give way to those of the open question.
    shows_titles = bool(nearest) and turn.state.form is None
    said, phone = _words_of_unknown(context, turn, shows_titles=shows_titles)
    reply = Reply(said, turn.language, phone=phone, outcome=Outcome.UNKNOWN)
    return offer_choices(turn, reply, "answer", choices, question=question, pages=pages, kept=kept)


def _words_of_unknown(context: ActionContext, turn: Turn, *, shows_titles: bool) -> tuple[str, str | None]:
    """That this is not known, in other words the next time, and what helps: the nearest pages, a person, the phone with its hours.

    The number said in it is returned beside it. The phone is left out where pages are shown at first, so that a text message stays short.
    """
    times = turn.state.unknowns
    turn.state.unknowns = times + 1
    keys = [UNKNOWN[1 + (times - 1) % 2] if times else UNKNOWN[0]]
    keys += [] if shows_titles else ["ask.or_person"]
    profile = context.city.profile
    phone = profile.city_phone if times or not shows_titles else ""
    keys += ["person.or_call"] if phone else []
    keys += ["person.hours"] if phone and profile.person_desk.hours else []
    keys += ["ask.unknown_nearest"] if shows_titles else []
    return " ".join(context.say(key, turn.language) for key in keys), phone or None


def different_titles(found: Sequence[Found]) -> list[Passage]:
    """The best passage of each title, best first."""
    by_title: dict[str, Passage] = {}
    for candidate in found:
        by_title.setdefault(candidate.passage.title, candidate.passage)
    return list(by_title.values())


def _pages_of_answer(
    context: ActionContext, turn: Turn, question: str, passages: Sequence[Passage], lead: str = ""
) -> list[AnswerPage]:
    """Of each passage first what answers, then the rest of it; nothing twice.

    The words that lead take their room from the quotation, so that an unsure answer costs no more than a sure one.
    """
    pages: dict[str, AnswerPage] = {}
    for passage in passages:
        beside = lead + (context.say("ask.scanned", turn.language) if passage.scanned else "")
        fits = room_for(context, turn.message.channel, turn.language, passage, beside)
        for text in make_excerpts(passage, question, fits):
            remark = context.library.remark_on(passage, text)
            pages.setdefault(text, _page_of_passage(passage, text, remark))
    return list(pages.values())


def _page_of_passage(passage: Passage, text: str, remark: Remark) -> AnswerPage:
    section = passage.headings[-1] if passage.headings else ""
    return AnswerPage(
        passage.passage_id,
        text,
        passage.title,
        "" if section == passage.title else section,
        passage.url,
        passage.reviewed,
        passage.language,
        passage.document_id,
        remark.said_elsewhere,
        remark.elsewhere_is_right,
        remark.newer,
        remark.has_older,
        passage.scanned,
    )


def _read_pages(value: object) -> list[AnswerPage]:
    try:
        return PAGES.validate_python(value or [])
    except ValidationError:
        return []


def _keep_verdict(turn: Turn, last: LastAnswer, *, good: bool) -> int | None:
    """Keep the thumb, and with a thumb down the question; the kept question's number."""
    turn.unhappy = not good
    keep_feedback(
        turn.session, asker_of(turn), helpful=good, subject=last.passage, question=last.question, now=turn.now
    )
    if good or not last.question:
        return None
    return keep_question(
        turn.session, asker_of(turn), last.question, reason="unhelpful", nearest=[last.title], now=turn.now
    )


ACTION = Action(
    "ask",
    intents=(
        IntentRoute(
            "ask_city",
            answer_question,
            interrupts=Interrupts.QUESTION,
            searches=Searches.LIBRARY,
            suggestion=MenuSuggestion("ask", "unclear.ask"),
        ),
    ),
    menu=(MenuRoute("ask", ask_away, BesideForm.ALONE, label="menu.ask"),),
    offers=(OfferRoute("answer", take_choice),),
    rasa=RasaAction("action_ask_city", "ask_city", "ask"),
)
