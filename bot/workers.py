"""The workers of one process: who takes what from which queue, and what is done with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from conversation.delivery.crew import Crew
from conversation.delivery.late_files import LateFiles
from conversation.delivery.outbox import Outbox
from conversation.delivery.services import ConversationServices
from conversation.pipeline import handle_safely
from core.ports import NluClient, PushChannel
from core.queue import Claim, Queue, Share
from core.worker import Worker
from knowledge.jobs import PATIENCE as JOB_PATIENCE
from knowledge.jobs import Jobs

log = structlog.get_logger()

LOOK_FOR_PARKED = 0.5
"""Seconds between looks for messages that wait for the NLU."""


@dataclass(frozen=True, slots=True)
class Workers:
    """All workers. `urgent` takes only what is urgent, so that it waits for nobody's picture."""

    urgent: Worker
    inbox: Worker
    outbox: Crew
    files: Crew
    jobs: Worker

    def all(self) -> tuple[Worker | Crew, ...]:
        """Each of them."""
        return (self.urgent, self.inbox, self.outbox, self.files, self.jobs)

    def wake(self) -> None:
        """Something was put into a queue: let it be worked on at once."""
        for worker in self.all():
            worker.wake()


def build_workers(
    *,
    services: ConversationServices,
    outbox: Outbox,
    late_files: LateFiles,
    jobs: Jobs,
    nlu_client: NluClient,
    channels: Mapping[str, PushChannel],
    size: int,
) -> Workers:
    """The workers, which begin when they are started; `size` threads take messages, and as many send through each channel."""
    senders = Crew(outbox.queue, outbox.deliver, channels, size=size)
    take = partial(_take, services, senders, frozenset(channels))
    parked = ParkedMessages(nlu_client, services.inbox)
    return Workers(
        urgent=Worker(services.inbox, take, size=1, share=Share(door="", urgent=True)),
        inbox=Worker(
            services.inbox, take, size=size, share=Share(door=""), before_each_look=parked.welcome_back
        ),
        outbox=senders,
        files=Crew(late_files.queue, late_files.work, channels, size=2),
        jobs=Worker(jobs.queue, jobs.work, size=3, patience=JOB_PATIENCE),
    )


def _take(services: ConversationServices, senders: Crew, pushing: frozenset[str], claim: Claim) -> None:
    """Work on one message, and let its replies be sent."""
    handle_safely(services, claim)
    if (channel := claim.payload["channel"]) in pushing:
        senders.wake(channel)


class ParkedMessages:
    """The messages that wait for the NLU: they go on as soon as it is back."""

    def __init__(
        self, nlu_client: NluClient, inbox: Queue, ticking: Callable[[], float] = time.monotonic
    ) -> None:
        self._ear = nlu_client
        self._inbox = inbox
        self._ticking = ticking
        self._looked = ticking() - LOOK_FOR_PARKED

    def welcome_back(self) -> None:
        """Let them go on if it is back; looks every half a second at most."""
        if self._ticking() - self._looked < LOOK_FOR_PARKED:
            return
        self._looked = self._ticking()
        if self._ear.is_up() and self._inbox.unpark():
            log.info("nlu_is_back")
