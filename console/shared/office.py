"""What the pages work with: the running installation, as far as staff need it. `bot.app.App` is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from city.registry import City
from conversation.delivery.notifier import LocalBell
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
from knowledge.questions.groups import QuestionGroups
from knowledge.search.library import Library


class ConsoleServices(Protocol):
    """The parts that pages use. `hall` and `library` are made at their first use, which may take seconds at the very start."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that residents are answered in, the main one first."""
        ...

    @property
    def settings(self) -> Settings:
        """What the installation was told."""

    @property
    def texts(self) -> Texts:
        """What residents are told."""

    @property
    def vault(self) -> Vault:
        """Opens addresses."""

    @property
    def database(self) -> Database:
        """The way to all records."""

    @property
    def memory(self) -> ConversationStore:
        """Conversations and transcripts."""

    @property
    def deliveries(self) -> Deliveries:
        """What became of what was sent."""

    @property
    def bell(self) -> LocalBell:
        """Wakes those who wait for a new line."""

    @property
    def inbox_queue(self) -> Queue:
        """Messages and notices on their way in."""

    @property
    def outbox_queue(self) -> Queue:
        """Replies on their way out."""

    @property
    def media(self) -> DiskMediaStore:
        """Pictures."""

    @property
    def embedders(self) -> Sequence[Embedder]:
        """Texts into vectors."""

    @property
    def city(self) -> City:
        """Services, places, surveys."""

    @property
    def library(self) -> Library:
        """Answers from documents."""

    @property
    def hall(self) -> ConversationServices:
        """The conversation's parts; `conversation.delivery.notices.notify` needs it."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock, aware and in UTC."""

    @property
    def figures(self) -> Figures:
        """Counts the days' figures."""

    @property
    def question_groups(self) -> QuestionGroups:
        """Puts kept questions into groups of one meaning."""

    @property
    def preview(self) -> Preview:
        """How a reply will look at each door."""

    def checks(self) -> list[Callable[[], Health]]:
        """The parts that `GET /health` asks."""

    def wake_workers(self) -> None:
        """Something was put into a queue: let it be worked on at once."""
