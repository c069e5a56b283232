"""The whole core without its threads: a message is accepted, worked on at once, and its replies read from the transcript."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.app import Replacements, build_app
from channels.registry import InstallationSettings
from conversation.delivery.drafts import put_due_drafts
from conversation.pipeline import handle_message
from core.errors import NluUnavailable
from core.model import Attachment, InboundMessage, Position, Reply, Trouble, Understanding
from core.ports import Embedder, NluClient, PushChannel
from core.settings import load_settings
from tests.support.builders import Clock
from tests.support.databases import SAMPLE, fill_database


class SwitchedEar:
    """Another ear with a switch: off, it is down."""

    def __init__(self, nlu_client: NluClient) -> None:
        self.nlu_client = nlu_client
        self.up = True

    def parse(self, text: str) -> Understanding:
        if not self.up:
            raise NluUnavailable("The NLU is switched off.")
        return self.nlu_client.parse(text)

    def is_up(self) -> bool:
        return self.up


class House:
    """An installation for tests: the sample city, a clock that is moved by hand, an ear that can be switched off."""

    def __init__(
        self,
        data_dir: Path,
        nlu_client: NluClient,
        embedders: Sequence[Embedder],
        database_url: str = "",
        *,
        city: Path = SAMPLE,
        channels: Mapping[str, PushChannel] | None = None,
        **settings: object,
    ) -> None:
        self.clock = Clock()
        self.nlu_client = SwitchedEar(nlu_client)
        chosen = load_settings(
            InstallationSettings, _env_file=None, data_dir=data_dir, database_url=database_url, **settings
        )
        fill_database(chosen.database, city)
        self.app = build_app(chosen, Replacements(self.nlu_client, embedders, channels or {}), now=self.clock)

    def talk(self, language: str = "en", channel: str = "web") -> HallTalk:
        """A conversation with somebody new, who finds the ear switched on."""
        self.nlu_client.up = True
        return HallTalk(self, language, channel)

    def work(self) -> None:
        """Do all that waits in the inbox."""
        while claims := self.app.inbox_queue.claim(1):
            for claim in claims:
                handle_message(self.app.services, claim)

    def close(self) -> None:
        self.app.life.stop()


class HallTalk:
    """`tests.support.dialogue_runner.Talk` through the whole core."""

    def __init__(self, house: House, language: str, channel: str) -> None:
        self.house = house
        self.language = language
        self.channel = channel
        self.sender = uuid.uuid4().hex
        self.seen = 0

    def say(
        self,
        text: str = "",
        *,
        choice: str | None = None,
        photo: bool = False,
        photo_position: Position | None = None,
        position: Position | None = None,
        trouble: Trouble | None = None,
        start: str | None = None,
        spoken: bool = False,
    ) -> list[Reply]:
        """Send a message; the replies to it, in order."""
        photos = (Attachment(uuid.uuid4().hex, "image/jpeg", 1000, photo_position),) if photo else ()
        message = InboundMessage(
            channel=self.channel,
            provider_id=uuid.uuid4().hex,
            sender=self.sender,
            received_at=self.house.clock(),
            text=text,
            choice=choice,
            position=position,
            attachments=photos,
            start=start,
            trouble=trouble,
            language_hint=self.language,
            spoken=spoken,
        )
        self.house.app.inbox.accept(message)
        return self.replies()

    def silence(self, minutes: float) -> None:
        """Let time pass."""
        self.house.clock.move(minutes * 60)

    def wait(self, minutes: float) -> list[Reply]:
        """Let time pass, and see what the city says by itself."""
        self.silence(minutes)
        put_due_drafts(self.house.app.services)
        return self.replies()

    def nlu(self, *, up: bool) -> list[Reply]:
        """Switch the NLU on or off; the replies to what had been waiting for it."""
        self.house.nlu_client.up = up
        if up:
            self.house.app.inbox_queue.unpark()
        return self.replies()

    def replies(self) -> list[Reply]:
        """What the city said since the last look, after all work is done."""
        self.house.work()
        lines = self.house.app.memory.after(self.channel, self.sender, self.seen)
        self.seen = lines[-1].sequence if lines else self.seen
        return [line.reply for line in lines if line.sender == "city"]
