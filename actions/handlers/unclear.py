"""When it is not clear what was meant, or a message could not be read: no guess, but a few things to choose from."""

from __future__ import annotations

from dataclasses import replace

from actions.forms.service_choice import find_services, sure_one
from actions.handlers import ask, menu
from actions.handlers.declaration import Action
from actions.reading.words import clean_text, has_words, shorten_text
from actions.turn.context import ActionContext, led_by, offer_choices
from actions.turn.route import IntentRoute, Interrupts, Searches
from actions.turn.turn import Turn
from city.records.model import text_in
from core.languages import in_a_row, own_name
from core.model import Outcome, Reply, Trouble

TROUBLES = {
    Trouble.TOO_LONG: "unclear.too_long",
    Trouble.BAD_FILE: "unclear.bad_file",
    Trouble.FILE_TOO_BIG: "unclear.file_too_big",
    Trouble.NOT_NOW: "unclear.not_now",
    Trouble.FILE_LATE: "unclear.file_late",
    Trouble.FILE_LOST: "unclear.file_lost",
    Trouble.VOICE: "unclear.voice",
    Trouble.STICKER: "unclear.sticker",
}
OF_FILES = frozenset(
    {Trouble.BAD_FILE, Trouble.FILE_TOO_BIG, Trouble.NOT_NOW, Trouble.FILE_LATE, Trouble.FILE_LOST}
)
"""What may be wrong with a file beside which there are words."""
MOST_OFFERED = 2


def did_you_mean(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """The two likeliest things, and a person. A question that the library can answer is answered."""
    turn.unanswered = True
    sentence = clean_text(text)
    choices = _likely_things(context, turn)
    if "ask" in choices:
        found = ask.look_up(context, turn, sentence)
        if found.is_shown:
            title = shorten_text(found.found[0].passage.title, ask.TITLE_LENGTH)
            choices["ask"] = context.say("unclear.read_about", turn.language, title=title)
    if "report" in choices and (service := sure_one(find_services(context, turn, sentence))):
        name = text_in(service.name, turn.language)
        choices["report"] = context.say("unclear.report_as", turn.language, service=name)
    choices = choices or {key: context.say(f"unclear.{key}", turn.language) for key in ("report", "ask")}
    choices["person"] = context.say("menu.person", turn.language)
    reply = Reply(context.say("unclear.which", turn.language), turn.language, outcome=Outcome.UNCLEAR)
    return [offer_choices(turn, reply, "instead", choices, text=sentence)]


def _likely_things(context: ActionContext, turn: Turn) -> dict[str, str]:
    """What the likeliest intents are offered as, likeliest first: buttons of the menu with their labels."""
    choices: dict[str, str] = {}
    for intent in turn.understanding.intents if turn.understanding else ():
        route = context.intents.get(intent.name)
        suggestion = route.suggestion if route else None
        if suggestion and suggestion.is_possible(context, turn) and len(choices) < MOST_OFFERED:
            choices.setdefault(suggestion.button, menu.say_label(context, turn, suggestion.label))
    return choices


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
    text, phone = context.say(TROUBLES[what], turn.language), context.city.profile.city_phone
    reply = Reply(
        text, turn.language, outcome=Outcome.FILE_REFUSED if what in OF_FILES else Outcome.UNREADABLE
    )
    if what is Trouble.VOICE and phone:
        return [replace(reply, text=f"{text} {context.say('person.or_call', turn.language)}", phone=phone)]
    return [reply]


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
