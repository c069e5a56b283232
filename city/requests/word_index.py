"""Finding cases by words: each request's words are kept beside it, folded, and found by their beginning in an index.

Both databases do it the same way, and it takes no longer among 50,000 cases than among 1,000.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, delete, false, select
from sqlalchemy.orm import Session

from city.requests.tables import LONGEST_WORD, RequestWordRow, ServiceRequestRow
from core.covering import contacts_in, cover_contacts
from core.texts import plain_words

MOST_WORDS = 300
"""Words kept of one text; nobody looks for the three hundred and first."""
MOST_SOUGHT = 8
RARE = 300
"""Up to so many requests a word is rare."""
VERY_COMMON = 5_000
"""From so many requests on a word is very common: the next one in any list soon has it."""
CONTACT = "\u260e"
"""Stands before a contact among the words."""
SAME_DIGITS = 7
"""The last digits of two numbers that are taken for one: with and without the code of the country or town."""
AFTER_ALL = "\U0010ffff"


def words_in(text: str) -> list[str]:
    """The words of a text as they are kept: folded, each once, without single letters."""
    words = (word[:LONGEST_WORD] for word in plain_words(text, also="").split())
    return list(dict.fromkeys(word for word in words if len(word) > 1 or word.isdecimal()))[:MOST_WORDS]


def contact_words(text: str) -> list[str]:
    """The contacts of a text as they are kept: behind a mark, so that no word finds them; numbers from their end, which is what two ways
    of writing one number have in common.
    """
    keys = (CONTACT + (one.key[::-1] if one.key.isdecimal() else one.key) for one in contacts_in(text))
    return list(dict.fromkeys(key[:LONGEST_WORD] for key in keys))


def rows_of(row: ServiceRequestRow) -> list[RequestWordRow]:
    """The words that a new request is found by: number, what was said, the service's names, and the place; contacts apart from them."""
    said = " ".join([row.number, cover_contacts(row.description), *row.service_name.values()])
    contacts = contact_words(f"{row.description}\n{row.contact}\n{row.place_label}")
    return [
        *(
            RequestWordRow(word=word, request_id=row.id, of_place=False)
            for word in [*words_in(said), *contacts]
        ),
        *(
            RequestWordRow(word=word, request_id=row.id, of_place=True)
            for word in words_in(cover_contacts(row.place_label))
        ),
    ]


def keep_words(session: Session, row: ServiceRequestRow) -> None:
    """Make a new request findable; it must have been flushed."""
    session.add_all(rows_of(row))


def add_words(session: Session, request_id: int, text: str) -> None:
    """Make a request findable by what was added to it."""
    known = select(RequestWordRow.word).where(
        RequestWordRow.request_id == request_id, RequestWordRow.of_place.is_(False)
    )
    new = {*words_in(cover_contacts(text)), *contact_words(text)} - set(session.scalars(known))
    session.add_all(RequestWordRow(word=word, request_id=request_id, of_place=False) for word in sorted(new))


def replace_place_words(session: Session, row: ServiceRequestRow) -> None:
    """Make a request findable by the place that it has now, and no longer by another."""
    session.execute(
        delete(RequestWordRow).where(RequestWordRow.request_id == row.id, RequestWordRow.of_place)
    )
    words = words_in(cover_contacts(row.place_label))
    session.add_all(RequestWordRow(word=word, request_id=row.id, of_place=True) for word in words)


def has_words(
    session: Session, text: str, *, of_place: bool = False, by_contacts: bool = False
) -> Iterator[ColumnElement[bool]]:
    """The conditions that a request has each of these words, or one that begins so.

    A contact in the text finds the requests in which it stands, however it was written there; without `by_contacts` it finds none.

    The requests of a rare word are named one by one, and found by their ids. Those of a common word are a set that a list is held
    against while it is read in its order, which the `+ 0` tells SQLite to do: to find and sort them first would take longer. A very
    common word is looked for at each request of the list, because a page is full long before such a set would be made.
    """
    contacts = contact_words(text)
    if contacts and not by_contacts:
        yield false()
        return
    for contact in contacts[:MOST_SOUGHT]:
        beginning = contact[: len(CONTACT) + SAME_DIGITS] if contact[1:].isdecimal() else contact
        having = select(RequestWordRow.request_id).where(
            RequestWordRow.word >= beginning, RequestWordRow.word < beginning + AFTER_ALL
        )
        yield ServiceRequestRow.id.in_(having)
    text = cover_contacts(text)
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
