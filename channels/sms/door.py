"""The SMS door without HTTP: what it is handed, and what becomes of a form that Twilio sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from channels.sms.inbound import Form, Unanswerable, read_message, read_report
from channels.sms.signature import Signatures
from channels.together import accept_all
from core.model import Accepted, InboundMessage
from core.ports import DeliveryReports, Inbox

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class SmsDoor:
    """The door's parts. Both methods block for one short transaction and are called in a thread."""

    inbox: Inbox
    reports: DeliveryReports
    signatures: Signatures = field(repr=False)
    clock: Callable[[], datetime] = utc_now

    def read(self, form: Form) -> InboundMessage | None:
        """The resident's message in a form; None for one that nobody could answer. Raises `Malformed`."""
        try:
            return read_message(form, self.clock())
        except Unanswerable as error:
            log.warning("sms_not_answerable", reason=str(error))
            return None

    def accept_all(self, messages: Sequence[InboundMessage]) -> Sequence[Accepted | Exception]:
        """Store residents' messages; each is durable, or its error is given in its place."""
        outcomes = accept_all(self.inbox, messages)
        stored = [one for one in outcomes if isinstance(one, Accepted)]
        log.info(
            "sms_accepted",
            provider_ids=[one.provider_id for one in stored],
            repeats=sum(one.repeat for one in stored),
        )
        return outcomes

    def note(self, form: Form) -> None:
        """Keep what Twilio says became of a message of ours. Raises `Malformed`."""
        report = read_report(form)
        if report is not None:
            self.reports.note(report)
