"""Contacts are no longer among the words that everybody finds cases by, but behind a mark."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.migrations.frozen_0019 import contact_words, cover, words_in

revision = "0019_contacts_among_words"
down_revision = "0016_wishes_about_data"

_SAID = ("description", "contact", "place_label")
_REQUESTS = sa.table("service_requests", *(sa.column(name) for name in ("id", "number", *_SAID)))
_UPDATES = sa.table("request_updates", *(sa.column(name) for name in ("request_id", "text")))
_WORDS = sa.table("request_words", *(sa.column(name) for name in ("word", "request_id", "of_place")))


def upgrade() -> None:
    """Take the words of contacts out, and put the contacts in behind their mark."""
    connection = op.get_bind()
    added: dict[int, list[str]] = {}
    for update in connection.execute(sa.select(_UPDATES).where(_UPDATES.c.text != "")):
        added.setdefault(update.request_id, []).append(update.text)
    for row in connection.execute(sa.select(_REQUESTS)).all():
        said = [row.description, row.contact, *added.get(row.id, ())]
        contacts = contact_words("\n".join([*said, row.place_label]))
        if contacts or row.contact:
            open_words = words_in(" ".join([row.number, *map(cover, [row.description, *said[2:]])]))
            _take_out(row.id, [*said, row.number], open_words, of_place=False)
            _take_out(row.id, [row.place_label], words_in(cover(row.place_label)), of_place=True)
            values = [{"word": word, "request_id": row.id, "of_place": False} for word in contacts]
            if values:
                connection.execute(sa.insert(_WORDS), values)


def _take_out(request_id: int, texts: list[str], stay: list[str], *, of_place: bool) -> None:
    gone = set(words_in(" ".join(texts))) - set(stay)
    if gone:
        op.get_bind().execute(
            sa.delete(_WORDS).where(
                _WORDS.c.request_id == request_id,
                _WORDS.c.of_place.is_(of_place),
                _WORDS.c.word.in_(sorted(gone)),
            )
        )


def downgrade() -> None:
    """Leave the contacts out: to find them by any word again would show them."""
    op.get_bind().execute(sa.delete(_WORDS).where(_WORDS.c.word.like("\u260e%")))
