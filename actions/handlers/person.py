"""A person: the wish is recorded, and the resident is told who will answer, when, and whom to call meanwhile."""

from __future__ import annotations

from actions.forms.engine import FormSession
from actions.forms.fields import Field
from actions.forms.flow import PlainFlow
from actions.handlers.declaration import Action
from actions.reading.words import clean_text, has_words, plain_text, shorten_text
from actions.turn.context import ActionContext, asker_of
from actions.turn.route import IntentRoute, Interrupts, MenuRoute, RuleRoute, WordsCount
from actions.turn.state import Form
from actions.turn.turn import Turn
from channels.registry import traits_of
from city.people.person_desk import state_at
from city.people.requests import ask_person
from core.model import Outcome, Reply

NAME = "person"
LONGEST = 1000


class PersonFlow(PlainFlow):
    """What it is about, and how to reach the resident where the channel does not say it."""

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        about = Field(
            "about",
            "text",
            context.in_all("person.about"),
            required=False,
            skip_label=context.in_all("person.just_contact"),
            why=context.in_all("person.why_about"),
        )
        reach = Field(
            "reach",
            "contact",
            context.in_all("person.reach"),
            required=False,
            why=context.in_all("person.why_reach"),
        )
        return [about, reach] if traits_of(form.subject).is_pulled else [about]

    def finish(self, session: FormSession) -> list[Reply]:
        values = session.form.values
        about, reach = str(values.get("about", "")), str(values.get("reach", ""))
        return [record_wish(session.context, session.turn, about, reach)]

    def recap(self, session: FormSession) -> str:
        return session.say("person.recap")


FLOW = PersonFlow()


def begin_person_request(context: ActionContext, turn: Turn, text: str = "") -> list[Reply]:
    """In the middle of a form the wish is recorded at once; else the resident is asked what it is about, if not said."""
    form = turn.state.form
    if form:
        about = _subject_of_wish(context, text) or shorten_text(str(form.values.get("description", "")), 200)
        return [record_wish(context, turn, about, "")]
    fresh = Form(NAME, subject=turn.message.channel)
    if said := _subject_of_wish(context, text):
        fresh.values["about"] = said
    return FormSession(context, FLOW, turn, fresh).go_on()


def record_wish(context: ActionContext, turn: Turn, about: str, reach: str) -> Reply:
    """Note the wish and say what happens now."""
    is_new = ask_person(
        turn.session,
        asker_of(turn),
        shorten_text(about, LONGEST),
        turn.now,
        reach=shorten_text(reach, LONGEST),
    )
    lines = [_what_happens_now(context, turn, is_new=is_new)]
    phone = context.city.profile.city_phone
    if phone:
        lines.append(context.say("person.or_call", turn.language))
    return Reply("\n\n".join(lines), turn.language, phone=phone or None, outcome=Outcome.HANDED_OVER)


def _what_happens_now(context: ActionContext, turn: Turn, *, is_new: bool) -> str:
    """Who will answer and when, as honestly as the hours of the desk and those on duty allow."""
    language, calendar = turn.language, context.calendar
    desk_now = state_at(turn.session, turn.now, calendar.zone)
    passed_on = context.say("person.passed_on" if is_new else "person.added", language)
    if desk_now.hours_known and not desk_now.is_open:
        if desk_now.opens is None:
            return f"{passed_on} {context.say('person.closed', language)}"
        opens = calendar.say(f"{desk_now.opens:%Y-%m-%dT%H:%M}", language)
        return f"{passed_on} {context.say('person.closed_until', language, when=opens)}"
    if desk_now.attended:
        return f"{passed_on} {context.say('person.attended', language)}"
    if desk_now.attended is False:
        return f"{passed_on} {context.say('person.nobody_free', language)}"
    told = context.say("person.recorded" if is_new else "person.recorded_again", language)
    has_words = is_new and context.city.profile.person_desk.hours
    return f"{told} {context.say('person.hours', language)}" if has_words else told


def _subject_of_wish(context: ActionContext, text: str) -> str:
    """What the wish is about, if the text says more than that a person is wanted."""
    sentence = clean_text(text)
    fillers = context.texts.words_of_all("words.fillers")
    telling = has_words(sentence) and sum(word not in fillers for word in plain_text(sentence).split()) >= 2
    return sentence if telling else ""


ACTION = Action(
    "person",
    intents=(IntentRoute("talk_to_person", begin_person_request, interrupts=Interrupts.ALWAYS),),
    rules=(RuleRoute("person", begin_person_request, words=WordsCount.ALWAYS),),
    menu=(MenuRoute("person", begin_person_request, label="menu.person"),),
    forms={NAME: FLOW},
)
