"""The composition root: builds the parts of an installation from settings, in order, and joins them.

Nothing here is slow, reads the database or starts a thread: what takes long is done by `bot.lifecycle`, and health asks by
`bot.health`. Each part is given what it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from actions.assistant import Assistant
from bot.foundation import Foundation, lay_foundation, open_library
from bot.health import city_health, database_health, nlu_health, workers_health
from bot.lifecycle import LifeCycle, NluLauncher, WarmUp
from bot.own_rasa import make_server
from bot.scheduled import conversation_tasks
from bot.workers import Workers, build_workers
from channels.registry import make_preview, open_doors
from channels.vendor import ChannelBinding, ChannelContext
from city.geocoding.client import HttpGeocoder
from city.geocoding.lookup import AddressLookup
from city.maps.timely import TimelyMaps
from city.people.identities import read_code
from city.registry import City
from city.requests.requests import read_number
from city.surveys.surveys import survey_of
from console.shared.services import ConsoleServices
from conversation.delivery.alarm import Alarms
from conversation.delivery.inbox import DurableInbox
from conversation.delivery.late_files import LateFiles
from conversation.delivery.notifier import LocalNotifier
from conversation.delivery.outbox import Outbox
from conversation.delivery.rate_limits import RateLimits
from conversation.delivery.receipts import Deliveries
from conversation.delivery.services import ConversationServices
from conversation.delivery.terms import DeliveryTerms
from conversation.delivery.watch import Watch
from conversation.staff.daily_figures import Figures
from conversation.store.conversations import ConversationStore
from conversation.store.media import DiskMediaStore
from conversation.store.picture_links import DatabasePictureLinks
from conversation.store.picture_room import PictureRoom
from conversation.store.upload_links import DatabaseUploadLinks
from conversation.store.usage import Usage
from conversation.understanding.danger.detector import Detector
from conversation.understanding.danger.second_opinion import SecondOpinion
from conversation.understanding.language import OfferedLanguages
from conversation.understanding.rules import RuleMatcher
from conversation.voice.notes import VoiceNotes
from conversation.voice.whisper import open_whisper
from core.errors import SettingsError
from core.model import Health
from core.ports import Embedder, NluClient, PushChannel, Transcriber
from core.queue import Queue, utc_now
from core.schedule import Marks, Rounds, ScheduledTask
from core.settings import Settings
from core.signals import Signal
from knowledge.imports.fetching import Fetcher, user_agent
from knowledge.index.embedding import (
    encode_if_possible,
    hearing_of,
    make_embedders,
    multilingual_of,
    take_over,
)
from knowledge.jobs import Jobs
from knowledge.questions.groups import QuestionGroups
from knowledge.search.library import Library
from nlu.client import RasaNluClient
from nlu.server import RasaServer


@dataclass(frozen=True, slots=True)
class Replacements:
    """What stands in place of what settings would give, for tests. `channels` are added to those of the doors, or replace them by name."""

    nlu_client: NluClient | None = None
    embedders: Sequence[Embedder] = ()
    channels: Mapping[str, PushChannel] = field(default_factory=dict)
    transcriber: Transcriber | None = None


@dataclass(frozen=True)
class App(Foundation):
    """The parts of one installation in one process, as `build_app` joins them."""

    memory: ConversationStore
    deliveries: Deliveries
    marks: Marks
    notifier: LocalNotifier
    inbox_queue: Queue
    outbox_queue: Queue
    files_queue: Queue
    rate_limits: RateLimits
    picture_room: PictureRoom
    upload_links: DatabaseUploadLinks
    picture_links: DatabasePictureLinks
    maps: TimelyMaps
    embedders: Sequence[Embedder]
    city: City
    library: Library
    danger: Detector
    rasa: RasaServer | None
    nlu_client: NluClient
    assistant: Assistant
    late_files: LateFiles
    services: ConversationServices
    inbox: DurableInbox
    doors: tuple[ChannelBinding, ...]
    channels: Mapping[str, PushChannel]
    outbox: Outbox
    jobs: Jobs
    figures: Figures
    question_groups: QuestionGroups
    workers: Workers
    rounds: Rounds
    checks: Sequence[Callable[[], Health]]
    life: LifeCycle

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered, the city's main one first."""
        return self.services.languages

    @property
    def media(self) -> DiskMediaStore:
        """The pictures, within the room that they have."""
        return self.picture_room.store


def build_app(
    settings: Settings,
    instead: Replacements | None = None,
    now: Callable[[], datetime] = utc_now,
    progress: Callable[[str], None] = lambda _line: None,
) -> App:
    """Build all parts. `progress` is told line by line what the start does that takes long.

    Raises `SettingsError` for a door that is only half set up.
    """
    instead = instead or Replacements()
    base = lay_foundation(settings, now)
    database, texts, vault, public_url = base.database, base.texts, base.vault, str(settings.public_url or "")

    memory = ConversationStore(database, vault)
    deliveries = Deliveries(database, now)
    marks = Marks(database)
    notifier = LocalNotifier()
    inbox_queue, outbox_queue, files_queue = (
        Queue(name, database, now=now) for name in ("inbox", "outbox", "files")
    )
    rate_limits = RateLimits(settings, Usage(database))
    picture_room = open_picture_room(base)
    upload_links = DatabaseUploadLinks(database, memory, public_url, now)
    picture_links = DatabasePictureLinks(database, public_url, now)

    embedders = instead.embedders or make_embedders(settings.embedding_model, settings.models)
    exports = None if instead.embedders else settings.models
    hearing = hearing_of(embedders, exports)
    city = City(database, lambda: hearing, base.cache_folder, find_geocoder(settings))
    library = open_library(base, embedders)
    encoder = multilingual_of(hearing, exports)
    danger = Detector(lambda: encoder, base.cache_folder)
    rasa, nlu_client = (None, instead.nlu_client) if instead.nlu_client else find_nlu(settings, hearing)

    # Doors hand in what comes, and what is handed in may have to go out by them at once: they are opened into this table.
    channels: dict[str, PushChannel] = {}
    inbox_filled = Signal()
    late_files = LateFiles(
        database,
        files_queue,
        inbox_queue,
        memory,
        picture_room.store,
        channels,
        now,
        inbox_filled.send,
        voice_notes=find_voice_notes(settings, instead.transcriber),
        tells_danger=danger.is_sure,
    )
    assistant = Assistant(
        city,
        library,
        texts,
        settings,
        partial(vault.pseudonym, "survey"),
        partial(encode_if_possible, encoder) if encoder else None,
    )
    services = ConversationServices(
        database=database,
        inbox=inbox_queue,
        outbox=outbox_queue,
        memory=memory,
        rule_matcher=RuleMatcher(
            texts,
            read_number,
            lambda text: survey_of(city.surveys.values(), text),
            read_code,
            assistant.context.wishes.wish,
            danger,
        ),
        nlu_client=SecondOpinion(nlu_client, danger),
        assistant=assistant,
        texts=texts,
        files=late_files,
        notifier=notifier,
        language_of=OfferedLanguages(lambda: assistant.context.languages, texts),
        rate_limits=rate_limits,
        channels=channels,
        now=now,
        fragment_silence=settings.fragment_silence,
        upload_link=upload_links.new if public_url else None,
        picture_page=picture_links.new if public_url else None,
    )
    inbox = DurableInbox(database, inbox_queue, memory, inbox_filled.send, Alarms(danger, services))
    maps = TimelyMaps(lambda: city.city_map)
    doors = open_doors(
        ChannelContext(settings, texts, inbox, deliveries, marks, picture_room.store, now, maps)
    )
    channels |= {channel.name: channel for door in doors for channel in door.channels}
    channels |= instead.channels
    terms = DeliveryTerms.of(settings, database, rate_limits.may_send, now)
    outbox = Outbox(database, outbox_queue, memory, deliveries, channels, terms)

    fetcher = Fetcher(settings.fetch_hosts, agent=lambda: name_agent(city, public_url))
    jobs = Jobs(
        database,
        base.library_folder,
        embedders,
        city,
        library,
        now,
        fetcher,
        settings.unreviewed_years,
        settings.scan_pages,
    )
    figures = Figures(database, city, now)
    question_groups = QuestionGroups(database, lambda: hearing)

    workers = build_workers(
        services=services,
        outbox=outbox,
        late_files=late_files,
        jobs=jobs,
        nlu_client=nlu_client,
        channels=channels,
        size=settings.workers,
    )
    inbox_filled.connect(workers.urgent.wake, workers.inbox.wake)
    tasks = conversation_tasks(
        services=services,
        settings=settings,
        media=picture_room.store,
        marks=marks,
        figures=figures,
        groups=question_groups,
        wake_inbox=inbox_filled.send,
    )
    tasks.append(ScheduledTask("confirmed_cases", 300.0, city.learn_cases))
    rounds = Rounds([*tasks, *jobs.rounds(), *(task for door in doors for task in door.rounds)])
    checks: tuple[Callable[[], Health], ...] = (
        partial(database_health, database, inbox_queue, outbox_queue),
        partial(workers_health, workers.all()),
        partial(nlu_health, nlu_client, rasa),
        partial(city_health, city),
        picture_room.health,
        library.health,
        *(door.health for door in doors if door.health),
    )
    warm_up = WarmUp(NluLauncher(rasa, settings, progress), danger, city, library, services)
    return App(
        settings=settings,
        texts=texts,
        vault=vault,
        database=database,
        now=now,
        memory=memory,
        deliveries=deliveries,
        marks=marks,
        notifier=notifier,
        inbox_queue=inbox_queue,
        outbox_queue=outbox_queue,
        files_queue=files_queue,
        rate_limits=rate_limits,
        picture_room=picture_room,
        upload_links=upload_links,
        picture_links=picture_links,
        maps=maps,
        embedders=embedders,
        city=city,
        library=library,
        danger=danger,
        rasa=rasa,
        nlu_client=nlu_client,
        assistant=assistant,
        late_files=late_files,
        services=services,
        inbox=inbox,
        doors=doors,
        channels=channels,
        outbox=outbox,
        jobs=jobs,
        figures=figures,
        question_groups=question_groups,
        workers=workers,
        rounds=rounds,
        checks=checks,
        life=LifeCycle(
            warm_up, workers, rounds, Watch(memory, notifier), doors, database, when_stopped=[maps.close]
        ),
    )


def name_agent(city: City, public_url: str) -> str:
    """How websites are told who reads them: for which city, and where to complain."""
    profile = city.profile if city.is_loaded else None
    address = f"+{public_url}" if public_url else ""
    phone = f"tel. {profile.city_phone}" if profile and profile.city_phone else ""
    return user_agent(f"for {profile.name}" if profile else "", address, phone)


def find_geocoder(settings: Settings) -> AddressLookup | None:
    """The geocoder that settings name; None: no words leave the house. Raises `SettingsError` where it has no address."""
    if not settings.geocoder:
        return None
    if settings.geocoder_url is None:
        raise SettingsError(
            f"CITYLINE_GEOCODER is {settings.geocoder}, but its address is missing; set CITYLINE_GEOCODER_URL, or leave both empty."
        )
    geocoder = HttpGeocoder.of(settings)
    return AddressLookup(geocoder, seconds=settings.geocoder_seconds, pause=settings.geocoder_pause)


def find_voice_notes(settings: Settings, instead: Transcriber | None) -> VoiceNotes | None:
    """Who listens to voice messages; None where settings name no model. Raises `SettingsError` where a part of it is missing."""
    transcriber = instead or (open_whisper(settings.voice_model) if settings.voice_model else None)
    if transcriber is None:
        return None
    return VoiceNotes(transcriber, settings.voice_seconds, int(settings.voice_megabytes * 10**6))


def open_picture_room(base: Foundation) -> PictureRoom:
    """The room that residents' pictures have."""
    return PictureRoom(
        base.database,
        base.settings.data_dir / "media",
        base.settings.sender_pictures_per_day,
        int(base.settings.pictures_gb * 10**9),
        partial(base.vault.pseudonym, "pictures"),
        base.now,
    )


def find_nlu(settings: Settings, embedders: Sequence[Embedder]) -> tuple[RasaServer | None, NluClient]:
    """Our own Rasa, not started yet, and who asks it; None and who asks the one that settings name, which is run elsewhere."""
    ask = partial(RasaNluClient, timeout=settings.rasa_timeout, hand_on=partial(take_over, embedders))
    if settings.rasa_url:
        return None, ask(str(settings.rasa_url), settings.rasa_token)
    rasa = make_server(settings)
    return rasa, ask(rasa.url, rasa.token)


def console_services(app: App) -> ConsoleServices:
    """What staff's pages use."""
    return ConsoleServices(
        settings=app.settings,
        texts=app.texts,
        vault=app.vault,
        database=app.database,
        memory=app.memory,
        deliveries=app.deliveries,
        notifier=app.notifier,
        inbox_queue=app.inbox_queue,
        outbox_queue=app.outbox_queue,
        media=app.media,
        embedders=app.embedders,
        city=app.city,
        library=app.library,
        services=app.services,
        jobs=app.jobs,
        figures=app.figures,
        question_groups=app.question_groups,
        preview=make_preview(app.texts, app.settings),
        now=app.now,
        checks=app.checks,
        wake_workers=app.workers.wake,
    )
