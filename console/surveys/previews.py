"""How a survey looks to residents: every question as the bot asks it, drawn by each door's own rendering."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from actions.forms.engine import KINDS
from actions.forms.fields import of_question
from actions.forms.kind import QuestionContext
from actions.turn.context import ActionContext, led_by
from actions.turn.state import Form
from channels.registry import PREVIEWED, traits_of
from city.records.model import Survey, text_in
from console.shared.names import channel_name, language_name
from console.shared.request_context import RequestContext
from console.surveys.common import SeesSurveys, languages_of, the_survey
from core.model import Reply

router = APIRouter(prefix="/surveys/{code}")


@router.get("/preview")
def preview_page(visit: SeesSurveys, code: str, channel: str = "", language: str = "") -> Response:
    """The draft on one channel in one language."""
    with visit.console.database.reading() as session:
        survey = the_survey(visit, session, code).survey
    channel = channel if channel in PREVIEWED else PREVIEWED[0]
    language = language if language in languages_of(visit) else languages_of(visit)[0]
    replies = said_by_the_bot(visit, survey, channel, language)
    shown = [(only_if, visit.console.preview(channel, reply)) for only_if, reply in replies]
    return visit.page(
        "surveys/preview.html",
        survey=survey,
        channel=channel,
        language=language,
        channels=[(one, channel_name(visit, one)) for one in PREVIEWED],
        spoken=[(one, language_name(visit, one)) for one in languages_of(visit)],
        shown=shown,
        texts=sum(len(messages) for _, messages in shown),
        is_paid_by_segment=traits_of(channel).is_paid_by_segment,
        stacks_buttons=traits_of(channel).stacks_buttons,
        segments=sum(message.segments for _, messages in shown for message in messages),
    )


def said_by_the_bot(
    visit: RequestContext, survey: Survey, channel: str, language: str
) -> list[tuple[bool, Reply]]:
    """The bot's side of the survey: whether it is only asked of some, and what is said."""
    context = visit.console.services.assistant.context
    said = [
        (bool(question.skip_unless), _asked_reply(visit, context, survey, number, channel, language))
        for number, question in enumerate(survey.questions)
    ]
    if said:
        said[0] = (said[0][0], led_by([text_in(survey.intro, language)], said[0][1]))
    thanks = text_in(survey.thanks, language) or context.say("survey.thanks", language)
    return [*said, (False, Reply(thanks, language))]


def _asked_reply(
    visit: RequestContext, context: ActionContext, survey: Survey, number: int, channel: str, language: str
) -> Reply:
    fields = tuple(of_question(question) for question in survey.questions)
    field = replace(fields[number], only_if={})
    form = Form("survey", subject=survey.code, asked=field.name)
    question = QuestionContext(context, form, language, channel, visit.console.now(), fields)
    return KINDS[field.kind].phrase_question(question, field)
