"""Telling the resident: the message is shown first, in their language; staff may change it, or leave it out."""

from __future__ import annotations

from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from actions.case_news import News, question, tell, words
from bot.notices import notify
from city.case_merge import followers
from city.casework import SETTLED
from city.tables import ServiceRequestRow
from console import contact
from console.visit import Visit


class Telling(BaseModel):
    """The fields of every form that a resident may be told of.

    `tell` is whether they shall be at all; `seen` that the message was shown, `usual` what it said then, and `message` what is to be
    said, in `language`. `photos` are carried from form to form.
    """

    reason: str = ""
    tell: str = ""
    seen: str = ""
    usual: str = ""
    message: str = ""
    language: str = ""
    photos: list[str] = []

    def edited(self) -> dict[str, str]:
        """The message, if it was put in other words than the usual ones."""
        said = "\n".join(self.message.split("\r\n")).strip()
        usual = "\n".join(self.usual.split("\r\n")).strip()
        return {} if not self.seen or said in {"", usual} else {self.language: said}

    def typed(self) -> dict[str, str]:
        """What to show in the form again."""
        return {name: str(value) for name, value in self.model_dump().items() if isinstance(value, str)}


def told(visit: Visit, session: Session, row: ServiceRequestRow, news: News, form: Telling) -> str:
    """What the history keeps of the message; empty when there is none."""
    if form.tell != "yes":
        return ""
    return words(visit.office.hall.assistant.desk, session, row, news, form.language or row.language)


def send(visit: Visit, session: Session, row: ServiceRequestRow, news: News, form: Telling) -> None:
    """Put the message on its way, to the reporter and to those whose cases follow this one."""
    if form.tell == "yes":
        hall = visit.office.hall
        notify(hall, session, tell(hall.assistant.desk, session, row, news))


def preview(
    visit: Visit, session: Session, row: ServiceRequestRow, news: News, action: str, form: Telling
) -> Response:
    """The message as it would be said, to be sent, changed or left out."""
    desk = visit.office.hall.assistant.desk
    doors = contact.doors_of(session, row.person_id)
    language = doors[0].language if doors else row.language
    kept = form.model_dump(exclude={"tell", "seen", "usual", "message", "language", "photos"})
    return visit.page(
        "cases/message.html",
        case=row,
        action=action,
        kept=[*kept.items(), *(("photos", photo) for photo in form.photos)],
        message=words(desk, session, row, news, language),
        language=language,
        door=doors[0] if doors else None,
        question=question(desk, row.number, language) if news.kind in SETTLED else "",
        photos=len(news.photos),
        others=[] if news.kind == "duplicate" else followers(session, row),
    )
