"""The pages of the web door: the sample city's page with the widget on it, and what all pages share."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from channels.web import headers
from channels.web.chat import WebChat
from channels.web.http import language_of
from core.languages import text_direction

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]]")

TELEPHONE = re.compile(
    r"(?<![\w#/.,$€£-])(?:(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\d{3}-\d{4}|\+\d[\d ().-]{6,16}\d"
    r"|0\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,5})?)(?![\w/-]|[.,]\d)",
    re.ASCII,
)
"""As `static/view.js` knows them; figures of three, such as 911, have a button of their own where they matter."""


def phone_digits(number: str) -> str:
    """A telephone number as an address needs it."""
    return re.sub(r"[^+\d]", "", number)


def is_web(address: str) -> bool:
    """Whether an address may become a link: nothing but the web, so that no `javascript:` ever does."""
    return address.lower().startswith(("https://", "http://"))


def linked_text(text: str) -> Markup:
    """The text, escaped, with its web addresses and telephone numbers made links."""
    return _with_links(text, WEB_ADDRESS, _web_link, _callable_text)


def _callable_text(text: str) -> Markup:
    return _with_links(text, TELEPHONE, _phone_link, escape)


def _web_link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(address)


def _phone_link(number: str) -> Markup:
    return Markup('<a href="tel:{}" dir="ltr">{}</a>').format(phone_digits(number), number)


def _with_links(
    text: str, pattern: re.Pattern[str], link: Callable[[str], Markup], between: Callable[[str], Markup]
) -> Markup:
    """The text with a link for each match, and what `between` makes of the rest."""
    parts: list[Markup] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [between(text[end : match.start()]), link(match.group())]
        end = match.end()
    return Markup().join([*parts, between(text[end:])])


def make_templates() -> Environment:
    """The templates, with escaping always on and unknown names an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"linked": linked_text, "digits": phone_digits, "is_web": is_web}
    return environment


class WidgetPages:
    """Renders pages in the resident's language."""

    def __init__(self, chat: WebChat) -> None:
        self.chat = chat
        self.environment = make_templates()
        self.environment.filters["direction"] = partial(text_direction, chat.texts)

    def render(self, name: str, language: str, status: int = 200, **values: object) -> HTMLResponse:
        """A page with the city's facts, its texts, and the headers that keep strangers out of it."""
        profile = self.chat.profile
        page = self.environment.get_template(name).render(
            say=partial(self.chat.say, language=language),
            language=language,
            direction=text_direction(self.chat.texts, language),
            languages=self.chat.languages(),
            city=profile.name,
            phone=profile.phone,
            telephone=phone_digits(profile.phone),
            **values,
        )
        response = HTMLResponse(page, status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers.secure_headers(response, headers.PAGE_POLICY)
        return response

    async def city(self, request: Request) -> Response:
        """The sample city's page."""
        return self.render("city.html", language_of(self.chat, request))
