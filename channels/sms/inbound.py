"""What Twilio sends, as messages and reports of the house: pure functions over the fields of its forms.

Nothing of a resident's text is changed but what cannot be shown: an inverted exclamation mark stays one. The `FromCity` and
its like are of the number's registration, not of the phone, so they are never read as a place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from channels.clean import clean_message, clean_text
from channels.sms.codes import FATES, OPTED_OUT
from channels.sms.traits import SMS, WHATSAPP
from core.model import Consent, DeliveryReport, InboundMessage, Position, RemoteMedia, Trouble

Form = Sequence[tuple[str, str]]

MOST_CHARACTERS = 1600
MOST_MEDIA = 10
LONGEST_CHOICE = 200
SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMBER = re.compile(r"\+?[0-9]{3,15}")
CHANNELS = {"": SMS, "rcs": SMS, "whatsapp": WHATSAPP}
"""Twilio's prefix of an address, and the channel it belongs to. Who writes by RCS is answered by SMS."""

CONSENTS = {"STOP": Consent.STOP, "START": Consent.START, "HELP": Consent.HELP}
LAYOUT_ONLY = {"application/smil", "text/plain"}
"""Parts of an MMS that phones add for themselves."""


class Malformed(ValueError):  # noqa: N818  an answer rather than a fault
    """A form that is signed but is no message: a field is missing or cannot be what it says."""


class Unanswerable(Malformed):
    """A message from a sender that nobody can reply to: a name instead of a number, or a service unknown here."""


def read_message(form: Form, received_at: datetime) -> InboundMessage:
    """The message in an inbound webhook. Raises `Malformed`, or `Unanswerable` where no reply could go."""
    fields = first_of_each(form)
    channel, sender = read_address(fields.get("From", ""))
    pictures, sounds, trouble = _read_media(fields)
    text, is_cut = clean_message(fields.get("Body", ""))
    text = text[:MOST_CHARACTERS]
    return InboundMessage(
        channel=channel,
        provider_id=message_sid(fields),
        sender=sender,
        received_at=received_at,
        text=text,
        choice=_read_choice(fields) if channel == WHATSAPP else None,
        position=_read_position(fields) if channel == WHATSAPP else None,
        trouble=Trouble.TOO_LONG if is_cut else None if text or pictures else trouble,
        remote_media=pictures + sounds,
        consent=CONSENTS.get(fields.get("OptOutType", "").upper()),
    )


def read_report(form: Form) -> DeliveryReport | None:
    """The report in a status callback; None for a state that says nothing about an outgoing message. Raises `Malformed`."""
    fields = first_of_each(form)
    state = fields.get("MessageStatus") or fields.get("SmsStatus", "")
    fate = FATES.get(state.lower())
    sid = message_sid(fields)
    if fate is None:
        return None
    error = fields.get("ErrorCode", "")
    error = error if error.isascii() and error.isdecimal() and len(error) <= 6 and int(error) else ""
    return DeliveryReport(
        channel=WHATSAPP if fields.get("To", "").startswith("whatsapp:") else SMS,
        provider_id=sid,
        fate=fate,
        error=error,
        opted_out=bool(error) and int(error) in OPTED_OUT,
    )


def first_of_each(form: Form) -> dict[str, str]:
    """The fields by name; of a repeated one the first value."""
    return dict(reversed(form))


def message_sid(fields: Mapping[str, str]) -> str:
    """The id of the message, under its name of today or one of its former names."""
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid") or ""
    if not SID.fullmatch(sid):
        raise Malformed("The form has no MessageSid; a form of Twilio's messaging was expected.")
    return sid


def read_address(value: str) -> tuple[str, str]:
    """(channel, number) of Twilio's address: `+15550100`, `whatsapp:+15550100`, a short code."""
    if not value:
        raise Malformed("The form has no From; a form of Twilio's messaging was expected.")
    prefix, colon, number = value.rpartition(":")
    # An unencoded plus arrives as a space; Twilio itself always encodes it.
    number = re.sub(r"^ (?=\d)", "+", number)
    channel = CHANNELS.get(prefix.lower() if colon else "")
    if channel is None or not NUMBER.fullmatch(number):
        raise Unanswerable("The sender is not a number, so nothing can be sent back.")
    return channel, number


def _read_media(
    fields: Mapping[str, str],
) -> tuple[tuple[RemoteMedia, ...], tuple[RemoteMedia, ...], Trouble | None]:
    """The pictures, the voice messages, and what to say about a file that is no picture."""
    pictures: list[RemoteMedia] = []
    sounds: list[RemoteMedia] = []
    trouble: Trouble | None = None
    for number in range(_media_count(fields)):
        url = fields.get(f"MediaUrl{number}", "")
        kind = fields.get(f"MediaContentType{number}", "").partition(";")[0].strip().lower()
        if url and (not kind or kind.startswith("image/")):
            pictures.append(RemoteMedia(url, kind))
        elif kind.startswith("audio/"):
            trouble = Trouble.VOICE
            sounds += [RemoteMedia(url, kind)] if url else []
        elif kind not in LAYOUT_ONLY:
            trouble = trouble or Trouble.BAD_FILE
    return tuple(pictures), tuple(sounds), trouble


def _media_count(fields: Mapping[str, str]) -> int:
    count = fields.get("NumMedia", "0")
    return min(int(count), MOST_MEDIA) if count.isascii() and count.isdecimal() and len(count) < 4 else 0


def _read_choice(fields: Mapping[str, str]) -> str | None:
    payload = clean_text(fields.get("ButtonPayload") or fields.get("ListId") or "")
    return payload if 0 < len(payload) <= LONGEST_CHOICE else None


def _read_position(fields: Mapping[str, str]) -> Position | None:
    try:
        latitude, longitude = float(fields["Latitude"]), float(fields["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    return Position(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
