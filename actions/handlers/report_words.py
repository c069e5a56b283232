"""What is said of a report: in a few words while it stands open, and in full when it is filed."""

from __future__ import annotations

from collections.abc import Sequence

from actions.forms.engine import FormSession
from actions.forms.fields import Field, of_attribute
from actions.forms.place_map import with_filed_map
from actions.forms.report_fields import (
    CONTACT,
    PHOTOS,
    asked_attributes,
    describe_form,
    say_understood,
    service_of,
)
from actions.forms.second_problem import find_second
from actions.handlers.details import FiledReport, is_recent, offer_details
from channels.registry import traits_of
from city.records.model import RequestView, Service, text_in
from core.model import Outcome, Reply


def describe_report(session: FormSession) -> str:
    """The report in a few words."""
    return describe_form(session.context, session.form, session.language)


def reply_filed(session: FormSession, view: RequestView, left: Sequence[Field] = ()) -> Reply:
    """What is said when a report has been filed: what and where, its number, what happens next and by when, what was `left` open, and what
    may be added.
    """
    context, turn, language = session.context, session.turn, session.language
    service = service_of(context, session.form)
    day = context.calendar.say_day(view.expected_at, language) if view.expected_at else ""
    news = "report.news_shown" if traits_of(turn.message.channel).is_pulled else "report.news_sent"
    knows = is_recent(context, turn.message, turn.state.filed)
    said = (
        session.say("report.filed_as_it_is") if left else "",
        session.say("report.filed", what=_say_what(session), number=view.number),
        _say_noted(session, service),
        _say_next(session, service, view),
        session.say("report.filed_by" if day else "report.filed_no_date", day=day),
        "" if knows else session.say(news),
        _say_left(session, left),
    )
    text = "\n".join(filter(None, said))
    filed = Reply(text, language, outcome=Outcome.FILED)
    filed = with_filed_map(context, turn.message.channel, filed, session.form.values.get("place"))
    values, hints = session.form.values, session.form.hints
    settled = frozenset([*hints.get("settled", ()), *([PHOTOS] if hints.get(PHOTOS) else [])])
    texts = [str(values.get("description", "")), *session.form.remarks]
    second = find_second(context, turn, texts, service) if service else None
    report = FiledReport(view, str(values["service"]), values, settled, second)
    return offer_details(context, turn, filed, report)


def _say_noted(session: FormSession, service: Service | None) -> str:
    """What was understood besides, in one line, and what becomes of a name that is not given."""
    settled, values = session.form.hints.get("settled", ()), session.form.values
    also = (
        [session.say("report.no_photo")] if PHOTOS in settled and not session.form.hints.get(PHOTOS) else []
    )
    also += [str(values[CONTACT])] if CONTACT in values else []
    noted = say_understood(session, map(of_attribute, asked_attributes(service) if service else ()), also)
    return "\n".join(filter(None, (noted, session.say("details.anonymous") if CONTACT in settled else "")))


def _say_left(session: FormSession, left: Sequence[Field]) -> str:
    """What the crew does not know, where it may be danger."""
    if not left:
        return ""
    question, emergency = text_in(left[0].question, session.language), session.context.emergency_number()
    return session.say("report.left_open", question=question, emergency=emergency)


def _say_what(session: FormSession) -> str:
    """What was filed, in one line."""
    what, photos = describe_report(session), len(session.form.hints.get(PHOTOS, []))
    if not photos:
        return what
    return session.say("report.with_photo" if photos == 1 else "report.with_photos", what=what, count=photos)


def _say_next(session: FormSession, service: Service | None, view: RequestView) -> str:
    """What happens now, in the words of the service where each word need not be paid for; and what there is to know about it, such as a price."""
    by_segment = traits_of(session.turn.message.channel).is_paid_by_segment
    notices = [service.notice] if service and not by_segment else []
    notices += [each.description for each in service.attributes if not each.variable] if service else []
    said = [text_in(notice, session.language) for notice in notices if any(notice.values())]
    if said or by_segment:
        return "\n".join(said)
    return session.say("report.filed_next", department=text_in(view.department_name, session.language))
