"""Keeps residents' pictures on disk: checked by content, made anew without metadata, under names of our own.

Nothing that was uploaded is ever kept or shown as it came. A picture is decoded within limits and encoded again, which drops
its metadata and anything that hid in the file; where it was taken is read once before that (`Attachment.position`).
"""

from __future__ import annotations

import os
import re
import struct
import threading
import uuid
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps

from bot.errors import BadUpload
from bot.model import Attachment, Position, Trouble

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2048
QUALITY = 85
CONTENT_TYPE = "image/jpeg"
NAME = re.compile(r"[0-9a-f]{32}")
# What Pillow raises on files that are cut, bent or made to hurt; its warnings too, where warnings are errors.
BROKEN = (
    UserWarning,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    KeyError,
    TypeError,
    ArithmeticError,
    MemoryError,
)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass
class DiskMediaStore:
    """Pictures below `folder`, two levels deep (`ab/cd/abcd....jpg`), each written whole or not at all."""

    folder: Path
    # One picture is decoded at a time: 40 megapixels are 160 MB, and four at once would be the machine's memory.
    _decoding: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, data: bytes) -> Attachment:
        """Store a JPEG, PNG or WebP picture; raises `BadUpload` with the trouble to tell the resident about."""
        if len(data) > MAX_BYTES:
            raise BadUpload(
                f"The picture has {len(data)} bytes; at most {MAX_BYTES} are taken.", Trouble.FILE_TOO_BIG
            )
        kind = picture_kind(data)
        if kind is None:
            raise BadUpload(
                "The file is not a JPEG, PNG or WebP picture by its first bytes; send one of these."
            )
        with self._decoding:
            picture, position = _made_anew(data, kind)
        media_id = uuid.uuid4().hex
        self._write(media_id, picture)
        return Attachment(media_id, CONTENT_TYPE, len(picture), position)

    def read(self, media_id: str) -> tuple[bytes, str] | None:
        """The picture and its content type, or None when there is none of this id."""
        if not NAME.fullmatch(media_id):
            return None
        try:
            return self._path(media_id).read_bytes(), CONTENT_TYPE
        except FileNotFoundError:
            return None

    def _path(self, media_id: str) -> Path:
        return self.folder / media_id[:2] / media_id[2:4] / f"{media_id}.jpg"

    def _write(self, media_id: str, picture: bytes) -> None:
        """On disk before it is promised: a message that names the picture may be committed right after."""
        path = self._path(media_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


def picture_kind(data: bytes) -> str | None:
    """JPEG, PNG or WEBP by the first bytes; None for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _made_anew(data: bytes, kind: str) -> tuple[bytes, Position | None]:
    """The picture as a fresh JPEG, upright, at most 2048 pixels long, and where it was taken."""
    try:
        with Image.open(BytesIO(data), formats=[kind]) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:
                raise _too_many_pixels(width * height)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            position = _where_taken(opened)
            picture = _plain(ImageOps.exif_transpose(opened))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = BytesIO()
            picture.save(out, "JPEG", quality=QUALITY)
    except BOMBS:
        raise _too_many_pixels(MAX_PIXELS) from None
    except BROKEN as error:
        raise BadUpload(
            f"The picture could not be decoded ({type(error).__name__}); send it again or send another one."
        ) from None
    return out.getvalue(), position


def _too_many_pixels(count: int) -> BadUpload:
    return BadUpload(
        f"The picture has {count} pixels or more; at most {MAX_PIXELS} are taken.", Trouble.FILE_TOO_BIG
    )


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency (on white), palette or metadata: pixels only."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    plain = picture.convert("RGB")
    plain.info = {}
    return plain


def _where_taken(picture: Image.Image) -> Position | None:
    """The position in the picture's metadata, WGS84 degrees; None when there is none that makes sense."""
    try:
        facts = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(facts.get(ExifTags.GPS.GPSLatitude), facts.get(ExifTags.GPS.GPSLatitudeRef), "S")
        longitude = _degrees(
            facts.get(ExifTags.GPS.GPSLongitude), facts.get(ExifTags.GPS.GPSLongitudeRef), "W"
        )
    except BROKEN:
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    # Cameras without a fix write 0, 0: a spot in the sea.
    return Position(latitude, longitude) if on_earth and (latitude or longitude) else None


def _degrees(parts: Any, side: Any, negative: str) -> float:
    """Degrees, minutes and seconds as decimal degrees; NaN fails every comparison that follows."""
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if str(side).upper().startswith(negative) else value, 6)
