"""A reply as the words of a text message: choices numbered, the source named, fitted into a few segments.

`render_reply` says everything; `split_reply` makes of a reply the texts that are sent, usually one. A split part carries its words in
`text` alone, so that rendering it again gives the same words: the outbox can look for them at the provider.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from channels.calling import says_number
from core.model import Reply, Source
from core.segments import as_sent, count_segments, signs_of, utf16_units
from core.texts import Texts

MOST_CHARACTERS = 1600
"""Of one message at Twilio (error 21617), in UTF-16 units."""

MOST_PICTURES = 10
"""Of one picture message at Twilio."""

CHOICES_AT_ONCE = 6
"""Choices that a list may have to be read at a glance in one text: four or five entries and `More`. Longer ones are shown all
the same, in further texts; who makes the list should page it."""

CARRIER_WORDS = frozenset(
    [
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "start",
        "yes",
        "unstop",
        "help",
        "info",
    ]
)
"""Words that carriers act on themselves ("Advanced Opt-Out"): a choice of this name is asked for by its number."""

LEAST_QUOTE, MOST_CUT = 40, 1 / 3
"""Signs of a quotation, and the share of it, beyond which cutting it loses the answer; a second text costs less than that."""

CUT = " ..."
FULL_STOPS = "\u3002\uff01\uff1f"
"""Ends of sentences that no space follows (Chinese)."""
SENTENCE_END = re.compile(
    rf"(?<=[.!?\u061f])[\"')\]]*\s+(?=[\"'(¿¡«]*[^\W_a-zß-öø-ÿ])|(?<=[{FULL_STOPS}])(?=[^\s{FULL_STOPS}\u201d\u300d])"
)
GAPS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), SENTENCE_END, re.compile(r"\s+"))
"""Where a long text may be divided, best place first."""


@dataclass(frozen=True, slots=True)
class Style:
    """How this city's texts look. `segments` is the most one text may have; 0 counts characters only, as on WhatsApp.

    `pictures` is how many one message may carry; with 0 they are a link in the words.
    """

    texts: Texts
    segments: int = 3
    fold_accents: bool = False
    pictures: int = 0

    def signs(self, text: str) -> str:
        """The text in the signs that are sent."""
        return as_sent(text, fold_accents=self.fold_accents)

    def fits(self, text: str) -> bool:
        """Whether this is one message of the wanted length."""
        if utf16_units(text) > MOST_CHARACTERS:
            return False
        return not self.segments or count_segments(text).count <= self.segments


@dataclass(frozen=True, slots=True)
class Parts:
    """A reply in words, before it is put together: what is said, where it was read, and what may be answered."""

    body: str
    source: str
    below: str
    choices: tuple[str, ...]

    def joined(self, body: str | None = None) -> str:
        """All of it as one text."""
        said = self.body if body is None else body
        return "\n".join(part for part in (said, self.source, self.below, *self.choices) if part)


def render_reply(reply: Reply, style: Style) -> str:
    """The whole reply as one text, however long."""
    return _parts_of(reply, style, _source_line).joined()


def split_reply(reply: Reply, style: Style) -> tuple[Reply, ...]:
    """The reply as one or more that each fit; a quotation is shortened before a second text is sent. Nothing makes none."""
    text = render_reply(reply, style)
    if not style.fits(text):
        texts = (
            [shorter] if (shorter := _shortened_to_fit(reply, style)) else list(_several_texts(reply, style))
        )
    else:
        texts = [text]
    said = [style.signs(text) for text in texts]
    parts = [Reply(text, reply.language, urgent=reply.urgent) for text in said if text]
    return tuple(_with_pictures(parts, reply, style) if style.pictures else parts)


def without_pictures(reply: Reply, style: Style) -> str:
    """The words of a part whose pictures cannot be carried: with the link to them."""
    return render_reply(reply, replace(style, pictures=0))


def _with_pictures(parts: list[Reply], reply: Reply, style: Style) -> list[Reply]:
    """The last message carries what it can, so that the question stands below it; more pictures go before the words."""
    sent = [picture for picture in reply.pictures if picture.address]
    if not sent or not parts:
        return parts
    first = (len(sent) - 1) % style.pictures + 1
    groups = [
        sent[:first],
        *(sent[at : at + style.pictures] for at in range(first, len(sent), style.pictures)),
    ]
    *before, last = groups
    alone = [Reply(style.signs(group[0].caption), reply.language, pictures=tuple(group)) for group in before]
    return [*alone, *parts[:-1], replace(parts[-1], pictures=tuple(last))]


def _parts_of(reply: Reply, style: Style, line: Callable[[Source, str, Style], str]) -> Parts:
    texts, language = style.texts, reply.language
    below = []
    if reply.phone and not says_number(reply.text, reply.phone):
        below.append(texts.say("sms.call", language, phone=reply.phone))
    page = next((picture.page for picture in reply.pictures), "")
    if page and not style.pictures:
        below.append(texts.say("sms.picture", language, link=page))
    if any(_is_carrier_word(choice.label) for choice in reply.choices):
        below.append(texts.say("sms.by_number", language))
    return Parts(
        body=style.signs(reply.text),
        source=style.signs(line(reply.source, language, style)) if reply.source else "",
        below=style.signs("\n".join(below)),
        choices=_numbered_lines([style.signs(" ".join(choice.label.split())) for choice in reply.choices]),
    )


def _numbered_lines(labels: Sequence[str]) -> tuple[str, ...]:
    """A line a choice with its number before it; figures that are their own numbers, as on a scale, on one line."""
    numbers = [str(number) for number in range(1, len(labels) + 1)]
    if labels and list(labels) == numbers:
        return (" ".join(labels),)
    return tuple(f"{number} {label}" for number, label in zip(numbers, labels, strict=True))


def _source_line(source: Source, language: str, style: Style) -> str:
    """Title and date of the review, then the address; the section is left out, most often it repeats the question."""
    key = "sms.source_reviewed" if source.reviewed else "sms.source"
    said = style.texts.say(key, language, source=source.title, reviewed=source.reviewed)
    return f"{said} {source.url}".strip()


def _short_source_line(source: Source, language: str, style: Style) -> str:
    """The title, and the address if there is one."""
    return f"{style.texts.say('sms.source', language, source=source.title)} {source.url}".strip()


def _shortened_to_fit(reply: Reply, style: Style) -> str | None:
    """The reply with its quotation cut, at a sentence if possible; None if it is no quotation or too little would be left."""
    if not reply.source:
        return None
    for line in (_source_line, _short_source_line):
        parts = _parts_of(reply, style, line)
        # What would fit a text alone was made to: cutting much of it would cut the answer.
        least = max(LEAST_QUOTE, (1 - MOST_CUT) * len(parts.body)) if style.fits(parts.body) else LEAST_QUOTE
        for gap in (SENTENCE_END, GAPS[-1]):
            for end in reversed([found.start() for found in gap.finditer(parts.body)]):
                kept = parts.body[:end].rstrip()
                if len(kept) < least:
                    break
                if style.fits(text := parts.joined(kept + CUT)):
                    return text
        if style.fits(text := parts.joined()):
            return text
    return None


def _several_texts(reply: Reply, style: Style) -> Iterator[str]:
    """The reply as several texts: first what is said, then the last paragraph (or line) with the choices, whole if they fit."""
    parts = _parts_of(reply, style, _source_line)
    for gap, between in ((GAPS[0], "\n\n"), (GAPS[1], "\n")):
        said = [part for part in gap.split(parts.body) if part.strip()]
        question = said.pop().strip() if said and parts.choices else ""
        tail = "\n".join(part for part in (question, parts.source, parts.below, *parts.choices) if part)
        if style.fits(tail):
            before = [*_pieces_that_fit(between.join(said), style)]
            yield from _packed_pieces([*before, (tail, between)] if tail else before, style)
            return
    head = "\n".join(part for part in (parts.body, parts.source, parts.below) if part)
    lines = [piece for choice in parts.choices for piece in _pieces_that_fit(choice, style)]
    yield from _packed_pieces([*_pieces_that_fit(head, style), *lines], style)


def _packed_pieces(pieces: Sequence[tuple[str, str]], style: Style) -> Iterator[str]:
    """Pieces put together as long as they fit. Each comes with what stands between it and the one before."""
    text = ""
    for piece, between in pieces:
        longer = f"{text}{between}{piece}" if text else piece
        if text and not style.fits(longer):
            yield text
            text = piece
        else:
            text = longer
    if text:
        yield text


def _pieces_that_fit(
    text: str, style: Style, level: int = 0, between: str = "\n"
) -> Iterator[tuple[str, str]]:
    """The text in pieces that each fit, divided at the best places that there are; a link is never divided."""
    if not text:
        return
    if style.fits(text):
        yield text, between
    elif level < len(GAPS):
        unspaced = False
        for number, piece in enumerate(part for part in GAPS[level].split(text) if part.strip()):
            gap = "" if unspaced else ("\n\n", "\n", " ", " ")[level]
            yield from _pieces_that_fit(piece.strip(), style, level + 1, gap if number else between)
            unspaced = piece.endswith(tuple(FULL_STOPS))
    elif "://" in text and utf16_units(text) <= MOST_CHARACTERS:
        yield text, between
    else:
        yield from _chopped_word(text, style, between)


def _chopped_word(text: str, style: Style, between: str) -> Iterator[tuple[str, str]]:
    """A word longer than a message, divided between what a reader sees as signs."""
    piece = ""
    for sign in signs_of(text):
        # Marks upon marks could make one sign longer than any message.
        sign = sign if utf16_units(sign) <= 64 else sign[:32]  # noqa: PLW2901
        if piece and not style.fits(piece + sign):
            yield piece, between
            piece, between = "", ""
        piece += sign
    yield piece, between


def _is_carrier_word(label: str) -> bool:
    return re.sub(r"\W", "", label).casefold() in CARRIER_WORDS
