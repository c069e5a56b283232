"""A whole installation with both doors open: real webhooks come in by HTTP, real sends go out to the fakes of Twilio and Telegram.

The workers' steps are done one after the other, as in `tests.support.installation`; time is the house's clock, and each thing that a resident
does takes a minute of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import func, select, update

from bot.web import web_app
from channels.sms.fake import FakeTwilio
from channels.telegram import fake as telegram_fake
from channels.telegram.bot import TelegramBot
from channels.telegram.fake import FakeTelegram
from channels.telegram.limiter import Limiter
from channels.telegram.routes import PATH
from city.people.tables import PersonRequestRow
from city.records.tables import SurveyAnswerRow, SurveyAnswerSetRow
from city.requests.tables import RequestPhotoRow, RequestUpdateRow, ServiceRequestRow
from conversation.store.tables import Conversation, DeliveryRow
from conversation.voice.fake import WordTranscriber
from conversation.voice.notes import VoiceNotes
from tests.support.builders import NOON
from tests.support.dialogue_runner import play
from tests.support.installation import House
from tests.support.loopback import serve_on_loopback

PUBLIC = "https://city.example"
SECRET = "a-secret-of-at-least-thirty-two-characters"
STORED = (
    ServiceRequestRow,
    RequestUpdateRow,
    RequestPhotoRow,
    PersonRequestRow,
    SurveyAnswerSetRow,
    SurveyAnswerRow,
)
STEP = timedelta(minutes=1)
LONGEST = timedelta(seconds=50)
"""Within which everything has to arrive that answers one thing a resident does."""


@dataclass
class Town:
    """The installation and both providers."""

    house: House
    twilio: FakeTwilio
    telegram: FakeTelegram
    base: str
    http: httpx.Client
    _on_the_web: dict[str, dict[str, int]] = field(default_factory=dict)

    def begin(self) -> None:
        """A new morning: the clock stands at noon again, the NLU is up, nobody has been written to lately, no draft is waited for."""
        with self.house.app.database.writing() as session:
            session.execute(update(Conversation).values(draft_due_at=None))
        self.house.clock.now = NOON
        self.house.nlu_client.up = True
        bot = self.house.app.channels["telegram"]
        assert isinstance(bot, TelegramBot)
        bot._limiter = Limiter(lambda: self.house.clock().timestamp())

    def listen(self, *, on: bool) -> None:
        """Have voice messages listened to from now on, or not."""
        self.house.app.late_files.voice_notes = VoiceNotes(WordTranscriber(), 60, 10**6) if on else None

    def settle(self) -> None:
        """Do all that waits in the inbox and in the outbox; a minute has passed then."""
        house = self.house
        begun = house.clock()
        house.work()
        app = house.app
        for claim in app.files_queue.claim(10):
            app.late_files.work(claim)
        house.work()
        outbox = app.outbox
        while True:
            while claims := app.outbox_queue.claim(1):
                for claim in claims:
                    outbox.deliver(claim)
            if not app.outbox_queue.counts().get("waiting"):
                break
            assert house.clock() - begun < LONGEST, "the outbox does not get empty"
            house.clock.move(1)
        house.clock.now = begun + STEP

    def stored(self) -> dict[str, int]:
        """How many rows of each kind residents have brought about so far."""
        with self.house.app.database.looking() as session:
            return {
                row.__tablename__: session.scalar(select(func.count()).select_from(row)) or 0
                for row in STORED
            }

    def receipts(self, channel: str, wanted: Sequence[str]) -> list[str]:
        """The receipts that the outbox has among these provider ids, in the order of these."""
        kept = select(DeliveryRow.provider_id).where(
            DeliveryRow.channel == channel, DeliveryRow.provider_id.in_(wanted)
        )
        with self.house.app.database.looking() as session:
            return sorted(session.scalars(kept), key=list(wanted).index)

    def on_the_web(self, file: Path) -> dict[str, int]:
        """What a dialogue stores when it is held on the city's website."""
        if file.stem not in self._on_the_web:
            self.begin()
            before = self.stored()
            play(file, self.house.talk)
            self._on_the_web[file.stem] = more(self.stored(), before)
        return self._on_the_web[file.stem]


def more(after: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """How many rows came in between."""
    return {name: after[name] - before[name] for name in after}


@contextmanager
def open_town(make_house: Callable[..., House]) -> Iterator[Town]:
    """The town until the block ends. `make_house` is handed the settings that open both doors."""
    twilio, telegram = FakeTwilio(), FakeTelegram()
    with twilio.serving() as twilio_base, telegram_fake.serving_fake(telegram) as telegram_base:
        house = make_house(
            public_url=PUBLIC,
            twilio_account_sid=twilio.account_sid,
            twilio_auth_token=twilio.auth_token,
            twilio_from_number=twilio.number,
            twilio_api_base=twilio_base,
            twilio_segments_per_second=1000,
            twilio_burst=1000,
            twilio_daily_cap=0,
            telegram_token=telegram.token,
            telegram_secret=SECRET,
            telegram_api_base=telegram_base,
        )
        twilio.clock = house.clock
        with serving(house) as base, httpx.Client(timeout=30, trust_env=False) as http:
            telegram.webhook = {"url": base + PATH, "secret_token": SECRET}
            yield Town(house, twilio, telegram, base, http)
        house.close()


@contextmanager
def serving(house: House) -> Iterator[str]:
    """The installation's web on a loopback port, without its workers; yields the address."""
    with serve_on_loopback(web_app(house.app), lifespan="off") as address:
        yield address
