"""A report that has been filed is put right in words ("no, 14", "the address is wrong"), or taken back after one yes.

While the setting allows it the report itself is changed; afterwards what was said goes to staff with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from actions.forms.engine import KINDS, FormSession
from actions.forms.fields import ATTRIBUTE, Field, of_attribute
from actions.forms.flow import PlainFlow
from actions.forms.kind import ParsedAnswer, QuestionContext, Step, took
from actions.forms.place import from_json, is_certain, mentioned_place, read_place, to_json
from actions.forms.report_fields import asked_attributes, attribute_answers, deciding_attributes, report_field
from actions.forms.service_choice import search_services, sure_one
from actions.forms.taken_back import TakenBack, name_of, read_taken_back
from actions.forms.told import read_told
from actions.reading.words import clean_text, plain_text
from actions.turn.context import ActionContext, dedupe_key, offer_choices
from actions.turn.state import Form, Offer
from actions.turn.turn import Turn
from city.records.model import Service
from city.requests.details import add_answers, change_place, change_service, may_be_changed, withdraw_request
from city.requests.requests import add_comment
from core.model import InboundMessage, Outcome, Reply

NAME, WITHDRAWAL = "amend", "withdrawal"
ASKED_FURTHER = frozenset({"which", "narrow", "beyond", "confirm"})
"""What a corrected place may still have to be asked."""


class FiledReportFlow(PlainFlow):
    """Something about a report that is filed already, whose number is the form's subject. `left_key` is what is said when it is left."""

    left_key = "details.unchanged"

    def recap(self, session: FormSession) -> str:
        return session.say("check.recap", number=session.form.subject)

    def left(self, session: FormSession) -> str:
        return session.say(self.left_key, number=session.form.subject)

    def stopped(self, session: FormSession, reading: ParsedAnswer) -> list[Reply]:
        first, *rest = super().stopped(session, reading)
        filed = session.say("details.stopped", number=session.form.subject)
        return [replace(first, text=f"{first.text}\n\n{filed}"), *rest]


class AmendFlow(FiledReportFlow):
    """The answer that is put right, for the report whose number is the form's subject; a new kind of problem asks what may be danger with it."""

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        asked = str(form.hints.get("field", ""))
        service = _service_of(context, form)
        if asked == "service":
            deciding = deciding_attributes(service) if service and "service" in form.values else []
            return [report_field(context, asked, asked), *map(of_attribute, deciding)]
        return [field for field in _fields_of_report(context, service) if field.name == asked]

    def deciding_answers(self, form: Form) -> object:
        return form.values.get("service")

    def finish(self, session: FormSession) -> list[Reply]:
        context, turn, form = session.context, session.turn, session.form
        number, name, key = form.subject, str(form.hints.get("field", "")), dedupe_key(turn)
        value, asked = form.values[name], session.find_field(name)
        answers = attribute_answers(form.values)
        if not _may_change(context, turn, number):
            return _tell_staff(context, turn, number)
        if name == "place":
            place = from_json(value)
            change_place(turn.session, number, turn.person_id, place, dedupe_key=key, now=turn.now)
        elif name == "service":
            change_service(
                turn.session, number, turn.person_id, str(value), answers, dedupe_key=key, now=turn.now
            )
        else:
            add_answers(turn.session, number, turn.person_id, answers, dedupe_key=key, now=turn.now)
        _offer_again(session, name, value, is_new_kind=name == "service")
        shown = session.question_of(asked).show(value) if asked else ""
        what = name_of(asked, turn.language) if asked else ""
        text = session.say("details.changed", number=number, what=what, value=shown)
        return [Reply(text, turn.language, outcome=Outcome.FILED)]


FLOW = AmendFlow()


def read_change(
    context: ActionContext, message: InboundMessage, report: Mapping[str, Any]
) -> TakenBack | None:
    """What of a filed report a message puts right, given what is remembered of it; None when it does not."""
    correction = context.corrections.read(message.text)
    if correction is None:
        return None
    question = question_about(context, message, report)
    value = correction.value
    if value and (question.read_reply(value) or _tells_another_problem(question, value)):
        return None
    found = read_taken_back(question, KINDS, correction, message.text)
    if found and found.field.kind == "service" and _begins_with(message.text, value):
        return None
    return found or (_ask_further(question, value) if value else None)


def _begins_with(text: str, value: str) -> bool:
    """Whether a correction is what stands before a "not", as in "14 not 20"; "the light is not on" is a problem of its own."""
    return bool(value) and plain_text(text).startswith(plain_text(value))


def _tells_another_problem(question: QuestionContext, text: str) -> bool:
    """Whether a text tells of another kind of problem at a place of its own."""
    context, language = question.context, question.language
    if context.city.gazetteer.extract(text, language) is None:
        return False
    service = sure_one(search_services(context, text, language))
    return service is not None and service.code != question.form.values.get("service")


def change_report(context: ActionContext, turn: Turn, report: Mapping[str, Any]) -> list[Reply]:
    """Put right what this message says is wrong, or ask what is right."""
    return apply_change(context, turn, report, read_change(context, turn.message, report))


def read_edit(
    context: ActionContext, message: InboundMessage, report: Mapping[str, Any], answered: str
) -> TakenBack | None:
    """What of a filed report a message puts right that was changed after it was sent; `answered` is the field that it answered, if it was one."""
    question = question_about(context, message, report)
    field = next((each for each in question.fields if each.name == answered), None)
    if field is not None and field.kind != "service":
        reading = KINDS[field.kind].read(question, field, message)
        return TakenBack(field, reading) if reading.step in {Step.TOOK, Step.STOP} else None
    text = clean_text(message.text)
    return _place_in(question, text) or _kind_in(question, text) or _answer_told(question, text)


def _place_in(question: QuestionContext, text: str) -> TakenBack | None:
    """Another place than the report's, where a text leaves no doubt of it."""
    spot = mentioned_place(question.context.city.gazetteer, text, question.language)
    known = question.form.values.get("place", {}).get("label")
    if spot is None or not is_certain(spot) or spot.label == known:
        return None
    return TakenBack(_field_of(question, "place"), took(to_json(spot)))


def _kind_in(question: QuestionContext, text: str) -> TakenBack | None:
    """Another kind of problem than the report's, where a text leaves no doubt of it."""
    service = sure_one(search_services(question.context, text, question.language))
    if service is None or service.code == question.form.values.get("service"):
        return None
    return TakenBack(_field_of(question, "service"), took(service.code))


def _answer_told(question: QuestionContext, text: str) -> TakenBack | None:
    """Another answer to one of the report's own questions."""
    own = [each for each in question.fields if each.name.startswith(ATTRIBUTE)]
    told, known = read_told(question, own, [text]).answers, question.form.values
    new = (each for each in own if each.name in told and told[each.name] != known.get(each.name))
    return next((TakenBack(each, took(told[each.name])) for each in new), None)


def _field_of(question: QuestionContext, name: str) -> Field:
    return next(each for each in question.fields if each.name == name)


def take_edit(context: ActionContext, turn: Turn, report: Mapping[str, Any], answered: str) -> list[Reply]:
    """A message of a filed report was changed: put right what it puts right, else pass its words on."""
    changed = read_edit(context, turn.message, report, answered)
    if changed is not None:
        return apply_change(context, turn, report, changed)
    number, text = str(report.get("number", "")), clean_text(turn.message.text)
    key = dedupe_key(turn)
    add_comment(turn.session, number, turn.person_id, text, dedupe_key=key, now=turn.now)
    return [
        Reply(context.say("check.added", turn.language, number=number), turn.language, outcome=Outcome.FILED)
    ]


def take_position(context: ActionContext, turn: Turn, report: Mapping[str, Any]) -> list[Reply]:
    """A place that was shared behind a filed report is where it is."""
    position = turn.message.position
    spot = context.city.gazetteer.nearest(position, turn.language) if position else None
    if spot is None:
        return [Reply(context.say("photo.place_outside", turn.language), turn.language)]
    field = report_field(context, "place", "place")
    exact = replace(spot, position=position, kind="position")
    return apply_change(context, turn, report, TakenBack(field, took(to_json(exact))))


def apply_change(
    context: ActionContext, turn: Turn, report: Mapping[str, Any], changed: TakenBack | None
) -> list[Reply]:
    """Put right what is `changed`, or ask what is right; what comes too late goes to staff."""
    number = str(report.get("number", ""))
    if changed is None or not _may_change(context, turn, number):
        return _tell_staff(context, turn, number)
    offered = turn.state.offer
    hints = {
        "field": changed.field.name,
        "service": str(report.get("service", "")),
        "offer": asdict(offered) if offered else {},
    }
    form = Form(NAME, subject=number, hints=hints)
    session, reading = FormSession(context, FLOW, turn, form), changed.reading
    if reading is None:
        return session.go_on()
    if reading.step is Step.STOP:
        return session.stop(reading)
    if reading.step is Step.AGAIN:
        form.asked, form.sub = changed.field.name, reading.sub
        return session.ask()
    form.values[changed.field.name] = reading.value
    return session.go_on()


def wants_withdrawal(context: ActionContext, text: str) -> bool:
    """Whether somebody says, in exactly such words, that their report is to be taken back."""
    words = plain_text(text)
    return any(words == plain_text(phrase) for phrase in context.texts.words_of_all("details.withdraw"))


def ask_withdrawal(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """Nothing is taken back without one yes."""
    reply = Reply(
        context.say("details.ask_withdraw", turn.language, number=number),
        turn.language,
        outcome=Outcome.ASKED,
    )
    labels = {key: context.say(f"details.withdraw_{key}", turn.language) for key in ("yes", "no")}
    return [offer_choices(turn, reply, WITHDRAWAL, labels, number=number)]


def take_withdrawal(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Take the report back, or leave it as it is."""
    number, language = str(data.get("number", "")), turn.language
    if key != "yes":
        return [Reply(context.say("details.unchanged", language, number=number), language)]
    if not _may_change(context, turn, number):
        return _tell_staff(context, turn, number)
    note = context.say("details.withdrawn_note", language)
    withdraw_request(turn.session, number, turn.person_id, note, dedupe_key=dedupe_key(turn), now=turn.now)
    said = context.say("details.withdrawn", language, number=number)
    return [Reply(said, language, outcome=Outcome.FILED)]


def _may_change(context: ActionContext, turn: Turn, number: str) -> bool:
    within = timedelta(minutes=context.settings.report_changes_minutes)
    return may_be_changed(turn.session, number, turn.person_id, turn.now, within)


def _tell_staff(context: ActionContext, turn: Turn, number: str) -> list[Reply]:
    """It is too late to change it: the words go along with the report."""
    spot = turn.message.position
    shared = f"{spot.latitude:.5f}, {spot.longitude:.5f}" if spot else ""
    text = clean_text(turn.message.text) or shared or context.say("details.withdraw_yes", turn.language)
    key = dedupe_key(turn)
    added = add_comment(turn.session, number, turn.person_id, text, dedupe_key=key, now=turn.now)
    said = context.say("details.too_late" if added else "check.not_yours", turn.language, number=number)
    return [Reply(said, turn.language, outcome=Outcome.FILED if added else Outcome.ANSWERED)]


def _service_of(context: ActionContext, form: Form) -> Service | None:
    return context.city.services.by_code(str(form.values.get("service") or form.hints.get("service", "")))


def _fields_of_report(context: ActionContext, service: Service | None) -> list[Field]:
    """What of a report can be put right in a few words."""
    attributes = map(of_attribute, asked_attributes(service) if service else ())
    return [
        report_field(context, "service", "service"),
        report_field(context, "place", "place"),
        *(replace(field, only_if={}) for field in attributes),
    ]


def question_about(
    context: ActionContext, message: InboundMessage, report: Mapping[str, Any]
) -> QuestionContext:
    """The report as a form of which all that is known can be asked anew."""
    code = str(report.get("service", ""))
    place = {"place": report["place"]} if report.get("place") else {}
    form = Form("report", values={"service": code, **place, **report.get("values", {})})
    fields = tuple(_fields_of_report(context, context.city.services.by_code(code)))
    language = str(report.get("language", ""))
    return QuestionContext(context, form, language, message.channel, message.received_at, fields)


def _ask_further(question: QuestionContext, text: str) -> TakenBack | None:
    """A place that is meant to be the right one, of which something has to be asked."""
    if "place" not in question.form.values:
        return None
    reading = read_place(question, text)
    is_place = reading.step is Step.AGAIN and reading.sub.get("mode") in ASKED_FURTHER
    return TakenBack(_field_of(question, "place"), reading) if is_place else None


def _offer_again(session: FormSession, name: str, value: Any, *, is_new_kind: bool) -> None:
    """What was offered, if anything, stays open, with what is known of the report now; the questions of another kind of problem do not."""
    state, kept = session.turn.state, session.form.hints.get("offer")
    data = dict(kept["data"] if kept else state.filed)
    values = {**data.get("values", {}), **({name: value} if name.startswith(ATTRIBUTE) else {})}
    data |= {"values": values, **({name: value} if name in {"place", "service"} else {})}
    data |= {"values": {}, "asks": {}} if is_new_kind else {}
    state.filed = data
    if kept:
        state.offer = Offer(kept["name"], [] if is_new_kind else list(kept["choices"]), data)
