"""What a vendor's folder offers to the house, and what its door is handed when it is opened.

A vendor's library may take a second to import, so a `Vendor` is light: its functions import what they need when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from channels.traits import ChannelTraits
from core.model import Health, Reply
from core.ports import DeliveryReports, Inbox, MapDrawer, MediaStore, PushChannel
from core.preview import Shown
from core.settings import Settings, SettingsSection
from core.texts import Texts

if TYPE_CHECKING:
    from fastapi import APIRouter

    from core.schedule import ScheduledTask


class DeliveryRecords(DeliveryReports, Protocol):
    """What doors note about what they sent, and ask about it again: reports, receipts, money."""

    def belongs_to_another(self, provider_id: str, key: str) -> bool:
        """Whether this message at the provider is the receipt of a delivery other than `key`."""
        ...

    def spent_today(self) -> float:
        """Money spent since midnight UTC."""
        ...

    def add(self, key: str, segments: int, cost: float) -> None:
        """Note what an attempt of the delivery of this key cost."""
        ...


class TimeMarks(Protocol):
    """Times by name that outlive the process."""

    def get(self, name: str) -> datetime | None:
        """The time of this name; None when there is none yet."""
        ...

    def put(self, name: str, at: datetime) -> None:
        """Keep the time under this name."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """What the conversation hands to a door."""

    settings: Settings
    texts: Texts
    inbox: Inbox
    deliveries: DeliveryRecords
    marks: TimeMarks
    media: MediaStore
    now: Callable[[], datetime]
    maps: MapDrawer | None = None


@dataclass
class ChannelBinding:
    """One vendor's door: what the outbox sends through, what the web serves, what is done now and then."""

    channels: Sequence[PushChannel]
    routes: APIRouter | None = None
    rounds: Sequence[ScheduledTask] = ()
    health: Callable[[], Health] | None = None
    begin: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class SegmentTerms:
    """How segments are counted for one number: at most so many an hour and a day (0 lifts it), with accents dropped or kept."""

    per_hour: int = 0
    per_day: int = 0
    folds_accents: bool = False


@dataclass(frozen=True, slots=True)
class DoorStatus:
    """A line of `cityline channels check`: the door, `open`, `shut` or `not ready`, and what to do or which address to enter."""

    door: str
    state: str
    advice: str


@dataclass(frozen=True, slots=True)
class CityIntroduction:
    """How a door introduces the city: its name and the languages, the city's own first."""

    texts: Texts
    city: str
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class DoorCommand:
    """A command below `cityline channels`. `run` gets the settings and a way to the city's introduction, and gives a sentence about
    what came of it; its docstring is the command's help.
    """

    name: str
    run: Callable[[Settings, Callable[[], CityIntroduction]], str]


Look = Callable[[Reply, Texts, Settings], list[Shown]]
"""Draws a reply as the messages that a resident would get."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A folder of `channels/`: its channels and all that the program needs of it.

    `is_open` says whether settings have an account; only then is `open_door` called, which raises `SettingsError` where something is
    missing. `check` gives None where there is nothing to tell. `look` draws what the first of the channels shows; without one, previews
    leave the channel out.
    """

    channels: tuple[ChannelTraits, ...]
    settings: type[SettingsSection] | None = None
    is_open: Callable[[Settings], bool] = lambda _settings: True
    open_door: Callable[[ChannelContext], ChannelBinding] | None = None
    check: Callable[[Settings], DoorStatus | None] = lambda _settings: None
    look: Look | None = None
    segment_terms: Callable[[Settings], SegmentTerms] | None = None
    commands: tuple[DoorCommand, ...] = ()
