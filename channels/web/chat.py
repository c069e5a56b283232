"""What the web door is handed and what it may do with a message: the middle of the room, without HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import structlog
from anyio import CapacityLimiter

from channels.networks import is_loopback
from channels.web.errors import WebRefusal
from channels.web.frames import Circumstances, ClientMessage, to_inbound
from channels.web.keys import Keys, utc_now
from channels.web.limits import (
    Bucket,
    Buckets,
    ConnectionPlaces,
    RequestPace,
    Seat,
    WebLimits,
    network_of,
    wide_network_of,
)
from channels.web.traits import CHANNEL
from core.languages import own_name, read_accepted, text_direction
from core.model import Accepted, Attachment, TranscriptEntry, Trouble
from core.ports import Inbox, MapDrawer, MediaStore, Notifier, Transcript
from core.texts import Texts

THREADS = 8
LINES_AT_ONCE = 50
PICTURES_AT_ONCE = 2
Result = TypeVar("Result")
log = structlog.get_logger(__name__)
CLIENT_PLACES = ("count", "date", "most", "name", "number", "section")


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """What the door shows of the city. `privacy` is the privacy line by language; without one the catalogue's is shown.
    `timezone` (IANA name) is for the plain page; browsers with JavaScript know their own.
    """

    name: str
    phone: str
    emergency_number: str = "911"
    languages: tuple[str, ...] = ("en",)
    privacy: Mapping[str, str] = field(default_factory=dict)
    privacy_url: str = ""
    timezone: str = "UTC"


def news_waker(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> Callable[[], None]:
    """Sets `news` from any thread."""

    def wake() -> None:
        loop.call_soon_threadsafe(news.set)

    return wake


@dataclass
class WebChat:
    """The door's parts. `allowed_origins` are the other websites that may embed the widget (`https://www.city.example`)."""

    inbox: Inbox
    transcript: Transcript
    notifier: Notifier
    media: MediaStore
    texts: Texts
    profile: ProfileShown
    secret: str = field(repr=False)
    maps: MapDrawer | None = None
    allowed_origins: tuple[str, ...] = ()
    clock: Callable[[], datetime] = utc_now
    limits: WebLimits = field(default_factory=WebLimits)
    ticking: Callable[[], float] = time.monotonic
    keys: Keys = field(init=False, repr=False)
    new_sessions: Buckets = field(init=False, repr=False)
    new_sessions_of_wide_networks: Buckets = field(init=False, repr=False)
    network_frames: Buckets = field(init=False, repr=False)
    messages: Buckets = field(init=False, repr=False)
    uploads: Buckets = field(init=False, repr=False)
    network_uploads: Buckets = field(init=False, repr=False)
    connections: ConnectionPlaces = field(init=False, repr=False)
    threads: ThreadPoolExecutor = field(init=False, repr=False)
    pictures_at_once: CapacityLimiter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        limits = self.limits
        self.keys = Keys(self.secret, self.clock)
        self.new_sessions = Buckets(limits.sessions_per_hour / 3600, limits.session_burst, self.ticking)
        self.messages = Buckets(limits.messages_per_second, limits.message_burst, self.ticking)
        self.uploads = Buckets(limits.uploads_per_minute / 60, limits.upload_burst, self.ticking)
        self.network_uploads = Buckets(
            limits.network_uploads_per_hour / 3600, limits.network_upload_burst, self.ticking
        )
        self.connections = ConnectionPlaces()
        self.new_sessions_of_wide_networks = Buckets(
            limits.sessions_per_hour_of_a_wide_network / 3600, limits.wide_session_burst, self.ticking
        )
        self.network_frames = Buckets(
            limits.frames_per_second_of_a_network, limits.network_frame_burst, self.ticking
        )
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web-chat")
        self.pictures_at_once = CapacityLimiter(PICTURES_AT_ONCE)

    def language(self, *wishes: str | None) -> str:
        """The first wish that is a language of this city (`es-MX` counts as `es`), else the city's own."""
        for wish in wishes:
            for code in read_accepted(wish or ""):
                if code in self.profile.languages:
                    return code
        return self.profile.languages[0]

    def say(self, name: str, language: str) -> str:
        """A text of this door, with the city's facts in it; what only the client knows stays `{count}`."""
        facts = {place: f"{{{place}}}" for place in CLIENT_PLACES} | {
            "city": self.profile.name,
            "phone": self.profile.phone,
            "emergency": self.profile.emergency_number,
        }
        return self.texts.say(f"web.{name}", language, **facts)

    def languages(self) -> list[dict[str, str]]:
        """The languages offered: code, own name, direction of writing."""
        return [
            {"code": code, "name": own_name(self.texts, code), "direction": text_direction(self.texts, code)}
            for code in self.profile.languages
        ]

    def error_frame(self, refusal: WebRefusal, language: str) -> dict[str, object]:
        """A refusal as the client gets it: a sentence for the resident, and what a developer needs."""
        frame: dict[str, object] = {
            "type": "error",
            "code": refusal.code,
            "text": self.say(f"error_{refusal.code}", language),
        }
        more = {"id": refusal.about, "detail": refusal.detail, "retry_after": refusal.retry_after}
        return frame | {name: value for name, value in more.items() if value}

    def origin_allowed(self, origin: str | None, host: str) -> bool:
        """Whether a page of this origin may talk to us: our own, an allowed one, or no page at all (no header)."""
        if origin is None:
            return True
        return origin.partition("://")[2] == host or origin in self.allowed_origins

    def count_session(self, address: str) -> None:
        """Count a new conversation from this address; a `WebRefusal` when there were too many."""
        network = self.network(address)
        if network is None:
            return
        wide = self.new_sessions_of_wide_networks.of(wide_network_of(address))
        for bucket in (self.new_sessions.of(network), wide):
            if not bucket.take():
                raise WebRefusal(
                    "too_many", detail="too many new conversations from this network", retry_after=bucket.wait
                )

    def count_upload(self, sender: str, address: str) -> None:
        """Count a picture of this sender, before anything is done with it; a `WebRefusal` when they, or their network, sent too many."""
        network = self.network(address)
        for bucket in [self.uploads.of(sender)] + ([self.network_uploads.of(network)] if network else []):
            if not bucket.take():
                raise WebRefusal("too_fast", retry_after=bucket.wait)

    def network(self, address: str) -> str | None:
        """What visitors of this address are counted under; None when they are not counted."""
        return None if self.limits.spare_loopback and is_loopback(address) else network_of(address)

    def networks(self, address: str) -> tuple[str, ...]:
        """Opaque keys of the networks that an address is in, the home first; none when it is not counted."""
        network = self.network(address)
        around = (network, f"around {wide_network_of(address)}") if network else ()
        return tuple(self.keys.network_key(one) for one in around)

    def seat(self, address: str) -> Seat:
        """What an open connection of this address is counted under: all of them, its network, and the network around that."""
        limits, network = self.limits, self.network(address)
        if network is None:
            return {"": limits.connections}
        wide = f"around {wide_network_of(address)}"
        return {
            "": limits.connections,
            network: limits.connections_per_address,
            wide: limits.connections_per_wide_network,
        }

    def pace(self, address: str) -> RequestPace:
        """How fast a new connection of this address may send."""
        limits, network = self.limits, self.network(address)
        own = Bucket(limits.frames_per_second, limits.frame_burst, self.ticking)
        return RequestPace([own, self.network_frames.of(network)] if network else [own])

    async def accept(
        self,
        sender: str,
        message: ClientMessage,
        language: str | None = None,
        trouble: Trouble | None = None,
        *,
        address: str,
    ) -> Accepted:
        """Put a resident's message, sent from this address, into the inbox; when this returns, it is durable. A `WebRefusal` says why it
        was not.
        """
        bucket = self.messages.of(sender)
        if not bucket.take():
            raise WebRefusal("too_fast", about=message.id, retry_after=bucket.wait)
        inbound = to_inbound(
            message,
            Circumstances(
                channel=CHANNEL,
                sender=sender,
                received_at=self.clock(),
                language=self.language(message.language, language),
                pictures=self.pictures(sender, message),
                trouble=trouble,
                networks=self.networks(address),
            ),
            self.limits.text_characters,
        )
        try:
            return await self.in_thread(self.inbox.accept, inbound)
        except Exception:
            # The edge of the process towards the conversation: the client keeps the message and tries again.
            log.exception("web_message_not_saved")
            raise WebRefusal("not_saved", about=message.id, retry_after=2) from None

    def pictures(self, sender: str, message: ClientMessage) -> tuple[Attachment, ...]:
        """The pictures that a message carries; a `WebRefusal` for a handle that is not this sender's."""
        if len(message.attachments) > self.limits.pictures:
            raise WebRefusal(
                "bad_frame", detail=f"attachments: at most {self.limits.pictures}", about=message.id
            )
        found = []
        for handle in message.attachments:
            picture = self.keys.picture(sender, handle)
            if picture is None:
                raise WebRefusal("bad_frame", detail="attachments: an unknown media_id", about=message.id)
            found.append(picture)
        return tuple(found)

    async def lines(self, sender: str, after: int) -> list[TranscriptEntry]:
        """What stands in the conversation after this sequence number, oldest first, at most `LINES_AT_ONCE`."""
        return await self.in_thread(self.transcript.after, CHANNEL, sender, after, LINES_AT_ONCE)

    async def in_thread(self, work: Callable[..., Result], *values: object) -> Result:
        """Do something short that blocks, without holding up the loop; the plain pool costs half of what anyio's does."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *values)
