"""What channels and languages are called, for whoever reads the page."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

from channels.registry import TRAITS, shown_channels
from console.shared.request_context import RequestContext


def channel_name(visit: RequestContext, code: str) -> str:
    """A channel in words; its code where it has none."""
    return visit.say(f"channel.{code}") if code in TRAITS else code


def channel_names(visit: RequestContext) -> dict[str, str]:
    """The words of every channel that staff are shown, by its code."""
    shown = shown_channels(visit.console.settings)
    return {traits.name: channel_name(visit, traits.name) for traits in shown}


def language_name(visit: RequestContext, code: str) -> str:
    """A language in words, those of the Unicode CLDR; a dash for none, its code where it has none."""
    try:
        return Locale(visit.language).languages.get(code, code) if code else "–"
    except UnknownLocaleError:
        return code
