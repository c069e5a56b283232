"""What passes between the rooms: the messages, in and out, in words that no channel owns.

Everything here is a plain immutable value. A channel makes an `InboundMessage` from what its vendor sent and renders a
`Reply` into what its vendor wants; nothing else in the house knows a vendor's format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the earth: WGS84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """A stretch of the earth between two latitudes and two longitudes, in degrees; none that crosses the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, position: Position) -> bool:
        """Whether a position lies within, the edge included."""
        return self.south <= position.latitude <= self.north and self.west <= position.longitude <= self.east


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a resident sent, already stored, checked and free of metadata.

    `position` is where the picture says it was taken, read once before the metadata was dropped; it is only ever offered
    as the place, never used unasked.
    """

    media_id: str
    content_type: str
    size: int
    position: Position | None = None


class Trouble(StrEnum):
    """Why a channel could not hand on part of a message; the conversation answers each of them kindly."""

    TOO_LONG = "too_long"
    BAD_FILE = "bad_file"
    FILE_TOO_BIG = "file_too_big"
    NOT_NOW = "not_now"
    FILE_LATE = "file_late"
    FILE_LOST = "file_lost"
    VOICE = "voice"
    VOICE_UNCLEAR = "voice_unclear"
    VOICE_TOO_LONG = "voice_too_long"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """A file that still lies with the provider: `reference` is what the channel's `fetch` needs to get it.

    `seconds` are how long a sound takes and `size` its bytes, 0 where the provider does not say.
    """

    reference: str
    content_type: str = ""
    seconds: int = 0
    size: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether it is a voice message, or any other sound."""
        return self.content_type.startswith("audio/")


class Consent(StrEnum):
    """What the provider itself tells about being written to: it has handled the word already."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a resident, as it came through a door.

    `provider_id` is unique within the channel for ever: the same id twice is the same message. `sender` is the address that
    a reply goes to (chat id, number, web session); it never reaches a log. `choice` is the key of a pressed button.
    `start` is the payload of a link that opened the conversation, such as `survey-parks`. `remote_media` is fetched by the
    pipeline before the message is acted on; messages of one `album` belong together; `edits` is the provider id of the message
    that this one corrects; `consent` is the provider's own word about writing to this address; `intent` is what an assistant
    before us has understood already. `networks` are opaque keys of where it came from, the home first and the network around it second,
    where the door knows. `answered` says that the provider knows of an answer which our records have lost, as after a backup was brought
    back: the message is written down, and nobody is written to. `greeted` says that its client has already shown who writes, what is
    kept and whom to call in danger. `spoken` says that `text` is what a machine heard in a voice message.
    """

    channel: str
    provider_id: str
    sender: str
    received_at: datetime
    text: str = ""
    choice: str | None = None
    position: Position | None = None
    attachments: tuple[Attachment, ...] = ()
    start: str | None = None
    language_hint: str | None = None
    trouble: Trouble | None = None
    remote_media: tuple[RemoteMedia, ...] = ()
    album: str | None = None
    edits: str | None = None
    consent: Consent | None = None
    intent: str = ""
    networks: tuple[str, ...] = ()
    answered: bool = False
    greeted: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press, or to answer by its number or its label."""

    key: str
    label: str


class Outcome(StrEnum):
    """What a message came to: said by the action that made the reply, and kept with the line. Values have at most 16 characters."""

    ANSWERED = "answered"  # what was wanted was said, shown or done
    UNSURE = "unsure"  # a passage was quoted that may not be the answer
    UNKNOWN = "unknown"  # the library has nothing for it
    NOT_OURS = "not_ours"  # not the city's business
    UNCLEAR = "unclear"  # it may mean several things: which of them was asked
    UNREADABLE = "unreadable"  # no words, no known script, too long, a voice message
    FILE_REFUSED = "file_refused"  # a file that could not be taken
    ASKED_BACK = "asked_back"  # whether it is meant so, before anything is done
    ASKED = "asked"  # the next question of a form, or which of several things
    FILED = "filed"  # written into the city's records
    HANDED_OVER = "handed_over"  # passed on to a person
    WARNED = "warned"  # whom to call in danger
    OPTED_OUT = "opted_out"  # no more messages
    WAITING = "waiting"  # until the NLU is back
    LIMITED = "limited"  # more was written than is answered
    FAULT = "fault"  # something broke on our side
    TOLD = "told"  # said unasked: an introduction, news
    SILENT = "silent"  # nothing was said; never of a reply


class Want(StrEnum):
    """What a reply wishes for beside text; a channel that has a button for it shows one."""

    POSITION = "position"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer was read: shown with every quoted passage."""

    title: str
    section: str = ""
    url: str = ""
    reviewed: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on its way out, beside words that are complete without it.

    `caption` says what it shows. `page` is a public page that shows it for some days and `address` the picture itself there; both are
    empty for channels that take the picture itself.
    """

    media_id: str
    content_type: str
    caption: str = ""
    page: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SmallMap:
    """A small picture of the city's map beside words that are complete without it: drawn when it is shown, and kept nowhere.

    `pins` are one to three places, numbered from 1 where there are several, in the order of the reply's choices. `caption` says what the
    picture shows, for whoever cannot see it.
    """

    pins: tuple[Position, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that the city says, independent of the channel that carries it.

    `choices` may be answered by pressing, by number or by label; `several` says that more than one may be taken.
    `source` is set on quoted answers. `urgent` marks words about danger. `phone` is a number to show as a link. `by` is the
    name of the colleague who says it, empty for the bot. `pictures` are for channels that push; a line of the transcript has its own
    as attachments. `map` is for channels that show one. `outcome` is what it means for the message that it answers; no channel is told, and a resident's or a colleague's line has none.
    `spoken` marks a resident's line that a machine heard in a voice message.
    """

    text: str
    language: str = "en"
    choices: tuple[Choice, ...] = ()
    several: bool = False
    wants: tuple[Want, ...] = ()
    source: Source | None = None
    phone: str | None = None
    urgent: bool = False
    by: str = ""
    pictures: tuple[Picture, ...] = ()
    map: SmallMap | None = None
    outcome: Outcome | None = None
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that a resident may have meant, with the NLU's confidence from 0 to 1."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the NLU made of a text: intents, likeliest first."""

    text: str
    intents: tuple[Intent, ...] = ()

    @property
    def best(self) -> Intent:
        """The likeliest intent, or `out_of_scope` with confidence 0 when there is none."""
        return self.intents[0] if self.intents else Intent("out_of_scope", 0.0)


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One line of a conversation as a client may see it: `sequence` grows by one a line within the conversation.

    `sender` is `resident`, `city` or `staff`. `answers` is the provider id of the resident's message that this line belongs to.
    """

    sequence: int
    sender: str
    at: datetime
    answers: str | None
    reply: Reply
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The promise given for an inbound message: its row is committed. `repeat` says that it already was."""

    provider_id: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One reply on its way out of a pushing channel: `key` is unique, the same on every attempt."""

    key: str
    channel: str
    recipient: str
    reply: Reply
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's word that it took a delivery: its own id for it."""

    provider_id: str


class DeliveryStatus(StrEnum):
    """What became of a delivery at the provider, in the order in which it can only go forward."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A provider's later word on a delivery. `error` is the provider's code; `opted_out` that it will not write there."""

    channel: str
    provider_id: str
    fate: DeliveryStatus
    error: str = ""
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """State of one part for `GET /health`: `needed` parts must be `ok` for a 200; a `warning` says that one soon may not be."""

    part: str
    ok: bool
    detail: str = ""
    needed: bool = True
    facts: dict[str, str | int | float] = field(default_factory=dict)
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Where something was said. `conversation` is an opaque key; with it staff can find the conversation, nobody the person."""

    conversation: str
    channel: str
    language: str
