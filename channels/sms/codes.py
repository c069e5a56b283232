"""Twilio's numbers and words in one table each: error codes, message states, and what each means here.

Sources: Twilio's error dictionary (docs/api/errors) and "Track outbound message status"; the codes that a city meets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.model import DeliveryStatus


class CodeMeaning(StrEnum):
    """What a refusal of Twilio's asks of us."""

    OPTED_OUT = "opted_out"  # the resident said STOP to this number: never write there again until START
    REFUSED = "refused"  # this address or this text will never be taken
    LATER = "later"  # the queue is full or the rate too high
    SETUP = "setup"  # the account, the number or the token is wrong: staff must mend it, the message waits


@dataclass(frozen=True, slots=True)
class Code:
    """One error of Twilio's: what it means, and a sentence for the log."""

    meaning: CodeMeaning
    sentence: str


CODES: dict[int, Code] = {
    10001: Code(CodeMeaning.SETUP, "the account is not active"),
    20003: Code(CodeMeaning.SETUP, "the account SID and auth token do not fit, or the account is suspended"),
    20005: Code(CodeMeaning.SETUP, "the account is not active"),
    20008: Code(CodeMeaning.SETUP, "a test credential was used"),
    20404: Code(CodeMeaning.SETUP, "there is no such account or resource"),
    20429: Code(CodeMeaning.LATER, "too many requests"),
    21211: Code(CodeMeaning.REFUSED, "the number is not valid"),
    21212: Code(CodeMeaning.SETUP, "the sending number is not valid"),
    21217: Code(CodeMeaning.REFUSED, "the number is not one that can be reached"),
    21265: Code(CodeMeaning.REFUSED, "the number is a short code"),
    21266: Code(CodeMeaning.REFUSED, "the number is our own"),
    21408: Code(CodeMeaning.REFUSED, "sending to this region is not enabled in the account"),
    21601: Code(CodeMeaning.SETUP, "the sending number cannot send SMS"),
    21602: Code(CodeMeaning.REFUSED, "the text is empty"),
    21603: Code(CodeMeaning.SETUP, "no sending number was named"),
    21604: Code(CodeMeaning.REFUSED, "no number to send to was named"),
    21605: Code(CodeMeaning.REFUSED, "the text is too long"),
    21606: Code(CodeMeaning.SETUP, "the sending number does not belong to the account or cannot send SMS"),
    21608: Code(CodeMeaning.REFUSED, "a trial account may write to verified numbers only"),
    21609: Code(CodeMeaning.SETUP, "the address for status reports is not valid"),
    21610: Code(CodeMeaning.OPTED_OUT, "the resident has stopped messages from this number"),
    21611: Code(CodeMeaning.LATER, "the queue of the sending number is full"),
    21612: Code(CodeMeaning.REFUSED, "this number cannot be reached from the sending number"),
    21614: Code(CodeMeaning.REFUSED, "the number is not a mobile number"),
    21617: Code(CodeMeaning.REFUSED, "the text has more than 1,600 characters"),
    21619: Code(CodeMeaning.REFUSED, "the text is empty"),
    21620: Code(CodeMeaning.REFUSED, "the address of a picture is not valid"),
    21623: Code(CodeMeaning.REFUSED, "there are too many pictures"),
    21635: Code(CodeMeaning.REFUSED, "the number is a landline"),
    21656: Code(CodeMeaning.REFUSED, "the text is not valid for its template"),
    21659: Code(CodeMeaning.SETUP, "the sending number is not a number of Twilio's"),
    21660: Code(CodeMeaning.SETUP, "the sending number belongs to another account"),
    21661: Code(CodeMeaning.SETUP, "the sending number cannot send SMS"),
    21701: Code(CodeMeaning.SETUP, "there is no such messaging service"),
    21703: Code(CodeMeaning.SETUP, "the messaging service has no sending number"),
    30001: Code(CodeMeaning.LATER, "the queue has overflowed"),
    30002: Code(CodeMeaning.SETUP, "the account is suspended"),
    30003: Code(CodeMeaning.REFUSED, "the phone is off or out of reach"),
    30004: Code(CodeMeaning.REFUSED, "the number does not take messages from us"),
    30005: Code(CodeMeaning.REFUSED, "the number is unknown"),
    30006: Code(CodeMeaning.REFUSED, "the number is a landline"),
    30007: Code(CodeMeaning.REFUSED, "the carrier filtered the text"),
    30008: Code(CodeMeaning.REFUSED, "the carrier gives no reason"),
    30022: Code(CodeMeaning.LATER, "the campaign's rate was exceeded"),
    30023: Code(CodeMeaning.LATER, "the campaign's daily limit was reached"),
    30034: Code(CodeMeaning.SETUP, "the sending number is not registered with a campaign (A2P 10DLC)"),
    63016: Code(
        CodeMeaning.REFUSED, "WhatsApp takes free text only within 24 hours of the resident's last message"
    ),
    63032: Code(CodeMeaning.REFUSED, "WhatsApp does not let us write to this person"),
}

OPTED_OUT = frozenset(number for number, code in CODES.items() if code.meaning is CodeMeaning.OPTED_OUT)

WAITS = {CodeMeaning.LATER: 60.0, CodeMeaning.SETUP: 300.0}
"""Seconds to wait where Twilio does not say how long."""

FATES: dict[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.ACCEPTED,
    "sending": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "partially_delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
"""Twilio's states of an outgoing message; `receiving` and `received` belong to incoming ones."""

RANKS = {fate: rank for rank, fate in enumerate(DeliveryStatus)}


def meaning_of(status: int, number: int | None) -> CodeMeaning:
    """What a refusal means, by its code, or by its HTTP status where the code is not in the table."""
    if number in CODES:
        return CODES[number].meaning
    if status == 429:
        return CodeMeaning.LATER
    return CodeMeaning.SETUP if status in {401, 403, 404, 405} else CodeMeaning.REFUSED


def sentence_of(number: int | None) -> str:
    """The code in words; the number alone where the table does not have it."""
    known = CODES.get(number or 0)
    return known.sentence if known else "a code that is not in the table"


def goes_forward(known: DeliveryStatus | None, reported: DeliveryStatus) -> bool:
    """Whether a report tells something newer than what is known: states never go back, and the last word stays."""
    if known is None:
        return True
    if known in {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}:
        return False
    return RANKS[reported] > RANKS[known]
