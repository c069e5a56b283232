"""A small map beside a question or a report, where it helps to know the place: never instead of words, never where it would show nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.turn.context import ActionContext
from channels.registry import traits_of
from core.languages import in_a_row
from core.model import Position, Reply, SmallMap

ASKED = frozenset({"confirm", "which", "beyond"})
"""Modes of the question for a place in which places are shown to say yes to or to choose from."""
READ = frozenset({"position", "landmark"})
"""Kinds of places that were read from something else than an address, which says by itself where it is."""
STREETS_NAMED = 2


def with_map(
    context: ActionContext, channel: str, reply: Reply, places: Sequence[Mapping[str, Any]]
) -> Reply:
    """The reply with a map of these places, where the channel shows one, the setting allows it and every place is among the city's streets."""
    if not (context.settings.map_pictures and traits_of(channel).shows_maps):
        return reply
    pins = tuple(Position(each["latitude"], each["longitude"]) for each in places if "latitude" in each)
    near = [context.city.city_map.streets_near(pin, STREETS_NAMED) for pin in pins]
    if not places or len(pins) < len(places) or not all(near):
        return reply
    labels = [str(each["label"]) for each in places]
    say, language = context.say, reply.language
    if len(labels) == 1:
        streets = in_a_row(near[0], language)
        caption = say("place.map_one", language, place=labels[0], streets=streets)
    else:
        numbered = "; ".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
        caption = say("place.map_several", language, places=numbered)
    return replace(reply, map=SmallMap(pins, caption))


def with_filed_map(context: ActionContext, channel: str, reply: Reply, place: object) -> Reply:
    """The confirmation of a report with a map, where its place was read from a position or a landmark and nobody has looked at it yet."""
    if not isinstance(place, Mapping) or place.get("kind") not in READ or place.get("confirmed"):
        return reply
    return with_map(context, channel, reply, [place])
