"""Danger: the number to call, at once, before anything else; and the question whether there is any, where that is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.handlers import person, report, voice
from actions.handlers.declaration import Action
from actions.reading.words import clean_text, plain_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import BesideForm, IntentRoute, Interrupts, OfferRoute, RuleRoute, by_choices
from actions.turn.state import Offer
from actions.turn.turn import Turn
from actions.understanding.proposals import REPORT
from city.records.model import text_in
from core.model import Choice, InboundMessage, Outcome, Reply

NAME = "danger"
LONGEST_SET_ASIDE = 2000
"""Characters that are kept of what was said about danger, while more is said."""


def warn_of_danger(context: ActionContext, turn: Turn, kind: str) -> list[Reply]:
    """Say whom to call. The bot may have misheard, so the way on stays open; an open form is kept."""
    return _raise_alarm(context, turn, turn.message.text, kind)


def ask_about_danger(context: ActionContext, turn: Turn, _text: str) -> list[Reply]:
    """It may be danger: ask, with the number in the question; what was said is set aside until the answer."""
    text = turn.message.text
    if turn.calm:
        return report.begin_report(context, turn, text)
    kind = turn.rule.value if turn.rule else ""
    words = _in_all(context, _languages_to_warn_in(turn), "emergency.ask")
    reply = voice.with_what_was_heard(context, turn, Reply(words, turn.language, outcome=Outcome.ASKED_BACK))
    choices = {
        "yes": context.say("emergency.yes", turn.language),
        "no": context.say("emergency.no", turn.language),
    }
    data: dict[str, Any] = {"text": clean_text(text), "kind": kind, "asked": True} | _how_said(turn)
    return [offer_choices(turn, reply, NAME, choices, **data)]


def _how_said(turn: Turn) -> dict[str, Any]:
    """That a machine heard it, so that nothing is done with it before a yes."""
    return {"spoken": True} if turn.message.spoken else {}


def read_answer(context: ActionContext, message: InboundMessage, choices: Sequence[Choice]) -> str | None:
    """How an answer to either is read: that there is no danger, that there is, that it is `over`, or `more` about the same."""
    words, keys = plain_text(message.text), {choice.key for choice in choices}
    if _is_over(context, words):
        return "over" if "report" in keys else _none_of(keys)
    if words in context.words.no or _begins_with_phrase(context, words, "emergency.none_words"):
        return _none_of(keys)
    if key := context.words.choice(message.text, choices, by_number=True):
        return key
    if _begins_with_phrase(context, words, "emergency.more_words"):
        return "more"
    return _by_first_word(context, words, keys)


def _is_over(context: ActionContext, words: str) -> bool:
    """Whether the danger is past, as said at once or behind a yes or no."""
    first, _, rest = words.partition(" ")
    behind = rest if first in context.words.no | context.words.yes else ""
    return any(_begins_with_phrase(context, said, "emergency.over_words") for said in (words, behind) if said)


def _by_first_word(context: ActionContext, words: str, keys: set[str]) -> str | None:
    first, _, rest = words.partition(" ")
    if first in context.words.no:
        return "more" if rest and "no" not in keys else _none_of(keys)
    return "yes" if first in context.words.yes else None


def _none_of(keys: set[str]) -> str:
    """The choice that says that there is no danger: the answer to our question, or the way on behind a warning."""
    return next((key for key in ("no", "report") if key in keys), "go_on")


def set_aside(context: ActionContext, message: InboundMessage, offered: Offer | None) -> str | None:
    """What was said before we asked whether it is danger, when this message says that it is none; else None."""
    if offered is None or offered.name != NAME or not offered.data.get("asked"):
        return None
    choices = [Choice(key, label) for key, label in offered.choices]
    key = (
        message.choice.removeprefix(f"{NAME}.") if message.choice else read_answer(context, message, choices)
    )
    return str(offered.data.get("text", "")) if key == "no" else None


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The answer to a warning, or to the question whether there is danger."""
    text, kind = str(data.get("text", "")), str(data.get("kind", ""))
    match key:
        case "person":
            return person.begin_person_request(context, turn, text)
        case "report" if data.get("spoken"):
            return voice.ask_if_heard_right(context, turn, said_before=text, wish=REPORT)
        case "report":
            return report.begin_report(context, turn, text)
        case "yes":
            return _raise_alarm(context, turn, text, kind)
        case "over":
            choices = {each: context.say(f"menu.{each}", turn.language) for each in ("report", "person")}
            return [
                offer_choices(
                    turn, Reply(context.say("emergency.over", turn.language), turn.language), "menu", choices
                )
            ]
        case _:
            return _raise_alarm(context, turn, f"{text}. {turn.message.text}", kind)


def reply_with_number(context: ActionContext, languages: Sequence[str], kind: str) -> Reply:
    """Whom to call, the line for this `kind` of danger where the city has one, and that one may write where the city can be texted.

    It is said in each of the `languages`; the last is that of the conversation.
    """
    paragraphs = [_in_all(context, languages, "emergency.call")]
    if context.city.profile.text_to_emergency:
        paragraphs.append(_in_all(context, languages, "emergency.by_text"))
    if line := context.city.profile.crisis_lines.get(kind):
        said = [
            context.say("emergency.line", language, name=text_in(line.name, language), number=line.number)
            for language in languages
        ]
        paragraphs.append("\n".join(dict.fromkeys(said)))
    return Reply(
        "\n".join(paragraphs),
        languages[-1],
        urgent=True,
        phone=context.emergency_number(),
        outcome=Outcome.WARNED,
    )


def _raise_alarm(context: ActionContext, turn: Turn, text: str, kind: str) -> list[Reply]:
    reply = reply_with_number(context, _languages_to_warn_in(turn), kind)
    if turn.alarmed:
        reply = Reply(context.say("emergency.besides", turn.language), turn.language, outcome=Outcome.WARNED)
    reply = voice.with_what_was_heard(context, turn, reply)
    data: dict[str, Any] = {"text": clean_text(text)[:LONGEST_SET_ASIDE], "kind": kind} | _how_said(turn)
    if turn.state.form:
        choices = {"go_on": context.say("emergency.go_on", turn.language)}
        return [offer_choices(turn, reply, NAME, choices, **data)]
    choices = {
        "report": context.say("emergency.not_one", turn.language),
        "person": context.say("menu.person", turn.language),
    }
    return [offer_choices(turn, reply, NAME, choices, **data)]


def _in_all(context: ActionContext, languages: Sequence[str], key: str) -> str:
    return "\n".join(context.say(key, language) for language in languages)


def _languages_to_warn_in(turn: Turn) -> tuple[str, ...]:
    """The writer's language, and where that is in doubt the conversation's behind it."""
    return (turn.also, turn.language) if turn.also else (turn.language,)


def _begins_with_phrase(context: ActionContext, words: str, key: str) -> bool:
    begins = (plain_text(word) for word in context.texts.words_of_all(key))
    return any(
        words == word
        or words.startswith(f"{word} ")
        or (not word.isascii() and word and words.startswith(word))
        for word in begins
    )


ACTION = Action(
    "emergency",
    intents=(IntentRoute("emergency", ask_about_danger, BesideForm.ALONE, interrupts=Interrupts.ALWAYS),),
    rules=(
        RuleRoute("emergency", warn_of_danger, BesideForm.ALONE),
        RuleRoute("ask_danger", ask_about_danger, BesideForm.ALONE),
    ),
    offers=(OfferRoute(NAME, take_choice, BesideForm.ALONE, by_choices(read_answer)),),
)
