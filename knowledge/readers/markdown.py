"""Markdown with optional front matter, and plain text."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.text import readable_text
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.parts import front_matter, make_document, read_text, title_of_file

_FIRST_HEADING = re.compile(r"^ {0,3}#[ \t]+(\S.*)$|^(\S.*)\n={2,}[ \t]*$", re.MULTILINE)


def read_markdown(path: Path, origin: str) -> list[Document]:
    """One document; its title is that of the front matter, else the first heading, else the file's name."""
    values, text = front_matter(read_text(path))
    heading = _FIRST_HEADING.search(text)
    title = readable_text((heading[1] or heading[2]).rstrip("# \t")) if heading else ""
    return [_filled_document(make_document(origin, text, values, title=title or title_of_file(origin)))]


def read_plain(path: Path, origin: str) -> list[Document]:
    """One document; a short first line followed by an empty one is its title. Its text is kept from being read as Markdown."""
    values, text = front_matter(read_text(path))
    first, _, rest = text.strip().partition("\n")
    titled = bool(first) and len(first) <= 100 and rest.startswith("\n")
    body = re.sub(r"^(\s*)(#)", r"\1\\\2", rest if titled else text, flags=re.MULTILINE)
    return [
        _filled_document(
            make_document(origin, body, values, title=first if titled else title_of_file(origin))
        )
    ]


def _filled_document(found: Document) -> Document:
    if not re.search(r"\w", found.text):
        raise UnreadableDocument(UnreadableCode.NO_WORDS)
    return found
