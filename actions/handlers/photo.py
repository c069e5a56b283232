"""A photo or a position that comes without a word and without a question."""

from __future__ import annotations

from typing import Any

from actions.handlers import check, report
from actions.handlers.declaration import Action
from actions.turn.context import ActionContext
from actions.turn.route import OfferRoute
from actions.turn.turn import Turn
from city.requests.requests import requests_of
from core.model import Attachment, Position, Reply


def out_of_the_blue(context: ActionContext, turn: Turn) -> list[Reply]:
    """A photo without a word: a new report with it, or for the latest one."""
    latest = next(iter(requests_of(turn.session, turn.person_id, 1)), None)
    if latest is None or latest.status not in check.ONGOING:
        return report.begin_report(context, turn, "", (context.say("photo.thanks", turn.language),))
    return check.ask_what_photo_is_for(context, turn, latest.number)


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """What the photo is for."""
    photos = [str(photo) for photo in data.get("photos", [])]
    if key == "add":
        return check.add_to_request(context, turn, str(data.get("number", "")), "", photos)
    position = Position(*data["position"]) if data.get("position") else None
    files = tuple(Attachment(photo, "image/jpeg", 0, position) for photo in photos)
    session = report.new_report(context, turn)
    report.keep_photos(session, files)
    return report.begin_with(session, "")


def position_out_of_the_blue(context: ActionContext, turn: Turn) -> list[Reply]:
    """A place without a word: the start of a report from there."""
    match = (
        context.city.gazetteer.nearest(turn.message.position, turn.language)
        if turn.message.position
        else None
    )
    if match is None:
        return [Reply(context.say("photo.place_outside", turn.language), turn.language)]
    return report.begin_report(
        context, turn, "", (context.say("place.pin_read", turn.language, place=match.label),)
    )


ACTION = Action("photo", offers=(OfferRoute(check.PHOTO_OFFER, take_choice),))
