"""The outbox of pushing channels: sends what is due, honestly.

SMS has no idempotency key, so a send that was cut between the provider's yes and our commit must not simply be repeated: the
provider is asked first (`PushChannel.find`), and until it answers the delivery is of unknown fate and its lane rests. A provider that
never answers does not hold a resident's later texts for ever: in the end the delivery is kept as `unknown`, and the lane goes on.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from conversation.delivery.codes import DeliveryCode
from conversation.delivery.receipts import Deliveries
from conversation.delivery.terms import DeliveryTerms
from conversation.store.conversations import REPLY, ConversationStore
from core.database import Database
from core.errors import LeaseLost, SendError, SendLater, SendRefused, SendUnknown
from core.failures import Failure, FailureCode, fail_with
from core.model import Delivery, Receipt, Reply
from core.ports import PushChannel
from core.queue import Claim, Queue

log = structlog.get_logger()

UNKNOWN = "unknown"
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
MOST_ATTEMPTS = 40


class _NotWorthSending(Exception):  # noqa: N818  a state of the world rather than a fault
    """A reply that is not sent any more, and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends the items of the outbox through the pushing channels."""

    database: Database
    queue: Queue
    memory: ConversationStore
    deliveries: Deliveries
    channels: Mapping[str, PushChannel]
    terms: DeliveryTerms

    def deliver(self, claim: Claim) -> None:
        """Send one reply and keep the receipt; no transaction is held while the provider is asked."""
        recipient = self.memory.recipient(claim.payload["conversation"])
        if recipient is None:
            self._close_delivery(claim, "failed", fail_with(DeliveryCode.GONE))
            return
        if recipient.stopped and not claim.payload.get("though_stopped"):
            self._close_delivery(claim, "failed", fail_with(DeliveryCode.STOPPED))
            return
        reply = REPLY.validate_python(claim.payload["reply"])
        if recipient.channel not in self.channels:
            self._wait_for_channel(claim, recipient.channel, reply)
            return
        delivery = Delivery(claim.key, recipient.channel, recipient.address, reply, claim.attempt)
        try:
            receipt = self._send_delivery(claim, delivery)
        except _NotWorthSending as error:
            self._close_delivery(claim, "expired", error.failure)
        except SendRefused as error:
            self._close_delivery(claim, "failed", error.failure)
        except SendUnknown as error:
            self._close_unknown(claim, error)
        except SendLater as error:
            self._send_again_later(claim, error, reply)
        else:
            self._close_delivery(claim, "done", delivery=delivery, receipt=receipt)

    def _send_delivery(self, claim: Claim, delivery: Delivery) -> Receipt:
        channel = self.channels[delivery.channel]
        if _may_have_gone_out(claim):
            try:
                found = channel.find(delivery)
            except SendError as error:
                raise SendUnknown(DeliveryCode.NOT_SAID_YET, cause=error.failure) from error
            if found:
                return found
        if claim.is_worn_out:
            raise SendRefused(FailureCode.STUCK)
        reply = delivery.reply
        if why := self.terms.why_late(claim, reply) or self.terms.why_enough(claim, reply):
            raise _NotWorthSending(why)
        return channel.send(delivery)

    def _wait_for_channel(self, claim: Claim, channel: str, reply: Reply) -> None:
        missing = SendLater(DeliveryCode.NO_CHANNEL, LONGEST_WAIT, channel=channel)
        if _may_have_gone_out(
            claim
        ):  # to be looked up when the channel is back, so that is what is remembered
            self._close_unknown(claim, SendUnknown(DeliveryCode.NOT_SAID_YET, cause=missing.failure))
        else:
            self._send_again_later(claim, missing, reply)

    def _close_unknown(self, claim: Claim, error: SendUnknown) -> None:
        log.warning("delivery_unknown", item=claim.item_id, attempt=claim.attempt, reason=str(error))
        if claim.attempt >= MOST_ATTEMPTS:
            never = fail_with(DeliveryCode.NEVER_SAID, attempts=claim.attempt, cause=error.failure)
            self._close_delivery(claim, UNKNOWN, never)
        else:
            self.queue.postpone(claim, self._seconds_to_wait(claim), fail_with(DeliveryCode.UNKNOWN))

    def _send_again_later(self, claim: Claim, error: SendLater, reply: Reply) -> None:
        if why := self.terms.why_late(claim, reply, error.after):
            self._close_delivery(claim, "expired", replace(why, cause=error.failure))
        elif claim.attempt >= MOST_ATTEMPTS:
            given_up = fail_with(DeliveryCode.GIVEN_UP, attempts=claim.attempt, cause=error.failure)
            self._close_delivery(claim, "failed", given_up)
        else:
            self.queue.postpone(claim, max(error.after, self._seconds_to_wait(claim)), error.failure)

    def _seconds_to_wait(self, claim: Claim) -> float:
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(claim.attempt - 1, 10))
        return float(longest * random.uniform(0.5, 1.0))  # noqa: S311  jitter, not a secret

    def _close_delivery(
        self,
        claim: Claim,
        state: str,
        failure: Failure | None = None,
        *,
        delivery: Delivery | None = None,
        receipt: Receipt | None = None,
    ) -> None:
        try:
            with self.database.writing() as session:
                self.queue.fence(session, claim)
                if delivery and receipt:
                    self.deliveries.took(session, delivery, claim.payload["conversation"], receipt)
                if state == "expired":
                    self.memory.leave_unanswered(session, claim.payload["conversation"])
                self.queue.finish(session, claim, state=state, failure=failure)
        except LeaseLost:
            log.warning("delivery_taken_over", item=claim.item_id)


def _may_have_gone_out(claim: Claim) -> bool:
    """Whether an attempt before ended without a word, or with a word that its fate is unknown; earlier releases wrote the text alone."""
    last = claim.last_failure
    return claim.attempt > 1 and (last is None or last.text == DeliveryCode.UNKNOWN.sentence)
