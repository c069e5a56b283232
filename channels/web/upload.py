"""A page for one photo, reached by a link in a text message: for phones that cannot send pictures, or where that costs extra."""

from __future__ import annotations

from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from channels.web.body import read_file, read_form
from channels.web.chat import WebChat
from channels.web.errors import WebRefusal
from channels.web.http import address_of, store_picture
from channels.web.pages import WidgetPages
from core.model import InboundMessage
from core.ports import UPLOADED, UploadLinks

PATH = "/p/{code}"


@dataclass(frozen=True, slots=True)
class UploadPage:
    """Shows the form, takes the photo into the conversation that the link was sent to. A link is good for one photo."""

    chat: WebChat
    pages: WidgetPages
    links: UploadLinks

    async def show(self, request: Request) -> Response:
        """The form, or a word that the link has been used or is too old."""
        code = request.path_params["code"]
        owner = await to_thread.run_sync(self.links.owner, code)
        language = self.chat.language(owner.language if owner else request.headers.get("accept-language"))
        return self._page_response(language, "open" if owner else "gone", status=200 if owner else 404)

    async def take(self, request: Request) -> Response:
        """Store the photo and hand it to the inbox as a message of the resident."""
        code = request.path_params["code"]
        owner = await to_thread.run_sync(self.links.owner, code)
        if owner is None:
            return self._page_response(
                self.chat.language(request.headers.get("accept-language")), "gone", status=404
            )
        language = self.chat.language(owner.language)
        if not self.chat.uploads.of(address_of(request)).take():
            return self._page_response(language, "open", "error_too_many", 429)
        try:
            data = await self._photo_of(request)
            picture = await store_picture(self.chat, data, f"{owner.channel} {owner.sender}")
        except WebRefusal as refusal:
            is_ours = refusal.code == "not_saved"
            error = "error_not_saved" if is_ours else "upload_not_read"
            return self._page_response(language, "open", error, refusal.status if is_ours else 400)
        message = InboundMessage(
            owner.channel,
            f"{UPLOADED}{code}",
            owner.sender,
            self.chat.clock(),
            attachments=(picture,),
            language_hint=owner.language,
        )
        await to_thread.run_sync(self.chat.inbox.accept, message)
        await to_thread.run_sync(self.links.spend, code)
        return self._page_response(language, "done")

    async def _photo_of(self, request: Request) -> bytes:
        most = self.chat.limits.upload_bytes
        form = await read_form(request, most)
        try:
            data = await read_file(form, "photo", most)
        finally:
            await form.close()
        if data is None:
            raise WebRefusal("bad_file")
        return data

    def _page_response(self, language: str, state: str, error: str = "", status: int = 200) -> Response:
        words = self.chat.say(error, language) if error else ""
        return self.pages.render("upload.html", language, status, state=state, error=words)
