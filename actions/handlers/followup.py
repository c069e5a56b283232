"""After a case is settled: its reporter says that it is fixed, that it is not and why, or that they will look later.

The question comes with the news (`actions.handlers.case_news`), or with the case when they ask for it by its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.forms.engine import FormSession
from actions.forms.fields import Field
from actions.forms.flow import PlainFlow
from actions.handlers.case_news import CHOICES, OFFER
from actions.handlers.declaration import Action
from actions.reading.words import clean_text, has_words, plain_text
from actions.turn.context import ActionContext, dedupe_key, offer_choices
from actions.turn.route import OfferRoute, by_choices
from actions.turn.state import Form
from actions.turn.turn import Turn
from city.records.model import text_in
from city.requests.followup import FollowupOutcome, confirm_fixed, dispute_fixed, postpone_question
from city.requests.requests import add_photo, find_request
from core.model import Choice, InboundMessage, Outcome, Reply

NAME = "followup"
NUMBERED = re.compile(r"^([1-3])\b[\s.):,-]*(?=\D)")


class DisputeFlow(PlainFlow):
    """What is still wrong with the case whose number is the form's subject."""

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        asked = context.in_all("news.ask_reason", number=form.subject)
        return [Field("remark", "remark", asked, why=context.in_all("news.why_reason"))]

    def finish(self, session: FormSession) -> list[Reply]:
        remark, number = session.form.values["remark"], session.form.subject
        photos = [str(photo) for photo in remark["photos"]]
        return _not_fixed(session.context, session.turn, number, str(remark["text"]), photos)

    def recap(self, session: FormSession) -> str:
        return session.say("news.recap", number=session.form.subject)


FLOW = DisputeFlow()


def ask_whether_fixed(context: ActionContext, turn: Turn, reply: Reply, number: str, **data: object) -> Reply:
    """Put the question's choices beside a reply."""
    labels = {key: context.say(label, turn.language) for key, label in CHOICES.items()}
    return offer_choices(turn, reply, OFFER, labels, number=number, **data)


def read_answer(context: ActionContext, message: InboundMessage, choices: Sequence[Choice]) -> str | None:
    """Which choice a text makes that says more than one of them, such as "no, it is worse"; `photo` for a picture alone."""
    if not has_words(message.text):
        return "photo" if message.attachments else None
    text = clean_text(message.text)
    if key := context.words.choice(text, choices):
        return key
    if numbered := NUMBERED.match(text):
        return choices[int(numbered[1]) - 1].key
    return _by_words(context, plain_text(text))


def _by_words(context: ActionContext, words: str) -> str | None:
    """Which choice the words mean, as far as they begin with one or say how things are."""
    first = words.split(" ", 1)[0]
    if _says_phrase(context, words, "news.not_looked") or _says_phrase(
        context, words, "news.later_words", at_start=True
    ):
        return "later"
    if first in context.words.no:
        return "no"
    if first in context.words.yes or _says_phrase(context, words, "news.fixed", at_start=True):
        return "no" if _says_phrase(context, words, "news.but") else "yes"
    return "no" if _says_phrase(context, words, "news.not_fixed") else None


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The reporter's word on the case that the question was about."""
    number = str(data.get("number", ""))
    photos = [str(photo) for photo in data.get("photos", [])]
    photos += [file.media_id for file in turn.message.attachments]
    match key:
        case "yes":
            return _note_fixed(context, turn, number, photos)
        case "later":
            return _postpone_question(context, turn, number)
        case "photo":
            reply = Reply(context.say("news.photo", turn.language, number=number), turn.language)
            return [ask_whether_fixed(context, turn, reply, number, photos=photos)]
    reason = "" if turn.message.choice else reason_in(context, turn.message.text)
    if reason or photos:
        return _not_fixed(context, turn, number, reason, photos)
    return FormSession(context, FLOW, turn, Form(NAME, subject=number)).go_on()


def reason_in(context: ActionContext, text: str) -> str:
    """What a "no" says beyond no: nothing in "2" or "no", and all of "still there"."""
    text = clean_text(text)
    first, _, rest = text.partition(" ")
    if plain_text(first) not in context.words.no and not re.fullmatch(r"[1-3][.):,]?", first):
        return text
    labels = {plain_text(label).partition(" ")[2] for label in context.in_all("news.no").values()}
    rest = rest.strip(" ,.;:-!")
    return (
        ""
        if not has_words(rest) or plain_text(rest) in labels or plain_text(text) in context.words.no
        else rest
    )


def _says_phrase(context: ActionContext, words: str, key: str, *, at_start: bool = False) -> bool:
    """Whether one of the catalogue's phrases is in the text, by whole words."""
    phrases = (plain_text(phrase) for phrase in context.texts.words_of_all(key))
    if at_start:
        return any(f"{words} ".startswith(f"{phrase} ") for phrase in phrases)
    return any(f" {phrase} " in f" {words} " for phrase in phrases)


def _note_fixed(context: ActionContext, turn: Turn, number: str, photos: Sequence[str]) -> list[Reply]:
    for photo in photos:
        add_photo(turn.session, number, turn.person_id, photo, turn.now)
    outcome = confirm_fixed(turn.session, number, turn.person_id, dedupe_key=dedupe_key(turn), now=turn.now)
    key = "check.not_yours" if outcome is FollowupOutcome.NOT_YOURS else "news.confirmed"
    return [Reply(context.say(key, turn.language, number=number), turn.language, outcome=_came_to(outcome))]


def _postpone_question(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    outcome = postpone_question(turn.session, number, turn.person_id, turn.now)
    key = "check.not_yours" if outcome is FollowupOutcome.NOT_YOURS else "news.later_said"
    return [Reply(context.say(key, turn.language, number=number), turn.language)]


def _not_fixed(
    context: ActionContext, turn: Turn, number: str, reason: str, photos: Sequence[str]
) -> list[Reply]:
    outcome = dispute_fixed(
        turn.session,
        number,
        turn.person_id,
        reason,
        photos,
        dedupe_key=dedupe_key(turn),
        now=turn.now,
    )
    keys = {FollowupOutcome.REOPENED: "news.reopened", FollowupOutcome.ADDED: "news.added"}
    view = find_request(turn.session, number, turn.person_id)
    department = text_in(view.department_name, turn.language) if view else ""
    said = context.say(
        keys.get(outcome, "check.not_yours"), turn.language, number=number, department=department
    )
    return [Reply(said, turn.language, outcome=_came_to(outcome))]


def _came_to(outcome: FollowupOutcome) -> Outcome:
    return Outcome.ANSWERED if outcome is FollowupOutcome.NOT_YOURS else Outcome.FILED


ACTION = Action(
    "followup", offers=(OfferRoute(OFFER, take_choice, hear=by_choices(read_answer)),), forms={NAME: FLOW}
)
