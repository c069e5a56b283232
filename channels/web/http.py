"""The wire over plain HTTP: session, ticket, messages, pictures, texts. docs/webchat.md describes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from channels.web import headers
from channels.web.body import read_bytes, read_file, read_form
from channels.web.chat import WebChat, news_waker
from channels.web.clean import read_object
from channels.web.errors import WebRefusal
from channels.web.frames import line_of, read_message
from channels.web.traits import CHANNEL
from core.errors import BadUpload
from core.languages import text_direction
from core.model import Attachment, Trouble

Handler = Callable[[Request], Awaitable[Response]]
PAGE_TEXTS = ("page_", "plain_")
log = structlog.get_logger(__name__)
REFUSED = {Trouble.FILE_TOO_BIG: "file_too_big", Trouble.NOT_NOW: "not_saved"}
NOT_NOW_SECONDS = 60
SHOWN_ANYWHERE = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of pictures in the chat, which stands on other websites too; the browser of whoever saw them keeps them for a day."""
WAITING_PICTURES = 8
"""Pictures that may wait for their turn, each with its megabytes in memory."""


def address_of(request: Request) -> str:
    """Where the request comes from, as the server knows it."""
    return request.client.host if request.client else ""


def language_of(chat: WebChat, request: Request) -> str:
    """The language to answer in: asked for in the address, else the browser's, else the city's own."""
    return chat.language(request.query_params.get("language"), request.headers.get("accept-language"))


def check_origin(chat: WebChat, request: Request) -> None:
    """Refuse pages of websites that may not embed the chat."""
    if not chat.origin_allowed(request.headers.get("origin"), request.headers.get("host", "")):
        raise WebRefusal("bad_origin", detail="this website is not in CITYLINE_ALLOWED_ORIGINS")


def answered_handler(chat: WebChat, handler: Handler) -> Handler:
    """The handler with its refusals turned into answers, and with the headers that every answer carries."""

    async def endpoint(request: Request) -> Response:
        try:
            check_origin(chat, request)
            response = await handler(request)
        except WebRefusal as refusal:
            response = JSONResponse(chat.error_frame(refusal, language_of(chat, request)), refusal.status)
            if refusal.retry_after:
                response.headers["Retry-After"] = str(refusal.retry_after)
        except ClientDisconnect:
            response = Response(status_code=400)
        response.headers.setdefault("Cache-Control", "no-store")
        return headers.share_with_website(headers.secure_headers(response), request, chat)

    return endpoint


class Wire:
    """The endpoints, one method each."""

    def __init__(self, chat: WebChat) -> None:
        self.chat = chat

    def sender(self, request: Request) -> str:
        """The address of the conversation whose token the request carries."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sender = self.chat.keys.sender(token.strip()) if scheme.lower() == "bearer" else None
        if sender is None:
            raise WebRefusal(
                "bad_session", detail="Authorization: Bearer with a token from POST /chat/session"
            )
        return sender

    async def session(self, request: Request) -> Response:
        """A new conversation."""
        self.chat.count_session(address_of(request))
        language = language_of(self.chat, request)
        return JSONResponse({"token": self.chat.keys.new_token()} | self.greeting(language), 201)

    async def ticket(self, request: Request) -> Response:
        """A one-time ticket for the socket."""
        now = self.chat.clock()
        return JSONResponse({"ticket": self.chat.keys.issue_ticket(self.sender(request), now)}, 201)

    async def texts(self, request: Request) -> Response:
        """What a client shows around the conversation, in the language asked for or the nearest to it."""
        wishes = request.path_params["language"], request.headers.get("accept-language")
        return JSONResponse(self.greeting(self.chat.language(*wishes)), headers={"Cache-Control": "no-cache"})

    def greeting(self, language: str) -> dict[str, Any]:
        """City, languages, numbers to call, starters, and the interface's texts."""
        chat, profile = self.chat, self.chat.profile
        names = {key.removeprefix("web.") for key in chat.texts.sentences[chat.texts.fallback]}
        names = {name for name in names if "." not in name and not name.startswith(PAGE_TEXTS)}
        texts = {name: chat.say(name, language) for name in sorted(names)}
        return {
            "city": profile.name,
            "language": language,
            "direction": text_direction(chat.texts, language),
            "languages": chat.languages(),
            "phone": profile.phone,
            "emergency_number": profile.emergency_number,
            "privacy": profile.privacy.get(language) or texts["privacy"],
            "privacy_url": profile.privacy_url,
            "starters": list(chat.texts.words("web.starters", language)),
            "texts": texts,
            "limits": {
                "text_characters": chat.limits.text_characters,
                "upload_bytes": chat.limits.upload_bytes,
                "pictures": chat.limits.pictures,
            },
        }

    async def send(self, request: Request) -> Response:
        """Take a message; 202 when it is durable."""
        sender = self.sender(request)
        message = read_message(read_object(await read_bytes(request, self.chat.limits.body_bytes)))
        accepted = await self.chat.accept(
            sender, message, language_of(self.chat, request), address=address_of(request)
        )
        return JSONResponse({"type": "accepted", "id": message.id, "repeat": accepted.repeat}, 202)

    async def receive(self, request: Request) -> Response:
        """The lines after `after`; waits up to `wait` seconds for the first one."""
        sender = self.sender(request)
        after = _query_number(request, "after", 2**53)
        wait = min(_query_number(request, "wait", 3600), self.chat.limits.longest_poll_seconds)
        seat = self.chat.seat(address_of(request))
        if not self.chat.connections.enter(seat):
            raise WebRefusal("too_many", detail="too many open connections from this network", retry_after=5)
        try:
            lines = await self.wait_for_lines(sender, after, wait)
        finally:
            self.chat.connections.leave(seat)
        found = [line_of(line, sender, self.chat.keys) for line in lines]
        return JSONResponse({"lines": found, "last_sequence": lines[-1].sequence if lines else after})

    async def wait_for_lines(self, sender: str, after: int, wait: float) -> list[Any]:
        """Listens before it looks, so that nothing said in between is missed."""
        news = asyncio.Event()
        stop = self.chat.notifier.listen(CHANNEL, sender, news_waker(asyncio.get_running_loop(), news))
        try:
            lines = await self.chat.lines(sender, after)
            if lines or not wait:
                return lines
            try:
                await asyncio.wait_for(news.wait(), wait)
            except TimeoutError:
                log.debug("web_poll_without_news")
            return await self.chat.lines(sender, after)
        finally:
            stop()

    async def upload(self, request: Request) -> Response:
        """Take a picture; its `media_id` can be attached to messages of this conversation."""
        sender = self.sender(request)
        self.chat.count_upload(sender, address_of(request))
        limit = self.chat.limits.upload_bytes
        form = await read_form(request, limit)
        try:
            data = await read_file(form, "photo", limit)
        finally:
            await form.close()
        if data is None:
            raise WebRefusal("bad_file", detail="photo: a file was expected in this field")
        picture = await store_picture(self.chat, data, f"{CHANNEL} {sender}")
        handle = self.chat.keys.picture_handle(sender, picture)
        return JSONResponse(
            {"media_id": handle, "content_type": picture.content_type, "size": picture.size}, 201
        )

    async def picture(self, request: Request) -> Response:
        """A picture of a conversation, for whoever holds its key."""
        media_id = request.path_params["media_id"]
        key = request.query_params.get("key", "")
        if not self.chat.keys.opens_picture(media_id, key):
            raise WebRefusal("not_found")
        found = await to_thread.run_sync(self.chat.media.read, media_id)
        if found is None:
            raise WebRefusal("not_found")
        data, content_type = found
        extension = content_type.partition("/")[2]
        return Response(
            data,
            media_type=content_type,
            headers={
                "Content-Disposition": f'attachment; filename="photo.{extension}"',
                **SHOWN_ANYWHERE,
            },
        )

    async def draw_map(self, request: Request) -> Response:
        """The small map of a line, drawn now; for whoever was given its address."""
        opened = self.chat.keys.open_map(request.path_params["sealed"])
        drawer = self.chat.maps
        data = await to_thread.run_sync(drawer.draw, *opened) if opened and drawer else None
        if data is None:
            raise WebRefusal("not_found")
        return Response(data, media_type="image/png", headers=SHOWN_ANYWHERE)

    async def other(self, request: Request) -> Response:
        """What a browser asks before it sends from another website; any other address is unknown."""
        if request.method != "OPTIONS":
            raise WebRefusal("not_found")
        return headers.answer_preflight(Response(status_code=204))


async def store_picture(chat: WebChat, data: bytes, owner: str) -> Attachment:
    """The picture, stored; a `WebRefusal` that says what is wrong with it. Pictures wait for one another and for nobody else.

    `owner` is the sender and their channel, whose quota it counts for.
    """
    if chat.pictures_at_once.statistics().tasks_waiting >= WAITING_PICTURES:
        raise WebRefusal("not_saved", detail="too many pictures at once", retry_after=NOT_NOW_SECONDS)
    try:
        return await to_thread.run_sync(chat.media.take, data, owner, limiter=chat.pictures_at_once)
    except BadUpload as error:
        code = REFUSED.get(error.trouble, "bad_file")
        wait = NOT_NOW_SECONDS if error.trouble is Trouble.NOT_NOW else 0
        raise WebRefusal(code, detail=str(error), retry_after=wait) from None
    except OSError:
        log.exception("web_picture_not_saved")
        raise WebRefusal("not_saved", retry_after=5) from None


def _query_number(request: Request, name: str, most: int) -> int:
    """A whole number from the query, 0 when it is not there."""
    raw = request.query_params.get(name, "0")
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 16 and int(raw) <= most):
        raise WebRefusal("bad_frame", detail=f"{name}: a whole number from 0 to {most} was expected")
    return int(raw)
