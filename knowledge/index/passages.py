"""Documents into passages: pieces of 80 to 180 words that stand alone and keep the headings above them.

A passage never crosses a heading. Lists and tables stay whole where they fit, and a list keeps the line that introduces
it ("You need:"). Nothing overlaps, nothing is rewritten: what is quoted is what the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.base.model import Document, Passage
from knowledge.base.text import count_words, split_sentences, text_digest
from knowledge.index.blocks import Block, blocks_of

MOST_WORDS = 180
ENOUGH_WORDS = 80
SHORT_WORDS = 25
"""A paragraph that is no longer belongs to the list or table below it."""
MOST_OF_A_WORD = 20
"""Characters; what is longer (an address, rubbish) counts as several words, so that no passage is endless."""


@dataclass(slots=True)
class _Section:
    headings: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)


def split_document(document: Document) -> list[Passage]:
    """The passages of `document`; a document that is only a title has one, its title."""
    pieces = [
        (section.headings, text)
        for section in _document_sections(document)
        for text in _pack_blocks(section.blocks)
    ]
    if not pieces and document.title:
        pieces = [((), document.title)]
    return [_make_passage(document, headings, text, number) for number, (headings, text) in enumerate(pieces)]


def _make_passage(document: Document, headings: tuple[str, ...], text: str, number: int) -> Passage:
    return Passage(
        passage_id=text_digest(document.document_id, str(number), text)[:16],
        document_id=document.document_id,
        title=document.title,
        text=text,
        headings=headings,
        url=document.url,
        reviewed=document.reviewed,
        language=document.language,
        keywords=document.keywords,
        scanned=document.scanned,
    )


def _document_sections(document: Document) -> list[_Section]:
    path: list[tuple[int, str]] = []
    sections = [_Section(())]
    for block in blocks_of(document.text):
        if block.kind != "heading":
            sections[-1].blocks.append(block)
            continue
        path = [(level, text) for level, text in path if level < block.level]
        if not (block.level == 1 and block.text.casefold() == document.title.casefold()):
            path.append((block.level, block.text))
        sections.append(_Section(tuple(text for _, text in path)))
    return [section for section in sections if section.blocks]


def size_of(text: str) -> int:
    """How long a text is, in words; a text of long words counts by its characters."""
    return max(count_words(text), len(text) // MOST_OF_A_WORD)


def _pack_blocks(blocks: list[Block]) -> Iterator[str]:
    """Texts of at most `MOST_WORDS`, made of whole blocks where possible."""
    held: list[str] = []
    size = 0
    for group in _block_groups(blocks):
        words = size_of(group)
        if held and (size + words > MOST_WORDS or (size >= ENOUGH_WORDS and words >= ENOUGH_WORDS // 2)):
            yield "\n".join(held)
            held, size = [], 0
        held.append(group)
        size += words
    if held:
        yield "\n".join(held)


def _block_groups(blocks: list[Block]) -> Iterator[str]:
    """What should stay together: a paragraph; a list or table with the paragraph that introduces it."""
    held: list[Block] = []
    for block in blocks:
        joins = (
            block.kind in {"item", "row"}
            and held
            and (held[-1].kind == block.kind or _introduces_next(held[-1]))
        )
        if held and not joins:
            yield from _fitting_pieces(held)
            held = []
        held.append(block)
    if held:
        yield from _fitting_pieces(held)


def _is_caption(block: Block) -> bool:
    return block.kind == "paragraph" and count_words(block.text) <= SHORT_WORDS


def _introduces_next(block: Block) -> bool:
    return block.kind == "paragraph" and (
        block.text.endswith((":", "：")) or count_words(block.text) <= SHORT_WORDS
    )


def _fitting_pieces(group: list[Block]) -> Iterator[str]:
    """The group in pieces that fit: whole, else item by item, else sentence by sentence; what stands above a table is said above each."""
    caption = group[0].text if len(group) > 1 and group[1].kind == "row" and _is_caption(group[0]) else ""
    held = ""
    size = 0
    for block in group:
        for number, piece in enumerate(_short_pieces(block.text)):
            words = size_of(piece)
            if held and size + words > MOST_WORDS:
                yield held
                held, size = caption, size_of(caption)
            held += f"{_joint_between(held, number)}{piece}"
            size += words
    if held:
        yield held


def _joint_between(held: str, number: int) -> str:
    if not held:
        return ""
    return " " if number else "\n"  # sentences of one block flow on, blocks stand on their own lines


def _short_pieces(text: str) -> Iterator[str]:
    if size_of(text) <= MOST_WORDS:
        yield text
        return
    for sentence in split_sentences(text):
        yield from _cut_sentence(sentence)


def _cut_sentence(sentence: str) -> Iterator[str]:
    """A sentence without end (a page without full stops) is cut between words, Chinese between characters."""
    if size_of(sentence) <= MOST_WORDS:
        yield sentence
        return
    words = sentence.split(" ")
    if len(words) <= MOST_WORDS // 2:
        step = MOST_WORDS * 2
        yield from (sentence[at : at + step] for at in range(0, len(sentence), step))
        return
    longest = MOST_WORDS * MOST_OF_A_WORD
    for at in range(0, len(words), MOST_WORDS):
        piece = " ".join(words[at : at + MOST_WORDS])
        yield from (piece[start : start + longest] for start in range(0, len(piece), longest))


def passage_context(passage: Passage) -> str:
    """Title and headings above the passage, as one line."""
    parts = [passage.title, *(heading for heading in passage.headings if heading != passage.title)]
    return ". ".join(part.rstrip(".:") for part in parts if part)
