"""What the house has to know of Telegram."""

from __future__ import annotations

from channels.traits import AddressKind, ChannelTraits

CHANNEL = "telegram"
TELEGRAM = ChannelTraits(
    CHANNEL,
    shows_maps=True,
    stacks_buttons=True,
    comes_in_pieces=True,
    can_be_edited=True,
    address=AddressKind.HANDLE,
)
