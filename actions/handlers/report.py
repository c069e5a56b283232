"""Report a problem: what was said is used, the rest is asked, all of it is shown, and then it is filed once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.forms import place
from actions.forms.engine import FormSession
from actions.forms.fields import ATTRIBUTE, Field, of_attribute
from actions.forms.flow import PlainFlow
from actions.forms.kind import ParsedAnswer
from actions.forms.kinds import HERE, MOST_PHOTOS
from actions.forms.report_fields import (
    CONTACT,
    PHOTOS,
    REPORT,
    asked_attributes,
    attribute_answers,
    fields_before_filing,
    service_of,
)
from actions.forms.second_problem import split_first
from actions.forms.service_choice import (
    MOST_OFFERED,
    find_services,
    leading_one,
    name_of_service,
    sounds_like,
    sure_one,
)
from actions.forms.told import read_told
from actions.handlers.declaration import Action, RasaAction
from actions.handlers.report_words import describe_report, reply_filed
from actions.reading.words import clean_text, has_words, plain_text
from actions.turn.context import ActionContext, dedupe_key, offer_choices
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    LinkRoute,
    MenuRoute,
    MenuSuggestion,
    RuleRoute,
    Searches,
    WordsCount,
)
from actions.turn.state import Form
from actions.turn.turn import Turn
from channels.registry import traits_of
from city.records.model import NewRequest
from city.requests.requests import file_request, last_place_of
from city.services.catalogue import UNSURE
from core.model import Attachment, Outcome, Position, Reply

MOST_REMARKS = 10
PHONE = re.compile(r"\+?\d[\d().\- ]{1,}\d")


class ReportFlow(PlainFlow):
    """The form of a report. Which questions it has follows from the service."""

    tells_all = True

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        return fields_before_filing(context, service_of(context, form))

    def deciding_answers(self, form: Form) -> object:
        return form.values.get("service")

    def drop_outdated(self, context: ActionContext, form: Form) -> None:
        """A service that is offered no more is asked for again."""
        if service_of(context, form) is None:
            form.values.pop("service", None)

    def finish(self, session: FormSession) -> list[Reply]:
        return [file_report(session)]

    def recap(self, session: FormSession) -> str:
        return session.say("report.recap", what=describe_report(session))

    def busy(self, session: FormSession) -> str:
        return session.say("forms.busy_report", what=describe_report(session))

    def absorb(self, session: FormSession) -> list[str]:
        notes = []
        message, asked = session.turn.message, session.open_field
        kind = asked.kind if asked else ""
        if message.text and kind == "place":
            _recall_last_place(session, message.text)
        if message.attachments:
            count = keep_photos(session, message.attachments)
            notes.append(session.say("forms.photo_kept" if count == 1 else "forms.photos_kept", count=count))
        if message.position and kind != "place":
            notes.append(_keep_position(session, message.position))
        return notes

    def keep_remark(self, session: FormSession, text: str) -> bool:
        """What was said beside an answer goes to staff behind the description."""
        remarks = session.form.remarks
        if text not in remarks:
            session.form.remarks = [*remarks, text][-MOST_REMARKS:]
        return True

    def answered(self, session: FormSession, field: Field) -> None:
        if field.name == "description":
            use_sentence(session, str(session.form.values["description"]))
        if field.name == "place":
            _remember_home(session)
        if field.name == "service":
            session.form.hints.pop(place.OTHER_KINDS, None)
            _drop_answers_of_other_services(session)
            _use_told(session)

    def stopped(self, session: FormSession, reading: ParsedAnswer) -> list[Reply]:
        number = PHONE.search(reading.note)
        phone = number[0].strip() if number else session.context.emergency_number()
        text = f"{reading.note}\n\n{session.say('report.stopped')}"
        reply = Reply(text, session.language, urgent=True, phone=phone, outcome=Outcome.WARNED)
        choices = {"person": session.say("menu.person")}
        return [offer_choices(session.turn, reply, "instead", choices, text=describe_report(session))]


FLOW = ReportFlow()


def file_report(session: FormSession, still_open: Sequence[Field] = ()) -> Reply:
    """File what is known, unfinished where questions of the service are `still_open` that should have been answered first."""
    turn = session.turn
    _use_told(session)
    left = tuple(field for field in still_open if not session.form.is_answered(field.name))
    missing = tuple(field.name.removeprefix(ATTRIBUTE) for field in left)
    view = file_request(turn.session, replace(_new_request(session), missing=missing), turn.now)
    return reply_filed(session, view, left)


def new_report(context: ActionContext, turn: Turn) -> FormSession:
    """An empty report, which knows the address that the resident asked to have remembered."""
    hints = {"home": turn.state.home} if turn.state.home else {}
    return FormSession(context, FLOW, turn, Form(REPORT, hints=hints))


def _recall_last_place(session: FormSession, text: str) -> None:
    """Where the resident's last report was, when they write "the same place"."""
    told = session.context.city.gazetteer.allude(text, session.language)
    if told and told.kind == "last" and (last := last_place_of(session.turn.session, session.turn.person_id)):
        session.form.hints["last_place"] = place.to_json(last)


def begin_report(context: ActionContext, turn: Turn, text: str, notes: tuple[str, ...] = ()) -> list[Reply]:
    """Begin a report with what was said in `text`, and with the photos and the position of this message."""
    session, message = new_report(context, turn), turn.message
    if message.attachments:
        keep_photos(session, message.attachments)
    if message.position:
        _keep_position(session, message.position)
    return begin_with(session, text, notes)


def begin_unsaid(context: ActionContext, turn: Turn, _value: str) -> list[Reply]:
    """Begin a report of which nothing is known yet."""
    return begin_report(context, turn, "")


def begin_with(session: FormSession, text: str, notes: tuple[str, ...] = ()) -> list[Reply]:
    """Begin a report of which something is known already, with what was said in `text`."""
    sentence = clean_text(text)
    if says_something(session.context, sentence):
        session.form.values["description"] = sentence
        first = split_first(session.context, session.turn, sentence)
        if first != sentence:
            session.form.hints["first"] = first
        use_sentence(session, first)
        _use_service(session, first)
    is_described = bool(session.form.values.get("description"))
    return session.go_on((*notes, _said_thanks(session)) if is_described else notes)


def describe_anew(session: FormSession, sentence: str) -> None:
    """The resident corrected what they said at first: what was only understood from it is understood anew."""
    form = session.form
    for name in ("place", "service"):
        if name not in form.trail:
            form.forget(name)
    form.values["description"] = sentence
    use_sentence(session, sentence)
    if "service" not in form.values:
        _use_service(session, sentence)
    _drop_answers_of_other_services(session)


def begin_at(context: ActionContext, turn: Turn, code: str) -> list[Reply]:
    """Begin a report from a poster's link, which names the place it hangs at: `heron-park`, `12-mill-road`."""
    found = context.city.gazetteer.find(code.replace("-", " ").replace("_", " "), 1, turn.language)
    if not found or not place.is_certain(found[0]):
        return begin_report(context, turn, "")
    session = new_report(context, turn)
    session.form.values["place"] = place.to_json(found[0])
    return begin_with(session, "", (session.say("report.at_the_poster", place=found[0].label),))


def begin_at_place(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Begin a report with a text that names a place and nothing else."""
    session = new_report(context, turn)
    use_sentence(session, clean_text(text))
    spot = session.form.values.get("place")
    return begin_with(session, "", (session.say("place.pin_read", place=spot["label"]),) if spot else ())


def says_something(context: ActionContext, sentence: str) -> bool:
    """Whether a sentence says what the matter is, beyond "I want to report a problem"."""
    fillers = context.texts.words_of_all("words.fillers")
    return has_words(sentence) and any(word not in fillers for word in plain_text(sentence).split())


def use_sentence(session: FormSession, sentence: str) -> None:
    """Find the place in what was said: take it when certain, remember it for the question when not."""
    form = session.form
    if "place" in form.values:
        return
    match = place.mentioned_place(session.context.city.gazetteer, sentence, session.language)
    if match is None:
        return
    _recall_last_place(session, sentence)
    if place.is_certain(match):
        form.values["place"] = place.to_json(match)
    else:
        rivals = place.rivals_of(session.context.city.gazetteer, match, session.language)
        form.hints["place"] = place.to_json(match)
        form.hints["place_rivals"] = list(map(place.to_json, rivals))
        form.hints["place_town"] = match.town
        form.hints.pop("place_from_photo", None)


def _remember_home(session: FormSession) -> None:
    """Keep the resident's own address, when they said so."""
    spot = session.form.values.get("place")
    if isinstance(spot, dict) and spot.pop("remember", False):
        session.turn.state.home = {key: value for key, value in spot.items() if key != "words"}


def keep_photos(session: FormSession, attachments: tuple[Attachment, ...]) -> int:
    """Keep photos that came before they were asked for, and where they were taken; how many there are now."""
    form = session.form
    known = form.hints.get(PHOTOS, [])
    photos = list(dict.fromkeys([*known, *(file.media_id for file in attachments)]))[:MOST_PHOTOS]
    form.hints[PHOTOS] = photos
    _keep_photo_position(session, attachments)
    return len(photos)


def _keep_photo_position(session: FormSession, attachments: tuple[Attachment, ...]) -> None:
    """A photo's own position is offered as the place later, never taken unasked."""
    form = session.form
    position = next((file.position for file in attachments if file.position), None)
    if position is None or "place" in form.values or form.hints.get("place"):
        return
    match = session.context.city.gazetteer.nearest(position, session.language)
    if match:
        form.hints["place"] = place.to_json(replace(match, position=position, kind="position"))
        form.hints["place_from_photo"] = True


def _said_thanks(session: FormSession) -> str:
    service = service_of(session.context, session.form)
    if service is None:
        return session.say("report.thanks")
    return sounds_like(session.context, session.form, service, session.language)


def _use_service(session: FormSession, sentence: str) -> None:
    found, form = find_services(session.context, session.turn, sentence), session.form
    sure = sure_one(found)
    is_named = bool(name_of_service(session.context, sentence))
    service = sure or (None if is_named or "place" in form.values else leading_one(found))
    if service is None:
        return
    form.values["service"] = service.code
    if not sure:
        others = [each.service.code for each in found if each.score >= UNSURE]
        form.hints[place.OTHER_KINDS] = others[1:MOST_OFFERED]
    _use_told(session)


def _use_told(session: FormSession) -> None:
    """Take what was said of the service's own questions, of photos and of the resident besides, so that it is not asked."""
    form, service = session.form, service_of(session.context, session.form)
    fields = [of_attribute(each) for each in asked_attributes(service)] if service else []
    open_fields = [field for field in fields if not form.is_answered(field.name)]
    told = read_told(session.question_context(), open_fields, _texts_of(form))
    form.values |= told.answers
    if told.contact:
        form.values[CONTACT] = told.contact
    form.hints["settled"] = sorted(told.settled | set(form.hints.get("settled", ())))


def _texts_of(form: Form) -> list[str]:
    """All that the resident has said for this report in their own words, in its order."""
    described = form.hints.get("first") or form.values.get("description", "")
    texts = [described, *form.hints.get("said", ()), *form.remarks]
    return [str(text) for text in texts if text]


def _keep_position(session: FormSession, position: Position) -> str:
    match = session.context.city.gazetteer.nearest(position, session.language)
    if match is None:
        return session.say("photo.position_outside")
    session.form.values["place"] = place.to_json(replace(match, position=position, kind="position"))
    return session.say("place.pin_read", place=match.label)


def _drop_answers_of_other_services(session: FormSession) -> None:
    service = service_of(session.context, session.form)
    codes = {ATTRIBUTE + attribute.code for attribute in service.attributes} if service else set()
    for name in [*session.form.values, *session.form.skipped]:
        if name == "notice" or (name.startswith(ATTRIBUTE) and name not in codes):
            session.form.forget(name)


def _new_request(session: FormSession) -> NewRequest:
    turn, form, values = session.turn, session.form, session.form.values
    spot = values.get("place") if session.find_field("place") else None
    return NewRequest(
        service_code=str(values["service"]),
        person_id=turn.person_id,
        channel=turn.message.channel,
        language=turn.language,
        dedupe_key=dedupe_key(turn),
        description="\n".join([_described(session), *form.remarks]).strip(),
        place=place.from_json(spot) if isinstance(spot, dict) else None,
        answers=_answers(session),
        media_ids=tuple(form.hints.get(PHOTOS, ())),
        contact=_contact_of(session),
    )


def _contact_of(session: FormSession) -> str:
    """How to reach the resident: as they said, else where they write, unless they stay anonymous or the city cannot write there."""
    is_nameless = CONTACT in session.form.hints.get("settled", ())
    is_reached = not (is_nameless or traits_of(session.turn.message.channel).is_pulled)
    return str(session.form.values.get(CONTACT) or (HERE if is_reached else ""))


def _described(session: FormSession) -> str:
    """The resident's words, with what they said of the place and its label does not."""
    values = session.form.values
    heading = session.say("report.label_place")
    return place.with_place_words(str(values.get("description", "")), values.get("place"), heading)


def _answers(session: FormSession) -> dict[str, str | list[str]]:
    """What was answered to the service's own questions, asked or said by itself, as far as they apply, by their codes."""
    values, service = session.form.values, service_of(session.context, session.form)
    asked = [of_attribute(each) for each in asked_attributes(service)] if service else []
    applying = (field.name for field in asked if field.name in values and field.applies(values))
    return attribute_answers({name: values[name] for name in applying})


ACTION = Action(
    "report",
    intents=(
        IntentRoute(
            "report_problem",
            begin_report,
            BesideForm.ASK_FIRST,
            searches=Searches.SERVICES,
            suggestion=MenuSuggestion("report", "unclear.report"),
        ),
    ),
    rules=(RuleRoute("report", begin_report, BesideForm.ASK_FIRST, words=WordsCount.ALWAYS),),
    menu=(MenuRoute("report", begin_report, BesideForm.ASK_FIRST, label="menu.report"),),
    links=(
        LinkRoute("report", begin_unsaid, BesideForm.ASK_FIRST),
        LinkRoute("place", begin_at, BesideForm.ASK_FIRST),
    ),
    forms={REPORT: FLOW},
    rasa=RasaAction("action_report_problem", "report_problem", "report"),
)
