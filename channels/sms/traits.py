"""What the house has to know of text messages, and of WhatsApp on the same account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from channels.traits import AddressKind, ChannelTraits, QuotationLimit

SMS, WHATSAPP = "sms", "whatsapp"

BY_TEXT = ChannelTraits(
    SMS,
    has_carrier_rules=True,
    has_numbered_choices=True,
    has_plain_letters=True,
    has_links_for_pictures=True,
    photo_link_text="sms.upload",
    comes_in_pieces=True,
    list_length=4,
    address=AddressKind.PHONE_NUMBER,
    quotation=QuotationLimit(segments=2, beside=("sms.source_reviewed",)),
)
"""A quotation's source and the choices are beside it, in the third segment that a text may have."""

BY_WHATSAPP = replace(BY_TEXT, name=WHATSAPP, quotation=QuotationLimit(), listens_for=timedelta(hours=24))
