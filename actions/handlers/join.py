"""Linking another phone or app: a code is given here and written there, a second one comes back; it can be undone from either."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from actions.handlers.declaration import Action
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import LinkRoute, OfferRoute, RuleRoute, WordsCount
from actions.turn.turn import Notice, Turn
from city.people.identities import (
    VALID,
    Joining,
    JoinOutcome,
    join_by_code,
    leave_group,
    new_code,
    prefer_place,
)
from core.model import Reply

MOST_WRONG = 5
MOST_GIVEN = 5
FORGOTTEN_AFTER = timedelta(hours=1)
MINUTES = int(VALID.total_seconds() // 60)


def give_code(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """A code, to be written from the other phone or app. Whoever was given many has to wait: each costs a text."""
    if not _count_given(turn):
        return [_say_key(context, turn, "join.too_often")]
    code = new_code(turn.session, turn.person_id, turn.now)
    return [_say_key(context, turn, "join.code", code=_shown_code(code), minutes=MINUTES)]


def take_code(context: ActionContext, turn: Turn, code: str) -> list[Reply]:
    """A code from the other place was written here. Whoever writes many wrong ones has to wait."""
    wrong = _lately_joined(turn, turn.state.wrong_codes)
    if len(wrong) >= MOST_WRONG:
        return [_say_key(context, turn, "join.too_many")]
    joining = join_by_code(turn.session, code, turn.person_id, turn.now)
    match joining.outcome:
        case JoinOutcome.HALF:
            return [_reply_half_joined(context, turn, joining)]
        case JoinOutcome.JOINED:
            return [_reply_joined(context, turn, joining)]
        case JoinOutcome.ALREADY:
            return [_say_key(context, turn, "join.already")]
        case JoinOutcome.OWN:
            return [_say_key(context, turn, "join.own")]
        case JoinOutcome.WRONG:
            turn.state.wrong_codes = [*wrong, turn.now.isoformat()]
            return [_say_key(context, turn, "join.wrong", minutes=MINUTES)]


def chosen_place(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Where news should go: here, or where the code came from."""
    place = str(data.get("other", "")) if key == "there" else turn.person_id
    prefer_place(turn.session, turn.person_id, place or turn.person_id)
    return [_say_key(context, turn, "join.prefer_there" if key == "there" else "join.prefer_here")]


def undo_joining(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Take the link back."""
    others = leave_group(turn.session, turn.person_id)
    if not others:
        return [_say_key(context, turn, "join.not_joined")]
    turn.notices += [Notice(other, "join.told_undone") for other in others]
    return [_say_key(context, turn, "join.undone")]


def _reply_half_joined(context: ActionContext, turn: Turn, joining: Joining) -> Reply:
    """The first code was right: the second is shown here, and the place where it is to be written is told."""
    if not _count_given(turn):
        return _say_key(context, turn, "join.too_often")
    turn.notices += [Notice(other, "join.told_half") for other in joining.others]
    return _say_key(context, turn, "join.confirm", code=_shown_code(joining.code), minutes=MINUTES)


def _reply_joined(context: ActionContext, turn: Turn, joining: Joining) -> Reply:
    turn.state.wrong_codes = []
    turn.notices += [Notice(other, "join.told") for other in joining.others]
    reply = _say_key(context, turn, "join.joined")
    choices = {
        "here": context.say("join.here", turn.language),
        "there": context.say("join.there", turn.language),
    }
    return offer_choices(turn, reply, "place-of-news", choices, other=joining.others[0])


def _count_given(turn: Turn) -> bool:
    """Note that a code is given; False when there were too many already."""
    given = _lately_joined(turn, turn.state.codes_given)
    if len(given) >= MOST_GIVEN:
        return False
    turn.state.codes_given = [*given, turn.now.isoformat()]
    return True


def _lately_joined(turn: Turn, times: list[str]) -> list[str]:
    """Those of the times that lie within the last hour."""
    since = turn.now - FORGOTTEN_AFTER
    return [time for time in times if datetime.fromisoformat(time) > since]


def _shown_code(code: str) -> str:
    return f"{code[:3]} {code[3:]}"


def _say_key(context: ActionContext, turn: Turn, key: str, **values: object) -> Reply:
    return Reply(context.say(key, turn.language, **values), turn.language)


ACTION = Action(
    "join",
    rules=(
        RuleRoute("join", give_code, words=WordsCount.ALWAYS),
        RuleRoute("join_code", take_code),
        RuleRoute("unjoin", undo_joining, words=WordsCount.ALWAYS),
    ),
    links=(LinkRoute("link", take_code),),
    offers=(OfferRoute("place-of-news", chosen_place, is_needed=True),),
)
