"""NO NEWS and NEWS: whether the city writes first about the case that somebody reported last. What they ask is answered either way."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.handlers.details import keep_open
from actions.turn.context import ActionContext, dedupe_key
from actions.turn.route import RuleRoute, WordsCount
from actions.turn.turn import Turn
from city.requests.news import choose_news
from city.requests.requests import requests_of
from core.model import Reply


def stop_news(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """No news of this case any more."""
    return _choose(context, turn, wanted=False)


def start_news(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """News of this case again."""
    return _choose(context, turn, wanted=True)


def _choose(context: ActionContext, turn: Turn, *, wanted: bool) -> list[Reply]:
    latest = next(iter(requests_of(turn.session, turn.person_id, 1)), None)
    number = str(turn.state.filed.get("number") or (latest.number if latest else ""))
    key, now = dedupe_key(turn), turn.now
    found = choose_news(turn.session, number, turn.person_id, wanted=wanted, dedupe_key=key, now=now)
    keep_open(context, turn)
    said = ("details.news" if wanted else "details.no_news") if found else "check.none_yet"
    return [Reply(context.say(said, turn.language, number=number), turn.language)]


ACTION = Action(
    "no_news",
    rules=(
        RuleRoute("no_news", stop_news, words=WordsCount.ALWAYS),
        RuleRoute("news", start_news, words=WordsCount.ALWAYS),
    ),
)
