"""Twilio's numbers and words in one table each: error codes, message states, and what each means here.

Sources: Twilio's error dictionary (docs/api/errors) and "Track outbound message status"; the codes that a city meets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.model import Fate


class Meaning(StrEnum):
    """What a refusal of Twilio's asks of us."""

    OPTED_OUT = "opted_out"  # the resident said STOP to this number: never write there again until START
    REFUSED = "refused"  # this address or this text will never be taken
    LATER = "later"  # the queue is full or the rate too high
    SETUP = "setup"  # the account, the number or the token is wrong: staff must mend it, the message waits


@dataclass(frozen=True, slots=True)
class Code:
    """One error of Twilio's: what it means, and a sentence for the log."""

    meaning: Meaning
    sentence: str


CODES: dict[int, Code] = {
    10001: Code(Meaning.SETUP, "the account is not active"),
    20003: Code(Meaning.SETUP, "the account SID and auth token do not fit, or the account is suspended"),
    20005: Code(Meaning.SETUP, "the account is not active"),
    20008: Code(Meaning.SETUP, "a test credential was used"),
    20404: Code(Meaning.SETUP, "there is no such account or resource"),
    20429: Code(Meaning.LATER, "too many requests"),
    21211: Code(Meaning.REFUSED, "the number is not valid"),
    21212: Code(Meaning.SETUP, "the sending number is not valid"),
    21217: Code(Meaning.REFUSED, "the number is not one that can be reached"),
    21265: Code(Meaning.REFUSED, "the number is a short code"),
    21266: Code(Meaning.REFUSED, "the number is our own"),
    21408: Code(Meaning.REFUSED, "sending to this region is not enabled in the account"),
    21601: Code(Meaning.SETUP, "the sending number cannot send SMS"),
    21602: Code(Meaning.REFUSED, "the text is empty"),
    21603: Code(Meaning.SETUP, "no sending number was named"),
    21604: Code(Meaning.REFUSED, "no number to send to was named"),
    21605: Code(Meaning.REFUSED, "the text is too long"),
    21606: Code(Meaning.SETUP, "the sending number does not belong to the account or cannot send SMS"),
    21608: Code(Meaning.REFUSED, "a trial account may write to verified numbers only"),
    21609: Code(Meaning.SETUP, "the address for status reports is not valid"),
    21610: Code(Meaning.OPTED_OUT, "the resident has stopped messages from this number"),
    21611: Code(Meaning.LATER, "the queue of the sending number is full"),
    21612: Code(Meaning.REFUSED, "this number cannot be reached from the sending number"),
    21614: Code(Meaning.REFUSED, "the number is not a mobile number"),
    21617: Code(Meaning.REFUSED, "the text has more than 1,600 characters"),
    21619: Code(Meaning.REFUSED, "the text is empty"),
    21620: Code(Meaning.REFUSED, "the address of a picture is not valid"),
    21623: Code(Meaning.REFUSED, "there are too many pictures"),
    21635: Code(Meaning.REFUSED, "the number is a landline"),
    21656: Code(Meaning.REFUSED, "the text is not valid for its template"),
    21659: Code(Meaning.SETUP, "the sending number is not a number of Twilio's"),
    21660: Code(Meaning.SETUP, "the sending number belongs to another account"),
    21661: Code(Meaning.SETUP, "the sending number cannot send SMS"),
    21701: Code(Meaning.SETUP, "there is no such messaging service"),
    21703: Code(Meaning.SETUP, "the messaging service has no sending number"),
    30001: Code(Meaning.LATER, "the queue has overflowed"),
    30002: Code(Meaning.SETUP, "the account is suspended"),
    30003: Code(Meaning.REFUSED, "the phone is off or out of reach"),
    30004: Code(Meaning.REFUSED, "the number does not take messages from us"),
    30005: Code(Meaning.REFUSED, "the number is unknown"),
    30006: Code(Meaning.REFUSED, "the number is a landline"),
    30007: Code(Meaning.REFUSED, "the carrier filtered the text"),
    30008: Code(Meaning.REFUSED, "the carrier gives no reason"),
    30022: Code(Meaning.LATER, "the campaign's rate was exceeded"),
    30023: Code(Meaning.LATER, "the campaign's daily limit was reached"),
    30034: Code(Meaning.SETUP, "the sending number is not registered with a campaign (A2P 10DLC)"),
    63016: Code(
        Meaning.REFUSED, "WhatsApp takes free text only within 24 hours of the resident's last message"
    ),
    63032: Code(Meaning.REFUSED, "WhatsApp does not let us write to this person"),
}

OPTED_OUT = frozenset(number for number, code in CODES.items() if code.meaning is Meaning.OPTED_OUT)

WAITS = {Meaning.LATER: 60.0, Meaning.SETUP: 300.0}
"""Seconds to wait where Twilio does not say how long."""

FATES: dict[str, Fate] = {
    "accepted": Fate.ACCEPTED,
    "scheduled": Fate.ACCEPTED,
    "queued": Fate.ACCEPTED,
    "sending": Fate.ACCEPTED,
    "sent": Fate.SENT,
    "delivered": Fate.DELIVERED,
    "partially_delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "undelivered": Fate.FAILED,
    "failed": Fate.FAILED,
    "canceled": Fate.FAILED,
}
"""Twilio's states of an outgoing message; `receiving` and `received` belong to incoming ones."""

RANKS = {fate: rank for rank, fate in enumerate(Fate)}


def meaning_of(status: int, number: int | None) -> Meaning:
    """What a refusal means, by its code, or by its HTTP status where the code is not in the table."""
    if number in CODES:
        return CODES[number].meaning
    if status == 429:
        return Meaning.LATER
    return Meaning.SETUP if status in {401, 403, 404, 405} else Meaning.REFUSED


def sentence_of(number: int | None) -> str:
    """The code in words; the number alone where the table does not have it."""
    known = CODES.get(number or 0)
    return known.sentence if known else "a code that is not in the table"


def goes_forward(known: Fate | None, reported: Fate) -> bool:
    """Whether a report tells something newer than what is known: states never go back, and the last word stays."""
    if known is None:
        return True
    if known in {Fate.DELIVERED, Fate.FAILED}:
        return False
    return RANKS[reported] > RANKS[known]
