"""Headers that every answer of the web door carries, and who may read it from another website."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from channels.web.chat import WebChat

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; sandbox"


def secure_headers(response: Response, policy: str = FILE_POLICY) -> Response:
    """Put the headers on that keep a browser from doing more with the answer than we mean."""
    for name, value in SAFE.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy)
    return response


def share_with_website(response: Response, request: Request, chat: WebChat) -> Response:
    """Let a page of an allowed website read the answer (CORS); never with cookies."""
    origin = request.headers.get("origin")
    response.headers["Vary"] = "Origin, Accept-Language"
    if origin and chat.origin_allowed(origin, request.headers.get("host", "")):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def answer_preflight(response: Response) -> Response:
    """What a browser asks before it sends from another website."""
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept-Language"
    response.headers["Access-Control-Max-Age"] = "3600"
    return response
