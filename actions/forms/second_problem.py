"""Two problems in one message: which parts tell of the first, and what the second is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actions.forms.service_choice import find_services
from actions.turn.context import ActionContext
from actions.turn.turn import Turn
from city.records.model import Service
from city.services.catalogue import SURE

SHORTEST = 4
"""Letters of a part that may tell of a problem."""


@dataclass(frozen=True, slots=True)
class SecondProblem:
    """Another kind of problem that was told as well, and the words that tell of it."""

    service: Service
    text: str


def split_first(context: ActionContext, turn: Turn, text: str) -> str:
    """What of a text is about the first of two problems that it surely tells of; all of it where it tells of one."""
    codes: list[str] = []
    parts = list(_parts_of(context, text))
    for at, part in parts if len(parts) > 1 else ():
        service = _surely_told(context, turn, part)
        if service and codes and service.code not in codes:
            return text[:at].rstrip(" ,;&+/")
        codes += [service.code] if service else []
    return text


def find_second(
    context: ActionContext, turn: Turn, texts: Iterable[str], first: Service
) -> SecondProblem | None:
    """The first other kind of problem that one of the texts surely tells of besides, with all that follows in that text."""
    for text in texts:
        for at, part in _parts_of(context, text):
            service = _surely_told(context, turn, part)
            if service and service.code != first.code:
                return SecondProblem(service, text[at:])
    return None


def _parts_of(context: ActionContext, text: str) -> Iterator[tuple[int, str]]:
    """Where each thing that a text tells begins, and its words: a crossing's "and" parts them, so that what is kept is cut from the text."""
    at = 0
    for part in context.parts_of(text):
        at = max(at, text.find(part, at))
        yield at, part


def _surely_told(context: ActionContext, turn: Turn, part: str) -> Service | None:
    """The kind of problem that a part of a text leaves no doubt of; a text that was searched already is not searched again."""
    if len(part) < SHORTEST or context.reporters.is_aside(part):
        return None
    found = find_services(context, turn, part)
    return found[0].service if found and found[0].score >= SURE else None
