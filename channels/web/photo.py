"""A page that shows photos which the city sent as a link in a text message, such as of the work on a case."""

from __future__ import annotations

from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from channels.web.chat import WebChat
from channels.web.errors import WebRefusal
from channels.web.pages import WidgetPages
from core.ports import PictureLinks

PAGE_PATH = "/f/{code}"
PICTURE_PATH = "/f/{code}/{number:int}.jpg"
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """Shows the pictures of a link to whoever holds it, until it is too old; nothing on it says whom it was sent to."""

    chat: WebChat
    pages: WidgetPages
    links: PictureLinks

    async def show(self, request: Request) -> Response:
        """The pictures with what they show, or a word that the link is too old."""
        code = request.path_params["code"]
        shown = await to_thread.run_sync(self.links.shown, code)
        wish = shown.language if shown else request.headers.get("accept-language")
        pictures = (
            [f"/f/{code}/{number}.jpg" for number in range(1, len(shown.media_ids) + 1)] if shown else []
        )
        response = self.pages.render(
            "picture.html",
            self.chat.language(wish),
            200 if shown else 404,
            caption=shown.caption if shown else "",
            pictures=pictures,
        )
        response.headers.update(PRIVATE)
        return response

    async def picture(self, request: Request) -> Response:
        """One of the pictures; also fetched by the provider where a message carries the picture itself."""
        number = request.path_params["number"]
        shown = await to_thread.run_sync(self.links.shown, request.path_params["code"])
        if shown is None or not 1 <= number <= len(shown.media_ids):
            raise WebRefusal("not_found")
        found = await to_thread.run_sync(self.chat.media.read, shown.media_ids[number - 1])
        if found is None:
            raise WebRefusal("not_found")
        data, content_type = found
        return Response(data, media_type=content_type, headers={"Content-Disposition": "inline", **PRIVATE})
