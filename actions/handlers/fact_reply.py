"""A fact as a reply: with its source, and whether it helped; what a text message has no room for follows on "more"."""

from __future__ import annotations

from dataclasses import replace

from actions.facts.answers import FactAnswer, fact_reply
from actions.handlers.quote_length import room_for
from actions.turn.context import ActionContext, offer_choices
from actions.turn.state import AnswerPage, LastAnswer
from actions.turn.turn import Turn
from core.model import Reply, Source
from knowledge.base.model import Passage


def reply_with_answer(context: ActionContext, turn: Turn, question: str, answer: FactAnswer) -> Reply:
    """What is said of facts; asks whether it helped."""
    reply = fact_reply(context, turn.language, answer)
    source = reply.source or Source("")
    first, *rest = _split_lines(context, turn, reply.text, source)
    pages = [
        AnswerPage("", text, source.title, source.section, source.url, source.reviewed, turn.language)
        for text in rest
    ]
    turn.state.last_answer = LastAnswer(question, title=source.title, pages=pages)
    choices = {"more": context.say("ask.more", turn.language)} if pages else {}
    choices |= {
        "helpful": context.say("ask.helped", turn.language),
        "unhelpful": context.say("ask.not_helped", turn.language),
    }
    return offer_choices(turn, replace(reply, text=first), "answer", choices)


def _split_lines(context: ActionContext, turn: Turn, text: str, source: Source) -> list[str]:
    """Lines together as far as there is room where they are shown: none is cut, least of all before its price."""
    passage = Passage("", "", source.title, text, url=source.url, reviewed=source.reviewed)
    fits = room_for(context, turn.message.channel, turn.language, passage)
    pages: list[str] = []
    for line in text.split("\n"):
        longer = f"{pages[-1]}\n{line}" if pages else line
        if pages and fits(longer):
            pages[-1] = longer
        else:
            pages.append(line)
    return pages
