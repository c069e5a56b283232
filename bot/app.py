"""The composition root: the only place that builds the parts from settings and joins them. Tests call it with replacements."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from actions.assistant import Assistant
from actions.handlers.case_news import ask_again
from bot.checks import city_health, database_health, nlu_health, workers_health
from bot.migrate import upgrade
from bot.own_rasa import make_server
from channels.registry import make_preview, open_doors
from channels.vendor import ChannelBinding, ChannelContext
from city.people.identities import read_code
from city.registry import City
from city.requests.requests import read_number
from city.surveys.surveys import survey_of
from conversation.delivery.alarm import Alarms
from conversation.delivery.crew import Crew
from conversation.delivery.inbox import DurableInbox
from conversation.delivery.late_files import LateFiles
from conversation.delivery.notices import notify
from conversation.delivery.notifier import LocalBell
from conversation.delivery.outbox import Outbox
from conversation.delivery.rate_limits import RateLimits
from conversation.delivery.receipts import Deliveries
from conversation.delivery.services import ConversationServices
from conversation.delivery.terms import DeliveryTerms
from conversation.delivery.watch import Watch
from conversation.pipeline import handle_safely
from conversation.staff.daily_figures import Figures
from conversation.staff.takeover import give_back_forgotten
from conversation.store.conversations import ConversationStore
from conversation.store.media import DiskMediaStore
from conversation.store.picture_links import DatabasePictureLinks
from conversation.store.picture_room import PictureRoom, sweep
from conversation.store.upload_links import DatabaseUploadLinks
from conversation.store.usage import Usage
from conversation.understanding.danger.detector import Detector
from conversation.understanding.danger.second_opinion import SecondOpinion
from conversation.understanding.language import LanguageOf
from conversation.understanding.rules import RuleMatcher
from core.database import Database
from core.errors import CitylineError
from core.model import Health
from core.once import made_once
from core.ports import Embedder, NluClient, PushChannel
from core.preview import Preview
from core.queue import Claim, Queue, Share, utc_now
from core.schedule import Marks, Rounds, ScheduledTask
from core.settings import Settings
from core.texts import Texts, load_texts
from core.vault import Vault, open_vault
from core.worker import Worker
from knowledge.index.embedding import make_embedders, multilingual_of, take_over
from knowledge.jobs import PATIENCE as JOB_PATIENCE
from knowledge.jobs import Jobs
from knowledge.questions.groups import QuestionGroups
from knowledge.search.library import Library
from nlu.client import RasaNluClient
from nlu.server import RasaServer

log = structlog.get_logger()

WORKERS = ("urgent_worker", "inbox_worker", "outbox_worker", "files_worker", "jobs_worker")
LOOK_FOR_PARKED = 0.5
"""Seconds between looks for messages that wait for the NLU."""


@dataclass
class App:
    """One installation in one process. `..._instead` replace what settings would give, for tests."""

    settings: Settings
    ear_instead: NluClient | None = None
    embedders_instead: Sequence[Embedder] | None = None
    channels_instead: Mapping[str, PushChannel] = field(default_factory=dict)
    progress: Callable[[str], None] = lambda _line: None
    when_ready: list[Callable[[], None]] = field(default_factory=list)
    when_failed: list[Callable[[], None]] = field(default_factory=list)
    now: Callable[[], datetime] = utc_now
    _looked_for_parked: float = field(default=0.0, init=False)

    @made_once
    def texts(self) -> Texts:
        return load_texts()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered, the city's main one first."""
        return self.assistant.desk.languages

    @made_once
    def vault(self) -> Vault:
        return open_vault(self.settings.secret_key, self.settings.data_dir)

    @made_once
    def database(self) -> Database:
        return Database(self.settings.database)

    @made_once
    def memory(self) -> ConversationStore:
        return ConversationStore(self.database, self.vault)

    @made_once
    def deliveries(self) -> Deliveries:
        return Deliveries(self.database, self.now)

    @made_once
    def rate_limits(self) -> RateLimits:
        return RateLimits(self.settings, Usage(self.database))

    @made_once
    def outbox(self) -> Outbox:
        terms = DeliveryTerms.of(self.settings, self.database, self.rate_limits.may_send, self.now)
        return Outbox(self.database, self.outbox_queue, self.memory, self.deliveries, self.channels, terms)

    @made_once
    def upload_links(self) -> DatabaseUploadLinks:
        return DatabaseUploadLinks(self.database, self.memory, str(self.settings.public_url or ""), self.now)

    @made_once
    def picture_links(self) -> DatabasePictureLinks:
        return DatabasePictureLinks(self.database, str(self.settings.public_url or ""), self.now)

    @made_once
    def marks(self) -> Marks:
        return Marks(self.database)

    @made_once
    def bell(self) -> LocalBell:
        return LocalBell()

    @made_once
    def watch(self) -> Watch:
        """Rings for what other processes on the same database said."""
        return Watch(self.memory, self.bell)

    @made_once
    def inbox_queue(self) -> Queue:
        return Queue("inbox", self.database, now=self.now)

    @made_once
    def outbox_queue(self) -> Queue:
        return Queue("outbox", self.database, now=self.now)

    @made_once
    def files_queue(self) -> Queue:
        return Queue("files", self.database, now=self.now)

    @made_once
    def jobs(self) -> Jobs:
        return Jobs(self)

    @made_once
    def inbox(self) -> DurableInbox:
        alarms = Alarms(self.danger, lambda: self.__dict__.get("hall"))
        return DurableInbox(self.database, self.inbox_queue, self.memory, self._wake_inbox, alarms)

    @made_once
    def picture_room(self) -> PictureRoom:
        return PictureRoom(
            self.database,
            self.settings.data_dir / "media",
            self.settings.sender_pictures_per_day,
            int(self.settings.pictures_gb * 10**9),
            partial(self.vault.pseudonym, "pictures"),
            self.now,
        )

    @property
    def media(self) -> DiskMediaStore:
        """The pictures, within the room that they have."""
        return self.picture_room.store

    @made_once
    def late_files(self) -> LateFiles:
        """Fetches the files that residents sent."""
        return LateFiles(
            self.database,
            self.files_queue,
            self.inbox_queue,
            self.memory,
            self.media,
            self.channels,
            self.now,
            self._wake_inbox,
        )

    @made_once
    def embedders(self) -> Sequence[Embedder]:
        return self.embedders_instead or make_embedders(self.settings.embedding_model, self.settings.models)

    @made_once
    def city(self) -> City:
        return City(self.database, lambda: self.embedders, self.settings.data_dir / "cache")

    @made_once
    def danger(self) -> Detector:
        return Detector(self._multilingual, self.settings.data_dir / "cache")

    def _multilingual(self) -> Embedder | None:
        """The encoder that danger is understood with: the library's, else one of its own; none where tests give others."""
        return multilingual_of(self.embedders, None if self.embedders_instead else self.settings.models)

    @made_once
    def library(self) -> Library:
        folder = self.settings.data_dir / "knowledge"
        settings = self.settings
        return Library(folder, self.embedders, settings.answer_threshold, settings.maybe_threshold)

    @made_once
    def rasa(self) -> RasaServer | None:
        """Our own Rasa, trained if need be; None when settings name one that is run elsewhere."""
        if self.settings.rasa_url or self.ear_instead:
            return None
        return make_server(self.settings, self.progress)

    @made_once
    def ear(self) -> NluClient:
        if self.ear_instead:
            return self.ear_instead
        at = (str(self.settings.rasa_url), self.settings.rasa_token)
        if self.rasa:
            at = (self.rasa.url, self.rasa.token)
        return RasaNluClient(*at, self.settings.rasa_timeout, hand_on=partial(take_over, self.embedders))

    @made_once
    def assistant(self) -> Assistant:
        return Assistant(
            city=self.city,
            library=self.library,
            texts=self.texts,
            settings=self.settings,
            respondent_key=lambda survey, person: self.vault.pseudonym("survey", survey, person),
        )

    @made_once
    def doors(self) -> tuple[ChannelBinding, ...]:
        hallway = ChannelContext(
            self.settings, self.texts, self.inbox, self.deliveries, self.marks, self.media, self.now
        )
        return open_doors(hallway)

    @made_once
    def channels(self) -> Mapping[str, PushChannel]:
        """What the outbox sends through, by name."""
        opened = {channel.name: channel for door in self.doors for channel in door.channels}
        return opened | dict(self.channels_instead)

    @made_once
    def hall(self) -> ConversationServices:
        return ConversationServices(
            database=self.database,
            inbox=self.inbox_queue,
            outbox=self.outbox_queue,
            memory=self.memory,
            gate=RuleMatcher(
                self.texts,
                read_number,
                lambda text: survey_of(self.city.surveys.values(), text),
                read_code,
                self.assistant.desk.wishes.wish,
                self.danger,
            ),
            ear=SecondOpinion(self.ear, self.danger),
            assistant=self.assistant,
            texts=self.texts,
            files=self.late_files,
            bell=self.bell,
            languages=self.languages,
            language_of=LanguageOf(self.languages, self.texts),
            rate_limits=self.rate_limits,
            channels=self.channels,
            now=self.now,
            upload_link=self.upload_links.new if self.settings.public_url else None,
            picture_page=self.picture_links.new if self.settings.public_url else None,
        )

    @made_once
    def inbox_worker(self) -> Worker:
        size = self.settings.workers
        share = Share(door="")
        return Worker(
            self.inbox_queue, self._take, size=size, share=share, before_each_look=self._welcome_back
        )

    @made_once
    def urgent_worker(self) -> Worker:
        """Takes only what is urgent, so that it waits for nobody's picture."""
        return Worker(self.inbox_queue, self._take, size=1, share=Share(door="", urgent=True))

    @made_once
    def outbox_worker(self) -> Crew:
        return Crew(self.outbox_queue, self.outbox.deliver, self.channels, size=self.settings.workers)

    @made_once
    def files_worker(self) -> Crew:
        return Crew(self.files_queue, self.late_files.work, self.channels, size=2)

    @made_once
    def jobs_worker(self) -> Worker:
        return Worker(self.jobs.queue, self.jobs.work, size=3, patience=JOB_PATIENCE)

    @made_once
    def figures(self) -> Figures:
        """Counts the days' figures."""
        return Figures(self.database, self.city, self.now)

    @made_once
    def question_groups(self) -> QuestionGroups:
        """Puts kept questions into groups of one meaning."""
        return QuestionGroups(self.database, lambda: self.embedders)

    @made_once
    def preview(self) -> Preview:
        """How a reply will look at each door."""
        return make_preview(self.texts, self.settings)

    @made_once
    def rounds(self) -> Rounds:
        ours = [
            ScheduledTask("give_back_forgotten", 30.0, self._give_back_forgotten),
            ScheduledTask("case_followup", 300.0, self._ask_who_wanted_to_look_later),
            ScheduledTask("figures", 5.0, self.figures.count_all),
            ScheduledTask("usage", 3600.0, partial(self.rate_limits.usage.forget_old, self.now)),
            ScheduledTask("unclaimed_pictures", 6 * 3600.0, self._sweep_pictures),
            ScheduledTask("question_groups", 30.0, self.question_groups.group_some),
        ]
        return Rounds(
            [*ours, *self.jobs.rounds(), *(round_ for door in self.doors for round_ in door.rounds)]
        )

    def migrate(self) -> None:
        """Bring the tables up to date; first thing at every start."""
        upgrade(self.settings.database)

    def warm_up(self) -> None:
        """Do the slow first things now: models into memory, the city's words compared once, Rasa awake."""
        if self.rasa:
            self.rasa.start()
        self.danger.load()
        self.city.warm()
        self.library.ask("warm up", self.languages[0])
        if self.rasa:
            self.rasa.wait_until_ready()

    def start(self) -> None:
        """Warm up and let the workers begin. A Rasa that does not come up is reported, and the rest serves without it."""
        try:
            self.warm_up()
        except CitylineError as error:
            log.error("not_all_parts_started", reason=str(error))  # noqa: TRY400  the sentence says it all
        for name in WORKERS:
            getattr(self, name).start()
        self.rounds.start()
        self.watch.start()
        for door in self.doors:
            door.begin()
        for tell in self.when_ready:
            tell()

    def _start_or_end(self) -> None:
        try:
            self.start()
        except Exception:
            log.exception("start_failed")
            for end in self.when_failed:
                end()

    def start_in_background(self) -> threading.Thread:
        """`start` in a thread of its own, so that the web can answer meanwhile."""
        thread = threading.Thread(target=self._start_or_end, name="start", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Finish what is in hand, end the children, close the database."""
        for name in ("rounds", "watch"):
            if part := self.__dict__.get(name):
                part.stop()
        for worker in self._workers():
            worker.stop()
        for door in self.__dict__.get("doors", ()):
            door.end()
        if rasa := self.__dict__.get("rasa"):
            rasa.stop()
        self.database.dispose()

    def wake_workers(self) -> None:
        """Something was put into a queue: let it be worked on at once."""
        for worker in self._workers():
            worker.wake()

    def checks(self) -> list[Callable[[], Health]]:
        """The parts that `GET /health` asks."""
        return [
            partial(database_health, self.database, self.inbox_queue, self.outbox_queue),
            partial(workers_health, self._workers),
            partial(nlu_health, lambda: (self.__dict__.get("ear"), self.__dict__.get("rasa"))),
            partial(city_health, self.city),
            self.picture_room.health,
            self.library.health,
            *(door.health for door in self.doors if door.health),
        ]

    def _workers(self) -> list[Worker | Crew]:
        """Those that there are by now."""
        return [self.__dict__[name] for name in WORKERS if name in self.__dict__]

    def _wake_inbox(self) -> None:
        for name in ("urgent_worker", "inbox_worker"):
            if worker := self.__dict__.get(name):
                worker.wake()

    def _take(self, claim: Claim) -> None:
        handle_safely(self.hall, claim)
        if (channel := claim.payload["channel"]) in self.channels:
            self.outbox_worker.wake(channel)

    def _welcome_back(self) -> None:
        if time.monotonic() - self._looked_for_parked < LOOK_FOR_PARKED:
            return
        self._looked_for_parked = time.monotonic()
        if self.ear.is_up() and self.inbox_queue.unpark():
            log.info("nlu_is_back")

    def _sweep_pictures(self) -> None:
        kept_for = timedelta(days=self.settings.unclaimed_pictures_days)
        sweep(self.database, self.media, self.marks, self.now(), kept_for)

    def _give_back_forgotten(self) -> None:
        if given_back := give_back_forgotten(self.hall, self.settings.staff_silence_minutes):
            log.info("given_back_to_the_bot", conversations=given_back)
            self._wake_inbox()

    def _ask_who_wanted_to_look_later(self) -> None:
        with self.database.writing() as session:
            asked = notify(self.hall, session, ask_again(self.hall.assistant.desk, session, self.now()))
        if asked:
            self._wake_inbox()
