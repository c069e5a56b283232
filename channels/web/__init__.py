"""The door on the city's website: chat widget, plain page without JavaScript, and the wire between them and the conversation.

`chat.WebChat` holds what the door is handed; `routes.sms_router` makes its routes, `socketio.SocketIo` what answers widgets made for Rasa.
The wire is described in docs/webchat.md, the widget in docs/embed.md. It is open from the first start: the program's own web serves it
(`bot/web.py`).
"""

from channels.vendor import DoorStatus, Vendor
from channels.web.traits import WEB
from core.model import Reply
from core.preview import Shown
from core.settings import Settings
from core.texts import Texts


def check(settings: Settings) -> DoorStatus:
    """Where the chat is, and which websites may show it."""
    own = str(settings.public_url or f"http://{settings.host}:{settings.port}/")
    others = ", ".join(settings.allowed_origins) or "no other website"
    return DoorStatus("web chat", "open", f"{own} (embedded on: {others})")


def look(reply: Reply, texts: Texts, settings: Settings) -> list[Shown]:  # noqa: ARG001
    """The chat shows the words, a card with the source below them, and a button a choice."""
    buttons = tuple(choice.label for choice in reply.choices)
    if reply.source is None:
        return [Shown(reply.text, buttons)]
    parts = (reply.source.title, reply.source.section, reply.source.reviewed)
    said = f"{texts.say('web.source', reply.language)}: {' · '.join(part for part in parts if part)}"
    return [Shown(reply.text, buttons, said, reply.source.url)]


VENDOR = Vendor((WEB,), check=check, look=look)
