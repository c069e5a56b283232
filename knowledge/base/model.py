"""What the library keeps and hands out: documents, passages, answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A city document as Markdown with headings. `reviewed` is the ISO date of the last review; `language` a code, or empty.

    `keywords` are words that residents use for it and that its text may lack; they are searched and never shown. `scanned` is whether
    some of it was read from pictures by machine, and nobody has compared it with them yet.
    """

    document_id: str
    title: str
    text: str
    url: str = ""
    reviewed: str = ""
    language: str = ""
    origin: str = ""
    keywords: tuple[str, ...] = ()
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can stand alone as an answer. `headings` is the path of headings above it, outermost first."""

    passage_id: str
    document_id: str
    title: str
    text: str
    headings: tuple[str, ...] = ()
    url: str = ""
    reviewed: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found; `score` from 0 to 1 is how sure the library is that it answers."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library says to a question: passages, best first.

    `confident` is whether the first may be shown as the answer, `maybe` whether it may be shown as what comes closest, said to be
    unsure; `close` whether some come near enough to ask which is meant. At most one of them.
    """

    question: str
    confident: bool
    found: tuple[Found, ...] = field(default_factory=tuple)
    maybe: bool = False
    close: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether the first passage may be shown, plainly or with a word that it is unsure."""
        return bool(self.found) and (self.confident or self.maybe)


@dataclass(frozen=True, slots=True)
class AnsweredPage:
    """The page that the last answer was quoted from; where no id is known, the one whose title has this title in it."""

    document_id: str
    title: str


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What one page says to a question that may go on with it.

    `near` is how near its best passage comes to the question's words (`knowledge.search.ranking`), `behind` how much nearer the best of the whole library comes, 0 or more.
    """

    answer: Answer
    near: float
    behind: float


@dataclass(frozen=True, slots=True)
class Remark:
    """What has to be said beside a quotation: `said_elsewhere` is what another page says instead, in its words, and
    `elsewhere_is_right` whether staff settled that this is right; `newer` the title of a newer version; `has_older` that there is an older one.
    """

    said_elsewhere: str = ""
    elsewhere_is_right: bool = False
    newer: str = ""
    has_older: bool = False
