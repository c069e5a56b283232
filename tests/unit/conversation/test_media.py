"""The picture store: what it takes, what it refuses and why, and that nothing of the original file survives."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from conversation.store.media import DiskMediaStore
from core.errors import BadUpload, SendLater
from core.model import Position, Trouble
from core.picture import LONGEST_SIDE, MAX_BYTES, MAX_FRAMES, MAX_SCANS, made_anew
from tests.support.pictures import picture, taken_at


@pytest.fixture
def store(tmp_path: Path) -> DiskMediaStore:
    # Seconds by the clock, for a busy machine; processor time is limited all the same.
    return DiskMediaStore(tmp_path / "media", seconds=120)


def opened(store: DiskMediaStore, media_id: str) -> Image.Image:
    found = store.read(media_id)
    assert found is not None
    return Image.open(BytesIO(found[0]))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header says it is huge; its data is a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_each_kind_comes_back_as_a_jpeg(store, kind):
    taken = store.take(picture(kind))
    data, content_type = store.read(taken.media_id)
    assert (taken.content_type, content_type, taken.size) == ("image/jpeg", "image/jpeg", len(data))
    assert Image.open(BytesIO(data)).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "color"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("P", 0), ("1", 1), ("L", 255)]
)
def test_transparency_and_palettes_become_plain_colour(store, mode, color):
    image = opened(store, store.take(picture("PNG", mode=mode, color=color)).media_id)
    assert image.mode == "RGB"


def test_a_transparent_picture_lies_on_white(store):
    image = opened(store, store.take(picture("PNG", mode="RGBA", color=(0, 0, 0, 0))).media_id)
    assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("latitude", "longitude", "sides", "expected"),
    [
        ((41.0, 39.0, 7.2), (74.0, 20.0, 24.0), ("N", "W"), Position(41.652, -74.34)),
        ((33.0, 51.0, 0.0), (151.0, 12.0, 0.0), ("S", "E"), Position(-33.85, 151.2)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), ("N", "E"), None),
        ((99.0, 0.0, 0.0), (10.0, 0.0, 0.0), ("N", "E"), None),
        ((41.0, 39.0), (74.0, 20.0), ("N", "W"), None),
    ],
)
def test_the_place_is_read_once_when_it_makes_sense(store, latitude, longitude, sides, expected):
    taken = store.take(picture(exif=taken_at(latitude, longitude, sides)))
    assert taken.position == expected


def test_no_metadata_survives(store):
    exif = taken_at((41.0, 39.0, 7.2), (74.0, 20.0, 24.0))
    taken = store.take(picture(exif=exif, comment=b"my home"))
    data, _ = store.read(taken.media_id)
    assert not Image.open(BytesIO(data)).getexif()
    assert b"SecretCam" not in data
    assert b"my home" not in data


def test_what_hid_behind_the_picture_is_gone(store):
    data, _ = store.read(store.take(picture() + b"<script>alert(1)</script>").media_id)
    assert b"script" not in data


def test_a_picture_taken_sideways_stands_upright(store):
    exif = taken_at((41.0, 0.0, 0.0), (74.0, 0.0, 0.0), orientation=6)
    assert opened(store, store.take(picture(size=(40, 30), exif=exif)).media_id).size == (30, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_made_smaller(store, kind):
    assert opened(store, store.take(picture(kind, size=(4000, 3000))).media_id).size == (LONGEST_SIDE, 1536)


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", Trouble.BAD_FILE),
        (b"hello", Trouble.BAD_FILE),
        (b"%PDF-1.7 not a picture", Trouble.BAD_FILE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Trouble.BAD_FILE),
        (b"GIF89a" + b"\0" * 50, Trouble.BAD_FILE),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, Trouble.BAD_FILE),
        (b"\xff\xd8\xff" + b"\0" * 50, Trouble.BAD_FILE),
        (b"RIFF\0\0\0\0WEBPVP8 ", Trouble.BAD_FILE),
        (picture("PNG")[:60], Trouble.BAD_FILE),
        (picture(size=(400, 300))[:-200], Trouble.BAD_FILE),
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, Trouble.FILE_TOO_BIG),
        (png_that_claims(7000, 7000), Trouble.FILE_TOO_BIG),
        (png_that_claims(12_000, 9_000), Trouble.FILE_TOO_BIG),
        (png_that_claims(2**31 - 1, 2**31 - 1), Trouble.FILE_TOO_BIG),
    ],
    ids=range(14),
)
def test_what_cannot_be_taken_is_refused_with_its_reason(store, data, trouble):
    with pytest.raises(BadUpload) as refused:
        store.take(data)
    assert refused.value.trouble is trouble
    assert not store.folder.exists()


def with_scans(count: int, size: tuple[int, int] = (400, 300)) -> bytes:
    """A progressive JPEG whose last scan is said again and again."""
    whole = picture(size=size, progressive=True)
    at = whole.rindex(b"\xff\xda")
    scan = whole[at:-2]
    return whole[:-2] + scan * (count - whole.count(b"\xff\xda")) + whole[-2:]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(*chunks: bytes) -> bytes:
    """A PNG with more chunks behind its header."""
    whole = picture("PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


def moving(kind: str, frames: int) -> bytes:
    first, *others = (Image.new("RGB", (16, 16), (at * 97 % 256, at * 57 % 256, 0)) for at in range(frames))
    out = BytesIO()
    first.save(out, kind, save_all=True, append_images=others)
    return out.getvalue()


PACKED_ZEROS = zlib.compress(bytes(200 * 2**20), 9)


@pytest.mark.parametrize(
    "data",
    [
        with_scans(5000),
        with_scans(MAX_SCANS + 1),
        with_scans(5000, (4000, 3000)),
        with_scans(2000)[:-2].replace(b"\xff\xda", b"\xff\xff\xda"),
        moving("PNG", MAX_FRAMES + 1),
        moving("WEBP", MAX_FRAMES + 1),
        png_with(chunk(b"iCCP", b"profile\0\0" + PACKED_ZEROS)),
        png_with(*(chunk(b"tEXt", b"a\0" + b"x" * 2**20),) * 70),
        png_with(chunk(b"zTXt", b"a\0\0" + PACKED_ZEROS)),
        png_with(chunk(b"iTXt", b"a\0\1\0\0\0" + PACKED_ZEROS)),
    ],
    ids=[
        "5000 scans",
        "one scan more",
        "big",
        "filled marks",
        "png frames",
        "webp frames",
        "iCCP",
        "tEXt",
        "zTXt",
        "iTXt",
    ],
)
def test_a_picture_made_to_hurt_is_refused_and_the_next_one_is_taken(store, data):
    with pytest.raises(BadUpload):
        store.take(data)
    assert store.take(picture()).size


@pytest.mark.parametrize(
    "data",
    [
        picture(size=(4000, 3000), progressive=True),
        with_scans(MAX_SCANS),
        moving("PNG", 20),
        moving("WEBP", 20),
        picture("PNG", size=(7000, 5700), mode="RGBA", color=(1, 2, 3, 4)),
        picture("WEBP", size=(7000, 5700), mode="RGBA", color=(1, 2, 3, 4)),
        picture(size=(7000, 5700), mode="CMYK", color=(1, 2, 3, 4), progressive=True),
    ],
    ids=["progressive", "most scans", "png", "webp", "large png", "large webp", "large cmyk"],
)
def test_an_unusual_picture_is_taken_within_the_limits(store, data):
    assert store.take(data).size


def test_a_picture_that_takes_too_long_is_refused_and_the_next_one_is_taken(store):
    with pytest.raises(BadUpload, match="within its limits"):
        DiskMediaStore(store.folder, seconds=0.001).take(picture())
    assert store.take(picture()).size


def test_pictures_do_not_wait_for_ever_for_others(store):
    busy = DiskMediaStore(store.folder, seconds=0.01)
    with busy._place_in_line(), busy._place_in_line(), pytest.raises(BadUpload) as refused:
        busy.take(picture())
    assert refused.value.trouble is Trouble.NOT_NOW


def test_the_child_has_no_more_memory_than_its_limit():
    more = "LIMITS.memory + 2**26"  # what the interpreter gives back after `confine` may be used again
    greedy = f"from core.confined import *; from core.picture import LIMITS; confine_process(LIMITS); bytes({more})"
    ended = subprocess.run([sys.executable, "-c", greedy], capture_output=True, check=False, text=True)
    assert "MemoryError" in ended.stderr


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_bent_files_are_taken_or_refused_but_never_break_anything(kind):
    chance = random.Random(7)
    whole = picture(kind, size=(64, 48), exif=taken_at((41.0, 39.0, 7.2), (74.0, 20.0, 24.0)))
    for _ in range(150):
        bent = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            bent[chance.randrange(4, len(bent))] = chance.randrange(256)
        try:
            made_anew(bytes(bent[: chance.randint(20, len(bent))]))
        except BadUpload:
            continue


@pytest.mark.parametrize(
    "media_id", ["", "..", "../../etc/passwd", "0" * 31, "0" * 32, "A" * 32, "ab/../" + "0" * 26]
)
def test_an_unknown_name_finds_nothing(store, media_id):
    assert store.read(media_id) is None


def test_pictures_lie_two_folders_deep_and_leave_nothing_unfinished(store):
    taken = store.take(picture())
    files = [file.relative_to(store.folder).as_posix() for file in store.folder.rglob("*") if file.is_file()]
    assert files == [f"{taken.media_id[:2]}/{taken.media_id[2:4]}/{taken.media_id}.jpg"]


def test_what_takes_longer_than_there_is_time_may_be_taken_later(store):
    with pytest.raises(SendLater):
        store.take(picture(), within=0.0)
    assert store.take(picture(), within=120.0).size
