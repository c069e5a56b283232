"""What a city folder's files may hold, and how an entry becomes a value of `city.records.model`.

The shapes are Open311's, enriched; a plain Open311 service list passes too. `docs/city.md` describes them for people.
"""

from __future__ import annotations

import html
from datetime import date
from typing import Annotated, Any, Literal

from bs4 import BeautifulSoup
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from city.facts.opening import read_opening
from city.records.model import (
    AttributeValue,
    CityProfile,
    CrisisLine,
    Department,
    Holiday,
    Local,
    PersonDesk,
    Place,
    Service,
    ServiceAttribute,
    Survey,
    SurveyQuestion,
)
from core.model import Position, Source

FIRST_LANGUAGE = "en"
"""The language of a text that does not say which it is in."""

LIST_TYPES = ("singlevaluelist", "multivaluelist")


def _plain_text(text: str) -> str:
    if "<" in text:
        text = BeautifulSoup(text, "html.parser").get_text(" ")
    return " ".join(html.unescape(text).split())


def _local_value(value: Any) -> Any:
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return {FIRST_LANGUAGE: _plain_text(value)}
    if isinstance(value, dict):
        return {key: _plain_text(text) if isinstance(text, str) else text for key, text in value.items()}
    return value


def _words_value(value: Any) -> Any:
    if value is None:
        return {}
    if isinstance(value, str | list):
        value = {FIRST_LANGUAGE: value}
    if isinstance(value, dict):
        return {language: _word_list(words) for language, words in value.items()}
    return value


def _word_list(words: Any) -> Any:
    if isinstance(words, str):
        words = words.split(",")
    if isinstance(words, list):
        stripped = [word.strip() if isinstance(word, str) else word for word in words]
        return [word for word in stripped if word != ""]
    return words


def _text_value(value: Any) -> Any:
    """Codes and phones may come as numbers, and empty ones as null."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _opening_value(text: str) -> str:
    """Hours that can be read; what is wrong with others is said in a sentence."""
    if text:
        read_opening(text)
    return text


LocalText = Annotated[Local, BeforeValidator(_local_value)]
LocalWords = Annotated[dict[str, list[str]], BeforeValidator(_words_value)]
Code = Annotated[str, BeforeValidator(_text_value), Field(min_length=1, max_length=64)]
Text = Annotated[str, BeforeValidator(_text_value)]
Opening = Annotated[Text, AfterValidator(_opening_value)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Entry(BaseModel):
    """Base of all entries: unknown fields are let through, because cities add their own."""

    model_config = ConfigDict(extra="ignore")


class ProfileEntry(Entry):
    """city.toml."""

    class DeskEntry(Entry):
        """The people who answer."""

        name: LocalText = Field(default_factory=dict)
        hours: LocalText = Field(default_factory=dict)
        answers_within: LocalText = Field(default_factory=dict)

    class CrisisLineEntry(Entry):
        """A number for one kind of danger, and who answers it."""

        number: Annotated[str, BeforeValidator(_text_value), Field(pattern=r"^[+\d][\d ().-]{1,30}$")]
        name: Annotated[LocalText, Field(min_length=1)]

    code: Code
    name: str = Field(min_length=1)
    timezone: str = "UTC"
    languages: list[str] = Field(default_factory=list)
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    emergency_number: Text = "911"
    city_phone: Text = ""
    person_desk: DeskEntry = Field(default_factory=DeskEntry)
    crisis_lines: dict[Literal["suicide", "poison", "gas", "domestic"], CrisisLineEntry] = Field(
        default_factory=dict
    )
    text_to_emergency: bool = False
    neighbours: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    street_fields: dict[str, str] = Field(default_factory=dict)

    def value(self) -> CityProfile:
        """The profile."""
        centre = None
        if self.latitude is not None and self.longitude is not None:
            centre = Position(self.latitude, self.longitude)
        desk = self.person_desk
        return CityProfile(
            code=self.code,
            name=self.name,
            timezone=self.timezone,
            languages=tuple(self.languages),
            centre=centre,
            emergency_number=self.emergency_number,
            city_phone=self.city_phone,
            person_desk=PersonDesk(desk.name, desk.hours, desk.answers_within),
            crisis_lines={
                kind: CrisisLine(line.number, line.name) for kind, line in self.crisis_lines.items()
            },
            text_to_emergency=self.text_to_emergency,
            neighbours=tuple(self.neighbours),
        )


class DepartmentEntry(Entry):
    """An entry of departments.json, or of a plain list's `definitions.service_departments`."""

    code: Code
    name: LocalText
    phone: Text = ""
    email: Text = ""
    hours: LocalText = Field(default_factory=dict)

    def value(self) -> Department:
        """The department."""
        return Department(self.code, self.name, self.phone, self.email, self.hours)


class SourceEntry(Entry):
    """The page that a fact stands on, and when somebody last saw that it is true."""

    title: str = Field(min_length=1)
    section: Text = ""
    url: Text = ""
    reviewed: date | None = None

    def value(self) -> Source:
        """The source."""
        return Source(self.title, self.section, self.url, self.reviewed.isoformat() if self.reviewed else "")


class HolidayEntry(Entry):
    """An entry of holidays.json."""

    code: Code
    name: LocalText
    aliases: LocalWords = Field(default_factory=dict)
    dates: list[date] = Field(min_length=1)
    closes: bool = True
    source: SourceEntry | None = None

    def value(self) -> Holiday:
        """The holiday."""
        return Holiday(
            code=self.code,
            name=self.name,
            dates=tuple(sorted(self.dates)),
            aliases=self.aliases,
            closes=self.closes,
            source=self.source.value() if self.source else None,
        )


class ValueEntry(Entry):
    """One value of a list question."""

    key: Code
    name: LocalText
    danger: LocalText = Field(default_factory=dict)

    def value(self) -> AttributeValue:
        """The value."""
        return AttributeValue(self.key, self.name, self.danger or None)


class AttributeEntry(Entry):
    """An extra question of a service."""

    code: Code
    datatype: Literal["string", "text", "number", "datetime", "singlevaluelist", "multivaluelist"] = "string"
    required: bool = False
    variable: bool = True
    order: int = 0
    description: LocalText
    datatype_description: LocalText = Field(default_factory=dict)
    values: list[ValueEntry] = Field(default_factory=list)
    skip_unless: dict[str, list[str]] = Field(default_factory=dict)
    why: LocalText = Field(default_factory=dict)

    @model_validator(mode="after")
    def _lists_have_values(self) -> AttributeEntry:
        if self.datatype in LIST_TYPES and self.variable and not self.values:
            raise ValueError(f"a {self.datatype} needs at least one entry in values")
        return self

    def value(self, order: int) -> ServiceAttribute:
        """The question; `order` is used when the entry has none."""
        return ServiceAttribute(
            code=self.code,
            datatype=self.datatype,
            required=self.required and self.variable,
            order=self.order or order,
            description=self.description,
            datatype_description=self.datatype_description,
            variable=self.variable,
            values=tuple(value.value() for value in self.values),
            skip_unless=self.skip_unless,
            why=self.why,
        )


class ServiceEntry(Entry):
    """An entry of services.json, or of any city's Open311 service list."""

    class Definitions(Entry):
        """What Boston adds to the standard."""

        service_departments: list[DepartmentEntry] = Field(default_factory=list)

    service_code: Code
    service_name: LocalText
    description: LocalText = Field(default_factory=dict)
    keywords: LocalWords = Field(default_factory=dict)
    group: Text = ""
    department: Text = ""
    days: Annotated[int, Field(ge=0)] | None = None
    place: Literal["required", "optional", "none"] = "required"
    photo: bool = True
    notice: LocalText = Field(default_factory=dict)
    attributes: list[AttributeEntry] = Field(default_factory=list)
    definitions: Definitions = Field(default_factory=Definitions)

    @model_validator(mode="after")
    def _is_named(self) -> ServiceEntry:
        if not self.service_name:
            raise ValueError("service_name is empty; residents choose by it")
        return self

    def value(self, department: Department) -> Service:
        """The service, its questions in order."""
        attributes = [attribute.value(order) for order, attribute in enumerate(self.attributes, start=1)]
        return Service(
            code=self.service_code,
            name=self.service_name,
            description=self.description,
            keywords=self.keywords,
            group=self.group,
            department=department,
            days=self.days,
            place=self.place,
            photo=self.photo,
            notice=self.notice,
            attributes=tuple(sorted(attributes, key=lambda attribute: attribute.order)),
        )


class PlaceEntry(Entry):
    """An entry of places.json."""

    code: Code
    name: LocalText
    aliases: LocalWords = Field(default_factory=dict)
    kind: Text = ""
    latitude: Latitude
    longitude: Longitude
    address: Text = ""
    hours: LocalText = Field(default_factory=dict)
    opening: Opening = ""
    phone: Text = ""
    source: SourceEntry | None = None

    def value(self) -> Place:
        """The landmark."""
        return Place(
            code=self.code,
            name=self.name,
            kind=self.kind,
            position=Position(self.latitude, self.longitude),
            aliases=self.aliases,
            address=self.address,
            hours=self.hours,
            opening=self.opening,
            phone=self.phone,
            source=self.source.value() if self.source else None,
        )


class QuestionEntry(Entry):
    """A question of a survey."""

    code: Code
    kind: Literal["single", "multiple", "scale", "number", "text", "place"]
    text: LocalText
    required: bool = True
    values: list[ValueEntry] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    skip_unless: dict[str, list[str]] = Field(default_factory=dict)
    why: LocalText = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_answered(self) -> QuestionEntry:
        if self.kind in {"single", "multiple"} and not self.values:
            raise ValueError(f"a {self.kind} question needs at least one entry in values")
        if self.kind == "scale" and (self.minimum is None or self.maximum is None):
            raise ValueError("a scale question needs minimum and maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("minimum should be smaller than maximum")
        return self

    def value(self) -> SurveyQuestion:
        """The question."""
        return SurveyQuestion(
            code=self.code,
            kind=self.kind,
            text=self.text,
            required=self.required,
            values=tuple(value.value() for value in self.values),
            minimum=self.minimum,
            maximum=self.maximum,
            skip_unless=self.skip_unless,
            why=self.why,
        )


class SurveyEntry(Entry):
    """An entry of surveys.json."""

    code: Code
    title: LocalText
    intro: LocalText = Field(default_factory=dict)
    thanks: LocalText = Field(default_factory=dict)
    keywords: LocalWords = Field(default_factory=dict)
    questions: list[QuestionEntry] = Field(min_length=1)
    is_open: bool = True

    def value(self) -> Survey:
        """The survey."""
        return Survey(
            code=self.code,
            title=self.title,
            intro=self.intro,
            thanks=self.thanks,
            keywords=self.keywords,
            questions=tuple(question.value() for question in self.questions),
            is_open=self.is_open,
        )
