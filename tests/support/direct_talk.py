"""A conversation with the assistant alone: real gate, real city in a database of its own, fake ear, small fake library."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from actions.assistant import Assistant
from actions.forms.service_choice import named_report
from actions.handlers.facts import named_fact
from actions.handlers.unfinished import settle_silence
from actions.reading.words import plain_text
from actions.turn.state import read_state
from actions.turn.turn import Fit, Turn
from channels.registry import InstallationSettings
from city.facts.book import FactBook
from city.loading.load import load_city
from city.maps.city_map import CityMap
from city.places.gazetteer import Gazetteer
from city.records.model import CityProfile, Service, Suggestion, Survey
from city.registry import City
from city.requests.requests import read_number
from city.requests.tables import ServiceRequestRow
from city.services.catalogue import ServiceList
from city.surveys.surveys import survey_of
from conversation.hearing import rule_of_spoken
from conversation.understanding.danger.detector import Detector
from conversation.understanding.rules import RuleMatcher
from core.database import Base, Database
from core.errors import NluUnavailable
from core.model import Attachment, InboundMessage, Intent, Position, Reply, Trouble, Understanding
from core.texts import load_texts, phrases_expression
from knowledge.base.model import Answer, AnsweredPage, Found, PageAnswer, Passage, Remark
from nlu.fake import WordNluClient

SAMPLE = Path(__file__).parents[2] / "city" / "sample"
START = datetime(2026, 6, 1, 16, tzinfo=UTC)
TRASH = "Trash and recycling collection days"
PASSAGES = (
    Passage(
        "p1",
        "trash",
        TRASH,
        "Penstock collects trash every week. Your day depends on where you live.",
        ("When is my trash day?",),
        "https://penstock.example/trash/collection-days",
        "2026-02-10",
        "en",
    ),
    Passage(
        "p2",
        "trash",
        TRASH,
        "Put your trash cart at the curb by 6:30 in the morning.",
        ("Putting the cart out",),
        "https://penstock.example/trash/collection-days",
        "2026-02-10",
        "en",
    ),
    Passage(
        "p3",
        "library-card",
        "Library cards, hours and what you can borrow",
        "Anybody who lives in Penstock gets a library card for free.",
        ("Who can have one",),
        "https://penstock.example/library/card",
        "2026-01-15",
        "en",
    ),
    Passage(
        "p5",
        "library-card",
        "Library cards, hours and what you can borrow",
        "With a library card you can print ten pages a day.",
        ("Can I print or scan?",),
        "https://penstock.example/library/card",
        "2026-01-15",
        "en",
    ),
    Passage(
        "p6",
        "pools",
        "Swimming pools: hours, prices and lessons",
        "The pools are open from June to September.",
        ("When is Westhill Pool open?",),
        "https://penstock.example/pools",
        "2026-03-20",
        "en",
    ),
    Passage(
        "p4",
        "agua-ayuda",
        "Ayuda para pagar el agua",
        "La ciudad ayuda a pagar la factura del agua a las familias que lo necesitan.",
        ("Quién puede pedirla",),
        "https://penstock.example/es/agua",
        "2026-02-10",
        "es",
    ),
    Passage(
        "p7",
        "library-zh",
        "图书馆的开放时间",
        "图书馆周一到周五早上九点开门，晚上八点关门。",
        ("几点开门",),
        "https://penstock.example/zh/library",
        "2026-02-10",
        "zh",
    ),
    Passage(
        "p8",
        "library-ar",
        "أوقات عمل المكتبة",
        "تفتح المكتبة من الاثنين إلى الجمعة في التاسعة صباحًا.",
        ("متى تفتح المكتبة",),
        "https://penstock.example/ar/library",
        "2026-02-10",
        "ar",
    ),
    Passage(
        "p13",
        "chickens",
        "Keeping chickens",
        "A family may have four hens.",
        ("How many",),
        "https://penstock.example/chickens",
        "2026-02-10",
        "en",
    ),
    Passage(
        "p11",
        "perros",
        "Licencias para perros",
        "La licencia cuesta 15 dólares al año.",
        ("Cuánto cuesta",),
        "https://penstock.example/es/perros",
        "2026-02-10",
        "es",
    ),
    Passage(
        "p12",
        "card-ar",
        "بطاقة مكتبة",
        "كل من يسكن في المدينة يأخذ بطاقة مكتبة بلا مقابل.",
        ("كيف تحصلون عليها",),
        "https://penstock.example/ar/card",
        "2026-02-10",
        "ar",
    ),
    Passage(
        "p9",
        "carte",
        "Carte de bibliothèque",
        "Toute personne qui habite à Penstock reçoit gratuitement une carte de bibliothèque.",
        ("Qui peut l'avoir",),
        "https://penstock.example/fr/bibliotheque",
        "2026-02-10",
        "fr",
    ),
    Passage(
        "p10",
        "carteirinha",
        "Carteirinha da biblioteca",
        "Quem mora em Penstock recebe de graça a carteirinha da biblioteca.",
        ("Quem pode ter",),
        "https://penstock.example/pt/biblioteca",
        "2026-02-10",
        "pt",
    ),
)


class FakeLibrary:
    """Answers by shared words; sure of an answer when half of the question's longer words occur in it, unsure from three in ten on.

    `only_near` makes it unsure of everything, so that it has to be asked which page is meant.
    """

    def __init__(self, passages: tuple[Passage, ...] = PASSAGES) -> None:
        self._passages = passages
        self.only_near = False

    def ask(self, question: str, language: str = "", limit: int = 3) -> Answer:
        asked = {word[:6] for word in re.findall(r"\w{4,}", question.casefold())} - {
            "what",
            "when",
            "where",
            "does",
        }
        asked = {part for word in asked for part in _parts(word)}
        found = [Found(passage, self._score(passage, asked)) for passage in self._passages]
        found = sorted((f for f in found if f.score > 0), key=lambda f: -f.score)[:limit]
        best = found[0].score if found else 0.0
        if self.only_near:
            return Answer(question, confident=False, found=tuple(found), close=bool(found))
        return Answer(question, best >= 0.5, tuple(found), maybe=0.3 <= best < 0.5)

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        return Remark()

    def ask_page(
        self, question: str, page: AnsweredPage, language: str = "", limit: int = 3
    ) -> PageAnswer | None:
        everywhere = self.ask(question, language, len(self._passages)).found
        found = tuple(each for each in everywhere if each.passage.document_id == page.document_id)
        if not found:
            return None
        answer = Answer(question, found[0].score >= 0.5, found[:limit], maybe=found[0].score < 0.5)
        return PageAnswer(answer, found[0].score, everywhere[0].score - found[0].score)

    @staticmethod
    def _score(passage: Passage, asked: set[str]) -> float:
        words = f"{passage.title} {passage.text}".casefold()
        return sum(word in words for word in asked) / max(len(asked), 1)


def _parts(word: str) -> list[str]:
    """A word as it is; Chinese, which has no spaces, in pairs of characters."""
    is_chinese = re.fullmatch(r"[\u4e00-\u9fff]+", word)
    return [word[at : at + 2] for at in range(len(word) - 1)] if is_chinese else [word]


class WordServices:
    """The city's services, suggested by their names and keywords alone, so that no model is needed."""

    def __init__(self, real: ServiceList) -> None:
        self.all, self.by_code, self.groups, self.named = real.all, real.by_code, real.groups, real.named
        self._words = {service.code: self._words_of(service) for service in real.all()}

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Sure when a name or keyword stands in the text, unsure when a text merely resembles one."""
        words = plain_text(text)
        scored = [
            Suggestion(service, self._score(words, self._words[service.code])) for service in self.all()
        ]
        return sorted((s for s in scored if s.score > 0.089), key=lambda s: -s.score)[:limit]

    @staticmethod
    def _words_of(service: Service) -> list[str]:
        words = [word for listed in service.keywords.values() for word in listed]
        return [plain_text(word) for word in (*words, *service.name.values())]

    @staticmethod
    def _score(text: str, words: list[str]) -> float:
        inside = [word for word in words if phrases_expression((word,)).search(text)]
        if inside:
            return 0.8 + min(len(max(inside, key=len)), 30) / 200
        return 0.08 + max(fuzz.token_set_ratio(text, word) for word in words) / 5000


class WordCity:
    """The real city, but for how it suggests services."""

    def __init__(self, real: City) -> None:
        self._real = real
        self.services = WordServices(real.services)

    @property
    def profile(self) -> CityProfile:
        return self._real.profile

    @property
    def gazetteer(self) -> Gazetteer:
        return self._real.gazetteer

    @property
    def city_map(self) -> CityMap:
        return self._real.city_map

    @property
    def surveys(self) -> dict[str, Survey]:
        return self._real.surveys

    @property
    def facts(self) -> FactBook:
        return self._real.facts


@dataclass(slots=True)
class House:
    """The parts that all conversations of a test run share."""

    database: Database
    city: WordCity
    assistant: Assistant
    rule_matcher: RuleMatcher
    nlu_client: WordNluClient = field(default_factory=WordNluClient)


@contextmanager
def open_house(folder: Path, city_folder: Path = SAMPLE) -> Iterator[House]:
    """A house with the sample city in a fresh database under `folder`."""
    database = Database(f"sqlite:///{folder / 'dialogues.sqlite'}")
    _make_quick(database.engine)
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        load_city(session, city_folder)
    city = WordCity(City(database))
    texts = load_texts()
    settings = InstallationSettings(_env_file=None)
    assistant = Assistant(city, FakeLibrary(), texts, settings, lambda survey, person: f"{survey}/{person}")
    rule_matcher = RuleMatcher(
        texts, read_number, lambda text: survey_of(city.surveys.values(), text), danger_of=Detector()
    )
    try:
        yield House(database, city, assistant, rule_matcher)
    finally:
        database.dispose()


def _make_quick(engine: Engine) -> None:
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")


class DirectTalk:
    """Implements `tests.support.dialogue_runner.Talk`."""

    _people = itertools.count(1)

    def __init__(self, house: House, language: str = "en", channel: str = "web") -> None:
        self.house = house
        self.language = language
        self.channel = channel
        self.person = f"person-{next(self._people)}"
        self.dialogue: dict[str, Any] = {}
        self.now = START
        self.silent = 0.0
        self.first = True
        self.stopped = False
        self.networks: tuple[str, ...] = ()
        self.ear_up = True
        self.waiting: list[InboundMessage] = []
        self._messages = itertools.count(1)

    def filed_row(self, session: Session) -> ServiceRequestRow:
        """The one report of this resident."""
        mine = select(ServiceRequestRow).where(ServiceRequestRow.person_id == self.person)
        return session.scalars(mine).one()

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
        number = next(self._messages)
        photos = (
            (Attachment(f"{self.person}-photo-{number}", "image/jpeg", 1000, photo_position),)
            if photo
            else ()
        )
        message = InboundMessage(
            self.channel,
            f"{self.person}-{number}",
            self.person,
            self.now,
            text,
            choice,
            position,
            photos,
            start,
            None,
            trouble,
            networks=self.networks,
            spoken=spoken,
        )
        return self.hear(message)

    def hear(self, message: InboundMessage, *, late: bool = False) -> list[Reply]:
        """What `conversation.pipeline` does, without its queue."""
        house = self.house
        said, taken, calm = message.text, house.assistant.take_up(message, self.dialogue), False
        if taken:
            message, self.dialogue, calm = taken.message, taken.dialogue, taken.calm
        rule = house.rule_matcher.match(
            message, in_form=bool(self.dialogue.get("flow")), language=self.language, calm=calm
        )
        rule = rule_of_spoken(rule) if message.spoken else rule
        fit = Fit.NO if rule else house.assistant.fit(message, self.dialogue, self.language)
        understanding: Understanding | None = None
        if rule is None and fit is Fit.NO:
            context, topic = house.assistant.context, read_state(self.dialogue).topic
            understanding = named_fact(context, message.text, message.received_at, self.language, topic)
            understanding = understanding or named_report(context, message.text)
        if message.intent and rule is None:
            fit, understanding = Fit.NO, Understanding(message.text, (Intent(message.intent, 1.0),))
        if (
            not understanding
            and rule is None
            and fit is not Fit.SURE
            and any(sign.isalpha() for sign in message.text)
        ):
            house.nlu_client.up = self.ear_up
            try:
                understanding = house.nlu_client.parse(message.text)
            except NluUnavailable:
                if fit is Fit.NO:
                    self.waiting.append(message)
                    return self._turn(message, house.assistant.waiting)
        prepared = house.assistant.look_ahead(message, self.dialogue, self.language, rule, fit, understanding)
        return self._turn(
            message,
            house.assistant.respond,
            rule=rule,
            fit=fit,
            understanding=understanding,
            prepared=prepared,
            late=late,
            calm=calm,
            said=said if taken else None,
        )

    def _turn(self, message: InboundMessage, respond: Any, **heard: Any) -> list[Reply]:
        with self.house.database.writing() as session:
            turn = Turn(
                message=message,
                person_id=self.person,
                language=self.language,
                dialogue=self.dialogue,
                session=session,
                now=self.now,
                silent_minutes=self.silent,
                first=self.first,
                stopped=self.stopped,
                **heard,
            )
            replies: list[Reply] = respond(turn)
        self.dialogue = turn.dialogue
        self.language, self.silent, self.first, self.stopped = turn.language, 0.0, False, turn.stopped
        return replies

    def silence(self, minutes: float) -> None:
        self.silent = minutes
        self.now += timedelta(minutes=minutes)

    def wait(self, minutes: float) -> list[Reply]:
        """Let time pass, and see what the city says by itself."""
        self.silence(minutes)
        context = self.house.assistant.context
        if minutes < context.settings.unfinished_after_minutes:
            return []
        nothing = InboundMessage(self.channel, f"{self.person}-{next(self._messages)}", self.person, self.now)
        replies = self._turn(nothing, lambda turn: settle_silence(context, turn))
        self.silent = minutes  # they have said nothing
        return replies

    def nlu(self, *, up: bool) -> list[Reply]:
        self.ear_up = up
        if not up:
            return []
        waiting, self.waiting = self.waiting, []
        return [reply for message in waiting for reply in self.hear(message, late=True)]
