"""What residents are told about their case: staff's own words for a status and a service, else the catalogue's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.requests.casework import LONGEST_TEXT, CaseRefused
from city.requests.tables import CaseMessageRow
from core.texts import Texts

KINDS = {
    "open": "news.case_open",
    "in_progress": "news.case_in_progress",
    "fixed": "news.case_fixed",
    "closed": "news.case_closed",
    "not_ours": "news.case_not_ours",
    "duplicate": "news.case_duplicate",
    "due": "news.case_due",
}
"""Each kind of news, and the catalogue's sentence for it: the statuses, and another day being promised."""

PLACES = ("number", "service", "place", "department", "reason", "day", "city")
"""What a message may name in braces."""

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """The words for one kind of news, one service (empty: all) and one language; `own` when staff wrote them."""

    kind: str
    service: str
    language: str
    text: str
    own: bool


def message_for(session: Session, texts: Texts, kind: str, service: str, language: str) -> Message:
    """The words that apply: for this service, else for all services, else the catalogue's."""
    rows = session.scalars(
        select(CaseMessageRow).where(
            CaseMessageRow.status == kind,
            CaseMessageRow.language == language,
            CaseMessageRow.service_code.in_({service, ""}),
        )
    )
    own = {row.service_code: row.text for row in rows}
    if words := own.get(service) or own.get(""):
        return Message(kind, service, language, words, own=service in own)
    return Message(kind, service, language, _of_catalogue(texts, kind, language), own=False)


def usual_words(session: Session, texts: Texts, kind: str, service: str, language: str) -> str:
    """What would be said without words of one's own for just this service (or, for all services, without any)."""
    return (
        message_for(session, texts, kind, "", language).text
        if service
        else _of_catalogue(texts, kind, language)
    )


def own_messages(session: Session) -> list[Message]:
    """All that staff have written."""
    rows = session.scalars(
        select(CaseMessageRow).order_by(
            CaseMessageRow.service_code, CaseMessageRow.status, CaseMessageRow.language
        )
    )
    return [Message(row.status, row.service_code, row.language, row.text, own=True) for row in rows]


def keep_message(session: Session, kind: str, service: str, language: str, text: str) -> None:
    """Use these words from now on; none means the general ones again."""
    if kind not in KINDS:
        raise CaseRefused("unknown_status", "status")
    text = text.strip()
    check_message(text)
    row = session.scalar(
        select(CaseMessageRow).where(
            CaseMessageRow.status == kind,
            CaseMessageRow.service_code == service,
            CaseMessageRow.language == language,
        )
    )
    if row is None and text:
        session.add(CaseMessageRow(status=kind, service_code=service, language=language, text=text))
    elif row is not None and text:
        row.text = text
    elif row is not None:
        session.delete(row)
    session.flush()


def check_message(text: str) -> None:
    """Refuse what is too long or names something in braces that there is not."""
    if len(text) > LONGEST_TEXT:
        raise CaseRefused("too_long", "text")
    if any(name not in PLACES for name in _PLACE.findall(text)):
        raise CaseRefused("unknown_place", "text")


def fill_message(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is unknown stays as it stands. Values are never read as places."""
    filled = _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
    return "\n".join(" ".join(line.split()) for line in filled.splitlines()).strip()


def _of_catalogue(texts: Texts, kind: str, language: str) -> str:
    key = KINDS[kind]
    return texts.sentences.get(language, {}).get(key) or texts.sentences[texts.fallback][key]
