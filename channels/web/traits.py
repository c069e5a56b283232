"""What the house has to know of the chat on the city's website."""

from __future__ import annotations

from channels.traits import ChannelTraits

CHANNEL = "web"
WEB = ChannelTraits(CHANNEL, is_pulled=True, shows_writer=True, shows_maps=True)
