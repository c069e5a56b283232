"""A zip of documents: checked and unpacked in the child process, taken over with care in the parent.

The child never opens a file: what it unpacks goes to standard output, for each member a line of JSON (`name`, `size`, `refused`) and
its bytes. No name of a member ever becomes a path.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.errors import UnreadableDocument
from knowledge.base.text import one_line
from knowledge.readers.parent import child_output
from knowledge.readers.parts import MOST_BYTES

MOST_ARCHIVE = 100 * 2**20
MOST_MEMBERS = 5000
MOST_UNPACKED = 200 * 2**20
MOST_RATIO = 100
SMALL = 2**20
_DIRECTORY = 600 * MOST_MEMBERS
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `place` is where its bytes are now, None when it was `refused` with a reason."""

    name: str
    place: Path | None
    refused: str = ""


def unpack(archive: Path, into: Path) -> list[Member]:
    """The members of a zip as files `0`, `1`, ... with their own endings in the folder `into`; `UnreadableDocument` for a bomb."""
    if archive.stat().st_size > MOST_ARCHIVE:
        raise UnreadableDocument(f"The archive is larger than {MOST_ARCHIVE // 2**20} MB; split it.")
    into.mkdir(parents=True, exist_ok=True)
    with archive.open("rb", buffering=0) as file, child_output("zip", file) as output:
        return list(_members(output, into))


def _members(output: IO[bytes], into: Path) -> Iterator[Member]:
    for number, line in enumerate(iter(output.readline, b"")):
        head = _head(line)
        if "refused_whole" in head:
            raise UnreadableDocument(str(head["refused_whole"]))
        name, size = one_line(str(head.get("name")), 500), int(head.get("size") or 0)
        data = output.read(size)
        if len(data) != size:
            raise UnreadableDocument("The archive is damaged and cannot be read; pack it anew.")
        if head.get("refused"):
            yield Member(name, None, str(head["refused"]))
            continue
        suffix = PurePosixPath(name).suffix.lower()
        place = into / f"{number}{suffix if suffix[1:].isalnum() else ''}"
        place.write_bytes(data)
        yield Member(name, place)


def _head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise UnreadableDocument("The archive is damaged and cannot be read; pack it anew.")
    return head


def write_members(source: IO[bytes], output: IO[bytes]) -> None:
    """The child's side."""
    try:
        _check_directory(source)
        with zipfile.ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_sizes(members)
            for member in members:
                _write(archive, member, output)
    except UnreadableDocument as error:
        _say(output, refused_whole=str(error))
    except MemoryError:
        _say(output, refused_whole="The archive needs too much memory to read; split it.")
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        _say(output, refused_whole="The archive is damaged and cannot be read; pack it anew.")
    output.flush()


def _check_directory(source: IO[bytes]) -> None:
    """Refuse a table of contents of a size that no archive of documents has, before anything reads it."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(max(0, size - 66_000))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise UnreadableDocument("The file is not a zip archive although its name says so.")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory > _DIRECTORY or b"PK\x06\x07" in tail[max(0, at - 40) : at]:
        raise UnreadableDocument(f"The archive holds more than {MOST_MEMBERS} files; split it.")
    source.seek(0)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableDocument(f"The archive holds more than {MOST_MEMBERS} files; split it.")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableDocument(
            f"The archive unpacks to more than {MOST_UNPACKED // 2**20} MB, as a bomb would; it is not opened."
        )
    if any(
        member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1)
        for member in members
    ):
        raise UnreadableDocument(
            "The archive is packed suspiciously tightly, as a bomb would be; it is not opened."
        )


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, output: IO[bytes]) -> None:
    if refused := _refused(member):
        _say(output, name=member.filename, refused=refused)
        return
    try:
        data = archive.read(member)
    except RuntimeError:
        _say(output, name=member.filename, refused="The file is protected by a password.")
        return
    _say(output, name=member.filename, size=len(data))
    output.write(data)


def _refused(member: zipfile.ZipInfo) -> str:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        return "Its name leads out of the archive, as an attack would; it is not unpacked."
    if (member.external_attr >> 28) == 0xA:
        return "It is a link and not a file."
    if member.flag_bits & 1:
        return "The file is protected by a password."
    if member.file_size > MOST_BYTES:
        return f"The file is larger than {MOST_BYTES // 2**20} MB; split it."
    if name.lower().endswith(".zip"):
        return "An archive within an archive is not opened; upload it by itself."
    return ""


def _say(output: IO[bytes], **head: object) -> None:
    output.write(json.dumps(head).encode() + b"\n")
