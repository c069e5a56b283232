"""The door on the city's website: chat widget, plain page without JavaScript, and the wire between them and the hall.

`WebChat` holds what the door is handed; `router` makes its routes. The wire is described in docs/webchat.md.
"""

from channels.web.chat import CHANNEL, CityProfile, WebChat
from channels.web.limits import Limits
from channels.web.routes import router

__all__ = ["CHANNEL", "CityProfile", "Limits", "WebChat", "router"]
