"""Somebody's own Rasa assistant, which calls the city's actions; who asks there waits for the answer (docs/rasa.md)."""

from channels.traits import ChannelTraits
from channels.vendor import Vendor

RASA = ChannelTraits("rasa", is_pulled=True, is_for_residents=False)
VENDOR = Vendor((RASA,))
