"""The door for text messages (Twilio), and for WhatsApp on the same account.

`SmsDoor` and `router` take what Twilio sends; `TwilioSms` is the channel that the outbox sends through. `read` and `render` are
pure; `fake.FakeTwilio` stands in for the service. Set-up is described in docs/channels.md.
"""

from channels.sms.api import Account
from channels.sms.door import SmsDoor
from channels.sms.inbound import SMS, WHATSAPP, read, read_report
from channels.sms.limits import MemorySpend, Purse, SmsLimits, Spend
from channels.sms.numbers import checked, countries_meant
from channels.sms.render import CHOICES_AT_ONCE, MOST_PICTURES, Style, render, split
from channels.sms.routes import INBOUND_PATH, STATUS_PATH, router
from channels.sms.signature import Signatures
from channels.sms.twilio import KnownReceipts, TwilioSms
from core.segments import Segments, segments

__all__ = [
    "CHOICES_AT_ONCE",
    "INBOUND_PATH",
    "MOST_PICTURES",
    "SMS",
    "STATUS_PATH",
    "WHATSAPP",
    "Account",
    "KnownReceipts",
    "MemorySpend",
    "Purse",
    "Segments",
    "Signatures",
    "SmsDoor",
    "SmsLimits",
    "Spend",
    "Style",
    "TwilioSms",
    "checked",
    "countries_meant",
    "read",
    "read_report",
    "render",
    "router",
    "segments",
    "split",
]
