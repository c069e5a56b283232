"""What is kept of a resident and who reads it, said plainly; and the wish to see it or to have it deleted, passed on to staff."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.reading.words import shorten_text
from actions.turn.context import ActionContext, asker_of, offer_choices
from actions.turn.route import OfferRoute, RuleRoute, by_key
from actions.turn.turn import Turn
from city.people.requests import ABOUT_DATA, ask_person
from core.model import Outcome, Reply

OFFER = "privacy"
LONGEST = 300


def answer_privacy(context: ActionContext, turn: Turn, wish: str) -> list[Reply]:
    """`wish` is `delete`, `access`, or `readers` for who asks only what happens with their words; they are offered the other two."""
    lines = [context.say(f"privacy.{each}", turn.language) for each in ("kept", "how_long", "no_news")]
    phone = context.city.profile.city_phone
    if wish in ABOUT_DATA:
        words = shorten_text(turn.message.text, LONGEST)
        is_new = ask_person(turn.session, asker_of(turn), words, turn.now, kind=wish)
        asked = {"delete": "privacy.delete_asked", "access": "privacy.access_asked"}[wish]
        lines.insert(0, context.say(asked if is_new else "privacy.asked_before", turn.language))
        lines += [context.say("person.or_call", turn.language)] if phone else []
        said = "\n\n".join(lines)
        return [Reply(said, turn.language, phone=phone or None, outcome=Outcome.HANDED_OVER)]
    labels = {"access": "privacy.access_label", "delete": "privacy.delete_label"}
    choices = {key: context.say(label, turn.language) for key, label in labels.items()}
    return [offer_choices(turn, Reply(" ".join(lines), turn.language), OFFER, choices)]


ACTION = Action(
    "privacy",
    rules=(RuleRoute("privacy", answer_privacy),),
    offers=(OfferRoute(OFFER, by_key(answer_privacy)),),
)
