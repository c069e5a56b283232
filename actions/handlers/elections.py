"""Questions about elections: where somebody votes, for an address that is asked for once, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions.facts.elections import ElectionPhraser
from actions.facts.hours import HoursPhraser
from actions.handlers.calendars import AT, hear_address
from actions.handlers.declaration import Action
from actions.handlers.fact_reply import reply_with_answer
from actions.reading.election_questions import ElectionQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import OfferRoute
from actions.turn.turn import Turn
from city.facts.calendars import House
from city.facts.elections import polling_places
from city.places.labels import street_and_number
from core.model import Outcome, Reply

LONGEST = 200
"""Letters of a text that is read for such a question; longer ones tell a story."""


def find_election(context: ActionContext, text: str, now: datetime, language: str) -> ElectionQuestion | None:
    """The question about an election in a text, where it tells of nothing else."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    places = context.city.gazetteer
    return context.election_questions.read(
        asked,
        context.city.facts,
        lambda said: places.extract(said, language),
        lambda said: places.find(said, 1, language),
        now.astimezone(context.city.profile.zone),
        language,
    )


def reply_about_election(context: ActionContext, turn: Turn, text: str, question: ElectionQuestion) -> Reply:
    """Where and when, for the house that was named in this conversation or is asked for; of an election that is over, that it is."""
    phraser = _phraser(context, turn)
    if not question.asks_where:
        return reply_with_answer(context, turn, text, phraser.when())
    if phraser.coming() is None:
        return reply_with_answer(context, turn, text, phraser.over())
    label = question.place.label if question.place else turn.state.address or turn.state.home.get("label", "")
    if label:
        return _reply_for_house(context, turn, text, label)
    return _ask(turn, text, context.say("elections.ask_address", turn.language))


def take_house(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The address was said: where it votes."""
    return [_reply_for_house(context, turn, str(data.get("text", "")), key.removeprefix(AT))]


def _reply_for_house(context: ActionContext, turn: Turn, text: str, label: str) -> Reply:
    phraser = _phraser(context, turn)
    election = phraser.coming()
    if election is None:
        return reply_with_answer(context, turn, text, phraser.over())
    street, number = street_and_number(label)
    found = polling_places(election, context.city.facts.addresses, House(street, number))
    if len(found) > 1:
        said = context.say("elections.ask_number", turn.language, street=street)
        return _ask(turn, text, said, street=street)
    if number is not None:
        turn.state.address = label
    return reply_with_answer(context, turn, text, phraser.where(label, found[0] if found else None))


def _ask(turn: Turn, text: str, said: str, **data: str) -> Reply:
    reply = Reply(said, turn.language, outcome=Outcome.ASKED_BACK)
    return offer_choices(turn, reply, "polling", {}, text=text, **data)


def _phraser(context: ActionContext, turn: Turn) -> ElectionPhraser:
    here = turn.now.astimezone(context.city.profile.zone)
    return ElectionPhraser(HoursPhraser(context, turn.language, here), context.city.facts)


ACTION = Action("elections", offers=(OfferRoute("polling", take_house, hear=hear_address),))
