"""The first text to a number: who this is, that a program answers, what it costs, how to stop and get help.

Carriers ask for these words (CTIA, "Messaging Principles and Best Practices"), and a stranger's text without them looks like
fraud.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model import Reply
from bot.texts import Texts


def first_words(texts: Texts, language: str, city: str, emergency: str) -> str:
    """Who writes and how to stop, in one segment for a city's name of up to 30 letters."""
    return texts.say("sms.first", language, city=city, emergency=emergency)


def introduced(reply: Reply, texts: Texts, city: str, emergency: str) -> Reply:
    """The reply with those words before it."""
    return replace(
        reply, text=f"{first_words(texts, reply.language, city, emergency)}\n\n{reply.text}".strip()
    )
