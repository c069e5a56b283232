"""The index of the words that were said, in whichever way the database has for it. Queries are in `conversation.staff.search`.

SQLite: an FTS5 table that keeps no text of its own (it reads through the view `said_lines`), fed by triggers. PostgreSQL: a GIN index
over an expression. Both fold case and accents, and neither knows stems: a word is found as it was written. Revision `0011_takeover` makes
it; whoever changes it does so in a new revision.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ"
PLAIN = "aaaaaaeeeeiiiiooooouuuunc" * 2
SIGNS = "[!-/:-@\\[-`{-~¿¡«»“”‘’…–—·]+"
"""What separates words for PostgreSQL, whose own parser would keep addresses and numbers with signs in one piece."""

WORDS_OF_LINE = (
    "to_tsvector('simple', regexp_replace(lower(translate(transcript_lines.reply ->> 'text', "
    f"'{ACCENTED}', '{PLAIN}')), '{SIGNS}', ' ', 'g'))"
)
"""What PostgreSQL's index is over, to the letter: with any other expression a search would read every line."""

OURS = ("said", "said_lines")


def is_ours(name: str | None) -> bool:
    """Whether a table or index belongs to this index, which Alembic's comparison does not understand."""
    return bool(name) and (name in OURS or str(name).startswith(("said_", "ix_said_")))


def scrub_index(session: Session) -> None:
    """Leave no trace of words whose lines were deleted: until this is done, SQLite's index may keep them in pages not merged yet.

    To be called once after lines were deleted by retention or at a resident's wish, within the same transaction.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO said (said) VALUES ('optimize')"))
