"""How a request stands: by its number or from "my reports"; and adding words or a photo to it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from actions.forms.engine import FormSession
from actions.forms.fields import Field
from actions.forms.flow import PlainFlow
from actions.forms.report_fields import REPORT, say_not_sent
from actions.handlers import followup
from actions.handlers.declaration import Action, RasaAction
from actions.reading.words import clean_text, has_words, plain_text, shorten_text
from actions.turn.context import ActionContext, dedupe_key, led_by, offer_choices
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    Interrupts,
    LinkRoute,
    MenuRoute,
    MenuSuggestion,
    OfferRoute,
    RuleRoute,
    WordsCount,
    by_key,
)
from actions.turn.state import Form
from actions.turn.turn import Turn
from city.records.model import RequestView, text_in
from city.requests.followup import awaits_word
from city.requests.requests import add_comment, add_photo, find_request, read_number, requests_of
from core.model import Outcome, Reply

NAME = "comment"
PHOTO_OFFER = "photo"
MOST_LISTED = 5
MOST_STRANGE = 10
"""So many numbers that are not theirs somebody may ask for within `FORGOTTEN_AFTER`."""
FORGOTTEN_AFTER = timedelta(hours=1)
ONGOING = {"open", "in_progress"}
STATUSES = {
    "open": "check.status_open",
    "in_progress": "check.status_in_progress",
    "fixed": "check.status_fixed",
    "closed": "check.status_closed",
    "duplicate": "check.status_duplicate",
    "not_ours": "check.status_not_ours",
}
NUMBER_INSIDE = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{2}[ -]?[\dOoQqIiLlSsBb]{5}(?![A-Za-z\d])")


class CommentFlow(PlainFlow):
    """Words or photos for the request whose number is the form's subject."""

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        question = context.in_all("check.ask_comment", number=form.subject)
        return [Field("remark", "remark", question, why=context.in_all("check.why_comment"))]

    def finish(self, session: FormSession) -> list[Reply]:
        remark, number = session.form.values["remark"], session.form.subject
        photos = [str(photo) for photo in remark["photos"]]
        return add_to_request(session.context, session.turn, number, str(remark["text"]), photos)

    def recap(self, session: FormSession) -> str:
        return session.say("check.recap", number=session.form.subject)


FLOW = CommentFlow()


def by_number(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """Show the request of this number. Whoever asks for many that are not theirs has to wait: numbers could be guessed."""
    view = find_request(turn.session, number, turn.person_id)
    if view is not None and view.is_reporter:
        return [show_request(context, turn, view)]
    if not _may_ask_for(turn, read_number(number) or plain_text(number)):
        return [
            _with_ways_on(context, turn, Reply(context.say("check.too_many", turn.language), turn.language))
        ]
    if view is None:
        reply = Reply(
            context.say("check.unknown_number", turn.language, number=number.strip()), turn.language
        )
        return [_with_ways_on(context, turn, reply)]
    return [show_request(context, turn, view)]


def _may_ask_for(turn: Turn, number: str) -> bool:
    """Whether this one may be asked for that is not theirs; it is counted, though the same one again counts once."""
    since = (turn.now - FORGOTTEN_AFTER).isoformat()
    lately = {key: at for key, at in turn.state.strange_numbers.items() if at > since}
    may = number in lately or len(lately) < MOST_STRANGE
    turn.state.strange_numbers = {**lately, number: turn.now.isoformat()} if may else lately
    return may


def check_request(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Somebody wants to know how their request stands: by the number in the text, else by their list."""
    number = number_in(text)
    return by_number(context, turn, number) if number else list_own_requests(context, turn)


def number_in(text: str) -> str | None:
    """The request number inside a sentence."""
    match = NUMBER_INSIDE.search(text)
    return read_number(match[0]) if match else None


def list_own_requests(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """The resident's own requests, to choose one."""
    views, form = requests_of(turn.session, turn.person_id, MOST_LISTED), turn.state.form
    if not views and form and form.name == REPORT:
        return [Reply(say_not_sent(context, form, turn.language), turn.language)]
    if not views:
        reply = Reply(context.say("check.none_yet", turn.language), turn.language)
        return [_with_ways_on(context, turn, reply)]
    if len(views) == 1:
        return [show_request(context, turn, views[0])]
    return [_reply_with_list(context, turn, views, "request")]


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """What was pressed: a request of the list, or to add something to the one shown."""
    number = str(data.get("number", ""))
    if key == "add" and number:
        return begin_comment(context, turn, number)
    return by_number(context, turn, key)


def show_request(context: ActionContext, turn: Turn, view: RequestView) -> Reply:
    """One request in words; its reporter may add to it. Anybody else is told how it stands, and nothing more."""
    language = turn.language
    stands = context.say(
        STATUSES.get(view.status, "check.status_open"),
        language,
        department=text_in(view.department_name, language),
    )
    if not view.is_reporter:
        lines = [context.say("check.number_only", language, number=view.number), stands]
        return Reply("\n".join([*lines, context.say("check.only_state", language)]), language)
    lines = [*_lines_of_report(context, view, language), stands, *_lines_of_expectation(context, turn, view)]
    asks = not turn.state.form and awaits_word(turn.session, view.number, turn.person_id)
    if asks:
        lines.append(context.say("news.question_number", language, number=view.number))
    reply = Reply("\n".join(line for line in lines if line), language)
    if asks:
        return followup.ask_whether_fixed(context, turn, reply, view.number)
    if view.status in ONGOING:
        return offer_choices(
            turn, reply, "request", {"add": context.say("check.add", language)}, number=view.number
        )
    return reply


def _lines_of_report(context: ActionContext, view: RequestView, language: str) -> list[str]:
    """What was reported, where and when."""
    day = context.calendar.say_day(view.requested_at, language) if view.requested_at else ""
    return [
        context.say(
            "check.headline", language, number=view.number, service=text_in(view.service_name, language)
        ),
        context.say("check.place", language, place=view.place) if view.place else "",
        context.say("check.reported", language, day=day) if day else "",
    ]


def _lines_of_expectation(context: ActionContext, turn: Turn, view: RequestView) -> list[str]:
    """When it should be done, and what the team noted."""
    lines = []
    if view.expected_at and view.status in ONGOING:
        key = "check.expected" if view.expected_at > turn.now else "check.overdue"
        lines.append(
            context.say(key, turn.language, day=context.calendar.say_day(view.expected_at, turn.language))
        )
    if view.status_notes:
        lines.append(context.say("check.note", turn.language, note=view.status_notes))
    return lines


def wants_to_add(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Somebody wants to add something: to the request they name, to their only one, or to one they choose."""
    number = number_in(text)
    views = requests_of(turn.session, turn.person_id, MOST_LISTED)
    if number is None and not views:
        reply = Reply(context.say("check.none_yet", turn.language), turn.language)
        return [_with_ways_on(context, turn, reply)]
    if number is None and len(views) > 1:
        return [_reply_with_list(context, turn, views, "add-to")]
    number = number or views[0].number
    said = _remark_in(context, text)
    if said or turn.message.attachments:
        return add_to_request(
            context, turn, number, said, [file.media_id for file in turn.message.attachments]
        )
    return begin_comment(context, turn, number)


def begin_comment(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """Ask for what is to be added."""
    view = find_request(turn.session, number, turn.person_id)
    if view is None or not view.is_reporter:
        return [Reply(context.say("check.not_yours", turn.language, number=number), turn.language)]
    return FormSession(context, FLOW, turn, Form(NAME, subject=view.number)).go_on()


def add_to_request(
    context: ActionContext, turn: Turn, number: str, text: str, photos: list[str]
) -> list[Reply]:
    """Add words and photos to a request, once."""
    view: RequestView | None = None
    if text:
        view = add_comment(
            turn.session, number, turn.person_id, text, dedupe_key=dedupe_key(turn), now=turn.now
        )
    for photo in photos:
        view = add_photo(turn.session, number, turn.person_id, photo, turn.now)
    if view is None:
        return [Reply(context.say("check.not_yours", turn.language, number=number), turn.language)]
    added = context.say("check.added", turn.language, number=view.number)
    return [Reply(added, turn.language, outcome=Outcome.FILED)]


def ask_what_photo_is_for(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """Whether a photo without a word belongs to this report, or begins another."""
    choices = {
        "new": context.say("photo.new", turn.language),
        "add": context.say("photo.add", turn.language, number=number),
    }
    files = turn.message.attachments
    position = next((file.position for file in files if file.position), None)
    data: dict[str, Any] = {"photos": [file.media_id for file in files], "number": number}
    if position:
        data["position"] = [position.latitude, position.longitude]
    reply = Reply(context.say("photo.what_for", turn.language), turn.language, outcome=Outcome.ASKED)
    return [offer_choices(turn, reply, PHOTO_OFFER, choices, **data)]


def _remark_in(context: ActionContext, text: str) -> str:
    """What is to be added, if the text says it after a colon: "add to KR-48213: it got bigger"."""
    _, colon, said = clean_text(text).partition(":")
    fillers = context.texts.words_of_all("words.fillers")
    telling = colon and has_words(said) and any(word not in fillers for word in plain_text(said).split())
    return said.strip() if telling else ""


def _reply_with_list(context: ActionContext, turn: Turn, views: list[RequestView], name: str) -> Reply:
    choices = {}
    for view in views:
        where = f", {view.place}" if view.place else ""
        choices[view.number] = shorten_text(
            f"{view.number}: {text_in(view.service_name, turn.language)}{where}", 70
        )
    reply = Reply(context.say("check.which", turn.language), turn.language, outcome=Outcome.ASKED)
    return offer_choices(turn, reply, name, choices)


def _with_ways_on(context: ActionContext, turn: Turn, reply: Reply) -> Reply:
    if turn.state.form:
        return led_by([], reply)
    choices = {
        "report": context.say("menu.report", turn.language),
        "person": context.say("menu.person", turn.language),
    }
    return offer_choices(turn, reply, "menu", choices)


LISTED = MenuSuggestion("requests", "menu.requests")
ACTION = Action(
    "check",
    intents=(
        IntentRoute("check_request", check_request, interrupts=Interrupts.ALWAYS, suggestion=LISTED),
        IntentRoute("add_to_request", wants_to_add, BesideForm.ASK_FIRST, suggestion=LISTED),
    ),
    rules=(
        RuleRoute("request_number", by_number),
        RuleRoute("my_requests", list_own_requests, words=WordsCount.ALWAYS),
    ),
    menu=(MenuRoute("requests", list_own_requests, label="menu.requests"),),
    links=(LinkRoute("request", by_number),),
    offers=(
        OfferRoute("request", take_choice),
        OfferRoute("add-to", by_key(begin_comment), is_needed=True),
    ),
    forms={NAME: FLOW},
    rasa=RasaAction("action_check_request", "check_request", "requests", entity="number", link="request"),
)
