"""What every action has within reach: the city, the library, the texts, the settings; and how it makes a reply of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from actions.reading.amounts import AmountReader
from actions.reading.calendar_questions import CalendarQuestionReader
from actions.reading.contact_questions import ContactQuestionReader
from actions.reading.corrections import CorrectionReader, split_parts
from actions.reading.dates import Calendar
from actions.reading.draft_questions import DraftQuestionReader
from actions.reading.election_questions import ElectionQuestionReader
from actions.reading.fact_questions import FactQuestionReader
from actions.reading.fee_questions import FeeQuestionReader
from actions.reading.feelings import FeelingReader
from actions.reading.labels import Encode, LabelReader
from actions.reading.readers import WordReader
from actions.reading.replies import ReplyReader
from actions.reading.reporters import ReporterReader
from actions.reading.topic_cues import TopicCueReader
from actions.reading.wishes import WishReader
from actions.reading.words import looks_like_question
from actions.turn.state import Offer
from actions.turn.turn import Turn
from city.facts.book import FactBook
from city.records.model import CityProfile, Local, PlaceMatch, Service, Suggestion, Survey, text_in
from core.languages import in_reading_order, scripts_of
from core.model import Asker, Choice, Outcome, Position, Reply
from core.once import made_once
from core.settings import Settings
from core.texts import Texts
from knowledge.base.model import Answer, AnsweredPage, PageAnswer, Passage, Remark

if TYPE_CHECKING:
    from actions.turn.route import IntentRoute, MenuRoute


class Services(Protocol):
    """The service list (`city.services.catalogue.ServiceList`)."""

    def all(self) -> Sequence[Service]:
        """Every service that can be reported."""
        ...

    def by_code(self, code: str) -> Service | None:
        """The service of this code, or None."""
        ...

    def groups(self) -> Mapping[str, Sequence[Service]]:
        """Services by group."""
        ...

    def named(self, text: str) -> list[Suggestion]:
        """The services whose name or keyword is the whole text, in any writing; their scores add up to how sure that is."""
        ...

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Likely services, best first. Takes milliseconds: call it before the transaction where possible."""
        ...


class PlaceFinder(Protocol):
    """The city's streets and landmarks (`city.places.gazetteer.Gazetteer`), and what lies beyond (`city.geocoding.wider`)."""

    def find(self, text: str, limit: int = 3, language: str = "en") -> list[PlaceMatch]:
        """Places that the whole text may mean."""
        ...

    def extract(self, text: str, language: str = "en") -> PlaceMatch | None:
        """The place that is mentioned within a longer text."""
        ...

    def allude(self, text: str, language: str = "en") -> PlaceMatch | None:
        """What the text tells of a place that it does not name."""
        ...

    def nearest(self, position: Position, language: str = "en") -> PlaceMatch | None:
        """The address at a position; None outside the city."""
        ...

    def look_up(self, text: str, language: str = "en") -> None:
        """Have a geocoder asked for an address that the city's map lacks. May take a second: never within the transaction."""
        ...


class StreetsAround(Protocol):
    """The part of the city's map (`city.maps.city_map.CityMap`) that actions need."""

    def streets_near(self, position: Position, most: int) -> list[str]:
        """The streets around a position, the nearest first; empty where a map would show nothing."""
        ...


class CityDesk(Protocol):
    """The part of `city.registry.City` that actions need."""

    @property
    def profile(self) -> CityProfile:
        """Name, phones, people."""
        ...

    @property
    def services(self) -> Services:
        """What can be reported."""
        ...

    @property
    def gazetteer(self) -> PlaceFinder:
        """Where things are."""
        ...

    @property
    def city_map(self) -> StreetsAround:
        """What a small map of the city would show."""
        ...

    @property
    def surveys(self) -> Mapping[str, Survey]:
        """Surveys by code."""
        ...

    @property
    def facts(self) -> FactBook:
        """Hours, phones, addresses, holidays, calendars by address, and fees."""
        ...


class AnsweringLibrary(Protocol):
    """The part of `knowledge` that actions need."""

    def ask(self, question: str, language: str = "", limit: int = 3) -> Answer:
        """Passages for a question. Takes milliseconds: call it before the transaction where possible."""
        ...

    def ask_page(
        self, question: str, page: AnsweredPage, language: str = "", limit: int = 3
    ) -> PageAnswer | None:
        """What a page that was answered from says to words that may go on with it; None when it cannot."""
        ...

    def remark_on(self, passage: Passage, quoted: str) -> Remark:
        """What has to be said beside a quotation of a passage."""
        ...


@dataclass(frozen=True)
class ActionContext:
    """Passed to every action. `respondent_key(survey_code, person_id)` is the opaque key under which survey answers are kept.

    `encode` makes vectors of short texts, where an encoder is there. `menu` and `intents` are what all actions declare: the menu shows it, and it is offered where the NLU is unsure.
    """

    city: CityDesk
    library: AnsweringLibrary
    texts: Texts
    settings: Settings
    respondent_key: Callable[[str, str], str]
    menu: Mapping[str, MenuRoute]
    intents: Mapping[str, IntentRoute]
    encode: Encode | None = None
    words: WordReader = field(init=False)
    replies: ReplyReader = field(init=False)
    amounts: AmountReader = field(init=False)
    reporters: ReporterReader = field(init=False)
    labels: LabelReader = field(init=False)
    corrections: CorrectionReader = field(init=False)
    wishes: WishReader = field(init=False)
    feelings: FeelingReader = field(init=False)
    fact_questions: FactQuestionReader = field(init=False)
    calendar_questions: CalendarQuestionReader = field(init=False)
    topic_cues: TopicCueReader = field(init=False)
    fee_questions: FeeQuestionReader = field(init=False)
    contact_questions: ContactQuestionReader = field(init=False)
    election_questions: ElectionQuestionReader = field(init=False)
    draft_questions: DraftQuestionReader = field(init=False)
    _calendars: dict[str, Calendar] = field(init=False, default_factory=dict)
    _unfilled: dict[str, Local] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", WordReader(self.texts))
        object.__setattr__(self, "replies", ReplyReader(self.texts))
        object.__setattr__(self, "amounts", AmountReader(self.texts))
        object.__setattr__(self, "reporters", ReporterReader(self.texts))
        object.__setattr__(self, "labels", LabelReader(self.texts, self.amounts, self.encode))
        object.__setattr__(self, "corrections", CorrectionReader(self.texts))
        object.__setattr__(self, "wishes", WishReader.of(self.texts))
        object.__setattr__(self, "feelings", FeelingReader.of(self.texts))
        object.__setattr__(self, "fact_questions", FactQuestionReader(self.texts))
        object.__setattr__(self, "calendar_questions", CalendarQuestionReader(self.texts))
        object.__setattr__(self, "topic_cues", TopicCueReader(self.texts))
        object.__setattr__(self, "fee_questions", FeeQuestionReader(self.texts, self.encode))
        object.__setattr__(self, "contact_questions", ContactQuestionReader(self.texts, self.encode))
        object.__setattr__(self, "election_questions", ElectionQuestionReader(self.texts))
        object.__setattr__(self, "draft_questions", DraftQuestionReader(self.texts))
        for key in self.texts.sentences[self.texts.fallback]:
            sentences = {code: said.get(key, "") for code, said in self.texts.sentences.items()}
            if not any("{" in sentence for sentence in sentences.values()):
                self._unfilled[key] = sentences

    def warm(self) -> None:
        """Make the vectors by which questions of fact are understood in other words than the city's."""
        self.fee_questions.warm(self.city.facts)
        self.contact_questions.warm(self.city.facts)

    @property
    def calendar(self) -> Calendar:
        """Days and times in the city's zone."""
        zone = self.city.profile.zone
        if zone.key not in self._calendars:
            self._calendars[zone.key] = Calendar(self.texts, zone)
        return self._calendars[zone.key]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered: those of the settings, else the city's own, as far as the catalogue has them; else all of it."""
        return self.texts.offered(self.settings.languages or self.city.profile.languages)

    @property
    def own_language(self) -> str:
        """The city's own language, in which names stand that have no other."""
        return (*self.city.profile.languages, *self.languages)[0]

    @made_once
    def scripts(self) -> frozenset[str]:
        """The scripts that the offered languages are written in."""
        return frozenset().union(*(scripts_of(self.texts, language) for language in self.languages))

    def say(self, key: str, language: str, **values: object) -> str:
        """A sentence of the catalogue; the city's name, phones and people are always among the values."""
        profile = self.city.profile
        staff = profile.person_desk
        known: dict[str, object] = {
            "city": profile.name,
            "emergency": profile.emergency_number or self.settings.emergency_number,
            "phone": profile.city_phone,
            "people": text_in(staff.name, language) or self.texts.say("person.staff", language),
            "hours": text_in(staff.hours, language),
            "answers_within": text_in(staff.answers_within, language)
            or self.texts.say("person.soon", language),
        }
        return self.texts.say(key, language, **{**known, **values})

    def in_all(self, key: str, **values: object) -> Local:
        """A sentence of the catalogue in every language, for texts that are chosen only when they are said."""
        if key in self._unfilled and not values:
            return self._unfilled[key]
        return {language: self.say(key, language, **values) for language in self.languages}

    def is_question(self, text: str) -> bool:
        """Whether a text looks like a question."""
        return looks_like_question(text, self.texts.words_of_all("words.question_starts"))

    def parts_of(self, text: str) -> list[str]:
        """What a text tells one after the other: between commas and ends of sentences, and between what is joined by "and"."""
        return [part for each in split_parts(text) for part in self.words.split_joined(each)]

    def emergency_number(self) -> str:
        """What to call in danger."""
        return self.city.profile.emergency_number or self.settings.emergency_number


def asker_of(turn: Turn) -> Asker:
    """Where this turn was said, for what is kept for staff."""
    return Asker(turn.person_id, turn.message.channel, turn.language)


def dedupe_key(turn: Turn) -> str:
    """The key under which an effect of this message happens once."""
    return f"{turn.message.channel}:{turn.message.provider_id}"


def offer_choices(turn: Turn, reply: Reply, name: str, choices: Mapping[str, str], **data: object) -> Reply:
    """Put choices beside a reply, outside of any form; `actions.assistant` hands what is chosen to the action of this name."""
    turn.state.offer = Offer(name, list(choices.items()), data)
    return replace(reply, choices=tuple(Choice(f"{name}.{key}", label) for key, label in choices.items()))


def finish_reply(context: ActionContext, reply: Reply) -> Reply:
    """In reading order, and with an outcome: what an action says without saying more of it is an answer."""

    def ordered(text: str) -> str:
        return in_reading_order(context.texts, text, reply.language)

    choices = tuple(replace(choice, label=ordered(choice.label)) for choice in reply.choices)
    outcome = reply.outcome or Outcome.ANSWERED
    return replace(reply, text=ordered(reply.text), choices=choices, outcome=outcome)


def led_by(notes: Sequence[str], reply: Reply) -> Reply:
    """The reply with sentences before it, a paragraph each."""
    return replace(reply, text="\n\n".join([*(note for note in notes if note), reply.text]))
