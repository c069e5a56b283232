"""What residents sent while nobody answered the webhook: Twilio's list of incoming messages, read as the webhooks would be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.model import InboundMessage
from channels.sms.api import Account
from channels.sms.inbound import Malformed, read

OVERLAP = timedelta(minutes=2)
"""Listed again before `since`: clocks differ, and the inbox takes a repeat for what it is."""

PAGE = 200
log = structlog.get_logger(__name__)


def missed(client: Any, account: Account, since: datetime) -> list[InboundMessage]:
    """All incoming messages since then, oldest first. Costs a request for every 200, and one for each with pictures."""
    filters: dict[str, Any] = {"date_sent_after": since - OVERLAP, "page_size": PAGE}
    if account.from_number and not (account.messaging_service_sid or account.whatsapp_from):
        filters["to"] = account.from_number
    found: list[InboundMessage] = []
    for record in client.messages.stream(**filters):
        if record.direction != "inbound":
            continue
        try:
            found.append(read(_form(client, account, record), record.date_sent or datetime.now(UTC)))
        except Malformed as error:
            log.warning("sms_missed_not_readable", provider_id=record.sid, reason=str(error))
    return sorted(found, key=lambda message: message.received_at)


def _form(client: Any, account: Account, record: Any) -> list[tuple[str, str]]:
    """The record as the form that its webhook had. A shared position and pressed buttons are not in Twilio's records."""
    pictures = _pictures(client, account, record) if int(record.num_media or 0) else []
    form = [
        ("MessageSid", str(record.sid)),
        ("From", str(record.from_ or "")),
        ("Body", str(record.body or "")),
        ("NumMedia", str(len(pictures))),
    ]
    for number, (url, kind) in enumerate(pictures):
        form += [(f"MediaUrl{number}", url), (f"MediaContentType{number}", kind)]
    return form


def _pictures(client: Any, account: Account, record: Any) -> list[tuple[str, str]]:
    return [
        (account.api_base.rstrip("/") + str(media.uri).removesuffix(".json"), str(media.content_type or ""))
        for media in client.messages(record.sid).media.list(limit=10)
    ]
