"""Telling the resident: the message is shown first, in their language; staff may change it, or leave it out."""

from __future__ import annotations

from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from actions.handlers.case_news import News, question_of_news, tell_reporters, words_of_news
from city.people.identities import preferred_identity
from city.requests.casework import SETTLED, Act
from city.requests.duplicates import following_cases
from city.requests.news import wants_news
from city.requests.tables import ServiceRequestRow
from console.cases.common import act_of
from console.shared import contact
from console.shared.request_context import RequestContext
from conversation.delivery.notices import send_notices
from conversation.delivery.recipients import reachable_notices, why_not_told


class Telling(BaseModel):
    """The fields of every form that a resident may be told of.

    `tell` is whether they shall be at all; `seen` that the message was shown, `usual` what it said then, and `message` what is to be
    said, in `language`. `photos` are carried from form to form, `version` is that of the case they looked at, and `draft` a message
    of theirs that could not be sent because the case had changed.
    """

    reason: str = ""
    tell: str = ""
    seen: str = ""
    usual: str = ""
    message: str = ""
    language: str = ""
    photos: list[str] = []
    version: str = ""
    draft: str = ""

    def edited(self) -> dict[str, str]:
        """The message, if it was put in other words than the usual ones."""
        said = "\n".join(self.message.split("\r\n")).strip()
        usual = "\n".join(self.usual.split("\r\n")).strip()
        return {} if not self.seen or said in {"", usual} else {self.language: said}

    def typed(self) -> dict[str, str]:
        """What to show in the form again."""
        typed = {name: str(value) for name, value in self.model_dump().items() if isinstance(value, str)}
        draft = next(iter(self.edited().values()), self.draft)
        return typed | {"photos": " ".join(self.photos), "draft": draft}


BY_CHOICE = "chosen"
"""Why a resident was not told: whoever changed the case left it out."""
UNWANTED = "unwanted"
"""Why a resident was not told: they said NO NEWS to this case."""


def why_silent(visit: RequestContext, session: Session, row: ServiceRequestRow, form: Telling) -> str:
    """Why the reporter gets nothing; empty when they get the message."""
    return why_untold(visit, session, row) if form.tell == "yes" else BY_CHOICE


def why_untold(visit: RequestContext, session: Session, row: ServiceRequestRow) -> str:
    """Why news of this case could not reach its reporter now, or is not wanted; empty when it can."""
    if not wants_news(row):
        return UNWANTED
    return why_not_told(visit.console.services, session, preferred_identity(session, row.person_id)) or ""


def act_told(
    visit: RequestContext,
    session: Session,
    row: ServiceRequestRow,
    news: News,
    form: Telling,
    reason: str = "",
) -> Act:
    """What this person does, and for the history what its resident is told of it, or why nothing."""
    if why := why_silent(visit, session, row, form):
        return act_of(visit, reason, not_told=why)
    context = visit.console.services.assistant.context
    return act_of(visit, reason, words_of_news(context, session, row, news, form.language or row.language))


def send_message(
    visit: RequestContext, session: Session, row: ServiceRequestRow, news: News, form: Telling
) -> None:
    """Put the message on its way, to the reporter and to those whose cases follow this one, as far as they can be reached."""
    if form.tell == "yes":
        services = visit.console.services
        send_notices(
            services,
            session,
            reachable_notices(
                services, session, tell_reporters(services.assistant.context, session, row, news)
            ),
        )


def preview_message(
    visit: RequestContext, session: Session, row: ServiceRequestRow, news: News, action: str, form: Telling
) -> Response:
    """The message as it would be said, to be sent, changed or left out."""
    context = visit.console.services.assistant.context
    doors = contact.doors_of(session, row.person_id)
    language = doors[0].language if doors else row.language
    kept = form.model_dump(exclude={"tell", "seen", "usual", "message", "language", "photos", "draft"})
    usual = words_of_news(context, session, row, news, language)
    return visit.page(
        "cases/message.html",
        case=row,
        action=action,
        kept=[*kept.items(), *(("photos", photo) for photo in form.photos)],
        usual=usual,
        message=form.draft or usual,
        language=language,
        door=doors[0] if doors else None,
        untold=why_untold(visit, session, row),
        question=question_of_news(context, row.number, language) if news.kind in SETTLED else "",
        photos=len(news.photos),
        others=[] if news.kind == "duplicate" else following_cases(session, row),
    )
