"""The same conversation as an HTML form, for browsers without JavaScript: post, redirect, read."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from channels.pins import numbered_choices
from channels.web.body import read_file, read_form
from channels.web.chat import WebChat, news_waker
from channels.web.errors import WebRefusal
from channels.web.frames import ClientMessage, map_address, picture_address, provider_id, read_message
from channels.web.http import address_of, language_of, store_picture
from channels.web.pages import WidgetPages
from channels.web.traits import CHANNEL
from core.languages import long_date
from core.model import Attachment, Reply, TranscriptEntry, Trouble

COOKIE = "__Host-cityline-chat"
PATH = "/chat/plain"
SAME_SITE = {None, "same-origin", "none"}
PICTURE_TROUBLE = {
    "file_too_big": Trouble.FILE_TOO_BIG,
    "bad_file": Trouble.BAD_FILE,
    "not_saved": Trouble.NOT_NOW,
    "too_fast": Trouble.NOT_NOW,
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who reads the page: the token from the cookie and the conversation that it opens."""

    token: str
    sender: str
    new: bool = False


class PlainPage:
    """Shows the conversation, takes a message, ends it."""

    def __init__(self, chat: WebChat, pages: WidgetPages) -> None:
        self.chat = chat
        self.pages = pages

    def visitor(self, request: Request) -> Visitor | None:
        """The visitor whose cookie is one of ours."""
        token = request.cookies.get(COOKIE, "")
        sender = self.chat.keys.sender(token)
        return Visitor(token, sender) if sender else None

    def newcomer(self, request: Request) -> Visitor:
        """A new conversation; a `WebRefusal` when this network began too many."""
        self.chat.count_session(address_of(request))
        return replace(self.stranger(), new=True)

    def stranger(self) -> Visitor:
        """Somebody who gets a page but no conversation."""
        token = self.chat.keys.new_token()
        return Visitor(token, str(self.chat.keys.sender(token)))

    async def show(self, request: Request) -> Response:
        """The conversation so far and a form to go on with it."""
        try:
            visitor = self.visitor(request) or self.newcomer(request)
        except WebRefusal as refusal:
            return await self.page(request, self.stranger(), refusal=refusal)
        notice = "plain_ended" if "ended" in request.query_params else None
        return await self.page(request, visitor, notice=notice)

    async def page(
        self,
        request: Request,
        visitor: Visitor,
        *,
        refusal: WebRefusal | None = None,
        draft: str = "",
        notice: str | None = None,
    ) -> Response:
        """The page with what went wrong, if anything, and with the text that was not taken still in the field."""
        language = language_of(self.chat, request)
        lines = await self.all_lines(visitor.sender)
        response = self.pages.render(
            "plain.html",
            language,
            refusal.status if refusal else 200,
            lines=[line for line in lines if line.reply.text or line.attachments],
            privacy=self.chat.profile.privacy.get(language) or self.chat.say("privacy", language),
            notice=notice and self.chat.say(notice, language),
            error=refusal and self.chat.say(f"error_{refusal.code}", language),
            draft=draft,
            waiting=bool(lines and lines[-1].sender == "resident") or "waiting" in request.query_params,
            offered=offered_reply(lines),
            clock=self.clock,
            day=partial(self.day, language=language),
            form_token=self.chat.keys.form_token(visitor.token),
            message_id=uuid.uuid4().hex,
            address_of=self.address_of,
            map_of=partial(map_address, self.chat.keys, visitor.sender),
        )
        if visitor.new:
            response.set_cookie(COOKIE, visitor.token, path="/", httponly=True, secure=True, samesite="lax")
        return response

    def clock(self, at: datetime) -> str:
        """The time of a line on the city's clocks."""
        return at.astimezone(ZoneInfo(self.chat.profile.timezone)).strftime("%H:%M")

    def day(self, written: str, language: str) -> str:
        """An ISO date in words; anything else as it is."""
        try:
            return long_date(datetime.fromisoformat(written).date(), language)
        except ValueError:
            return written

    def address_of(self, picture: Attachment) -> str:
        """Where a picture of the conversation is read."""
        return picture_address(self.chat.keys, picture.media_id)

    async def all_lines(self, sender: str) -> list[TranscriptEntry]:
        """The whole conversation, oldest first."""
        lines: list[TranscriptEntry] = []
        while more := await self.chat.lines(sender, lines[-1].sequence if lines else 0):
            lines += more
        return lines

    async def send(self, request: Request) -> Response:
        """Take a message, wait a moment for its answer, and show the conversation again."""
        visitor = self.visitor(request)
        if visitor is None:
            return await self.page(
                request, replace(self.stranger(), new=True), refusal=WebRefusal("bad_form")
            )
        form: FormData | None = None
        try:
            form = await read_form(request, self.chat.limits.upload_bytes)
            self.check(request, visitor, form)
            answered = await self.take(request, visitor, form)
        except WebRefusal as refusal:
            return await self.page(request, visitor, refusal=refusal, draft=_form_field(form, "text"))
        finally:
            if form:
                await form.close()
        return self.back(request, "" if answered else "&waiting=1", "#latest")

    def back(self, request: Request, more: str, fragment: str = "") -> Response:
        """Read the page anew, so that a reload sends nothing twice."""
        language = language_of(self.chat, request)
        return RedirectResponse(f"{PATH}?language={language}{more}{fragment}", 303)

    def check(self, request: Request, visitor: Visitor, form: FormData) -> None:
        """Believe only forms that we made for this visitor."""
        token = self.chat.keys.form_token(visitor.token)
        own = request.headers.get("sec-fetch-site") in SAME_SITE
        if not own or not self.chat.keys.same(_form_field(form, "form"), token):
            raise WebRefusal("bad_form")

    async def take(self, request: Request, visitor: Visitor, form: FormData) -> bool:
        """Hand the message on; whether it was answered within the time that we let the browser wait."""
        pictures, trouble = await self.photo(request, visitor, form)
        message = self.read(form, await self.all_lines(visitor.sender), pictures)
        language = language_of(self.chat, request)
        await self.chat.accept(visitor.sender, message, language, trouble, address=address_of(request))
        return await self.wait_for_answer(visitor.sender, message.id)

    async def photo(
        self, request: Request, visitor: Visitor, form: FormData
    ) -> tuple[list[str], Trouble | None]:
        """The handle of the photo in the form, or the trouble with it; words beside a bad photo are not lost for it."""
        try:
            data = await read_file(form, "photo", self.chat.limits.upload_bytes)
            if data is None:
                return [], None
            self.chat.count_upload(visitor.sender, address_of(request))
            picture = await store_picture(self.chat, data, f"{CHANNEL} {visitor.sender}")
        except WebRefusal as refusal:
            if refusal.code not in PICTURE_TROUBLE or not _form_field(form, "text").strip():
                raise
            return [], PICTURE_TROUBLE[refusal.code]
        return [self.chat.keys.picture_handle(visitor.sender, picture)], None

    def read(self, form: FormData, lines: list[TranscriptEntry], pictures: list[str]) -> ClientMessage:
        """The message in the form: what was written, or else what was ticked."""
        value: dict[str, Any] = {
            "id": _form_field(form, "id"),
            "text": _form_field(form, "text"),
            "attachments": pictures,
            "greeted": True,
        }
        ticked = [key for key in form.getlist("choice") if isinstance(key, str) and key]
        if ticked and not value["text"].strip():
            reply = offered_reply(lines)
            labels = {choice.key: choice.label for choice in reply.choices} if reply else {}
            value |= {"choice": ",".join(ticked), "text": ", ".join(labels.get(key, key) for key in ticked)}
        return read_message(value)

    async def wait_for_answer(self, sender: str, message_id: str) -> bool:
        """Whether this message was worked on within the time that a page may take: its own line comes with the answer to it, or without
        one where a person will give it.
        """
        news = asyncio.Event()
        stop = self.chat.notifier.listen(CHANNEL, sender, news_waker(asyncio.get_running_loop(), news))
        known_as = provider_id(sender, message_id)
        try:
            async with asyncio.timeout(self.chat.limits.plain_wait_seconds):
                while True:
                    news.clear()
                    lines = await self.all_lines(sender)
                    if any(line.answers == known_as for line in lines):
                        return True
                    await news.wait()
        except TimeoutError:
            return False
        finally:
            stop()

    async def end(self, request: Request) -> Response:
        """Forget the conversation on this device; what was reported stays with the city."""
        visitor = self.visitor(request)
        if visitor:
            form = await read_form(request, self.chat.limits.body_bytes)
            self.check(request, visitor, form)
            await form.close()
        response = self.back(request, "&ended=1")
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return response


def offered_reply(lines: list[TranscriptEntry]) -> Reply | None:
    """The choices that still wait for an answer: the last ones offered since the resident spoke, with the numbers of their pins."""
    for line in reversed(lines):
        if line.sender == "resident":
            return None
        if line.reply.choices:
            return replace(line.reply, choices=numbered_choices(line.reply))
    return None


def _form_field(form: FormData | None, name: str) -> str:
    value = form.get(name, "") if form else ""
    return value if isinstance(value, str) else ""
