"""How the parts of one process are, for `GET /health` (`core.health`); what doors and library say of themselves stands with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from city.registry import City
from core.database import Database
from core.model import Health
from core.ports import NluClient
from core.queue import Queue
from nlu.server import RasaServer


class _Works(Protocol):
    @property
    def is_alive(self) -> bool: ...


def database_health(database: Database, *queues: Queue) -> Health:
    """The database answers, and how much stands in each state of its queues."""
    counts = {f"{queue.name}_{state}": count for queue in queues for state, count in queue.counts().items()}
    return Health("database", ok=True, detail=database.engine.dialect.name, facts=dict(counts))


def workers_health(workers: Sequence[_Works]) -> Health:
    """Whether all workers work."""
    ok = all(worker.is_alive for worker in workers)
    return Health("workers", ok=ok, detail="" if ok else "still starting, or stopped")


def nlu_health(nlu_client: NluClient, rasa: RasaServer | None) -> Health:
    """Whether free text is understood; Rasa is None where it is run elsewhere."""
    ok = nlu_client.is_up() and (rasa is None or rasa.is_ready())
    return Health("nlu", ok=ok, detail="" if ok else "Rasa does not answer; free text waits")


def city_health(city: City) -> Health:
    """Whether a city is loaded, and which."""
    detail = city.profile.name if city.is_loaded else "no city is loaded; run cityline city load FOLDER"
    return Health("city", ok=city.is_loaded, detail=detail)
