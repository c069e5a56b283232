"""Workers for what goes through the doors: each door has its own, so that a provider that hangs holds up nobody else's residents."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.queue import Claim, Queue, Share
from core.worker import Worker

OTHERS = ""
"""Under this name work those who take what is of no open door."""


class Crew:
    """`size` threads for each door, and one for what belongs to none that is open."""

    def __init__(
        self, queue: Queue, work: Callable[[Claim], None], doors: Iterable[str], *, size: int
    ) -> None:
        names = tuple(doors)
        self._workers = {name: Worker(queue, work, size=size, share=Share(name)) for name in names}
        self._workers[OTHERS] = Worker(queue, work, size=1, share=Share(but=names))

    def start(self) -> None:
        """Begin to work."""
        for worker in self._workers.values():
            worker.start()

    def wake(self, door: str | None = None) -> None:
        """There may be something to do at this door, or at any; safe from any thread."""
        for name, worker in self._workers.items():
            if door in {None, name}:
                worker.wake()

    def stop(self) -> None:
        """Finish what was claimed and stop."""
        for worker in self._workers.values():
            worker.stop()

    @property
    def is_alive(self) -> bool:
        """Whether all threads run."""
        return all(worker.is_alive for worker in self._workers.values())
