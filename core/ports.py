"""The seams of the house: what the conversation asks of its neighbours, and what the doors ask of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.model import (
        Accepted,
        Attachment,
        Bounds,
        Delivery,
        DeliveryReport,
        InboundMessage,
        Position,
        Receipt,
        RemoteMedia,
        Reply,
        SmallMap,
        TranscriptEntry,
        Understanding,
    )


class NluClient(Protocol):
    """Understands free text. The real one speaks to Rasa (`nlu.client.RasaNluClient`); the fake one is `nlu.fake.WordNluClient`."""

    def parse(self, text: str) -> Understanding:
        """What `text` means; raises `NluUnavailable` at once when the NLU is known to be down, or after its time limit."""
        ...

    def is_up(self) -> bool:
        """Whether a parse is worth trying now: False while the circuit breaker is open."""
        ...


class Transcriber(Protocol):
    """Writes down what is said. The real one is `conversation.voice.whisper.WhisperTranscriber`, the fake one `conversation.voice.fake.WordTranscriber`."""

    def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
        """The words in a sound file of any usual kind; "" where nobody speaks. Blocks for seconds.

        `language` has two letters; "" leaves it to the ear. Raises `BadUpload` with the trouble to tell the resident about: longer than
        `most_seconds`, no sound at all, or a language that it does not know.
        """
        ...


class Embedder(Protocol):
    """Turns texts into vectors of length one, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """Name and version: changes exactly when the vectors do."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, L2-normalised."""
        ...


@dataclass(frozen=True, slots=True)
class GeocodedAddress:
    """An address as a geocoder knows it; `number` is empty where it knows the street alone."""

    street: str
    number: str
    position: Position


class Geocoder(Protocol):
    """Knows where addresses are that the city's own map lacks. What is asked leaves the house (docs/city.md)."""

    def look_up(self, address: str, bounds: Bounds, language: str) -> Sequence[GeocodedAddress]:
        """The addresses within `bounds` that this one may mean, likeliest first; blocks. Raises `GeocoderUnavailable`."""
        ...

    def close(self) -> None:
        """Let go of the connections; nothing is asked afterwards."""
        ...


class Inbox(Protocol):
    """Where a door puts a message. When `accept` returns, the message is durable: only then may the provider be answered."""

    def accept(self, message: InboundMessage) -> Accepted:
        """Store once; a repeat of the same (channel, provider_id) changes nothing. Blocks for one short transaction."""
        ...


@runtime_checkable
class InboxOfMany(Inbox, Protocol):
    """An inbox for which several messages cost hardly more than one."""

    def accept_all(self, messages: Sequence[InboundMessage]) -> Sequence[Accepted | Exception]:
        """For each message what `accept` returns or would raise; one that cannot be stored takes no other with it."""
        ...


class Transcript(Protocol):
    """What was said in a conversation, for doors whose clients come and fetch (web chat, terminal)."""

    def after(self, channel: str, sender: str, sequence: int, limit: int = 200) -> list[TranscriptEntry]:
        """The lines with a higher sequence number, oldest first. Unknown senders have none."""
        ...


class Notifier(Protocol):
    """Tells a door that something new stands in the transcript of one of its senders."""

    def listen(self, channel: str, sender: str, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` (from any thread) whenever there may be news; returns the function that stops listening."""
        ...


class MediaStore(Protocol):
    """Keeps residents' pictures, checked, re-encoded and without metadata."""

    def take(self, data: bytes, owner: str = "", within: float | None = None) -> Attachment:
        """Store a picture; raises `BadUpload` with the trouble to tell the resident about, and `SendLater` when that takes longer than
        `within` seconds. `owner` names the conversation that it counts for.
        """
        ...

    def read(self, media_id: str) -> tuple[bytes, str] | None:
        """The picture and its content type, or None when there is none of this id."""
        ...


UPLOADED = "upload-"
"""How the provider ids of photos that came by a link begin."""


@dataclass(frozen=True, slots=True)
class UploadOwner:
    """The conversation that a photo's link belongs to."""

    channel: str
    sender: str = field(repr=False)
    language: str


class UploadLinks(Protocol):
    """Links for one photo that were sent to residents."""

    def owner(self, code: str) -> UploadOwner | None:
        """Whose link it is; None when it is unknown, used or too old."""
        ...

    def spend(self, code: str) -> None:
        """The photo has come."""
        ...


@dataclass(frozen=True, slots=True)
class ShownPictures:
    """What the page of a picture link shows: a caption, in which language, and the pictures."""

    caption: str
    language: str
    media_ids: tuple[str, ...]


class PictureLinks(Protocol):
    """Links to pictures that were sent to residents."""

    def shown(self, code: str) -> ShownPictures | None:
        """What the page shows; None when the code is unknown or too old."""
        ...


class MapDrawer(Protocol):
    """Draws small maps of the city."""

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        """The map as a PNG of 480 x 320 pixels, its landmarks in `language`; None where there is nothing to show, or not in time."""
        ...


class PushChannel(Protocol):
    """A door through which the outbox sends. Pulling doors (web, terminal) have none: their clients read the transcript."""

    name: str

    def split(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply as one or more that each fit into one message of this channel; each becomes a delivery of its own."""
        ...

    def send(self, delivery: Delivery) -> Receipt:
        """Hand one reply to the provider. Raises `SendRefused`, `SendLater` or `SendUnknown`."""
        ...

    def find(self, delivery: Delivery) -> Receipt | None:
        """Ask the provider whether a delivery of unknown fate was taken; raises `SendLater` when it cannot be asked."""
        ...

    def fetch(self, media: RemoteMedia, within: float | None = None) -> bytes:
        """A file that a resident sent; raises `BadUpload` when it can never be had, `SendLater` when later.

        Takes about `within` seconds at most, or as long as the channel allows.
        """
        ...


class DeliveryReports(Protocol):
    """Where a door puts a provider's later word on a delivery; a late report never goes backwards."""

    def note(self, report: DeliveryReport) -> None:
        """Keep the report; one of an unknown delivery is kept as well. Blocks for one short transaction."""
        ...
