"""The child process that takes hostile formats apart: `python -m knowledge.reading_child pdf < file`.

It sets its own limits before it imports a parser, reads the file from standard input, knows no path, and writes one JSON
object: `title`, `text` (Markdown) and `values` (what the file says of itself), or `refused` with a sentence.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

MEMORY = 512 * 2**20
CPU_SECONDS = 20
OUTPUT = 32 * 2**20
KINDS = ("html", "pdf", "docx")


def limit_resources() -> None:
    """Memory to 512 MB above what the process has now, processor time to 20 s, written bytes to 32 MB, no core file."""
    now = _address_space()
    for kind, limit in (
        (resource.RLIMIT_AS, now + MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # no /proc: not Linux
        return 2**30
    return pages * resource.getpagesize()


def answer(kind: str, data: bytes) -> dict[str, object]:
    """What is in a file of this kind, or why it is refused."""
    from bot.errors import UnreadableDocument

    try:
        if kind == "html":
            from knowledge.readers.html import parse_html as parse
        elif kind == "pdf":
            from knowledge.readers.pdf import parse_pdf as parse
        else:
            from knowledge.readers.docx import parse_docx as parse
        title, text, values = parse(data)
    except UnreadableDocument as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "The file needs too much memory to read; split it or save it anew."}
    except RecursionError:
        return {"refused": "The file is nested too deeply to read."}
    return {"title": title, "text": text, "values": values}


def main() -> None:
    """Read the file on standard input; the one argument is its kind."""
    limit_resources()
    found = answer(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
