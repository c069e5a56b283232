"""Finding cases by words: each request's words are kept beside it, folded, and found by their beginning in an index.

Both databases do it the same way, and it takes no longer among 50,000 cases than among 1,000.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.texts import plain
from city.case_tables import LONGEST_WORD, RequestWordRow
from city.tables import ServiceRequestRow

MOST_WORDS = 300
"""Words kept of one text; nobody looks for the three hundred and first."""
MOST_SOUGHT = 8
RARE = 300
"""Up to so many requests a word is rare."""
VERY_COMMON = 5_000
"""From so many requests on a word is very common: the next one in any list soon has it."""
AFTER_ALL = "\U0010ffff"


def words_in(text: str) -> list[str]:
    """The words of a text as they are kept: folded, each once, without single letters."""
    words = (word[:LONGEST_WORD] for word in plain(text, also="").split())
    return list(dict.fromkeys(word for word in words if len(word) > 1 or word.isdigit()))[:MOST_WORDS]


def rows_of(row: ServiceRequestRow) -> list[RequestWordRow]:
    """The words that a new request is found by: number, what was said, the service's names, and the place."""
    said = " ".join([row.number, row.description, row.contact, *row.service_name.values()])
    place = words_in(row.place_label)
    return [
        *(RequestWordRow(word=word, request_id=row.id, of_place=False) for word in words_in(said)),
        *(RequestWordRow(word=word, request_id=row.id, of_place=True) for word in place),
    ]


def keep_words(session: Session, row: ServiceRequestRow) -> None:
    """Make a new request findable; it must have been flushed."""
    session.add_all(rows_of(row))


def add_words(session: Session, request_id: int, text: str) -> None:
    """Make a request findable by what was added to it."""
    known = select(RequestWordRow.word).where(
        RequestWordRow.request_id == request_id, RequestWordRow.of_place.is_(False)
    )
    new = set(words_in(text)) - set(session.scalars(known))
    session.add_all(RequestWordRow(word=word, request_id=request_id, of_place=False) for word in sorted(new))


def has_words(session: Session, text: str, *, of_place: bool = False) -> Iterator[ColumnElement[bool]]:
    """The conditions that a request has each of these words, or one that begins so.

    The requests of a rare word are named one by one, and found by their ids. Those of a common word are a set that a list is held
    against while it is read in its order, which the `+ 0` tells SQLite to do: to find and sort them first would take longer. A very
    common word is looked for at each request of the list, because a page is full long before such a set would be made.
    """
    for word in words_in(text)[:MOST_SOUGHT]:
        having = select(RequestWordRow.request_id).where(
            RequestWordRow.word >= word, RequestWordRow.word < word + AFTER_ALL
        )
        if of_place:
            having = having.where(RequestWordRow.of_place)
        rare = session.scalars(having.limit(RARE + 1)).all()
        if len(rare) <= RARE:
            yield ServiceRequestRow.id.in_(rare)
        elif session.scalar(having.offset(VERY_COMMON).limit(1)) is None:
            yield (ServiceRequestRow.id + 0).in_(having)
        else:
            yield having.where(RequestWordRow.request_id == ServiceRequestRow.id).exists()
