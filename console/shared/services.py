"""What the pages work with: the parts of the running installation that staff need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from city.registry import City
from conversation.delivery.notifier import LocalNotifier
from conversation.delivery.receipts import Deliveries
from conversation.delivery.services import ConversationServices
from conversation.staff.daily_figures import Figures
from conversation.store.conversations import ConversationStore
from conversation.store.media import DiskMediaStore
from core.database import Database
from core.model import Health
from core.ports import Embedder
from core.preview import Preview
from core.queue import Queue
from core.settings import Settings
from core.texts import Texts
from core.vault import Vault
from knowledge.jobs import Jobs
from knowledge.questions.groups import QuestionGroups
from knowledge.search.library import Library


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """The parts that pages use, put together once by `bot.app`.

    `services` are the conversation's parts, `checks` is what `GET /health` asks, and `wake_workers` is called when something was put into a
    queue.
    """

    settings: Settings
    texts: Texts
    vault: Vault
    database: Database
    memory: ConversationStore
    deliveries: Deliveries
    notifier: LocalNotifier
    inbox_queue: Queue
    outbox_queue: Queue
    media: DiskMediaStore
    embedders: Sequence[Embedder]
    city: City
    library: Library
    services: ConversationServices
    jobs: Jobs
    figures: Figures
    question_groups: QuestionGroups
    preview: Preview
    now: Callable[[], datetime]
    checks: Sequence[Callable[[], Health]]
    wake_workers: Callable[[], None]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that residents are answered in, the main one first."""
        return self.services.languages
