"""How an installation starts and stops: the slow first things, the threads, the children, and who is told when it is ready."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.own_rasa import train_model
from bot.workers import Workers
from channels.vendor import ChannelBinding
from city.registry import City
from conversation.delivery.services import ConversationServices
from conversation.delivery.watch import Watch
from conversation.understanding.danger.detector import Detector
from core.database import Database
from core.errors import CitylineError
from core.schedule import Rounds
from core.settings import Settings
from knowledge.search.library import Library
from nlu.server import RasaServer

log = structlog.get_logger()

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NluLauncher:
    """Our own Rasa, trained if need be; `server` is None when another is asked, and then there is nothing to start."""

    server: RasaServer | None
    settings: Settings
    progress: Tell

    def start(self) -> None:
        """Train it if its data changed, which takes a minute, and let it come up beside whatever else is done."""
        if self.server:
            train_model(self.settings, self.progress)
            self.server.start()

    def wait_until_ready(self) -> None:
        """Block until it answers; raises `CitylineError` when it does not within two minutes."""
        if self.server:
            self.server.wait_until_ready()

    def stop(self) -> None:
        """End it."""
        if self.server:
            self.server.stop()


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The slow first things: models into memory, the city's words compared once, Rasa awake."""

    nlu: NluLauncher
    danger: Detector
    city: City
    library: Library
    services: ConversationServices

    def __call__(self) -> None:
        """Do them, each whether the others can be done or not; raises `CitylineError` at the end with what could not."""
        faults = asleep = _faults_of(self.nlu.start)
        for step in (
            self.danger.load,
            self.city.warm,
            self._ask_library,
            self.services.assistant.context.warm,
            self.services.language_of.detector,
        ):
            faults = [*faults, *_faults_of(step)]
        if not asleep:
            faults = [*faults, *_faults_of(self.nlu.wait_until_ready)]
        if faults:
            raise CitylineError(" ".join(map(str, faults)))

    def _ask_library(self) -> None:
        self.library.ask("warm up", self.services.languages[0])


def _faults_of(step: Callable[[], object]) -> list[CitylineError]:
    """What kept a step from being done, if anything did."""
    try:
        step()
    except CitylineError as error:
        return [error]
    return []


@dataclass(frozen=True)
class LifeCycle:
    """The start and the stop of what runs. `when_ready` and `when_failed` are told how the start went, `when_stopped` that it ended."""

    warm_up: WarmUp
    workers: Workers
    rounds: Rounds
    watch: Watch
    doors: Sequence[ChannelBinding]
    database: Database
    when_ready: list[Callable[[], None]] = field(default_factory=list)
    when_failed: list[Callable[[], None]] = field(default_factory=list)
    when_stopped: list[Callable[[], None]] = field(default_factory=list)

    def start(self) -> None:
        """Warm up and let the workers begin. A Rasa that does not come up is reported, and the rest serves without it."""
        try:
            self.warm_up()
        except CitylineError as error:
            log.error("not_all_parts_started", reason=str(error))  # noqa: TRY400  the sentence says it all
        for worker in self.workers.all():
            worker.start()
        self.rounds.start()
        self.watch.start()
        for door in self.doors:
            door.begin()
        for tell in self.when_ready:
            tell()

    def start_in_background(self) -> threading.Thread:
        """`start` in a thread of its own, so that the web can answer meanwhile."""
        thread = threading.Thread(target=self._start_or_end, name="start", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Finish what is in hand, end the children, close what is open; also of what was never started."""
        self.rounds.stop()
        self.watch.stop()
        for worker in self.workers.all():
            worker.stop()
        for door in self.doors:
            door.end()
        self.warm_up.nlu.stop()
        self.warm_up.city.close()
        for end in self.when_stopped:
            end()
        self.database.dispose()

    def _start_or_end(self) -> None:
        try:
            self.start()
        except Exception:
            log.exception("start_failed")
            for end in self.when_failed:
                end()
