"""Makes a picture anew: `python -m core.picture < file`, in a child with limits (`core.confined`).

What was uploaded is decoded and encoded again, which drops its metadata and anything that hid in the file; where it was taken is read
once before that. The child writes one line of JSON, `position` or `refused` and `trouble`, and then the picture.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageOps

from core.confined import ProcessLimits, confine_process
from core.errors import BadUpload
from core.model import Position, Trouble

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SCANS = 100
"""A progressive JPEG from a camera or a website has about ten; each costs as much time as a whole picture."""
MAX_FRAMES = 500
"""Of a moving PNG or WebP; the first one is kept."""
LONGEST_SIDE = 2048
QUALITY = 85
LIMITS = ProcessLimits(memory=768 * 2**20, cpu_seconds=10, output=32 * 2**20)
"""40 megapixels are 160 MB, and a picture with transparency is three times in memory at once."""
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
    RecursionError,
)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def picture_kind(data: bytes) -> str | None:
    """JPEG, PNG or WEBP by the first bytes; None for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def checked_kind(data: bytes) -> str:
    """The kind of a picture that is worth a child process; raises `BadUpload` for what its bytes alone give away.

    A JPEG's start of a scan can stand nowhere in its data by chance, so that counting it never counts too few.
    """
    if len(data) > MAX_BYTES:
        raise BadUpload(
            f"The picture has {len(data)} bytes; at most {MAX_BYTES} are taken.", Trouble.FILE_TOO_BIG
        )
    kind = picture_kind(data)
    if kind is None:
        raise BadUpload("The file is not a JPEG, PNG or WebP picture by its first bytes; send one of these.")
    mark, most = {
        "JPEG": (b"\xff\xda", MAX_SCANS),
        "PNG": (b"fcTL", MAX_FRAMES),
        "WEBP": (b"ANMF", MAX_FRAMES),
    }[kind]
    if (count := data.count(mark)) > most:
        raise BadUpload(f"The picture has {count} scans or frames; at most {most} are taken.")
    return kind


def made_anew(data: bytes) -> tuple[bytes, Position | None]:
    """The picture as a fresh JPEG, upright, at most 2048 pixels long, and where it was taken. Raises `BadUpload`."""
    kind = checked_kind(data)
    try:
        with Image.open(BytesIO(data), formats=[kind]) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:
                raise _too_many_pixels(width * height)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            position = _where_taken(opened)
            ImageOps.exif_transpose(opened, in_place=True)
            picture = _plain_image(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = BytesIO()
            picture.save(out, "JPEG", quality=QUALITY)
    except BOMBS:
        raise _too_many_pixels(MAX_PIXELS) from None
    except MemoryError:
        raise BadUpload(
            "The picture needs too much memory; send a smaller one.", Trouble.FILE_TOO_BIG
        ) from None
    except BROKEN as error:
        raise BadUpload(
            f"The picture could not be decoded ({type(error).__name__}); send it again or send another one."
        ) from None
    return out.getvalue(), position


def _too_many_pixels(count: int) -> BadUpload:
    return BadUpload(
        f"The picture has {count} pixels or more; at most {MAX_PIXELS} are taken.", Trouble.FILE_TOO_BIG
    )


def _plain_image(picture: Image.Image) -> Image.Image:
    """Without transparency (on white), palette or metadata: pixels only."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(layered, mask=layered)
        return white
    plain = picture.convert("RGB")
    plain.info = {}
    return plain


def _where_taken(picture: Image.Image) -> Position | None:
    """The position in the picture's metadata, WGS84 degrees; None when there is none that makes sense."""
    try:
        facts = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _decimal_degrees(
            facts.get(ExifTags.GPS.GPSLatitude), facts.get(ExifTags.GPS.GPSLatitudeRef), "S"
        )
        longitude = _decimal_degrees(
            facts.get(ExifTags.GPS.GPSLongitude), facts.get(ExifTags.GPS.GPSLongitudeRef), "W"
        )
    except BROKEN:
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    # Cameras without a fix write 0, 0: a spot in the sea.
    return Position(latitude, longitude) if on_earth and (latitude or longitude) else None


def _decimal_degrees(parts: Any, side: Any, negative: str) -> float:
    """Degrees, minutes and seconds as decimal degrees; NaN fails every comparison that follows."""
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if str(side).upper().startswith(negative) else value, 6)


def main() -> None:
    """The picture on standard input, made anew on standard output."""
    confine_process(LIMITS)
    head: dict[str, object]
    try:
        picture, position = made_anew(sys.stdin.buffer.read())
    except BadUpload as error:
        head, picture = {"refused": str(error), "trouble": error.trouble.value}, b""
    else:
        head = {"position": [position.latitude, position.longitude] if position else None}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + picture)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
