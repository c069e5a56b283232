"""What residents sent while nobody answered the webhook: Twilio's list of incoming messages, read as the webhooks would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from channels.sms.api import Account
from channels.sms.inbound import Malformed, read_message
from core.model import InboundMessage

OVERLAP = timedelta(minutes=2)
"""Listed again before `since`: clocks differ, and the inbox takes a repeat for what it is."""

PAGE = 200
NEVER = datetime.min.replace(tzinfo=UTC)
NOT_SENT = frozenset({"failed", "undelivered", "canceled"})
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LostAnswers:
    """Where to look for answers that our records have lost: texts sent up to `until` that are not `known` here by their SID."""

    until: datetime
    known: Callable[[str], bool]


def missed_messages(
    client: Any, account: Account, since: datetime, lost: LostAnswers | None = None
) -> list[InboundMessage]:
    """All incoming messages since then, oldest first. Costs a request for every 200, and one for each with pictures.

    With `lost`, the list of what went out is read as well, and a message whose sender was written to after it counts as answered.
    """
    filters: dict[str, Any] = {"date_sent_after": since - OVERLAP, "page_size": PAGE}
    ours = _only_number(account)
    if ours and lost is None:
        filters["to"] = ours
    records = list(client.messages.stream(**filters))
    answers = _last_answers(account, records, lost) if lost else {}
    came = [one for one in records if one.direction == "inbound" and (not ours or one.to == ours)]
    found = (_read_record(client, account, record, answers) for record in came)
    return sorted(filter(None, found), key=lambda message: message.received_at)


def _only_number(account: Account) -> str:
    """The number that everybody writes to; nothing where there may be several."""
    several = account.messaging_service_sid or account.whatsapp_from
    return "" if several else account.from_number


def _read_record(
    client: Any, account: Account, record: Any, answers: Mapping[str, datetime]
) -> InboundMessage | None:
    """The message of a record; None, and a line in the log, where it is none that can be answered."""
    sent = record.date_sent or datetime.now(UTC)
    try:
        message = read_message(_form_of_record(client, account, record), sent)
    except Malformed as error:
        log.warning("sms_missed_not_readable", provider_id=record.sid, reason=str(error))
        return None
    return replace(message, answered=sent <= answers.get(str(record.from_), NEVER))


def _last_answers(account: Account, records: list[Any], lost: LostAnswers) -> dict[str, datetime]:
    """When each number was last written to from here by texts that our records do not have."""
    wrote = {str(record.from_) for record in records if record.direction == "inbound"}
    last: dict[str, datetime] = {}
    for record in records:
        number, sent = str(record.to), record.date_sent
        if record.direction == "inbound" or record.status in NOT_SENT or number not in wrote:
            continue
        if not _is_from_here(account, record):
            continue
        if sent and last.get(number, NEVER) < sent <= lost.until and not lost.known(str(record.sid)):
            last[number] = sent
    return last


def _is_from_here(account: Account, record: Any) -> bool:
    """Whether a text went out by our number or service: a city's account may send for others, who answered nothing of ours."""
    service = account.messaging_service_sid
    by_service = service and record.messaging_service_sid == service
    on_whatsapp = f"whatsapp:{account.whatsapp_from or account.from_number}"
    ours = {account.from_number, account.whatsapp_from, on_whatsapp} - {""}
    return bool(by_service or record.from_ in ours)


def _form_of_record(client: Any, account: Account, record: Any) -> list[tuple[str, str]]:
    """The record as the form that its webhook had. A shared position and pressed buttons are not in Twilio's records."""
    pictures = _pictures_of_record(client, account, record) if int(record.num_media or 0) else []
    form = [
        ("MessageSid", str(record.sid)),
        ("From", str(record.from_ or "")),
        ("Body", str(record.body or "")),
        ("NumMedia", str(len(pictures))),
    ]
    for number, (url, kind) in enumerate(pictures):
        form += [(f"MediaUrl{number}", url), (f"MediaContentType{number}", kind)]
    return form


def _pictures_of_record(client: Any, account: Account, record: Any) -> list[tuple[str, str]]:
    return [
        (account.api_base.rstrip("/") + str(media.uri).removesuffix(".json"), str(media.content_type or ""))
        for media in client.messages(record.sid).media.list(limit=10)
    ]
