"""All the parts that a conversation needs, and the way of a reply into the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.assistant import Assistant
from actions.turn.turn import Notice
from channels.registry import traits_of
from channels.traits import ChannelTraits
from conversation.delivery.late_files import LateFiles
from conversation.delivery.notifier import LocalNotifier
from conversation.delivery.rate_limits import RateLimits
from conversation.store.conversations import ConversationStore, write_reply
from conversation.understanding.language import OfferedLanguages
from conversation.understanding.rules import RuleMatcher
from core.database import Database
from core.model import Outcome, Reply, Want
from core.ports import NluClient, PushChannel
from core.queue import Queue, utc_now
from core.texts import Texts


def urgent_lane(conversation_id: str) -> str:
    """The lane of the outbox for words about danger in this conversation."""
    return f"{conversation_id} urgent"


@dataclass(frozen=True, slots=True)
class ConversationServices:
    """All that a conversation needs, put together once by `bot.app`.

    `fragment_silence` are the seconds without another text after which what somebody writes in pieces is complete.
    """

    database: Database
    inbox: Queue
    outbox: Queue
    memory: ConversationStore
    rule_matcher: RuleMatcher
    nlu_client: NluClient
    assistant: Assistant
    texts: Texts
    files: LateFiles
    notifier: LocalNotifier
    language_of: OfferedLanguages
    rate_limits: RateLimits
    channels: Mapping[str, PushChannel] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now
    fragment_silence: float = 0.0
    upload_link: Callable[[Session, str], str] | None = None
    picture_page: Callable[[Session, Reply], str] | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered, the city's main one first."""
        return self.assistant.context.languages

    def say_notice(self, notice: Notice, language: str) -> Reply:
        """The words of a notice in this language, or staff's own where they wrote in another one."""
        words = notice.text.get(language) or notice.text.get("") or next(iter(notice.text.values()), "")
        text = words or self.assistant.context.say(notice.key, language, **notice.values)
        return Reply(text, language, by=notice.by, outcome=None if notice.by else Outcome.TOLD)

    def post(
        self,
        session: Session,
        channel_name: str,
        conversation_id: str,
        key: str,
        replies: Sequence[Reply],
        *,
        though_stopped: bool,
        sends_pictures: bool = False,
        lasting: bool = False,
    ) -> None:
        """Put replies into the outbox of a pushing channel, each as many deliveries as the channel makes of it.

        Where carriers rule, nothing goes to somebody who asked for no more texts, unless it confirms just that. Whoever
        `sends_pictures` needs no link to send one. What is `lasting` is worth sending longer than an answer. Words about danger have a lane
        of their own: they never wait behind what cannot be sent.
        """
        channel = self.channels.get(channel_name)
        if channel is None:
            return
        traits = traits_of(channel_name)
        linked = [self._with_page(session, traits, reply) for reply in replies]
        if not sends_pictures:
            linked = [self._with_upload_link(session, traits, conversation_id, reply) for reply in linked]
        parts = [part for reply in linked for part in channel.split(reply)]
        for number, part in enumerate(parts):
            payload = {
                "conversation": conversation_id,
                "reply": write_reply(part),
                "though_stopped": though_stopped or not traits.has_carrier_rules,
            }
            if lasting:
                payload["lasting"] = True
            lane = urgent_lane(conversation_id) if part.urgent else conversation_id
            item = f"{channel_name} {key} {number}"
            self.outbox.put(session, lane, item, payload, door=channel_name, urgent=part.urgent)

    def _with_page(self, session: Session, traits: ChannelTraits, reply: Reply) -> Reply:
        """Pictures get a page where the channel takes addresses instead of files."""
        if self.picture_page is None or not traits.has_links_for_pictures or not reply.pictures:
            return reply
        page = self.picture_page(session, reply)
        shown = enumerate(reply.pictures, 1)
        return replace(
            reply,
            pictures=tuple(
                replace(each, page=page, address=f"{page}/{number}.jpg") for number, each in shown
            ),
        )

    def _with_upload_link(
        self, session: Session, traits: ChannelTraits, conversation_id: str, reply: Reply
    ) -> Reply:
        """A wish for a photo comes with a link where sending a picture may be impossible or dear."""
        key = traits.photo_link_text
        if self.upload_link is None or not key or Want.PHOTO not in reply.wants:
            return reply
        link = self.upload_link(session, conversation_id)
        return replace(reply, text=f"{reply.text}\n{self.texts.say(key, reply.language, link=link)}")
