"""A city in memory, so that the web door can be run and tested alone: inbox, transcript, bell and picture store.

`EchoCity` answers as a small city would: with choices, a quoted passage, a wish for a place, an urgent notice, or an echo.
`python -m channels.web.demo` serves it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.errors import BadUpload
from core.model import Accepted, Attachment, Choice, InboundMessage, Reply, Source, TranscriptEntry, Want

Answer = Callable[[InboundMessage], Sequence[Reply]]
PICTURE_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}

REPLIES: dict[str, tuple[Reply, ...]] = {
    "Report a problem": (
        Reply(
            "I can send that to the right crew. What is it about?",
            choices=(
                Choice("pothole", "Pothole"),
                Choice("light", "Street light out"),
                Choice("graffiti", "Graffiti"),
                Choice("other", "Something else"),
            ),
        ),
    ),
    "Pothole": (
        Reply(
            "Thanks. Where is the pothole? You can share your position, or type an address, a crossing or a landmark.",
            wants=(Want.POSITION, Want.PHOTO),
        ),
    ),
    "When is the library open?": (
        Reply(
            "“The Main Library is open Monday to Thursday from 9 am to 8 pm, Friday and Saturday from 9 am to 5 pm.\n"
            "It is closed on Sundays and city holidays.”",
            source=Source(
                "Library hours and locations",
                "Main Library",
                "https://penstock.example/library/hours",
                "2026-03-14",
            ),
        ),
        Reply(
            "Was this helpful?", choices=(Choice("yes", "Yes"), Choice("no", "No"), Choice("more", "More"))
        ),
    ),
    "parks": (
        Reply(
            "Which of these do you use? Take as many as you like.",
            choices=(
                Choice("paths", "Walking paths"),
                Choice("play", "Playgrounds"),
                Choice("courts", "Sports courts"),
            ),
            several=True,
        ),
    ),
    "I smell gas": (
        Reply(
            "If you are in danger, leave the place now and call 911. Then call the gas line.",
            urgent=True,
            phone="911",
        ),
    ),
    "Talk to a person": (
        Reply(
            "A person at the city desk will answer by the next working day. You can also call.",
            phone="555-0100",
        ),
    ),
}


def echo_replies(message: InboundMessage) -> Sequence[Reply]:
    """The scripted reply to a text, or the text again; a word about everything else that came."""
    if message.trouble:
        return [Reply(f"There was a little trouble ({message.trouble}), but I kept your message.")]
    if message.text in REPLIES:
        return REPLIES[message.text]
    if message.start:
        return [Reply(f"Welcome! You came by the link {message.start}.")]
    if message.position:
        return [Reply(f"Is it near {message.position.latitude:.4f}, {message.position.longitude:.4f}?")]
    if message.attachments:
        return [Reply(f"Thanks, I have {len(message.attachments)} photo(s).")]
    return [Reply(f"You wrote: {message.text}", language=message.language_hint or "en")]


@dataclass
class EchoCity:
    """Inbox, transcript and bell in one. `hold()` keeps answers back until `release()`, as a slow city would."""

    answer: Answer = echo_replies
    accepted: list[InboundMessage] = field(default_factory=list)
    _lines: defaultdict[tuple[str, str], list[TranscriptEntry]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _listeners: defaultdict[tuple[str, str], list[Callable[[], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _held: list[InboundMessage] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def accept(self, message: InboundMessage) -> Accepted:
        """Keep a message once, write it down, and answer it."""
        with self._lock:
            if any(known.provider_id == message.provider_id for known in self.accepted):
                return Accepted(message.provider_id, repeat=True)
            self.accepted.append(message)
            if self._held is None:
                self._speak_to(message)
            else:
                self._held.append(message)
        self._ring_bell(message.channel, message.sender)
        return Accepted(message.provider_id, repeat=False)

    def hold(self) -> None:
        """From now on messages are taken but not answered."""
        with self._lock:
            self._held = self._held or []

    def release(self) -> None:
        """Answer what was held back, and everything else at once again."""
        with self._lock:
            held, self._held = self._held or [], None
            for message in held:
                self._speak_to(message)
        for message in held:
            self._ring_bell(message.channel, message.sender)

    def say(self, channel: str, sender: str, reply: Reply) -> None:
        """The city speaks without being asked, or one of its people by name."""
        with self._lock:
            self._write_lines((channel, sender), "staff" if reply.by else "city", None, reply)
        self._ring_bell(channel, sender)

    def after(self, channel: str, sender: str, sequence: int, limit: int = 200) -> list[TranscriptEntry]:
        """The lines with a higher sequence number, oldest first."""
        with self._lock:
            return [line for line in self._lines[channel, sender] if line.sequence > sequence][:limit]

    def listen(self, channel: str, sender: str, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` on every new line; returns the function that stops it."""
        with self._lock:
            self._listeners[channel, sender].append(ring)

        def stop() -> None:
            with self._lock:
                self._listeners[channel, sender].remove(ring)

        return stop

    def _speak_to(self, message: InboundMessage) -> None:
        conversation = (message.channel, message.sender)
        said = Reply(message.text or message.choice or "", language=message.language_hint or "en")
        self._write_lines(conversation, "resident", message.provider_id, said, message.attachments)
        for reply in self.answer(message):
            self._write_lines(conversation, "city", message.provider_id, reply)

    def _write_lines(
        self,
        conversation: tuple[str, str],
        sender: str,
        answers: str | None,
        reply: Reply,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        lines = self._lines[conversation]
        now = datetime.now(UTC)
        lines.append(TranscriptEntry(len(lines) + 1, sender, now, answers, reply, attachments))

    def _ring_bell(self, channel: str, sender: str) -> None:
        with self._lock:
            listeners = list(self._listeners[channel, sender])
        for ring in listeners:
            ring()


@dataclass
class MemoryMedia:
    """Keeps pictures as they come; knows a JPEG and a PNG by their first bytes and refuses everything else."""

    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def take(self, data: bytes, owner: str = "", within: float | None = None) -> Attachment:  # noqa: ARG002  room and time enough
        """Keep a picture."""
        for start, content_type in PICTURE_STARTS.items():
            if data.startswith(start):
                media_id = f"picture{len(self.kept) + 1}"
                self.kept[media_id] = (data, content_type)
                return Attachment(media_id, content_type, len(data))
        raise BadUpload("The file is not a picture; a JPEG or PNG was expected.")

    def read(self, media_id: str) -> tuple[bytes, str] | None:
        """The picture and its content type."""
        return self.kept.get(media_id)
