"""What became of what was sent: receipts, the providers' later word, and what it cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from conversation.store.tables import Conversation, DeliveryCostRow, DeliveryFateRow, DeliveryRow
from conversation.store.usage import Usage, Used, Window
from core.database import Database, table_of
from core.model import Delivery, DeliveryReport, DeliveryStatus, Receipt
from core.queue import utc_now
from core.tables import QueueItem

FATES = tuple(DeliveryStatus)


class Deliveries:
    """The receipts of an installation: `core.ports.DeliveryReports`, and what channels ask about money and receipts."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now
        self._usage = Usage(database)

    def took(self, session: Session, delivery: Delivery, conversation_id: str, receipt: Receipt) -> None:
        """Keep a receipt, within the caller's transaction; an opt-out that was reported before takes effect now."""
        row = {
            "key": delivery.key,
            "channel": delivery.channel,
            "provider_id": receipt.provider_id,
            "conversation_id": conversation_id,
            "taken_at": self._now(),
        }
        session.execute(self._database.insert(table_of(DeliveryRow)).on_conflict_do_nothing(), row)
        if session.scalar(
            select(DeliveryFateRow.opted_out).where(
                DeliveryFateRow.channel == delivery.channel,
                DeliveryFateRow.provider_id == receipt.provider_id,
            )
        ):
            self._stop_writing(session, conversation_id)

    def note(self, report: DeliveryReport) -> None:
        """Keep a provider's word. A late one never goes backwards; an opt-out holds from now on."""
        row = {
            "channel": report.channel,
            "provider_id": report.provider_id,
            "fate": report.fate.value,
            "rank": FATES.index(report.fate),
            "error": report.error[:200],
            "opted_out": report.opted_out,
            "at": self._now(),
        }
        put = self._database.insert(table_of(DeliveryFateRow))
        newer = {name: put.excluded[name] for name in ("fate", "rank", "error", "opted_out", "at")}
        goes_on = DeliveryFateRow.rank < put.excluded.rank
        with self._database.writing() as session:
            session.execute(
                put.on_conflict_do_update(
                    index_elements=["channel", "provider_id"], set_=newer, where=goes_on
                ),
                row,
            )
            if report.opted_out and (conversation_id := self._conversation_of(session, report)):
                self._stop_writing(session, conversation_id)

    def fate_of(self, key: str) -> tuple[DeliveryStatus, str] | None:
        """What became of a delivery, with the provider's error code; None when nobody has taken it."""
        query = (
            select(DeliveryFateRow.fate, DeliveryFateRow.error)
            .select_from(DeliveryRow)
            .outerjoin(
                DeliveryFateRow,
                (DeliveryFateRow.channel == DeliveryRow.channel)
                & (DeliveryFateRow.provider_id == DeliveryRow.provider_id),
            )
            .where(DeliveryRow.key == key)
        )
        with self._database.looking() as session:
            row = session.execute(query).first()
        if row is None:
            return None
        return (DeliveryStatus(row.fate), row.error) if row.fate else (DeliveryStatus.ACCEPTED, "")

    def belongs_to_another(self, provider_id: str, key: str) -> bool:
        """Whether this message at the provider is the receipt of a delivery other than `key`."""
        query = select(DeliveryRow.key).where(DeliveryRow.provider_id == provider_id, DeliveryRow.key != key)
        with self._database.looking() as session:
            return session.scalar(query) is not None

    def spent_today(self) -> float:
        """Money spent since midnight UTC."""
        query = select(func.sum(DeliveryCostRow.cost)).where(DeliveryCostRow.day == self._today_name())
        with self._database.looking() as session:
            return float(session.scalar(query) or 0)

    def spent_on(self, conversation_id: str) -> float:
        """Money that a conversation has cost so far."""
        query = (
            select(func.sum(DeliveryCostRow.cost))
            .join(DeliveryRow, DeliveryRow.key == DeliveryCostRow.key)
            .where(DeliveryRow.conversation_id == conversation_id)
        )
        with self._database.looking() as session:
            return float(session.scalar(query) or 0)

    def add(self, key: str, segments: int, cost: float) -> None:
        """Note what an attempt of a delivery cost, for the day and for its conversation; each that may have gone out is paid for."""
        with self._database.writing() as session:
            session.add(DeliveryCostRow(key=key, day=self._today_name(), segments=segments, cost=cost))
            if conversation_id := self._in_hand(session, key):
                windows = (Window.HOUR, Window.DAY)
                self._usage.add(session, conversation_id, Used.SEGMENTS, self._now(), windows, segments)

    def _today_name(self) -> str:
        return self._now().date().isoformat()

    def _conversation_of(self, session: Session, report: DeliveryReport) -> str | None:
        """By the provider's id; a message that was refused has none, and is reported under our own key while it is in hand."""
        known = select(DeliveryRow.conversation_id).where(
            DeliveryRow.channel == report.channel, DeliveryRow.provider_id == report.provider_id
        )
        if found := session.scalar(known):
            return found
        return self._in_hand(session, report.provider_id)

    def _in_hand(self, session: Session, key: str) -> str | None:
        """The conversation of a delivery that is being sent."""
        in_hand = select(QueueItem.payload).where(QueueItem.queue == "outbox", QueueItem.key == key)
        payload = session.scalar(in_hand)
        return payload.get("conversation") if payload else None

    def _stop_writing(self, session: Session, conversation_id: str) -> None:
        open_one = (Conversation.id == conversation_id, Conversation.stopped_at.is_(None))
        session.execute(update(Conversation).where(*open_one).values(stopped_at=self._now()))
