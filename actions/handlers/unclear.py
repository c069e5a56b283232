"""When it is not clear what was meant, or a message could not be read: no guess, but a few things to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.forms.service_choice import FAR_AHEAD
from actions.handlers import ask, menu
from actions.handlers.declaration import Action
from actions.reading.words import clean_text, has_words, shorten_text
from actions.turn.context import ActionContext, led_by, offer_choices
from actions.turn.route import IntentRoute, Interrupts, Searches
from actions.turn.turn import PreparedSearches, Turn
from actions.understanding.arbiter import NextStep, StepKind, choose_step, is_beyond_us, knows_pages
from actions.understanding.policy import load_policy
from actions.understanding.proposals import ASK, NOTHING, PERSON, PLACE, REPORT, Meaning
from actions.understanding.readers import Clues
from city.records.model import text_in
from core.languages import in_a_row, own_name
from core.model import Outcome, Reply, Trouble
from knowledge.base.model import Passage

TROUBLES = {
    Trouble.TOO_LONG: "unclear.too_long",
    Trouble.BAD_FILE: "unclear.bad_file",
    Trouble.FILE_TOO_BIG: "unclear.file_too_big",
    Trouble.NOT_NOW: "unclear.not_now",
    Trouble.FILE_LATE: "unclear.file_late",
    Trouble.FILE_LOST: "unclear.file_lost",
    Trouble.VOICE: "unclear.voice",
    Trouble.VOICE_UNCLEAR: "unclear.voice_unclear",
    Trouble.STICKER: "unclear.sticker",
}
OF_FILES = frozenset(
    {Trouble.BAD_FILE, Trouble.FILE_TOO_BIG, Trouble.NOT_NOW, Trouble.FILE_LATE, Trouble.FILE_LOST}
)
"""What may be wrong with a file beside which there are words."""
OF_VOICE = frozenset({Trouble.VOICE, Trouble.VOICE_UNCLEAR, Trouble.VOICE_TOO_LONG})
MOST_NAMED, MOST_OF_EACH = 3, 2
"""Kinds or pages that are offered to choose from, and where there are both."""


def decide_step(context: ActionContext, turn: Turn, searched: PreparedSearches) -> NextStep:
    """What is done about a text, by what everybody makes of it."""
    policy, clues = load_policy(), searched.clues or Clues()

    def can_be_done(meaning: Meaning) -> bool:
        if meaning.act == NOTHING:
            return is_beyond_us(clues, policy.floors)
        return meaning.act == PLACE or meaning.act in context.intents

    def can_be_named(meaning: Meaning) -> bool:
        return meaning.act == PERSON or bool(_name_meaning(context, turn, searched, meaning))

    return choose_step(searched.meanings, policy, can_be_done=can_be_done, can_be_named=can_be_named)


def ask_which(context: ActionContext, turn: Turn, searched: PreparedSearches, step: NextStep) -> list[Reply]:
    """Ask back, naming what it may be; where nothing can be named, what it is about."""
    choices: dict[str, str] = {}
    for meaning in step.meanings:
        named = list(_name_meaning(context, turn, searched, meaning).items())
        choices |= dict(named if len(step.meanings) == 1 else named[:MOST_OF_EACH]) or _in_general(
            context, turn, meaning
        )
    if step.kind is StepKind.ASK_OPENLY or not choices:
        return ask_openly(context, turn, searched.text, choices)
    turn.unanswered = True
    choices["person"] = context.say("menu.person", turn.language)
    pages: list[dict[str, Any]] = []
    if "page.0" in choices:
        passages = _likely_pages(searched)
        pages = ask.pages_to_choose(context, turn, searched.text, passages)
        ask.keep_unanswered(turn, searched.text, passages)
        ask.talk_about(context, turn, searched.text, passages)
    reply = Reply(context.say("unclear.which", turn.language), turn.language, outcome=Outcome.UNCLEAR)
    return [
        offer_choices(
            turn, reply, "instead", choices, text=searched.text, question=searched.text, pages=pages
        )
    ]


def ask_openly(
    context: ActionContext, turn: Turn, text: str, named: Mapping[str, str] | None = None
) -> list[Reply]:
    """Nothing is likely enough to be asked about: ask what it is about, with the ways on, and what little there is to name."""
    turn.unanswered = True
    choices = dict(named or {})
    choices |= {key: context.say(f"unclear.{key}", turn.language) for key in ("report", "ask")}
    choices["person"] = context.say("menu.person", turn.language)
    reply = Reply(context.say("unclear.openly", turn.language), turn.language, outcome=Outcome.UNCLEAR)
    return [offer_choices(turn, reply, "instead", choices, text=clean_text(text))]


def _name_meaning(
    context: ActionContext, turn: Turn, searched: PreparedSearches, meaning: Meaning
) -> dict[str, str]:
    """A meaning in plain words to choose by, with the key of each; nothing where there are none."""
    if meaning.act == REPORT:
        return _name_kinds(context, turn, searched)
    if meaning.act == ASK:
        return _name_pages(context, turn, searched)
    if meaning.act == PLACE:
        return {"place": context.say("unclear.report_at", turn.language, place=meaning.value)}
    route = context.intents.get(meaning.act)
    suggestion = route.suggestion if route else None
    if suggestion is None or not suggestion.is_possible(context, turn):
        return {}
    return {suggestion.button: menu.say_label(context, turn, suggestion.label)}


def _in_general(context: ActionContext, turn: Turn, meaning: Meaning) -> dict[str, str]:
    """A problem or a question of which nothing can be named, beside something that can."""
    key = {REPORT: "report", ASK: "ask"}.get(meaning.act)
    return {key: context.say(f"unclear.{key}", turn.language)} if key else {}


def _name_kinds(context: ActionContext, turn: Turn, searched: PreparedSearches) -> dict[str, str]:
    found = searched.clues.suggestions if searched.clues else ()
    floor = max(load_policy().floors.kind, found[0].score / FAR_AHEAD) if found else 0.0
    likely = [each.service for each in found if each.score >= floor][:MOST_NAMED]
    return {
        f"kind.{service.code}": context.say(
            "unclear.report_as", turn.language, service=text_in(service.name, turn.language)
        )
        for service in likely
    }


def _name_pages(context: ActionContext, turn: Turn, searched: PreparedSearches) -> dict[str, str]:
    titles = [shorten_text(passage.title, ask.TITLE_LENGTH) for passage in _likely_pages(searched)]
    labels = [context.say("unclear.read_about", turn.language, title=title) for title in titles]
    if searched.answer and searched.answer.is_shown:
        return {"ask": labels[0]}
    return {f"page.{at}": label for at, label in enumerate(labels)}


def _likely_pages(searched: PreparedSearches) -> list[Passage]:
    """The pages that a question may be about; none where the library knows of none."""
    if searched.answer is None or not knows_pages(searched.answer):
        return []
    return ask.different_titles(searched.answer.found)[:MOST_NAMED]


def out_of_scope(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Not the city's business, unless the library has a sure answer after all."""
    found = ask.look_up(context, turn, clean_text(text))
    if found.is_shown:
        return ask.answer_question(context, turn, text)
    turn.unanswered = True
    reply = Reply(context.say("unclear.not_ours", turn.language), turn.language, outcome=Outcome.NOT_OURS)
    choices = {
        "menu": context.say("menu.more", turn.language),
        "person": context.say("menu.person", turn.language),
    }
    return [offer_choices(turn, reply, "menu", choices)]


def reply_to_trouble(context: ActionContext, turn: Turn, what: Trouble) -> list[Reply]:
    """Something came that cannot be read: say what can be."""
    text, phone = _say_trouble(context, turn, what), context.city.profile.city_phone
    reply = Reply(
        text, turn.language, outcome=Outcome.FILE_REFUSED if what in OF_FILES else Outcome.UNREADABLE
    )
    if what in OF_VOICE and phone:
        return [replace(reply, text=f"{text} {context.say('person.or_call', turn.language)}", phone=phone)]
    return [reply]


def with_lost_file(context: ActionContext, turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies; where the words led and a file that came with them could not be read, that is said before the rest."""
    trouble = turn.message.trouble
    if trouble not in OF_FILES or not (turn.is_led and replies):
        return replies
    note = reply_to_trouble(context, turn, trouble)[0]
    if replies[0].urgent:
        return [*replies, note]
    return [led_by([note.text], replies[0]), *replies[1:]]


def _say_trouble(context: ActionContext, turn: Turn, what: Trouble) -> str:
    if what is Trouble.VOICE_TOO_LONG:
        return context.say("unclear.voice_too_long", turn.language, seconds=context.settings.voice_seconds)
    return context.say(TROUBLES[what], turn.language)


def nothing_to_read(context: ActionContext, turn: Turn) -> list[Reply]:
    """An empty message, or one without a word in it."""
    text = clean_text(turn.message.text)
    if has_words(text):
        reply = led_by([context.say("unclear.no_question", turn.language)], menu.show_menu(context, turn)[0])
        return [replace(reply, outcome=Outcome.UNREADABLE)]
    key = "unclear.no_words" if text else "unclear.empty"
    return [Reply(context.say(key, turn.language), turn.language, outcome=Outcome.UNREADABLE)]


def other_script(context: ActionContext, turn: Turn) -> list[Reply]:
    """A script that none of our languages uses: say what we can read, each language by its own name, and give a person's number."""
    turn.unanswered = True
    phone = context.city.profile.city_phone
    names = in_a_row([own_name(context.texts, language) for language in context.languages], turn.language)
    said = [context.say("unclear.other_script", turn.language, languages=names)]
    said += [context.say("person.or_call", turn.language)] if phone else []
    reply = Reply(" ".join(said), turn.language, phone=phone or None, outcome=Outcome.UNREADABLE)
    return [offer_choices(turn, reply, "menu", {"person": context.say("menu.person", turn.language)})]


ACTION = Action(
    "unclear",
    intents=(
        IntentRoute("out_of_scope", out_of_scope, interrupts=Interrupts.NEVER, searches=Searches.LIBRARY),
    ),
)
