"""News of a case for whoever reported it, and for the reporters of its duplicates: in their place and language, with the question
whether it is really fixed once it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from actions.turn.context import ActionContext
from actions.turn.turn import Notice, NoticeOffer
from city.people.identities import people_of, preferred_identity
from city.records.model import text_in
from city.requests.casework import SETTLED
from city.requests.duplicates import following_cases
from city.requests.followup import take_waiting
from city.requests.messages import fill_message, message_for
from city.requests.news import wants_news
from city.requests.requests import find_row
from city.requests.tables import ServiceRequestRow
from core.model import Attachment

OFFER = "followup"
CHOICES = {"yes": "news.yes", "no": "news.no", "later": "news.later"}
ALONE = ("duplicate",)
"""Kinds of news that concern one reporter and not those whose cases follow theirs."""


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell: a kind of `city.requests.messages`, why, and pictures of the work.

    `edited` holds staff's own words for this one time, by language; they are said as they are whatever language is spoken by then.
    `due` is the day that is promised now, where that is the news.
    """

    kind: str
    reason: str = ""
    due: datetime | None = None
    edited: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[Attachment, ...] = ()


def words_of_news(
    context: ActionContext, session: Session, row: ServiceRequestRow, news: News, language: str
) -> str:
    """What the reporter would be told in this language, before the question whether it is fixed."""
    if news.edited.get(language):
        return news.edited[language].strip()
    template = message_for(session, context.texts, news.kind, row.service_code, language)
    text = template.text
    due = news.due if news.kind == "due" else row.expected_at
    if news.kind == "due" and due is None and not template.own:
        text = context.texts.sentences[language]["news.case_due_open"]
    day = context.calendar.say_day(due, language) if due else ""
    return fill_message(
        text,
        {
            "number": row.number,
            "service": text_in(row.service_name, language),
            "department": text_in(row.department_name, language),
            "place": row.place_label,
            "reason": news.reason.strip(),
            "day": day,
            "city": context.city.profile.name,
        },
    )


def question_of_news(context: ActionContext, number: str, language: str) -> str:
    """What is asked behind the news that a case is settled. It also makes sense without choices beside it."""
    return context.say("news.question", language, number=number)


def tell_reporters(
    context: ActionContext, session: Session, row: ServiceRequestRow, news: News
) -> list[Notice]:
    """The notices for a case's reporter and for those whose cases follow it; for `conversation.delivery.notices.send_notices`."""
    notices = [_notice_for(context, session, row, row, news)] if wants_news(row) else []
    if news.kind in ALONE:
        return notices
    told = set(people_of(session, row.person_id))
    for follower in following_cases(session, row):
        if follower.person_id not in told and wants_news(follower):
            told |= set(people_of(session, follower.person_id))
            notices.append(_notice_for(context, session, row, follower, news))
    return notices


def ask_again(context: ActionContext, session: Session, now: datetime) -> list[Notice]:
    """The question once more, for those who wanted to look later and whose time has come."""
    notices = []
    for waiting in take_waiting(session, now):
        row = find_row(session, waiting.number)
        if row and not wants_news(row):
            continue
        service = row.service_name if row else {}
        text = {
            language: context.say(
                "news.question_again", language, number=waiting.number, service=text_in(service, language)
            )
            for language in context.languages
        }
        person = preferred_identity(session, waiting.person_id)
        notices.append(Notice(person, text=text, offer=_offer_for(waiting.number)))
    return notices


def _notice_for(
    context: ActionContext, session: Session, row: ServiceRequestRow, whose: ServiceRequestRow, news: News
) -> Notice:
    """The news of `row` for the reporter of `whose`, which is the same case or a duplicate of it."""
    text = {}
    for language in _languages_of(context, news):
        said = words_of_news(context, session, row, news, language).replace(row.number, whose.number)
        asked = question_of_news(context, whose.number, language) if news.kind in SETTLED else ""
        text[language] = f"{said}\n\n{asked}".strip()
    return Notice(
        preferred_identity(session, whose.person_id),
        text=text,
        offer=_offer_for(whose.number) if news.kind in SETTLED else None,
        attachments=news.photos,
        caption=_captions_of(context, whose.number) if news.photos else {},
    )


def _captions_of(context: ActionContext, number: str) -> dict[str, str]:
    return {language: context.say("news.picture", language, number=number) for language in context.languages}


def _languages_of(context: ActionContext, news: News) -> tuple[str, ...]:
    """Words that staff wrote this once are said as they are, whatever language the resident has by now."""
    own = tuple(language for language, said in news.edited.items() if said.strip())
    return own or context.languages


def _offer_for(number: str) -> NoticeOffer:
    return NoticeOffer(OFFER, CHOICES, {"number": number})
