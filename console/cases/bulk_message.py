"""What residents would be told by a change of many cases: how many by each channel and language, in which words, and who not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from fastapi.responses import Response
from sqlalchemy.orm import Session

from actions.handlers.case_news import News, tell_reporters
from city.requests.messages import message_for
from city.requests.tables import ServiceRequestRow
from console.cases.bulk_form import Bulk
from console.shared.names import channel_name, language_name
from console.shared.request_context import RequestContext
from conversation.delivery.recipients import NotTold, Reach, reach_of
from core.preview import Shown


@dataclass(slots=True)
class BulkWording:
    """One wording in one language: an example of it at each channel, and how many residents get it there."""

    language: str
    number: str
    people: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[Shown]] = field(default_factory=dict)


@dataclass(slots=True)
class Summary:
    """All messages of one change. Residents are counted once for each channel; `messages` is all that is sent."""

    channels: Counter[str] = field(default_factory=Counter)
    not_told: Counter[NotTold] = field(default_factory=Counter)
    messages: int = 0
    wordings: list[BulkWording] = field(default_factory=list)

    @property
    def told(self) -> int:
        """Residents who get something."""
        return self.channels.total()


def show_preview(
    visit: RequestContext, session: Session, cases: Sequence[ServiceRequestRow], form: Bulk
) -> Response:
    """The page before the change; nothing has been changed yet."""
    changing = [case for case in cases if case.status != form.status]
    kept = form.model_dump(exclude={"tell", "seen", "numbers", "versions"})
    return visit.page(
        "cases/bulk_message.html",
        summary=summary_of(visit, session, changing, form),
        changing=len(changing),
        left=len(form.numbers) - len(changing),
        becomes=visit.say(f"cases.status_{form.status}"),
        kept=[
            *kept.items(),
            *(("numbers", number) for number in form.numbers),
            *(("versions", f"{number}:{form.version_of(number)}") for number in form.numbers),
        ],
        back=visit.path(f"/cases?{urlencode(parse_qsl(form.query))}"),
        channel_named=lambda code: channel_name(visit, code),
        language_named=lambda code: language_name(visit, code),
    )


def summary_of(
    visit: RequestContext, session: Session, cases: Sequence[ServiceRequestRow], form: Bulk
) -> Summary:
    """Who would be told what; a wording of a service's own stands for itself."""
    services, news = visit.console.services, News(form.status, form.reason)
    summary, told, counted = Summary(), set[tuple[str, str]](), set[str]()
    wordings: dict[tuple[str, str], BulkWording] = {}
    for case in cases:
        for reached in reach_of(
            services, session, tell_reporters(services.assistant.context, session, case, news)
        ):
            first = reached.conversation_id not in counted
            counted.add(reached.conversation_id)
            if reached.why_not:
                summary.not_told[reached.why_not] += first
                continue
            summary.messages += 1
            summary.channels[reached.channel] += first
            language = reached.reply.language
            words = message_for(session, visit.console.texts, news.kind, case.service_code, language).text
            wording = wordings.setdefault((language, words), BulkWording(language, case.number))
            _count_told(visit, wording, reached, told, words)
    summary.channels = Counter(dict(summary.channels.most_common()))
    summary.wordings = sorted(wordings.values(), key=lambda one: -one.people.total())
    return summary


def _count_told(
    visit: RequestContext, wording: BulkWording, reached: Reach, told: set[tuple[str, str]], words: str
) -> None:
    if (reached.conversation_id, words) not in told:
        told.add((reached.conversation_id, words))
        wording.people[reached.channel] += 1
    if reached.channel not in wording.shown:
        wording.shown[reached.channel] = visit.console.preview(reached.channel, reached.reply)
