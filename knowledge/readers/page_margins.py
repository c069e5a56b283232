"""What stands at the edges of a document's pages and is no part of its text: the numbers of pages, and what every page repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.readers.page_rows import PageRow

LEAST_PAGES = 3
"""Two pages are too few to know what repeats."""
_EDGE = 2
_LEAST_ROWS = 6
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^(?:page|página|pagina|seite|p\.|صفحة)?\s*[-–|]?\s*(\d+)\s*[-–|]?\s*(?:(?:/|of|de|von|sur|من)\s*\d+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _AtEdge:
    """A row at the edge of a page: `group` and `at` say which, `of_many` whether there is more on the page than edges."""

    page: int
    group: int
    at: int
    text: str
    of_many: bool

    @property
    def place(self) -> tuple[int, int, int]:
        return self.page, self.group, self.at


Pages = list[list[list[PageRow]]]
"""For each page, for each direction of writing, its rows."""


@dataclass(frozen=True, slots=True)
class WithoutMargins:
    """Pages without their edges; `repeated` is what stood there on every page, each once, and `dated` what of it has a number in it.

    A title, an address, the day on which rules come into force may stand nowhere else.
    """

    pages: Pages
    repeated: tuple[str, ...]
    dated: tuple[str, ...]


def without_margins(pages: Pages) -> WithoutMargins:
    """The pages without their numbers and without what more than half of at least three of them repeat."""
    edges = [one for number, groups in enumerate(pages) for one in _edge_rows(number, groups)]
    numbers = {one.place for one in _page_numbers(edges)}
    alike = [found for found in _repeated_rows(edges, len(pages)) if found[0].place not in numbers]
    dropped = numbers | {one.place for found in alike for one in found}
    kept = [
        [
            [row for at, row in enumerate(rows) if (page, group, at) not in dropped]
            for group, rows in enumerate(groups)
        ]
        for page, groups in enumerate(pages)
    ]
    return WithoutMargins(
        kept,
        tuple(found[0].text for found in alike),
        tuple(found[0].text for found in alike if _has_own_number(found, len(pages))),
    )


def _edge_rows(page: int, groups: list[list[PageRow]]) -> Iterator[_AtEdge]:
    for group, rows in enumerate(groups):
        last = len(rows) - 1
        of_many = len(rows) > _LEAST_ROWS
        depth = _EDGE if of_many else 1
        for at, row in enumerate(rows):
            if at < depth or at > last - depth:
                yield _AtEdge(page, group, at, row.text, of_many)


def _page_numbers(edges: Iterable[_AtEdge]) -> Iterator[_AtEdge]:
    """Rows that are a number alone which counts the pages: two of a sequence, or the page's own number."""
    numbers = [
        (one, int(match[1]) - one.page)
        for one in edges
        if len(one.text) < 30 and (match := _PAGE_NUMBER.match(one.text)) and len(match[1]) < 6
    ]
    offsets = [offset for _, offset in numbers]
    for one, offset in numbers:
        if offset == 1 or offsets.count(offset) > 1:
            yield one


def _repeated_rows(edges: Iterable[_AtEdge], pages: int) -> Iterator[list[_AtEdge]]:
    """Rows that more than half of the pages have, where no number differs but those that count the pages."""
    if pages < LEAST_PAGES:
        return
    alike: dict[str, list[_AtEdge]] = {}
    for one in edges:
        if one.of_many:
            alike.setdefault(_DIGITS.sub("#", one.text), []).append(one)
    for found in alike.values():
        if len({one.page for one in found}) > pages / 2 and all(
            len(set(numbers)) == 1 or _count_pages(numbers, found) for numbers in _columns_of_numbers(found)
        ):
            yield found


def _has_own_number(found: list[_AtEdge], pages: int) -> bool:
    """Whether a row that repeats has a number that says something else than which page it is, and of how many."""
    return any(
        len(set(numbers)) == 1 and numbers[0] != pages and not _count_pages(numbers, found)
        for numbers in _columns_of_numbers(found)
    )


def _columns_of_numbers(found: list[_AtEdge]) -> list[tuple[int, ...]]:
    """For each number in a row that repeats, what it is on each page."""
    return list(
        zip(*([int(digits[:18]) for digits in _DIGITS.findall(one.text)] for one in found), strict=True)
    )


def _count_pages(numbers: tuple[int, ...], found: list[_AtEdge]) -> bool:
    return len({number - one.page for number, one in zip(numbers, found, strict=True)}) == 1
