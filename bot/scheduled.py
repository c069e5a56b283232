"""What an installation does again and again: its conversations' own tasks; the doors and the library bring theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from actions.handlers.case_news import ask_again
from conversation.delivery.drafts import put_due_drafts
from conversation.delivery.notices import send_notices
from conversation.delivery.services import ConversationServices
from conversation.staff.daily_figures import Figures
from conversation.staff.takeover import give_back_forgotten
from conversation.store.media import DiskMediaStore
from conversation.store.picture_room import sweep_unclaimed
from core.schedule import Marks, ScheduledTask
from core.settings import Settings
from knowledge.questions.groups import QuestionGroups

log = structlog.get_logger()


def conversation_tasks(
    *,
    services: ConversationServices,
    settings: Settings,
    media: DiskMediaStore,
    marks: Marks,
    figures: Figures,
    groups: QuestionGroups,
    wake_inbox: Callable[[], None],
) -> list[ScheduledTask]:
    """The tasks of conversations; `wake_inbox` lets what they put into the inbox be worked on at once."""

    def sweep_pictures() -> None:
        kept_for = timedelta(days=settings.unclaimed_pictures_days)
        sweep_unclaimed(services.database, media, marks, services.now(), kept_for)

    return [
        ScheduledTask(
            "give_back_forgotten",
            30.0,
            partial(_give_back, services, settings.staff_silence_minutes, wake_inbox),
        ),
        ScheduledTask("case_followup", 300.0, partial(_ask_who_wanted_to_look_later, services, wake_inbox)),
        ScheduledTask("drafts", 30.0, partial(_look_after_drafts, services, wake_inbox)),
        ScheduledTask("figures", 5.0, figures.count_all),
        ScheduledTask("usage", 3600.0, partial(services.rate_limits.usage.forget_old, services.now)),
        ScheduledTask("unclaimed_pictures", 6 * 3600.0, sweep_pictures),
        ScheduledTask("question_groups", 30.0, groups.group_some),
    ]


def _give_back(services: ConversationServices, minutes: int, wake_inbox: Callable[[], None]) -> None:
    if given_back := give_back_forgotten(services, minutes):
        log.info("given_back_to_the_bot", conversations=given_back)
        wake_inbox()


def _look_after_drafts(services: ConversationServices, wake_inbox: Callable[[], None]) -> None:
    if put_due_drafts(services):
        wake_inbox()


def _ask_who_wanted_to_look_later(services: ConversationServices, wake_inbox: Callable[[], None]) -> None:
    with services.database.writing() as session:
        asked = send_notices(
            services, session, ask_again(services.assistant.context, session, services.now())
        )
    if asked:
        wake_inbox()
