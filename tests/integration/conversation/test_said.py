"""The search over what was said, on SQLite's index and on PostgreSQL's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from conversation.staff.search import Search, Term, marked_pieces, read_terms, search_lines
from conversation.staff.search_index import WORDS_OF_LINE, scrub_index
from conversation.store.tables import Conversation, TranscriptLine

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def conversation(session, name, *said, channel="web"):
    """A conversation in which the resident, the city and staff speak in turn, a minute apart."""
    session.add(
        Conversation(
            id=name,
            channel=channel,
            sender_key=name,
            address="",
            person_id=name,
            language="en",
            dialogue={},
            heard_at=NOON,
            created_at=NOON,
        )
    )
    session.flush()
    for number, words in enumerate(said):
        sender = ("resident", "city", "staff")[number % 3]
        session.add(
            TranscriptLine(
                conversation_id=name,
                sequence=number + 1,
                sender=sender,
                reply={"text": words, "by": "Ana" if sender == "staff" else ""},
                attachments=[],
                at=NOON + timedelta(minutes=number),
            )
        )
    session.flush()


def found(session, words, **more):
    return [
        (line.conversation_id, line.sequence)
        for line in search_lines(session, Search(words, **more), limit=10)
    ]


@pytest.fixture
def session(database):
    with database.writing() as session:
        conversation(
            session,
            "a",
            "¿Cuándo abre la BIBLIOTECA el miércoles?",
            "The library opens at 9:00.",
            "Ask for Mr. O'Neil; case KR-48213.",
        )
        conversation(session, "b", "the libraries are closed", "I am sorry to hear that.", channel="sms")
        yield session


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("biblioteca", [("a", 1)]),
        ("Miercoles", [("a", 1)]),
        ("miércoles CUANDO", [("a", 1)]),
        ("library", [("a", 2)]),
        ("librar*", [("b", 1), ("a", 2)]),
        ("KR-48213", [("a", 3)]),
        ("48213", [("a", 3)]),
        ("o'neil", [("a", 3)]),
        ('"the libraries"', [("b", 1)]),
        ('"libraries the"', []),
        ("“libraries are”", [("b", 1)]),
        ("the library nowhere", []),
        ("9:00", [("a", 2)]),
        ("", []),
        ("!!! ... ---", []),
    ],
)
def test_words_are_found_as_they_were_written_but_for_case_and_accents(session, words, lines):
    assert found(session, words) == lines


@pytest.mark.parametrize(
    ("narrowed", "lines"),
    [
        ({"channel": "sms"}, [("b", 1)]),
        ({"sender": "city"}, [("a", 2)]),
        ({"sender": "staff"}, []),
        ({"since": NOON + timedelta(seconds=30)}, [("a", 2)]),
        ({"until": NOON + timedelta(seconds=30)}, [("b", 1)]),
        ({"channel": "fax"}, []),
        ({"channel": '"; DROP TABLE said', "sender": "' OR 1=1"}, []),
    ],
)
def test_a_search_is_narrowed(session, narrowed, lines):
    assert found(session, "librar*", **narrowed) == lines


def test_a_found_line_comes_with_its_words_marked_and_its_neighbours(session):
    (line,) = search_lines(session, Search("Library opens"))
    assert line.parts == (
        ("The ", False),
        ("library", True),
        (" ", False),
        ("opens", True),
        (" at 9:00.", False),
    )
    before, behind = line.around
    assert (before.sender, behind.sender, behind.by) == ("resident", "staff", "Ana")


def test_pages_follow_one_another_newest_first(session):
    conversation(session, "many", *(f"lantern number {number}" for number in range(7)))
    first = search_lines(session, Search("lantern"), limit=4)
    second = search_lines(session, Search("lantern", before=first[-1].line_id), limit=4)
    assert [line.sequence for line in (*first, *second)] == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query",
    [
        'a" OR words:b',
        "NEAR(library opens, 5)",
        "library AND",
        "NOT library",
        "-library",
        "marks:byresident",
        "' | !*",
        "library:*B",
        "*",
        '"',
        '""',
        "\x00library",
        "a" * 5000,
        "🌳 🦅",
        "% _",
        "<->",
    ],
)
def test_hostile_queries_are_only_words(session, query):
    assert isinstance(found(session, query), list)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(session, query):
    assert isinstance(found(session, query), list)


def test_what_is_deleted_or_changed_is_not_found_any_more(session):
    session.execute(delete(TranscriptLine).where(TranscriptLine.conversation_id == "b"))
    session.execute(
        update(TranscriptLine).where(TranscriptLine.sequence == 2).values(reply={"text": "taken out"})
    )
    scrub_index(session)
    assert found(session, "libraries") == []
    assert found(session, "library") == []
    assert found(session, "taken") == [("a", 2)]


def test_deleted_words_leave_no_trace_in_the_index(session, database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's vacuum sees to its own index")
    conversation(session, "secret", "xylophonist")
    session.execute(delete(TranscriptLine).where(TranscriptLine.conversation_id == "secret"))
    scrub_index(session)
    blocks = session.scalars(text("SELECT block FROM said_data")).all()
    assert not any(b"xylophon" in block for block in blocks)


def test_postgresql_looks_words_up_in_the_index_that_the_revisions_made(session, database):
    if database.is_sqlite:
        pytest.skip("SQLite's index is a table of its own")
    session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = (
        f"EXPLAIN SELECT id FROM transcript_lines WHERE {WORDS_OF_LINE} @@ to_tsquery('simple', 'library')"
    )
    assert "ix_said_words" in "\n".join(session.connection().exec_driver_sql(asked).scalars())


def test_a_query_is_read_into_terms():
    assert read_terms('Pot* "Canal Street" KR-48213 ¡Mañana!') == (
        Term(("pot",), begins=True),
        Term(("canal", "street")),
        Term(("kr", "48213")),
        Term(("manana",)),
    )


def test_long_texts_are_cut_around_what_was_found():
    parts = marked_pieces("word " * 200 + "needle " + "word " * 200, (Term(("needle",)),))
    assert parts[0] == ("…", False)
    assert ("needle", True) in parts
    assert parts[-1] == ("…", False)
    assert sum(len(part) for part, _ in parts) < 500
