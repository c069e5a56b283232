"""How many pictures are kept: so many of one conversation a day, so much in all; and what nobody claims is removed.

A picture is claimed when a message that waits or was said, a dialogue, a case or a link names it. One that was uploaded and never sent,
or whose message was never written down, is removed after some days.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Select, select

from city.requests.tables import RequestPhotoRow
from conversation.store.media import DiskMediaStore
from conversation.store.tables import Conversation, PictureLink, TranscriptLine
from conversation.store.usage import Usage, Used, Window
from core.errors import BadUpload
from core.model import Health, Trouble
from core.tables import QueueItem

if TYPE_CHECKING:
    from pathlib import Path

    from core.database import Database
    from core.schedule import Marks

log = structlog.get_logger()

SPARE_BYTES = 512 * 2**20
"""What pictures leave free on the disk, for the database and everything else that must be written."""
NEARLY_FULL = 0.9
MARGIN = timedelta(days=1)
"""How far the clocks of files and rows may differ."""
MARK = "pictures_swept"
_NAME = re.compile(r"[0-9a-f]{32}")


class PictureRoom:
    """The room that the pictures of an installation have. `most_a_day` is of one conversation, `most_bytes` of all."""

    def __init__(  # noqa: PLR0917  the parts that it joins
        self,
        database: Database,
        folder: Path,
        most_a_day: int,
        most_bytes: int,
        pseudonym: Callable[[str], str],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self.store = DiskMediaStore(folder, room=self)
        self._usage = Usage(database)
        self._most_a_day = most_a_day
        self._most_bytes = most_bytes
        self._pseudonym = pseudonym
        self._now = now

    def admit(self, owner: str) -> None:
        """`BadUpload` when there is no room for another picture of this conversation. No owner is staff."""
        if self._is_full():
            log.error("no_room_for_pictures", held=self.store.held)
            raise BadUpload("There is no room for more pictures.", Trouble.NOT_NOW)
        used = self._usage.of(self._pseudonym(owner), self._now()) if owner else {}
        if used.get((Used.PICTURES, Window.DAY), 0) >= self._most_a_day:
            raise BadUpload("This conversation has sent enough pictures for a day.", Trouble.NOT_NOW)

    def count(self, owner: str) -> None:
        """One more picture of this conversation is stored."""
        if owner:
            with self._database.noting() as session:
                self._usage.add(session, self._pseudonym(owner), Used.PICTURES, self._now(), (Window.DAY,))

    def health(self) -> Health:
        """How much room is left; when there is none, words are taken all the same."""
        full = self._is_full()
        return Health(
            "pictures",
            ok=not full,
            needed=False,
            detail="no room left: raise CITYLINE_PICTURES_GB or free the disk" if full else "",
            facts={"bytes": self.store.held, "most_bytes": self._most_bytes},
            warning=self.store.held > self._most_bytes * NEARLY_FULL,
        )

    def _is_full(self) -> bool:
        place = self.store.folder
        while not place.exists() and place != place.parent:
            place = place.parent
        return self.store.held >= self._most_bytes or shutil.disk_usage(place).free < SPARE_BYTES


def sweep_unclaimed(
    database: Database, store: DiskMediaStore, marks: Marks, now: datetime, kept_for: timedelta
) -> int:
    """Remove pictures older than `kept_for` that nobody claims, and what was left half written; how many pictures went.

    Each is looked at once: what is claimed by then stays for as long as whoever claims it.
    """
    end, last = now - kept_for, marks.get(MARK)
    old = {
        media_id: at
        for media_id, at in store.pictures()
        if at < end and (last is None or at >= last - MARGIN)
    }
    unclaimed = set(old) - set(claimed_pictures(database, min(old.values()) - MARGIN)) if old else set()
    store.forget(unclaimed, unfinished_before=now - MARGIN)
    marks.put(MARK, end)
    if unclaimed:
        log.info("unclaimed_pictures_removed", pictures=len(unclaimed))
    return len(unclaimed)


def claimed_pictures(database: Database, since: datetime) -> Iterator[str]:
    """The names of all pictures that something written since then names."""
    columns: tuple[Select[Any], ...] = (
        select(TranscriptLine.attachments, TranscriptLine.reply).where(TranscriptLine.at >= since),
        select(QueueItem.payload).where(QueueItem.created_at >= since),
        select(Conversation.dialogue).where(Conversation.heard_at >= since),
        select(RequestPhotoRow.media_id).where(RequestPhotoRow.created_at >= since),
        select(PictureLink.media_ids),
    )
    with database.looking() as connection:
        for query in columns:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield from _NAME.findall(json.dumps(list(row)))
