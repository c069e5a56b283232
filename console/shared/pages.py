"""How a page is made: templates, the console's own texts, days and times in the city's zone and the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from city.records.model import text_in
from console.shared.covering import covered_text
from console.shared.failures import say_failure
from console.shared.names import channel_name, language_name
from console.shared.navigation import places_of
from console.shared.request_context import RequestContext
from core.languages import read_accepted
from core.texts import Texts, load_texts

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"
VENDOR = {
    "pico": HERE / "node_modules" / "@picocss" / "pico" / "css",
    "leaflet": HERE / "node_modules" / "leaflet" / "dist",
}
"""What npm installed, by the name under which it is served below `static/vendor/`."""

LANGUAGES = load_texts(HERE / "catalogue").languages
"""Those that staff can have the console in; the first is English."""

_visit: ContextVar[RequestContext] = ContextVar("visit")
"""Whose page is being made in this thread; so that a macro needs no context handed to it."""


class ConsolePages:
    """The templates and texts of the console."""

    def __init__(self) -> None:
        self.texts: Texts = load_texts(HERE / "catalogue")
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            t=lambda key, **values: _visit.get().say(key, **values),
            local=lambda text: text_in(text or {}, _visit.get().language),
            path=lambda below: _visit.get().path(below),
            static=lambda file: _visit.get().path(f"/static/{file}?v={file_fingerprint(file)}"),
            csrf=_csrf_field,
            said=_flash_words,
            places=lambda: places_of(_visit.get()),
            failure_said=lambda failure: say_failure(_visit.get(), failure),
            channel_name=lambda code: channel_name(_visit.get(), code),
            language_name=lambda code: language_name(_visit.get(), code),
            now_at=lambda: _visit.get().request.url.path,
        )
        self._environment.filters.update(when=time_element, day=day_element, covered=_covered_filter)

    def render(self, visit: RequestContext, template: str, context: Mapping[str, object]) -> str:
        """The page for this visit."""
        current = _visit.set(visit)
        try:
            return self._environment.get_template(template).render(visit=visit, **context)
        finally:
            _visit.reset(current)


def time_element(value: datetime | None) -> Markup:
    """A day and time in the city's zone, as a `<time>`; a dash for none."""
    if value is None:
        return Markup("–")
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), _in_words(value, _visit.get()))


def day_element(value: date | datetime | None) -> Markup:
    """A day in the city's zone, as a `<time>`; a dash for none."""
    if value is None:
        return Markup("–")
    visit = _visit.get()
    here = value.astimezone(city_zone(visit)).date() if isinstance(value, datetime) else value
    shown = format_date(here, "medium", locale=_visit_locale(visit))
    return Markup('<time datetime="{}">{}</time>').format(here.isoformat(), shown)


def city_zone(visit: RequestContext) -> ZoneInfo:
    """The city's time zone."""
    return visit.console.city.profile.zone


@lru_cache(maxsize=200)
def file_fingerprint(file: str) -> str:
    """A few signs that change with a static file, so that browsers may keep it for ever."""
    path = static_path(file)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "missing"


def static_path(file: str) -> Path:
    """Where a static file lies: ours, or one that npm installed."""
    if not file.startswith("vendor/"):
        return STATIC / file
    _, name, rest = file.split("/", 2)
    return VENDOR[name] / rest


def language_of(accepted: str) -> str:
    """The console's language for a browser's Accept-Language."""
    return next((code for code in read_accepted(accepted) if code in LANGUAGES), LANGUAGES[0])


def _in_words(value: datetime, visit: RequestContext) -> str:
    here = value.astimezone(city_zone(visit))
    clock = visit.console.texts.say("language.clock", visit.language)
    on = format_date(here.date(), "medium", locale=_visit_locale(visit))
    return f"{on}, {format_datetime(here, clock, locale=_visit_locale(visit))}"


def _visit_locale(visit: RequestContext) -> str:
    return visit.language if visit.language in LANGUAGES else LANGUAGES[0]


def _covered_filter(text: str, known: Iterable[str] = ()) -> str:
    return covered_text(_visit.get(), text, known)


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(_visit.get().token)


def _flash_words() -> str:
    visit = _visit.get()
    return visit.say(visit.said["key"], **visit.said["values"]) if visit.said and not visit.is_live else ""
