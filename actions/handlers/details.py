"""After a report is filed: what helps the crew is offered once, and what is answered is added to it. Anything else passes the offer by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions.forms.engine import FormSession
from actions.forms.fields import ATTRIBUTE, Field
from actions.forms.kind import SHORT_WORDS, ParsedAnswer, Step
from actions.forms.report_fields import (
    CONTACT,
    PHOTOS,
    attribute_answers,
    fields_after_filing,
    say_understood,
)
from actions.forms.second_problem import SecondProblem
from actions.handlers import addition, amend, check
from actions.handlers.declaration import Action
from actions.reading.readers import has_contact
from actions.reading.replies import Gist
from actions.reading.words import clean_text, has_words, plain_text
from actions.turn.context import ActionContext, dedupe_key
from actions.turn.route import OfferRoute
from actions.turn.state import DialogueState, Form, Offer
from actions.turn.turn import PreparedSearches, Turn
from actions.understanding.proposals import REPORT
from channels.registry import traits_of
from city.records.model import RequestView, Suggestion, text_in
from city.requests.details import add_answers, add_contact
from city.requests.requests import add_comment, add_photo
from core.model import Choice, InboundMessage, Outcome, Reply, Want

NAME = "details"
MOST_OFFERED = 3
"""Two or three things: more reads like the form that filing first has done away with."""
ALL, NOTHING, CHANGE, WITHDRAW, TOLD, SPOT = "all", "nothing", "change", "withdraw", "told", "spot"
SECOND = "second"
"""The other problem that the resident wrote about as well."""
FILED = "filed"
"""What stands open behind a report though nothing is shown of it: it can be put right while the setting allows it."""
COURTEOUS = (Gist.THANKS, Gist.WAIT, Gist.ANONYMOUS)
SHORT = {
    **dict.fromkeys((Gist.NO, Gist.NONE, Gist.DONE, Gist.UNKNOWN, Gist.LATER), NOTHING),
    **dict.fromkeys((Gist.ALL, Gist.BOTH), ALL),
    **{gist: gist.value for gist in COURTEOUS},
}
"""What a short reply does with the offer; it stays open behind a courtesy."""


SHORT_REPLIES = {gist.value: SHORT_WORDS[gist] for gist in COURTEOUS}
"""What is said to a courtesy."""


@dataclass(frozen=True, slots=True)
class FiledReport:
    """What is known of a report that has just been filed: its service, the answers given by the names of their fields, and what is
    `settled` besides, such as that there is no photo.
    """

    view: RequestView
    service_code: str
    values: Mapping[str, Any]
    settled: frozenset[str] = frozenset()
    second: SecondProblem | None = None


class DetailsFlow(amend.FiledReportFlow):
    """One or more of the offered questions; each may be left out."""

    left_key = "details.nothing"

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        service = context.city.services.by_code(str(form.hints.get("service", "")))
        wanted = form.hints.get("asks", [])
        fields = fields_after_filing(context, service) if service else []
        return [replace(field, required=False) for field in fields if field.name in wanted]

    def finish(self, session: FormSession) -> list[Reply]:
        values, turn, number = session.form.values, session.turn, session.form.subject
        asked = [
            field for field in session.fields if values.get(field.name, []) != [] and field.applies(values)
        ]
        if not asked:
            return [Reply(session.say("details.nothing", number=number), session.language)]
        answers = attribute_answers({field.name: values[field.name] for field in asked})
        if CONTACT in values:
            add_contact(turn.session, number, turn.person_id, str(values[CONTACT]), turn.now)
        _offer_the_rest(session)
        added, *rest = _add(session.context, turn, number, answers)
        noted = say_understood(session, (field for field in asked if field.name.startswith(ATTRIBUTE)))
        return [replace(added, text="\n".join(filter(None, (added.text, noted)))), *rest]

    def absorb(self, session: FormSession) -> list[str]:
        """A photo is added when it comes, whatever is asked."""
        asked, turn = session.open_field, session.turn
        for file in turn.message.attachments:
            add_photo(turn.session, session.form.subject, turn.person_id, file.media_id, turn.now)
        is_asked = asked is not None and asked.name == PHOTOS
        if not turn.message.attachments or is_asked:
            return []
        return [session.say("check.added", number=session.form.subject)]

    def keep_remark(self, session: FormSession, text: str) -> bool:
        """What is said beside an answer is added as the reporter's words."""
        turn, number = session.turn, session.form.subject
        key = f"{dedupe_key(turn)}:remark"
        return (
            add_comment(turn.session, number, turn.person_id, text, dedupe_key=key, now=turn.now) is not None
        )


FLOW = DetailsFlow()


def offer_details(context: ActionContext, turn: Turn, reply: Reply, filed: FiledReport) -> Reply:
    """The reply with what may be added put beside it; unchanged when nothing is left to add. What was filed can be put right in both cases."""
    fields = _open_fields(context, turn, filed)
    asks = {_part_of(at, field): field.name for at, field in enumerate(fields)}
    data = {
        "number": filed.view.number,
        "service": filed.service_code,
        "asks": asks,
        "values": {name: value for name, value in filed.values.items() if name.startswith(ATTRIBUTE)},
        "place": filed.values.get("place"),
        "settled": sorted(filed.settled),
        "language": turn.language,
        "at": turn.now.isoformat(),
    }
    second = filed.second
    data |= {SECOND: second.text, "second_code": second.service.code} if second else {}
    shown = _open_offer(context, turn, data)
    if not shown:
        return reply
    named = text_in(second.service.name, turn.language) if second else ""
    said = (
        reply.text,
        context.say("details.second_told", turn.language, service=named) if second else "",
        context.say("details.offer", turn.language) if fields else "",
    )
    is_pulled = traits_of(turn.message.channel).is_pulled
    return replace(
        reply,
        text="\n\n".join(filter(None, said)),
        wants=(Want.PHOTO,) if is_pulled and PHOTOS in asks else (),
        choices=tuple(Choice(f"{NAME}.{key}", label) for key, label in shown),
    )


def read_answer(context: ActionContext, message: InboundMessage, offer: Offer) -> str | None:
    """What of the offer a message takes up: a photo, one of the questions, the answer to one, or something to put right or take back in what
    was filed; None when it is about something else.
    """
    if message.attachments and not _names_place(context, message):
        return f"{offer.data.get('number', '')}.{PHOTOS}"
    if not has_words(message.text):
        return SPOT if message.position and is_recent(context, message, offer.data) else None
    choices = [Choice(key, label) for key, label in offer.choices]
    language = str(offer.data.get("language", ""))
    meant = _short_answer(context, message.text, language) or _answer_in(context, message.text, choices)
    if meant == ALL and offer.data.get(SECOND):
        return SECOND
    return meant or _put_right(context, message, offer)


def _put_right(context: ActionContext, message: InboundMessage, offer: Offer) -> str | None:
    """Whether a message puts right what was filed, or tells more of it."""
    if amend.read_change(context, message, offer.data):
        return CHANGE
    told = addition.read_addition(context, message, offer.data)
    return None if told is None else TOLD


def read_late(context: ActionContext, message: InboundMessage, offer: Offer) -> str | None:
    """What of a report that was filed a while ago a message puts right in so many words, or takes back, though other things were said since."""
    if not has_words(message.text) or context.is_question(message.text):
        return None
    if amend.wants_withdrawal(context, message.text):
        return WITHDRAW
    return CHANGE if amend.read_change(context, message, offer.data) else None


def is_recent(context: ActionContext, message: InboundMessage, report: Mapping[str, Any]) -> bool:
    """Whether a report is so young that its reporter may still change it."""
    within = timedelta(minutes=context.settings.report_changes_minutes)
    try:
        return message.received_at - datetime.fromisoformat(str(report.get("at"))) <= within
    except ValueError:
        return False


def filed_offer(context: ActionContext, message: InboundMessage, state: DialogueState) -> Offer | None:
    """What stands open of the report that was filed last, whatever was said since."""
    if state.form or not state.filed or not is_recent(context, message, state.filed):
        return None
    return Offer(FILED, [], state.filed)


def _short_answer(context: ActionContext, text: str, language: str) -> str | None:
    """All of it, nothing of it, a word of thanks, or that the report is to be taken back."""
    if amend.wants_withdrawal(context, text):
        return WITHDRAW
    if plain_text(text) in context.words.yes | context.words.all:
        return ALL
    if _says_nothing(context, text):
        return NOTHING
    gist = context.replies.gist(text, language)
    return SHORT.get(gist) if gist else None


def _answer_in(context: ActionContext, text: str, choices: Sequence[Choice]) -> str | None:
    """What was offered and is named, or answered, in so many words."""
    shown = [choice for choice in choices if "-" not in choice.key.partition(".")[2]]
    if key := context.words.choice(text, shown):
        return key
    contact = next((choice.key for choice in shown if choice.key.endswith(f".{CONTACT}")), None)
    if contact and has_contact(text):
        return contact
    direct = [choice for choice in choices if choice not in shown]
    return context.words.choice(text, direct, by_number=False)


def _says_nothing(context: ActionContext, text: str) -> bool:
    """Whether there is nothing to add: "no", "skip", "no, that's all"."""
    words = context.words
    parts = [plain_text(part) for part in re.split(r"[,.;!\u060c\u3002\uff0c]", text)]
    leaves = frozenset(map(plain_text, context.texts.words_of_all("gate.leave")))
    return {part for part in parts if part} <= words.no | words.none | words.skip | words.done | leaves


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Do what a message made of the offer: add to the report, put it right, take it back, or leave it as it is."""
    number = str(data.get("number", ""))
    if key == WITHDRAW:
        return amend.ask_withdrawal(context, turn, number)
    if key == CHANGE:
        _open_offer(context, turn, data)
        return amend.change_report(context, turn, data)
    if key == SPOT:
        _open_offer(context, turn, data)
        return amend.take_position(context, turn, data)
    if key == TOLD:
        replies = addition.take_addition(context, turn, data)
        _open_offer(context, turn, data)
        return replies
    if key.rpartition(".")[2] == SECOND:
        return _take_second(context, turn, data)
    if key == NOTHING:
        _open_offer(
            context, turn, {**data, "asks": {}}
        )  # to put right what was filed, though nothing is added
        return [Reply(context.say("details.nothing", turn.language, number=number), turn.language)]
    if key in SHORT_REPLIES:
        _open_offer(context, turn, data)
        return [Reply(context.say(SHORT_REPLIES[key], turn.language), turn.language)]
    return _take_up(context, turn, key, data)


def keep_open(context: ActionContext, turn: Turn) -> None:
    """Let what was offered behind the latest report stand open, where nothing else is asked and it may still be changed."""
    if turn.state.form is None and is_recent(context, turn.message, turn.state.filed):
        _open_offer(context, turn, turn.state.filed)


def _take_second(context: ActionContext, turn: Turn, data: Mapping[str, Any]) -> list[Reply]:
    """Report the other problem too, where they said or else at the same place."""
    text, spot = str(data.get(SECOND, "")), data.get("place") or {}
    service = context.city.services.by_code(str(data.get("second_code", "")))
    if service:
        turn.prepared = PreparedSearches(text, suggestions=(Suggestion(service, 1.0),))
    if spot.get("label") and context.city.gazetteer.extract(text, turn.language) is None:
        found = turn.prepared
        text = f"{text}. {spot['label']}"
        turn.prepared = replace(found, text=text) if service and found else found
    return context.intents[REPORT].act(context, turn, text)


def _take_up(context: ActionContext, turn: Turn, key: str, data: Mapping[str, Any]) -> list[Reply]:
    """Add what was sent or said at once, or ask the question that was chosen."""
    number, part = str(data.get("number", "")), key.partition(".")[2]
    if part == PHOTOS:
        return _take_photos(context, turn, data, number)
    if part == CONTACT and not turn.message.choice and has_contact(turn.message.text):
        add_contact(turn.session, number, turn.person_id, clean_text(turn.message.text), turn.now)
        _open_offer(context, turn, data)
        return _add(context, turn, number, {})
    at, _, option = part.partition("-")
    asks = data.get("asks", {})
    session = _begin_asking(context, turn, data, list(asks.values()) if key == ALL else [asks.get(at, "")])
    return _take_direct(session, option) if option else session.go_on()


def _take_photos(context: ActionContext, turn: Turn, data: Mapping[str, Any], number: str) -> list[Reply]:
    """Add the photos of this message, or wait for one; long after the report it is asked what they are for."""
    sent = turn.message.attachments
    if sent and turn.silent_minutes > context.settings.report_changes_minutes:
        return check.ask_what_photo_is_for(context, turn, number)
    _open_offer(context, turn, data)  # for more photos, and for the rest, without offering it again
    if sent:
        return _add_photos(context, turn, number)
    return [Reply(context.say("details.send_photo", turn.language), turn.language, wants=(Want.PHOTO,))]


def _begin_asking(
    context: ActionContext, turn: Turn, data: Mapping[str, Any], wanted: Sequence[str]
) -> FormSession:
    form = Form(NAME, subject=str(data.get("number", "")), values=dict(data.get("values", {})))
    form.hints = {"service": str(data.get("service", "")), "asks": list(wanted), "offer": dict(data)}
    return FormSession(context, FLOW, turn, form)


def _offer_the_rest(session: FormSession) -> None:
    """The rest may still be answered, by the numbers under which it was offered."""
    data, form = session.form.hints.get("offer", {}), session.form
    values = {name: value for name, value in form.values.items() if name.startswith(ATTRIBUTE)}
    _open_offer(session.context, session.turn, {**data, "values": values})


def _take_direct(session: FormSession, option: str) -> list[Reply]:
    """An answer that was given without its question being asked; when staff have taken it away meanwhile, the question is asked."""
    field = next(iter(session.fields), None)
    chosen = field.option_of(option) if field else None
    if field is None or chosen is None:
        return session.go_on()
    if chosen.danger:
        return session.stop(ParsedAnswer(Step.STOP, chosen.key, text_in(chosen.danger, session.language)))
    session.form.values[field.name] = [chosen.key] if field.kind == "several" else chosen.key
    return session.go_on()


def _add_photos(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """Add the pictures of this message, and its words if there are any."""
    for file in turn.message.attachments:
        add_photo(turn.session, number, turn.person_id, file.media_id, turn.now)
    text = clean_text(turn.message.text)
    if has_words(text):
        key = dedupe_key(turn)
        add_comment(turn.session, number, turn.person_id, text, dedupe_key=key, now=turn.now)
    return _add(context, turn, number, {})


def _add(
    context: ActionContext, turn: Turn, number: str, answers: Mapping[str, str | list[str]]
) -> list[Reply]:
    """Add answers, and say that it is done."""
    found = add_answers(
        turn.session, number, turn.person_id, answers, dedupe_key=dedupe_key(turn), now=turn.now
    )
    key, outcome = ("check.added", Outcome.FILED) if found else ("check.not_yours", Outcome.ANSWERED)
    return [Reply(context.say(key, turn.language, number=number), turn.language, outcome=outcome)]


def _open_offer(context: ActionContext, turn: Turn, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Let the offer stand open; what of it is shown, as keys and labels."""
    number, asks = str(data.get("number", "")), data.get("asks", {})
    service = context.city.services.by_code(str(data.get("service", "")))
    fields = {field.name: field for field in fields_after_filing(context, service)} if service else {}
    parts = {part: fields[name] for part, name in asks.items() if name in fields}
    shown = [(f"{number}.{part}", _label_of(context, field, turn.language)) for part, field in parts.items()]
    if data.get(SECOND):
        shown = [(f"{number}.{SECOND}", context.say("details.second", turn.language)), *shown]
    direct = _direct_answers(context, number, parts, turn.language)
    turn.state.offer, turn.state.filed = Offer(NAME, [*shown, *direct], dict(data)), dict(data)
    return shown


def _open_fields(context: ActionContext, turn: Turn, filed: FiledReport) -> list[Field]:
    """What may be added: questions first, and always room for a photo and, where the city cannot write by itself, for a contact."""
    service = context.city.services.by_code(filed.service_code)
    if service is None:
        return []
    fields = [
        field
        for field in fields_after_filing(context, service)
        if field.name not in filed.settled | set(filed.values) and field.applies(filed.values)
    ]
    last = [field for field in fields if field.name in {PHOTOS, CONTACT}]
    first = [field for field in fields if field not in last][: MOST_OFFERED - len(last)]
    is_reached = not traits_of(turn.message.channel).is_pulled
    return [field for field in [*first, *last] if not (is_reached and field.name == CONTACT)]


def _part_of(at: int, field: Field) -> str:
    return field.name if field.name in {PHOTOS, CONTACT} else str(at)


def _label_of(context: ActionContext, field: Field, language: str) -> str:
    if field.name in {PHOTOS, CONTACT}:
        return context.say(f"details.{field.name}", language)
    return text_in(field.question, language)


def _direct_answers(
    context: ActionContext, number: str, parts: Mapping[str, Field], language: str
) -> list[tuple[str, str]]:
    """Answers that tell by themselves which of the questions they belong to."""
    found = [
        (f"{number}.{part}-{option.key}", text_in(option.name, language))
        for part, field in parts.items()
        if field.kind in {"single", "several"}
        for option in field.options
    ]
    told = [plain_text(label) for _, label in found]
    vague = context.words.yes | context.words.no | context.words.none
    return [
        (key, label)
        for (key, label), words in zip(found, told, strict=True)
        if told.count(words) == 1 and words not in vague
    ]


def _names_place(context: ActionContext, message: InboundMessage) -> bool:
    return bool(message.text) and context.city.gazetteer.extract(message.text) is not None


ACTION = Action(
    "details",
    offers=(
        OfferRoute(NAME, take_choice, hear=read_answer),
        OfferRoute(FILED, take_choice, hear=read_late),
        OfferRoute(amend.WITHDRAWAL, amend.take_withdrawal),
    ),
    forms={NAME: FLOW, amend.NAME: amend.FLOW},
)
