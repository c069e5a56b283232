"""Report a problem: what was said is used, the rest is asked, all of it is shown, and then it is filed once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions.forms import engine as forms
from actions.forms import place
from actions.forms.fields import ATTRIBUTE, Field, of_attribute
from actions.forms.flow import PlainFlow
from actions.forms.kind import ParsedAnswer
from actions.forms.kinds import MOST_PHOTOS
from actions.forms.service_choice import sounds_like, suggestions_for, sure_one
from actions.reading.words import clean, has_words, plain, shorten
from actions.turn.context import ActionContext, dedupe_key, offer
from actions.turn.state import Form
from actions.turn.turn import Turn
from city.records.model import NewRequest, RequestView, Service, local
from city.requests.requests import file_request
from core.model import Attachment, Reply

NAME = "report"
PHONE = re.compile(r"\+?\d[\d().\- ]{1,}\d")


class ReportFlow(PlainFlow):
    """The form of a report. Which questions it has follows from the service."""

    def fields(self, desk: ActionContext, form: Form) -> list[Field]:
        service = service_of(desk, form)
        if service is None:
            form.values.pop("service", None)
        return [
            _text_field(desk, "description", kind="story"),
            _text_field(desk, "service", kind="service"),
            *(_fields_of(desk, service) if service else ()),
        ]

    def finish(self, desk: ActionContext, turn: Turn, form: Form) -> list[Reply]:
        view = file_request(turn.session, _new_request(turn, self.fields(desk, form), form), turn.now)
        return [filed(desk, turn, view)]

    def recap(self, desk: ActionContext, form: Form, language: str) -> str:
        return desk.say("report.recap", language, what=what(desk, form, language))

    def busy(self, desk: ActionContext, form: Form, language: str) -> str:
        return desk.say("forms.busy_report", language, what=what(desk, form, language))

    def absorb(self, desk: ActionContext, turn: Turn, form: Form, field: Field | None) -> list[str]:
        notes = []
        message = turn.message
        if message.attachments and (field is None or field.kind != "photos"):
            count = keep_photos(form, message.attachments)
            keep_photo_position(desk, form, message.attachments, turn.language)
            notes.append(
                desk.say(
                    "forms.photo_kept" if count == 1 else "forms.photos_kept", turn.language, count=count
                )
            )
        if message.position and (field is None or field.kind != "place"):
            notes += _keep_position(desk, turn, form)
        return notes

    def answered(self, desk: ActionContext, turn: Turn, form: Form, field: Field) -> None:
        if field.name == "description":
            use_sentence(desk, form, str(form.values["description"]), turn.language)
        if field.name == "service":
            _drop_answers_of_other_services(desk, form)

    def stopped(self, desk: ActionContext, turn: Turn, form: Form, reading: ParsedAnswer) -> list[Reply]:
        number = PHONE.search(reading.note)
        phone = number[0].strip() if number else desk.emergency_number()
        text = f"{reading.note}\n\n{desk.say('report.stopped', turn.language)}"
        reply = Reply(text, turn.language, urgent=True, phone=phone)
        about = what(desk, form, turn.language)
        return [offer(turn, reply, "instead", {"person": desk.say("menu.person", turn.language)}, text=about)]


FLOW = ReportFlow()


def begin(desk: ActionContext, turn: Turn, text: str, notes: tuple[str, ...] = ()) -> list[Reply]:
    """Begin a report with what was said in `text`, and with the photos and the position of this message."""
    form = Form(NAME)
    message = turn.message
    if message.attachments:
        keep_photos(form, message.attachments)
        keep_photo_position(desk, form, message.attachments, turn.language)
    if message.position:
        _keep_position(desk, turn, form)
    return begin_with(desk, turn, form, text, notes)


def begin_with(
    desk: ActionContext, turn: Turn, form: Form, text: str, notes: tuple[str, ...] = ()
) -> list[Reply]:
    """Begin a report of which something is known already, with what was said in `text`."""
    sentence = clean(text)
    if says_something(desk, sentence):
        form.values["description"] = sentence
        use_sentence(desk, form, sentence, turn.language)
        _use_service(desk, turn, form, sentence)
    first = (*notes, _said_thanks(desk, turn, form)) if form.values.get("description") else notes
    return forms.go_on(desk, FLOW, turn, form, first)


def describe_anew(desk: ActionContext, turn: Turn, form: Form, sentence: str) -> None:
    """The resident corrected what they said at first: what was only understood from it is understood anew."""
    for name in ("place", "service"):
        if name not in form.trail:
            form.forget(name)
    form.values["description"] = sentence
    use_sentence(desk, form, sentence, turn.language)
    if "service" not in form.values:
        _use_service(desk, turn, form, sentence)
    _drop_answers_of_other_services(desk, form)


def begin_at(desk: ActionContext, turn: Turn, code: str) -> list[Reply]:
    """Begin a report from a poster's link, which names the place it hangs at: `heron-park`, `12-mill-road`."""
    form = Form(NAME)
    found = desk.city.gazetteer.find(code.replace("-", " ").replace("_", " "), 1, turn.language)
    if not found or not place.is_certain(found[0]):
        return begin(desk, turn, "")
    form.values["place"] = place.to_json(found[0])
    here = desk.say("report.at_the_poster", turn.language, place=found[0].label)
    return begin_with(desk, turn, form, "", (here,))


def says_something(desk: ActionContext, sentence: str) -> bool:
    """Whether a sentence says what the matter is, beyond "I want to report a problem"."""
    fillers = desk.texts.words_of_all("words.fillers")
    return has_words(sentence) and any(word not in fillers for word in plain(sentence).split())


def use_sentence(desk: ActionContext, form: Form, sentence: str, language: str) -> None:
    """Find the place in what was said: take it when certain, remember it for the question when not."""
    if "place" in form.values:
        return
    match = desk.city.gazetteer.extract(sentence, language)
    if match is None or match.score < place.LIKELY:
        return
    if place.is_certain(match):
        form.values["place"] = place.to_json(match)
    else:
        form.hints["place"] = place.to_json(match)
        form.hints.pop("place_from_photo", None)


def keep_photos(form: Form, attachments: tuple[Attachment, ...]) -> int:
    """Keep photos that came before they were asked for; how many there are now."""
    known = form.values.pop("photos", None) or form.hints.get("photos", [])
    photos = list(dict.fromkeys([*known, *(file.media_id for file in attachments)]))[:MOST_PHOTOS]
    form.hints["photos"] = photos
    return len(photos)


def keep_photo_position(
    desk: ActionContext, form: Form, attachments: tuple[Attachment, ...], language: str
) -> None:
    """A photo's own position is offered as the place later, never taken unasked."""
    position = next((file.position for file in attachments if file.position), None)
    if position is None or "place" in form.values or form.hints.get("place"):
        return
    match = desk.city.gazetteer.nearest(position, language)
    if match:
        form.hints["place"] = place.to_json(replace(match, position=position, kind="position"))
        form.hints["place_from_photo"] = True


def service_of(desk: ActionContext, form: Form) -> Service | None:
    """The service that the report is about, if it is known and still offered."""
    return desk.city.services.by_code(str(form.values.get("service", "")))


def what(desk: ActionContext, form: Form, language: str) -> str:
    """The report in a few words."""
    service = service_of(desk, form)
    name = local(service.name, language) if service else shorten(str(form.values.get("description", "")), 60)
    name = name or desk.say("report.a_problem", language)
    spot = form.values.get("place")
    return desk.say("report.at", language, what=name, place=spot["label"]) if isinstance(spot, dict) else name


def filed(desk: ActionContext, turn: Turn, view: RequestView) -> Reply:
    """What is said when a report has been filed: number, who, by when."""
    language = turn.language
    when = "report.filed_no_date"
    day = ""
    if view.expected_at:
        when, day = "report.filed_by", desk.calendar.say_day(view.expected_at, language)
    text = "\n\n".join(
        [
            desk.say("report.filed", language, number=view.number),
            desk.say(when, language, department=local(view.department_name, language), day=day),
            desk.say("report.filed_check", language, number=view.number),
        ]
    )
    choices = {"report": desk.say("report.another", language), "menu": desk.say("menu.more", language)}
    return offer(turn, Reply(text, language), "menu", choices)


def _said_thanks(desk: ActionContext, turn: Turn, form: Form) -> str:
    service = service_of(desk, form)
    if service is None:
        return desk.say("report.thanks", turn.language)
    return sounds_like(desk, form, service, turn.language)


def _use_service(desk: ActionContext, turn: Turn, form: Form, sentence: str) -> None:
    scene = forms.scene_of(desk, FLOW, turn, form)
    service = sure_one(suggestions_for(scene, sentence))
    if service:
        form.values["service"] = service.code


def _keep_position(desk: ActionContext, turn: Turn, form: Form) -> list[str]:
    position = turn.message.position
    match = desk.city.gazetteer.nearest(position, turn.language) if position else None
    if match is None:
        return [desk.say("photo.position_outside", turn.language)]
    form.values["place"] = place.to_json(replace(match, position=position, kind="position"))
    return [desk.say("place.pin_read", turn.language, place=match.label)]


def _text_field(desk: ActionContext, name: str, kind: str, *, required: bool = True) -> Field:
    keys = {
        "description": ("report.ask_description", "report.label_description", "report.why_description"),
        "service": ("report.which_service", "report.label_service", "report.why_service"),
        "place": ("report.ask_place", "report.label_place", "report.why_place"),
        "photos": ("report.ask_photos", "report.label_photos", "report.why_photos"),
        "contact": ("report.ask_contact", "report.label_contact", "report.why_contact"),
        "summary": ("report.summary", "report.summary", "report.why_summary"),
    }
    question, label, why = keys[name]
    return Field(
        name, kind, desk.in_all(question), desk.in_all(label), required=required, why=desk.in_all(why)
    )


def _fields_of(desk: ActionContext, service: Service) -> list[Field]:
    fields = [Field("notice", "notice", service.notice)] if any(service.notice.values()) else []
    if service.place != "none":
        fields.append(_text_field(desk, "place", "place", required=service.place == "required"))
    attributes = sorted(service.attributes, key=lambda attribute: attribute.order)
    fields += [of_attribute(attribute) for attribute in attributes]
    if service.photo:
        fields.append(_text_field(desk, "photos", "photos", required=False))
    fields.append(_text_field(desk, "contact", "contact", required=False))
    fields.append(_text_field(desk, "summary", "summary"))
    return fields


def _drop_answers_of_other_services(desk: ActionContext, form: Form) -> None:
    service = service_of(desk, form)
    codes = {ATTRIBUTE + attribute.code for attribute in service.attributes} if service else set()
    for name in [*form.values, *form.skipped]:
        if name == "notice" or (name.startswith(ATTRIBUTE) and name not in codes):
            form.forget(name)


def _new_request(turn: Turn, fields: list[Field], form: Form) -> NewRequest:
    values = form.values
    answers: dict[str, Any] = {
        field.name.removeprefix(ATTRIBUTE): values[field.name]
        for field in fields
        if field.name.startswith(ATTRIBUTE)
        and field.kind != "notice"
        and field.name in values
        and field.applies(values)
    }
    spot = values.get("place")
    has_place = isinstance(spot, dict) and any(field.name == "place" for field in fields)
    return NewRequest(
        service_code=str(values["service"]),
        person_id=turn.person_id,
        channel=turn.message.channel,
        language=turn.language,
        dedupe_key=dedupe_key(turn),
        description=str(values.get("description", "")),
        place=place.from_json(spot) if has_place and isinstance(spot, dict) else None,
        answers={code: value if isinstance(value, list) else str(value) for code, value in answers.items()},
        media_ids=tuple(values.get("photos") or form.hints.get("photos", ())),
        contact=str(values.get("contact", "")),
    )
