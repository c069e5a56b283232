"""A search over what was said: by words, channel, speaker and time, newest first; results with the lines around them.

The words of a query are taken as words and never as a query language, whoever wrote them. All of them must occur; case and accents do not
matter; "words in quotation marks" must stand side by side, and `pot*` finds what begins so. `conversation.staff.search_index` keeps the index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, column, func, literal_column, or_, select, table, text
from sqlalchemy.orm import Session

from city.requests.residents import left_to_reach
from conversation.staff.scope import visible_conversations
from conversation.staff.search_index import WORDS_OF_LINE
from conversation.store.conversations import REPLY
from conversation.store.tables import Conversation, TranscriptLine
from core.covering import cover_contacts
from core.texts import fold_text

PAGE = 25
MOST_PAGES = 20
"""Pages of lines that are looked through when most of what is found may not be shown."""
MOST_WORDS = 12
LONGEST_QUERY = 200
CONTEXT_LENGTH = 200
SENDERS = ("resident", "city", "staff")
PIECE = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `words` as they were typed; empty fields do not narrow it. `before` is the line id that the last page ended with.

    `by_contacts` is whether lines may be found by contacts in them, which stay covered; `published` are those that everybody may see.
    `scope` are the departments of whoever asks, `staff_id`; none means every one.
    """

    words: str
    channel: str = ""
    sender: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    by_contacts: bool = False
    published: frozenset[str] = frozenset()
    scope: tuple[str, ...] = ()
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """The line before or behind a found one."""

    sender: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line that was found. `parts` are its words in order, each with whether it was looked for.

    `by_contact`: it has all the words only together with what is covered.
    """

    line_id: int
    conversation_id: str
    person_id: str
    channel: str
    language: str
    sequence: int
    sender: str
    by: str
    at: datetime
    parts: tuple[tuple[str, bool], ...]
    around: tuple[Around | None, Around | None] = field(default=(None, None))
    by_contact: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One word, the beginning of one, or several that stand side by side: folded, letters and digits only."""

    words: tuple[str, ...]
    begins: bool = False


def read_terms(query: str) -> tuple[Term, ...]:
    """What a query asks for; nothing when there is no word in it."""
    terms: list[Term] = []
    for quoted, bare in PIECE.findall(query[:LONGEST_QUERY].replace("“", '"').replace("”", '"')):
        words = tuple(WORD.findall(fold_text(quoted or bare)))
        if words:
            terms.append(Term(words[:MOST_WORDS], begins=not quoted and bare.endswith("*")))
    return tuple(terms[:MOST_WORDS])


def search_lines(session: Session, wanted: Search, limit: int = PAGE) -> list[FoundLine]:
    """The newest lines that have all the words, up to `limit` of them; none for a query without words."""
    terms = read_terms(wanted.words)
    if not terms:
        return []
    found: list[FoundLine] = []
    for _ in range(MOST_PAGES):
        lines = _matching_lines(session, wanted, terms, limit)
        left = left_to_reach(session, [line.person_id for line in lines])
        around = _neighbours_of(session, [(line.conversation_id, line.sequence) for line in lines])
        for line in lines:
            one = _found_line(wanted, terms, line, left.get(line.person_id, ()), around)
            if wanted.by_contacts or not one.by_contact:
                found.append(one)
        if len(found) >= limit or len(lines) < limit:
            break
        wanted = replace(wanted, before=lines[-1].id)
    return found[:limit]


def _matching_lines(session: Session, wanted: Search, terms: Sequence[Term], limit: int) -> Sequence[Any]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    matches = _sqlite_query(session, wanted, terms) if is_sqlite else _postgresql_query(wanted, terms)
    matches = matches.where(visible_conversations(wanted.scope, wanted.staff_id))
    return session.execute(matches.limit(limit)).all()


def _found_line(
    wanted: Search,
    terms: Sequence[Term],
    line: Any,
    left: Sequence[str],
    around: Mapping[tuple[str, int], Around],
) -> FoundLine:
    said = str(line.reply.get("text", ""))
    covered = cover_contacts(said, left, wanted.published)

    def near(sequence: int) -> Around | None:
        one = around.get((line.conversation_id, sequence))
        return (
            replace(one, text=_shortened_line(cover_contacts(one.text, left, wanted.published)))
            if one
            else None
        )

    return FoundLine(
        line_id=line.id,
        conversation_id=line.conversation_id,
        person_id=line.person_id,
        channel=line.channel,
        language=line.language,
        sequence=line.sequence,
        sender=line.sender,
        by=str(line.reply.get("by") or ""),
        at=line.at,
        parts=marked_pieces(covered, terms),
        around=(near(line.sequence - 1), near(line.sequence + 1)),
        by_contact=covered != said and not has_terms(covered, terms),
    )


def _shortened_line(said: str) -> str:
    return said if len(said) <= CONTEXT_LENGTH else f"{said[:CONTEXT_LENGTH]}…"


def has_terms(said: str, terms: Sequence[Term]) -> bool:
    """Whether a text has all of the terms, each with its words side by side."""
    words = [fold_text(word) for word in WORD.findall(said)]
    return all(any(_stands_at(words, at, term) for at in range(len(words))) for term in terms)


def _stands_at(words: Sequence[str], at: int, term: Term) -> bool:
    here, last = words[at : at + len(term.words)], len(term.words) - 1
    return len(here) > last and all(
        word == wanted or (term.begins and place == last and word.startswith(wanted))
        for place, (word, wanted) in enumerate(zip(here, term.words, strict=True))
    )


def marked_pieces(said: str, terms: Sequence[Term]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, those that were looked for marked; long texts are cut around the first of them."""
    whole = {word for term in terms for word in (term.words[:-1] if term.begins else term.words)}
    begun = tuple(term.words[-1] for term in terms if term.begins)
    spans = [found.span() for found in WORD.finditer(said) if _is_hit(fold_text(found[0]), whole, begun)]
    start = max(0, (spans[0][0] if spans else 0) - CONTEXT_LENGTH // 2)
    end = min(len(said), start + 2 * CONTEXT_LENGTH)
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for first, last in spans:
        if last > end:
            break
        parts += [(said[at:first], False), (said[first:last], True)]
        at = last
    parts += [(said[at:end], False), ("…" if end < len(said) else "", False)]
    return tuple((part, hit) for part, hit in parts if part)


def _is_hit(word: str, whole: set[str], begun: tuple[str, ...]) -> bool:
    return word in whole or bool(begun and word.startswith(begun))


_SAID = table("said", column("rowid"))
_COLUMNS = (
    TranscriptLine.id,
    TranscriptLine.conversation_id,
    TranscriptLine.sequence,
    TranscriptLine.sender,
    TranscriptLine.reply,
    TranscriptLine.at,
    Conversation.person_id,
    Conversation.channel,
    Conversation.language,
)


def _sqlite_query(session: Session, wanted: Search, terms: Sequence[Term]) -> Select[tuple[object, ...]]:
    """Everything that narrows the search stands in the index itself, so that a frequent word in a rare channel stays quick."""
    words = " AND ".join(f'"{" ".join(term.words)}"{" *" if term.begins else ""}' for term in terms)
    asked = f"words : ({words})"
    for mark, value in (("by", wanted.sender), ("via", wanted.channel)):
        if plain := "".join(WORD.findall(fold_text(value))):
            asked += f' AND marks : "{mark}{plain}"'
    low, high = _ids_of_period(session, wanted)
    query = (
        select(*_COLUMNS)
        .select_from(_SAID)
        .join(TranscriptLine, TranscriptLine.id == _SAID.c.rowid)
        .join(Conversation, Conversation.id == TranscriptLine.conversation_id)
        .where(text("said MATCH :asked").bindparams(asked=asked), _SAID.c.rowid > low, _SAID.c.rowid < high)
        .order_by(_SAID.c.rowid.desc())
    )
    return _in_period(query, wanted)


def _ids_of_period(session: Session, wanted: Search) -> tuple[int, int]:
    """Line ids grow with time, so a period is a range of them: exclusive bounds, a little generous."""
    low, high = 0, wanted.before or 2**62
    if wanted.since:
        first = select(TranscriptLine.id).where(TranscriptLine.at >= wanted.since).order_by(TranscriptLine.at)
        low = (session.scalar(first.limit(1)) or 2**62) - _OUT_OF_ORDER
    if wanted.until:
        last = (
            select(TranscriptLine.id)
            .where(TranscriptLine.at < wanted.until)
            .order_by(TranscriptLine.at.desc())
        )
        high = min(high, (session.scalar(last.limit(1)) or 0) + _OUT_OF_ORDER)
    return max(0, low), high


_OUT_OF_ORDER = 1000
"""Lines that processes side by side may have written in another order than their times say."""


def _postgresql_query(wanted: Search, terms: Sequence[Term]) -> Select[tuple[object, ...]]:
    asked = " & ".join(f"({' <-> '.join(term.words)}{':*' if term.begins else ''})" for term in terms)
    matches = literal_column(WORDS_OF_LINE).op("@@")(func.to_tsquery("simple", bindparam("asked", asked)))
    query = select(*_COLUMNS).join(Conversation, Conversation.id == TranscriptLine.conversation_id)
    query = query.where(matches).order_by(TranscriptLine.id.desc())
    if wanted.before:
        query = query.where(TranscriptLine.id < wanted.before)
    if wanted.sender:
        query = query.where(TranscriptLine.sender == wanted.sender)
    if wanted.channel:
        query = query.where(Conversation.channel == wanted.channel)
    return _in_period(query, wanted)


def _in_period(query: Select[tuple[object, ...]], wanted: Search) -> Select[tuple[object, ...]]:
    if wanted.since:
        query = query.where(TranscriptLine.at >= wanted.since)
    if wanted.until:
        query = query.where(TranscriptLine.at < wanted.until)
    return query


def _neighbours_of(session: Session, found: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Around]:
    """The neighbours of the found lines, by one query."""
    if not found:
        return {}
    its_neighbours = [
        and_(
            TranscriptLine.conversation_id == conversation_id,
            TranscriptLine.sequence.in_((sequence - 1, sequence + 1)),
        )
        for conversation_id, sequence in found
    ]
    lines = session.execute(
        select(
            TranscriptLine.conversation_id,
            TranscriptLine.sequence,
            TranscriptLine.sender,
            TranscriptLine.reply,
        ).where(or_(*its_neighbours))
    )
    around = {}
    for line in lines:
        reply = REPLY.validate_python(line.reply)
        around[line.conversation_id, line.sequence] = Around(line.sender, reply.by, reply.text)
    return around
