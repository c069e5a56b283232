"""What the registry hands out: plain values, in the words of Open311 GeoReport v2 where it has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.model import Position, Source

Local = dict[str, str]
"""A text per language code; `local(text, language)` picks one."""


def text_in(text: Local, language: str) -> str:
    """The text in this language, else in English, else in whichever there is; empty when there is none."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def all_words(*by_language: Mapping[str, str] | Mapping[str, Sequence[str]]) -> list[str]:
    """What a thing is called in every language: its names, and lists of other words for it."""
    return [
        word
        for texts in by_language
        for said in texts.values()
        for word in ([said] if isinstance(said, str) else said)
    ]


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value of a list question. `danger` is what to say, and stops the report: the resident should call instead."""

    key: str
    name: Local
    danger: Local | None = None


@dataclass(frozen=True, slots=True)
class ServiceAttribute:
    """An extra question of a service, in the shape of Open311's service definition.

    `datatype` is string, text, number, datetime, singlevaluelist or multivaluelist; `variable` False is a notice that is only
    shown. `skip_unless` maps the code of an earlier question to the value keys for which this one is asked.
    """

    code: str
    datatype: str
    required: bool
    order: int
    description: Local
    datatype_description: Local = field(default_factory=dict)
    variable: bool = True
    values: tuple[AttributeValue, ...] = ()
    skip_unless: dict[str, list[str]] = field(default_factory=dict)
    why: Local = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Department:
    """Who looks after a service."""

    code: str
    name: Local
    phone: str = ""
    email: str = ""
    hours: Local = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """Something that residents can report or ask the city to do. `days` is the promised time, in calendar days.

    `place` is `required`, `optional` or `none`. `danger` is shown at once when the service itself means danger.
    """

    code: str
    name: Local
    description: Local
    keywords: dict[str, list[str]]
    group: str
    department: Department
    days: int | None = None
    place: str = "required"
    photo: bool = True
    notice: Local = field(default_factory=dict)
    attributes: tuple[ServiceAttribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A likely service for a text; `score` is calibrated, 0 to 1."""

    service: Service
    score: float


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A place in the city. `kind` is address, street, crossing, landmark or position; `score` from 0 to 1, 1 is certain.

    A `text` is what a resident wrote in a city that has no list of streets: it has no position and nobody has checked it.
    `beyond` is where a street ends whose numbers do not go as far as the one that was said; `outside` is a position out of the
    city. Nothing of the map is meant by `home` (the resident's own house), `last` (the place of their last report), `highway`,
    `asset` (a pole's or stop's number), `link` (which does not say where it leads) and `unknown`: the label is what was said then.

    `words` is the part of the resident's text that named the place, as they wrote it, `said` all of the text where it tells more
    than that, for whoever goes there. `town` is another town that was named beside it.
    """

    label: str
    position: Position | None
    kind: str
    score: float = 1.0
    words: str = ""
    said: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A service request. `status` is open, in_progress, fixed, closed, duplicate or not_ours.

    Whoever has only the number sees the state and who has it; `is_reporter` says that all the rest is filled too.
    """

    number: str
    service_name: Local
    department_name: Local
    status: str
    place: str
    description: str
    requested_at: datetime | None
    updated_at: datetime | None
    expected_at: datetime | None
    status_notes: str = ""
    photos: int = 0
    comments: int = 0
    is_reporter: bool = False


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is needed to file a service request. `person_id` is who may see it; `dedupe_key` makes filing it twice harmless.

    `missing` are the codes of the questions that should have been answered first and were not: it is filed unfinished.
    """

    service_code: str
    person_id: str
    channel: str
    language: str
    dedupe_key: str
    description: str = ""
    place: PlaceMatch | None = None
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    media_ids: tuple[str, ...] = ()
    contact: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """One question. `kind` is single, multiple, scale, number, text or place.

    `skip_unless` maps the code of an earlier question to the answers (value keys) for which this one is asked. A scale runs
    from `minimum` to `maximum`; a number must lie between them where they are given.
    """

    code: str
    kind: str
    text: Local
    required: bool = True
    values: tuple[AttributeValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    skip_unless: dict[str, list[str]] = field(default_factory=dict)
    why: Local = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey: started by its keyword in any language or by a link with `survey-<code>`.

    `is_open` is what staff decided; it is also bound to its days, both included, in the city's zone. It is offered on its
    `channels` and in its `languages`, on all where there are none. `area` is the code of the question that says where
    somebody lives. `version` grows when the meaning of its questions changes; `past` are the versions before.
    """

    code: str
    title: Local
    intro: Local
    thanks: Local
    keywords: dict[str, list[str]]
    questions: tuple[SurveyQuestion, ...]
    is_open: bool = True
    opens_on: date | None = None
    closes_on: date | None = None
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    area: str = ""
    version: int = 1
    past: tuple[Survey, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """The people who answer when a resident asks for a person, in words that can be said as they are."""

    name: Local = field(default_factory=dict)
    hours: Local = field(default_factory=dict)
    answers_within: Local = field(default_factory=dict)


def zone_of(timezone: str) -> ZoneInfo:
    """The time zone of this name; UTC where there is none of it."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Whom to call or text about one kind of danger beside the emergency number."""

    number: str
    name: Local = field(default_factory=dict)


CRISIS_LINES = ("suicide", "poison", "gas", "domestic")
"""The kinds of danger that a city may name a line of their own for."""


@dataclass(frozen=True, slots=True)
class CityProfile:
    """The city itself. An empty phone is one that the city has not told us; no languages are all that there are.
    `neighbours` are the towns around, whose streets residents report by mistake.
    """

    code: str
    name: str
    timezone: str = "UTC"
    languages: tuple[str, ...] = ()
    centre: Position | None = None
    emergency_number: str = "911"
    city_phone: str = ""
    person_desk: PersonDesk = field(default_factory=PersonDesk)
    crisis_lines: dict[str, CrisisLine] = field(default_factory=dict)
    text_to_emergency: bool = False
    neighbours: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return zone_of(self.timezone)


@dataclass(frozen=True, slots=True)
class Place:
    """A landmark that residents know by name.

    `opening` is when it is open (`city.facts.opening`), `hours` what that cannot say, in words. `source` is the page that says so.
    """

    code: str
    name: Local
    kind: str
    position: Position
    aliases: dict[str, list[str]] = field(default_factory=dict)
    address: str = ""
    hours: Local = field(default_factory=dict)
    opening: str = ""
    phone: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that the city keeps, in every year that it has told. `closes`: what closes on holidays does on this one, too."""

    code: str
    name: Local
    dates: tuple[date, ...]
    aliases: dict[str, list[str]] = field(default_factory=dict)
    closes: bool = True
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Street:
    """A piece of street: house numbers run from `from_number` at the line's first point to `to_number` at its last."""

    name: str
    line: tuple[Position, ...]
    aliases: tuple[str, ...] = ()
    from_number: int | None = None
    to_number: int | None = None
