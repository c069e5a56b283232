"""The first that a request meets: providers' webhooks are answered at once, HTTPS is insisted on, and every answer carries what keeps a
browser careful.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What an answer carries unless its page says otherwise."""
OPENINGS = {"http.response.start", "websocket.accept", "websocket.http.response.start"}
PLAIN = """This address is served over HTTPS only.
If HTTPS ends at a proxy before Cityline, the proxy must send X-Forwarded-Proto, and its address must stand in CITYLINE_TRUSTED_PROXIES (docs/security.md).
"""


class WebhookRouter:
    """Answers the providers' webhooks before the rest of the web is asked: its layers cost as much as the webhook itself.

    `https_only` refuses what came unencrypted from another machine; webhooks are proved by their signatures, and health is for monitors
    in the house. `also_reserved` are further paths that get an answer however many others are connected.
    """

    def __init__(
        self,
        web: ASGIApp,
        webhooks: Iterable[BaseRoute],
        also_reserved: Iterable[str] = (),
        *,
        https_only: bool = False,
    ) -> None:
        self._web = web
        self._webhooks = {route.path: route for route in webhooks if isinstance(route, Route)}
        self._https_only = https_only
        self.reserved = frozenset({*also_reserved, *self._webhooks})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the start and the end of the whole web."""
        if scope["type"] not in {"http", "websocket"}:
            await self._web(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] in OPENINGS:
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        webhook = self._webhooks.get(scope["path"]) if scope["type"] == "http" else None
        if webhook:
            await webhook.handle(scope, receive, with_headers)
        elif self._https_only and scope["path"] not in self.reserved and came_openly(scope):
            await refuse_plain_http(scope, receive, with_headers)
        else:
            await self._web(scope, receive, with_headers)


def came_openly(scope: Scope) -> bool:
    """Whether it came unencrypted over a network; what another machine's proxy says of that is in the scope by now."""
    client = scope.get("client")
    if scope.get("scheme") not in {"http", "ws"} or not client:
        return False
    try:
        return not ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False


async def refuse_plain_http(scope: Scope, receive: Receive, send: Send) -> None:
    """Nothing but a word that it must be HTTPS: a redirect would make what was sent openly look well sent."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse(PLAIN, 403)(scope, receive, send)
