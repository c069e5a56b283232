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
from core.failures import Failure, fail_with
from knowledge.base.text import one_line
from knowledge.base.unreadable import UnreadableCode, read_refusal
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
    refused: Failure | None = None


def unpack_archive(archive: Path, into: Path) -> list[Member]:
    """The members of a zip as files `0`, `1`, ... with their own endings in the folder `into`; `UnreadableDocument` for a bomb."""
    if archive.stat().st_size > MOST_ARCHIVE:
        raise UnreadableDocument(UnreadableCode.ZIP_LARGE, count=MOST_ARCHIVE // 2**20)
    into.mkdir(parents=True, exist_ok=True)
    with archive.open("rb", buffering=0) as file, child_output("zip", file) as output:
        return list(_archive_members(output, into))


def _archive_members(output: IO[bytes], into: Path) -> Iterator[Member]:
    for number, line in enumerate(iter(output.readline, b"")):
        head = _member_head(line)
        if "refused_whole" in head:
            raise read_refusal(head["refused_whole"])
        name, size = one_line(str(head.get("name")), 500), int(head.get("size") or 0)
        data = output.read(size)
        if len(data) != size:
            raise UnreadableDocument(UnreadableCode.ZIP_DAMAGED)
        if head.get("refused"):
            yield Member(name, None, read_refusal(head["refused"]).failure)
            continue
        suffix = PurePosixPath(name).suffix.lower()
        place = into / f"{number}{suffix if suffix[1:].isalnum() else ''}"
        place.write_bytes(data)
        yield Member(name, place)


def _member_head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise UnreadableDocument(UnreadableCode.ZIP_DAMAGED)
    return head


def write_members(source: IO[bytes], output: IO[bytes]) -> None:
    """The child's side."""
    try:
        _check_directory(source)
        with zipfile.ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_sizes(members)
            for member in members:
                _write_member(archive, member, output)
    except UnreadableDocument as error:
        _say_head(output, refused_whole=error.failure.as_data())
    except MemoryError:
        _say_head(output, refused_whole=fail_with(UnreadableCode.ZIP_MEMORY).as_data())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        _say_head(output, refused_whole=fail_with(UnreadableCode.ZIP_DAMAGED).as_data())
    output.flush()


def _check_directory(source: IO[bytes]) -> None:
    """Refuse a table of contents of a size that no archive of documents has, before anything reads it."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(max(0, size - 66_000))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise UnreadableDocument(UnreadableCode.NO_ZIP)
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory > _DIRECTORY or b"PK\x06\x07" in tail[max(0, at - 40) : at]:
        raise UnreadableDocument(UnreadableCode.ZIP_MANY, count=MOST_MEMBERS)
    source.seek(0)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableDocument(UnreadableCode.ZIP_MANY, count=MOST_MEMBERS)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableDocument(UnreadableCode.ZIP_UNPACKS, count=MOST_UNPACKED // 2**20)
    if any(
        member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1)
        for member in members
    ):
        raise UnreadableDocument(UnreadableCode.ZIP_TIGHT)


def _write_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, output: IO[bytes]) -> None:
    if refused := _refused_archive(member):
        _say_head(output, name=member.filename, refused=refused.as_data())
        return
    try:
        data = archive.read(member)
    except RuntimeError:
        _say_head(output, name=member.filename, refused=fail_with(UnreadableCode.LOCKED).as_data())
        return
    _say_head(output, name=member.filename, size=len(data))
    output.write(data)


def _refused_archive(member: zipfile.ZipInfo) -> Failure | None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        return fail_with(UnreadableCode.NAME_LEADS_OUT)
    if (member.external_attr >> 28) == 0xA:
        return fail_with(UnreadableCode.A_LINK)
    if member.flag_bits & 1:
        return fail_with(UnreadableCode.LOCKED)
    if member.file_size > MOST_BYTES:
        return fail_with(UnreadableCode.FILE_LARGE, count=MOST_BYTES // 2**20)
    if name.lower().endswith(".zip"):
        return fail_with(UnreadableCode.ZIP_IN_ZIP)
    return None


def _say_head(output: IO[bytes], **head: object) -> None:
    output.write(json.dumps(head).encode() + b"\n")
