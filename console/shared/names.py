"""What channels and languages are called, for whoever reads the page."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

from console.shared.visit import RequestContext

CHANNELS = ("web", "sms", "whatsapp", "telegram", "rasa", "terminal")


def channel_name(visit: RequestContext, code: str) -> str:
    """A channel in words; its code where it has none."""
    return visit.say(f"channel.{code}") if code in CHANNELS else code


def channel_names(visit: RequestContext) -> dict[str, str]:
    """Every channel's words by its code."""
    return {code: channel_name(visit, code) for code in CHANNELS}


def language_name(visit: RequestContext, code: str) -> str:
    """A language in words, those of the Unicode CLDR; a dash for none, its code where it has none."""
    try:
        return Locale(visit.language).languages.get(code, code) if code else "–"
    except UnknownLocaleError:
        return code
