"""A Word document as it reads when all its changes are accepted: without deleted, struck and hidden words, with everything in boxes.

Works on the XML of a part in place, so that whoever reads it afterwards sees plain paragraphs and tables.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from knowledge.readers.left_out import DELETED, HIDDEN, UNREAD, LeftOut

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWINGS = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURES = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WRAPS = tuple(
    f"{W}{name}" for name in ("ins", "moveTo", "sdt", "smartTag", "customXml", "fldSimple", "dir", "bdo")
)
_GONE = tuple(f"{W}{name}" for name in ("del", "moveFrom"))
_STRUCK, _UNSEEN = ("strike", "dstrike"), ("vanish", "webHidden", "specVanish")
_OFF = frozenset(["0", "false", "off"])


def accept_revisions(part: Any, styles: Any, left_out: LeftOut) -> None:
    """Make the XML of a document's part say what its readers see; what its author deleted or hid goes into `left_out`."""
    for row in list(part.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}del") is not None:
            _take_out(row, left_out, DELETED)
    for gone in list(part.iter(*_GONE)):
        _take_out(gone, left_out, DELETED)
    _remove_placeholders(part)
    _take_out_runs(part, _StyleMarks(styles), left_out)
    _lift_boxes(part)
    for wrap in list(part.iter(*_WRAPS)):
        _unwrap(wrap)


def note_pictures(body: Any, left_out: LeftOut) -> None:
    """Note the pictures of a document, by what its author says they show, or by their names."""
    for drawing in body.iter(f"{W}drawing"):
        about = drawing.find(f".//{_DRAWINGS}docPr")
        if about is not None and drawing.find(f".//{_PICTURES}blip") is not None:
            left_out.note(UNREAD, about.get("descr") or about.get("title") or about.get("name") or "")


def add_notes(body: Any, notes: Any, kind: str) -> None:
    """Set every note of a kind (`footnote` or `endnote`) behind the paragraph that refers to it."""
    by_id = {note.get(f"{W}id"): note for note in notes.iter(f"{W}{kind}")}
    for reference in reversed(list(body.iter(f"{W}{kind}Reference"))):
        note, host = by_id.get(reference.get(f"{W}id")), next(reference.iterancestors(f"{W}p"), None)
        if note is None or host is None:
            continue
        for paragraph in reversed(list(note.iter(f"{W}p"))):
            added = copy.deepcopy(paragraph)
            for link in list(added.iter(f"{W}hyperlink")):
                _unwrap(link)  # its address is one of another part
            host.addnext(added)


def join_drop_caps(body: Any) -> None:
    """Give a large first letter, which stands in a paragraph of its own, back to its word."""
    for frame in list(body.iter(f"{W}framePr")):
        letter = next(frame.iterancestors(f"{W}p"), None)
        below = letter.getnext() if letter is not None and frame.get(f"{W}dropCap") else None
        if letter is None or below is None or below.tag != f"{W}p":
            continue
        at = 0 if below.find(f"{W}pPr") is None else 1
        for run in reversed(letter.findall(f"{W}r")):
            below.insert(at, run)
        letter.getparent().remove(letter)


def text_of(element: Any) -> str:
    """The words of an element, deleted ones too, paragraph by paragraph."""
    paragraphs = list(element.iter(f"{W}p")) or [element]
    return " ".join(
        "".join(one.text or "" for one in paragraph.iter(f"{W}t", f"{W}delText")) for paragraph in paragraphs
    )


def _take_out(element: Any, left_out: LeftOut, reason: str) -> None:
    left_out.note(reason, text_of(element))
    if (above := element.getparent()) is not None:
        above.remove(element)


def _take_out_runs(part: Any, marks: _StyleMarks, left_out: LeftOut) -> None:
    """Take out struck and hidden runs; those next to each other are one piece."""
    pieces: list[tuple[str, str]] = []
    before: tuple[Any, Any] | None = None
    for run in list(part.iter(f"{W}r")):
        if not (reason := marks.reason_of(run)) or run.find(f".//{W}txbxContent") is not None:
            continue
        place = (run.getparent(), run.getprevious())
        if pieces and pieces[-1][0] == reason and before == place:
            pieces[-1] = (reason, pieces[-1][1] + text_of(run))
        else:
            pieces.append((reason, text_of(run)))
        before = place
        run.getparent().remove(run)
    for reason, words in pieces:
        left_out.note(reason, words)


def _remove_placeholders(part: Any) -> None:
    """Remove what a form says where nothing was entered, and the table of contents."""
    for control in list(part.iter(f"{W}sdt")):
        about = control.find(f"{W}sdtPr")
        gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        is_contents = gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
        if is_contents or (about is not None and about.find(f"{W}showingPlcHdr") is not None):
            control.getparent().remove(control)


def _lift_boxes(part: Any) -> None:
    """Set what stands in text boxes behind the paragraph that holds them; a box is written twice, for new and old programs."""
    for choice in list(part.iter(f"{_ALTERNATIVES}AlternateContent")):
        old = choice.find(f"{_ALTERNATIVES}Fallback")
        new = choice.find(f"{_ALTERNATIVES}Choice")
        if old is not None and new is not None and new.find(f".//{W}txbxContent") is not None:
            choice.remove(old)
    for box in list(part.iter(f"{W}txbxContent")):
        host = next(box.iterancestors(f"{W}p"), None)
        for child in reversed(list(box)):
            if host is not None and child.tag in {f"{W}p", f"{W}tbl", f"{W}sdt"}:
                host.addnext(child)
        if (above := box.getparent()) is not None:
            above.remove(box)


def _unwrap(wrap: Any) -> None:
    above = wrap.getparent()
    if above is None:
        return
    inside = wrap.find(f"{W}sdtContent") if wrap.tag == f"{W}sdt" else wrap
    at = above.index(wrap)
    for child in reversed(list(inside) if inside is not None else []):
        above.insert(at, child)
    above.remove(wrap)


class _StyleMarks:
    """Which runs are struck or hidden, by themselves or by their styles."""

    def __init__(self, styles: Any) -> None:
        found = styles.iter(f"{W}style") if styles is not None else ()
        self._styles = {style.get(f"{W}styleId"): style for style in found}

    def reason_of(self, run: Any) -> str:
        """Why a run is not for readers; empty where it is."""
        chain = list(self._properties_of(run))
        if any(_mark_of(chain, name) for name in _UNSEEN):
            return HIDDEN
        return DELETED if any(_mark_of(chain, name) for name in _STRUCK) else ""

    def _properties_of(self, run: Any) -> Iterator[Any]:
        """The properties that hold for a run, nearest first."""
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            yield from self._chain_of(own.find(f"{W}rStyle"))
        paragraph = next(run.iterancestors(f"{W}p"), None)
        if paragraph is not None:
            yield from self._chain_of(paragraph.find(f"{W}pPr/{W}pStyle"))

    def _chain_of(self, named: Any) -> Iterator[Any]:
        seen: set[str] = set()
        while named is not None and (name := named.get(f"{W}val")) not in seen:
            seen.add(name)
            style = self._styles.get(name)
            if style is None:
                return
            if (properties := style.find(f"{W}rPr")) is not None:
                yield properties
            named = style.find(f"{W}basedOn")


def _mark_of(chain: list[Any], name: str) -> bool:
    """Whether the nearest properties that say anything of a mark set it."""
    found = next((mark for one in chain if (mark := one.find(f"{W}{name}")) is not None), None)
    return found is not None and (found.get(f"{W}val") or "1") not in _OFF
