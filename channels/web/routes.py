"""Every address of the web door, on one screen."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from channels.web.assets import Assets, load_assets
from channels.web.chat import WebChat
from channels.web.http import Wire, answered_handler
from channels.web.pages import WidgetPages
from channels.web.photo import PAGE_PATH, PICTURE_PATH, PhotoPage
from channels.web.plain import PlainPage
from channels.web.socket import serve_socket
from channels.web.upload import PATH as UPLOAD_PATH
from channels.web.upload import UploadPage
from core.ports import PictureLinks, UploadLinks


def web_router(
    chat: WebChat, links: UploadLinks | None = None, pictures: PictureLinks | None = None
) -> APIRouter:
    """The routes of the web door: the wire below `/chat`, the widget's files, the demo page at `/`, the plain page."""
    routes = APIRouter()
    wire = Wire(chat)
    assets = Assets(load_assets())
    pages = WidgetPages(chat)
    plain = PlainPage(chat, pages)
    for method, path, handler in (
        ("GET", "/", pages.city),
        ("GET", "/chat/plain", plain.show),
        ("POST", "/chat/plain", plain.send),
        ("POST", "/chat/plain/end", plain.end),
        ("POST", "/chat/session", wire.session),
        ("POST", "/chat/ticket", wire.ticket),
        ("POST", "/chat/messages", wire.send),
        ("GET", "/chat/messages", wire.receive),
        ("POST", "/chat/media", wire.upload),
        ("GET", "/chat/media/{media_id}", wire.picture),
        ("GET", "/chat/map/{sealed}", wire.draw_map),
        ("GET", "/chat/texts/{language}", wire.texts),
        ("GET", "/chat/static/{name}", assets.file),
    ):
        routes.add_route(path, answered_handler(chat, handler), methods=[method])
    routes.add_route(
        "/chat/{path:path}", answered_handler(chat, wire.other), methods=["OPTIONS", "GET", "POST"]
    )
    if links:
        upload = UploadPage(chat, pages, links)
        routes.add_route(UPLOAD_PATH, answered_handler(chat, upload.show), methods=["GET"])
        routes.add_route(UPLOAD_PATH, answered_handler(chat, upload.take), methods=["POST"])
    if pictures:
        photo = PhotoPage(chat, pages, pictures)
        routes.add_route(PAGE_PATH, answered_handler(chat, photo.show), methods=["GET"])
        routes.add_route(PICTURE_PATH, answered_handler(chat, photo.picture), methods=["GET"])
    routes.add_websocket_route("/chat/socket", partial(serve_socket, chat))
    return routes
