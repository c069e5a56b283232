"""What went wrong, said in the reader's language."""

from __future__ import annotations

from console.shared.request_context import RequestContext
from core.failures import Failure, places_of


def say_failure(visit: RequestContext, failure: Failure | None) -> str:
    """A failure and its cause in this person's language; its own English text where the catalogue does not know its code."""
    if failure is None:
        return ""
    said = _said(visit, failure)
    return f"{said} {say_failure(visit, failure.cause)}" if failure.cause else said


def _said(visit: RequestContext, failure: Failure) -> str:
    key, texts = f"failures.{failure.code}", visit.pages.texts
    sentence = texts.sentences[texts.fallback].get(key)
    if sentence is None or not places_of(sentence) <= failure.values.keys():
        return failure.text
    return visit.say(key, **failure.values)
