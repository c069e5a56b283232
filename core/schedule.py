"""What is done again and again while Cityline runs, and how far it has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select

from core.database import Database, table_of
from core.errors import CitylineError
from core.tables import Checkpoint

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """Something to do at the start and then every so many seconds."""

    name: str
    seconds: float
    do: Callable[[], None]


class Rounds:
    """One thread that does each round when it is due; a round that fails is logged, and its turn comes again."""

    def __init__(
        self, rounds: Sequence[ScheduledTask], ticking: Callable[[], float] = time.monotonic
    ) -> None:
        self._due = dict.fromkeys(rounds, 0.0)
        self._ticking = ticking
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_tasks, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin."""
        if self._due:
            self._thread.start()

    def stop(self) -> None:
        """Finish the round in hand."""
        self._stopping.set()
        if self._thread.ident:
            self._thread.join()

    def do_what_is_due(self) -> float:
        """Do it, and say in how many seconds something is due again."""
        for task, due in self._due.items():
            if due <= self._ticking():
                self._do_task(task)
                self._due[task] = self._ticking() + task.seconds
        return max(0.0, min(self._due.values()) - self._ticking())

    def _run_tasks(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self.do_what_is_due())

    def _do_task(self, task: ScheduledTask) -> None:
        try:
            task.do()
        except CitylineError as error:
            log.warning("round_failed", round=task.name, reason=str(error))
        except Exception:
            log.exception("round_failed", round=task.name)


class Marks:
    """How far each round has come, kept across restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> datetime | None:
        """The time up to which it is done; None before the first."""
        with self._database.reading() as session:
            return session.scalar(select(Checkpoint.at).where(Checkpoint.name == name))

    def put(self, name: str, at: datetime) -> None:
        """Everything up to this time is done."""
        put = self._database.insert(table_of(Checkpoint))
        with self._database.noting() as transaction:
            transaction.execute(
                put.on_conflict_do_update(index_elements=["name"], set_={"at": put.excluded.at}),
                {"name": name, "at": at},
            )
