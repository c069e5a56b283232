"""The city in memory: one facade over its data, read anew only when the data has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from city.facts.book import FactBook
from city.geocoding.lookup import AddressLookup
from city.geocoding.wider import WiderGazetteer, bounds_of
from city.maps.city_map import CityMap
from city.places.gazetteer import Gazetteer
from city.places.unmapped import is_american
from city.records.model import CityProfile, Service, Survey, all_words
from city.records.store import CityData, city_version, read_data
from city.requests.confirmed import list_confirmed
from city.services.by_cases import MOST_CASES, CaseMemory
from city.services.catalogue import ServiceList
from core.database import Database
from core.ports import Embedder

CHECK_SECONDS = 1.0
"""How old a look at the city's version may be before the database is asked again."""


@dataclass(frozen=True, slots=True)
class CitySnapshot:
    """The city as of one version; nothing in it changes."""

    version: int
    profile: CityProfile
    services: ServiceList
    gazetteer: WiderGazetteer
    city_map: CityMap
    surveys: dict[str, Survey]
    facts: FactBook


def words_of_services(services: Sequence[Service]) -> list[str]:
    """All that the services and their questions are called, in every language: behind an address, such words are no town."""
    return [
        word
        for service in services
        for word in (
            *all_words(service.name, service.description, service.keywords),
            *(text for each in service.attributes for value in each.values for text in value.name.values()),
        )
    ]


class City:
    """The city's profile, services, places and surveys. Thread-safe; each property is of the newest version known.

    `embedder_factory` is called at most once, when the first text is compared with the services; its embedders are fused.
    Their vectors of the service list are kept in `cache_folder`, so that a start computes none of them again. `lookup` is the geocoder
    for addresses that the city's own map lacks; None: none is asked.
    """

    def __init__(
        self,
        database: Database,
        embedder_factory: Callable[[], Sequence[Embedder]] | None = None,
        cache_folder: Path | None = None,
        lookup: AddressLookup | None = None,
    ) -> None:
        self._database = database
        self._factory = embedder_factory
        self._cache_folder = cache_folder
        self._lookup = lookup
        self._embedders: tuple[Embedder, ...] | None = None
        self._lock = threading.RLock()
        self._cases = CaseMemory()
        self._snapshot: CitySnapshot | None = None
        self._checked_at = 0.0

    def close(self) -> None:
        """Let go of the geocoder, where there is one."""
        if self._lookup:
            self._lookup.close()

    @property
    def profile(self) -> CityProfile:
        """Name, phones, languages, the desk of people."""
        return self.snapshot().profile

    @property
    def services(self) -> ServiceList:
        """What can be reported, and what a text is likely to be about."""
        return self.snapshot().services

    @property
    def gazetteer(self) -> WiderGazetteer:
        """Streets and landmarks, and what a geocoder said of addresses beyond them."""
        return self.snapshot().gazetteer

    @property
    def city_map(self) -> CityMap:
        """The streets and landmarks to be drawn small."""
        return self.snapshot().city_map

    @property
    def surveys(self) -> dict[str, Survey]:
        """Surveys by code, closed ones too, in the city's order."""
        return self.snapshot().surveys

    @property
    def facts(self) -> FactBook:
        """Hours, phones, addresses, holidays, calendars by address, and fees."""
        return self.snapshot().facts

    @property
    def is_loaded(self) -> bool:
        """Whether there is a city at all."""
        return self.snapshot().version > 0

    def snapshot(self) -> CitySnapshot:
        """Everything at one version, for whoever needs several parts that fit together."""
        current = self._snapshot
        if current is not None and time.monotonic() - self._checked_at < CHECK_SECONDS:
            return current
        with self._lock:
            return self._refresh_snapshot()

    def warm(self) -> None:
        """Do the slow work now: read the city, build the embedders, and compute or load the vectors of the services."""
        self.services.warm()

    def learn_cases(self) -> None:
        """Look at the confirmed cases, by which the services are better understood. Takes seconds when many are new."""
        with self._database.reading() as session:
            cases = list_confirmed(session, MOST_CASES)
        self._cases.learn(cases, self._embedder_list())

    def _refresh_snapshot(self) -> CitySnapshot:
        current = self._snapshot
        if current is not None and time.monotonic() - self._checked_at < CHECK_SECONDS:
            return current
        with self._database.reading() as session:
            if current is None or city_version(session) != current.version:
                data = read_data(session)
                american = is_american(data.profile.timezone)
                gazetteer = self._gazetteer_of(data, american=american)
                current = CitySnapshot(
                    version=data.version,
                    profile=data.profile,
                    services=ServiceList(
                        data.services, self._embedder_list, self._cache_folder, lambda: self._cases.examples
                    ),
                    gazetteer=gazetteer,
                    city_map=CityMap(gazetteer.own.streets, data.places, american=american),
                    surveys=data.surveys,
                    facts=FactBook(
                        data.places,
                        data.departments,
                        data.holidays,
                        areas=data.areas,
                        calendars=data.calendars,
                        fees=data.fees,
                        contacts=data.contacts,
                        special=data.special,
                        elections=data.elections,
                    ),
                )
        self._snapshot = current
        self._checked_at = time.monotonic()
        return current

    def _gazetteer_of(self, data: CityData, *, american: bool) -> WiderGazetteer:
        profile = data.profile
        own = Gazetteer(
            data.streets,
            data.places,
            profile.centre,
            profile.name,
            american=american,
            neighbours=profile.neighbours,
            words=words_of_services(data.services),
        )
        bounds = bounds_of(data.streets, data.places, data.profile.centre)
        return WiderGazetteer(own, self._lookup, bounds, american)

    def _embedder_list(self) -> tuple[Embedder, ...]:
        with self._lock:
            if self._embedders is None:
                self._embedders = tuple(self._factory()) if self._factory else ()
            return self._embedders
