"""Structured logs on standard error. Phone numbers, chat ids and what residents write are never given to them.

An error's own words may hold them: the database names the row that it refused, a parser quotes what it could not read, an HTTP
client the address with its token. So of an error the log tells its kind and where it happened, and its words only where we wrote them.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from core.errors import CitylineError

WITHHELD = "(its words are withheld)"


def configure_logs(log_format: str, level: str) -> None:
    """Set up structlog and the libraries' own logging: `console` for people, `json` for machines."""
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_error,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    threading.excepthook = _thread_died


def safe_description(error: BaseException | None) -> str:
    """What a log may say of an error: kinds and places along its chain, never the values that were in hand."""
    if error is None:
        return ""
    lines, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}: {_words_of(error)}")
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is not None:
            lines.append("after")
        error = before
    return "\n".join(lines)


def _words_of(error: BaseException) -> str:
    if isinstance(error, CitylineError):
        return str(error)
    if isinstance(error, OSError) and error.strerror and isinstance(error.errno, int):
        return f"[{error.errno}] {error.strerror}"
    return WITHHELD if error.args else ""


def tell_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog's step that puts an error into words."""
    wanted = event.pop("exc_info", None)
    if wanted:
        error = wanted if isinstance(wanted, BaseException) else sys.exc_info()[1]
        if isinstance(wanted, tuple):
            error = wanted[1]
        event["exception"] = safe_description(error)
    return event


class DiscreetFormatter(logging.Formatter):
    """The libraries' own logging, as discreet as ours."""

    def formatException(  # noqa: N802  logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The error as it may be told."""
        return safe_description(ei[1])


def _thread_died(died: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread_died", exc_info=died.exc_value)
