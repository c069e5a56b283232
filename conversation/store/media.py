"""Keeps residents' pictures on disk: checked by content, made anew without metadata, under names of our own.

Nothing that was uploaded is ever kept or shown as it came (`core.picture`). It is decoded in a child process, so that a file made to
hurt costs its sender an answer and nobody else anything.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from core.confined import Overrun, output_of
from core.errors import BadUpload, SendCode, SendLater
from core.model import Attachment, Position, Trouble
from core.picture import checked_kind

CONTENT_TYPE = "image/jpeg"
NAME = re.compile(r"[0-9a-f]{32}")
AT_ONCE = 2
"""Pictures that are decoded at the same time; what else there is to do has the rest of the machine."""
SECONDS = 20.0
"""How long one may take, and how long one waits for its turn."""


class Room(Protocol):
    """What says whether another picture of a conversation has room, before anything is done with it, and counts those that were stored."""

    def admit(self, owner: str) -> None:
        """Raises `BadUpload` when there is none."""
        ...

    def count(self, owner: str) -> None:
        """One more is stored."""
        ...


@dataclass
class DiskMediaStore:
    """Pictures below `folder`, two levels deep (`ab/cd/abcd....jpg`), each written whole or not at all."""

    folder: Path
    seconds: float = SECONDS
    room: Room | None = None
    _held: int | None = field(default=None, repr=False)
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE), repr=False
    )

    def take(self, data: bytes, owner: str = "", within: float | None = None) -> Attachment:
        """Store a JPEG, PNG or WebP picture; raises `BadUpload` with the trouble to tell the resident about.

        `owner` names the conversation that it counts for, if there is a `room`. Blocks for as long as the picture takes, at most twice
        `seconds`. Whoever has only so long, `within`, gets `SendLater` after that.
        """
        checked_kind(data)
        if self.room:
            self.room.admit(owner)
        begun = time.monotonic()
        try:
            with self._place_in_line(within):
                left = self.seconds if within is None else begun + within - time.monotonic()
                picture, position = made_anew_in_child(data, min(self.seconds, left))
        except BadUpload as error:
            if within is not None and time.monotonic() >= begun + within:
                raise SendLater(
                    SendCode.FILE_LATE, detail="making it anew took longer than there was time"
                ) from error
            raise
        media_id = uuid.uuid4().hex
        self._write_picture(media_id, picture)
        if self.room:
            self.room.count(owner)
        return Attachment(media_id, CONTENT_TYPE, len(picture), position)

    def read(self, media_id: str) -> tuple[bytes, str] | None:
        """The picture and its content type, or None when there is none of this id."""
        if not NAME.fullmatch(media_id):
            return None
        try:
            return self._path_of(media_id).read_bytes(), CONTENT_TYPE
        except FileNotFoundError:
            return None

    @property
    def held(self) -> int:
        """Bytes of all pictures; what other processes added is seen at the next look through the folder."""
        if self._held is None:
            deque(self.pictures(), maxlen=0)
        return self._held or 0

    def pictures(self) -> Iterator[tuple[str, datetime]]:
        """The names of all pictures, and when each was written."""
        held = 0
        for path in self.folder.glob("??/??/*.jpg"):
            with suppress(FileNotFoundError):
                found = path.stat()
                held += found.st_size
                yield path.stem, datetime.fromtimestamp(found.st_mtime, UTC)
        self._held = held

    def forget(self, media_ids: Iterable[str], *, unfinished_before: datetime) -> None:
        """Remove these pictures, and what was begun before this time and never finished."""
        for media_id in media_ids:
            self._remove_file(self._path_of(media_id))
        for path in self.folder.glob("??/??/*.part"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < unfinished_before.timestamp():
                    path.unlink()

    def _remove_file(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            self._held = max(0, self.held - size)

    @contextmanager
    def _place_in_line(self, within: float | None = None) -> Iterator[None]:
        if not self._places.acquire(timeout=self.seconds if within is None else within):
            raise BadUpload("Too many pictures came at once; send it again in a while.", Trouble.NOT_NOW)
        try:
            yield
        finally:
            self._places.release()

    def _path_of(self, media_id: str) -> Path:
        return self.folder / media_id[:2] / media_id[2:4] / f"{media_id}.jpg"

    def _write_picture(self, media_id: str, picture: bytes) -> None:
        """On disk before it is promised: a message that names the picture may be committed right after."""
        path = self._path_of(media_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        if self._held is not None:
            self._held += len(picture)


def made_anew_in_child(data: bytes, seconds: float) -> tuple[bytes, Position | None]:
    """`core.picture.made_anew` where it can harm nobody; a child that dies or is late is a `BadUpload` too."""
    try:
        with output_of("core.picture", given=data, seconds=seconds) as output:
            head = json.loads(output.readline())
            picture = output.read()
    except Overrun:
        raise BadUpload(
            "The picture could not be made anew within its limits; send a smaller one.", Trouble.FILE_TOO_BIG
        ) from None
    except ValueError:
        raise BadUpload("The picture could not be made anew; send another one.") from None
    if "refused" in head:
        raise BadUpload(head["refused"], Trouble(head["trouble"]))
    return picture, Position(*head["position"]) if head["position"] else None
