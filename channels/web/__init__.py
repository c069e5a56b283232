"""The door on the city's website: chat widget, plain page without JavaScript, and the wire between them and the conversation.

`WebChat` holds what the door is handed; `router` makes its routes, `SocketIo` what answers widgets made for Rasa. The wire is
described in docs/webchat.md, the widget in docs/embed.md.
"""

from channels.web.chat import CHANNEL, ProfileShown, WebChat
from channels.web.limits import WebLimits
from channels.web.routes import router
from channels.web.socketio import SocketIo

__all__ = ["CHANNEL", "ProfileShown", "SocketIo", "WebChat", "WebLimits", "router"]
