"""The outbox of pushing channels: sends what is due, honestly.

SMS has no idempotency key, so a send that was cut between the provider's yes and our commit must not simply be repeated: the
provider is asked first (`PushChannel.find`), and until it answers the delivery is of unknown fate and its lane rests. A provider that
never answers does not hold a resident's later texts for ever: in the end the delivery is kept as `unknown`, and the lane goes on.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from conversation.delivery.receipts import Deliveries
from conversation.delivery.terms import DeliveryTerms
from conversation.store.conversations import REPLY, ConversationStore
from core.database import Database
from core.errors import LeaseLost, SendError, SendLater, SendRefused, SendUnknown
from core.model import Delivery, Receipt, Reply
from core.ports import PushChannel
from core.queue import Claim, Queue

log = structlog.get_logger()

UNKNOWN = "unknown"
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
MOST_ATTEMPTS = 40


class _TooLateError(SendError):
    """A reply that is not worth sending any more."""


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
            self._close(claim, "failed", "the conversation is gone")
            return
        if recipient.stopped and not claim.payload.get("though_stopped"):
            self._close(claim, "failed", "the resident asked not to be written to")
            return
        reply = REPLY.validate_python(claim.payload["reply"])
        if recipient.channel not in self.channels:
            self._later(
                claim, SendLater(f"The channel {recipient.channel} is not set up here.", LONGEST_WAIT), reply
            )
            return
        delivery = Delivery(claim.key, recipient.channel, recipient.address, reply, claim.attempt)
        try:
            receipt = self._send(claim, delivery)
        except _TooLateError as error:
            self._close(claim, "expired", str(error))
        except SendRefused as error:
            self._close(claim, "failed", str(error))
        except SendUnknown as error:
            self._unknown(claim, error)
        except SendLater as error:
            self._later(claim, error, reply)
        else:
            self._close(claim, "done", delivery=delivery, receipt=receipt)

    def _send(self, claim: Claim, delivery: Delivery) -> Receipt:
        channel = self.channels[delivery.channel]
        if claim.attempt > 1 and claim.last_error in {None, UNKNOWN}:
            try:
                found = channel.find(delivery)
            except SendError as error:
                raise SendUnknown(
                    f"The provider cannot say yet whether it took the delivery: {error}"
                ) from error
            if found:
                return found
        if claim.is_worn_out:
            raise SendRefused("Sending it silenced its worker twice, and the provider has not taken it.")
        reply = delivery.reply
        if why := self.terms.why_late(claim, reply) or self.terms.why_enough(claim, reply):
            raise _TooLateError(why)
        return channel.send(delivery)

    def _unknown(self, claim: Claim, error: SendUnknown) -> None:
        log.warning("delivery_unknown", item=claim.item_id, attempt=claim.attempt, reason=str(error))
        if claim.attempt >= MOST_ATTEMPTS:
            self._close(claim, UNKNOWN, f"nobody could say after {claim.attempt} attempts: {error}")
        else:
            self.queue.postpone(claim, self._wait(claim), UNKNOWN)

    def _later(self, claim: Claim, error: SendLater, reply: Reply) -> None:
        if why := self.terms.why_late(claim, reply, error.after):
            self._close(claim, "expired", f"{why} {error}")
        elif claim.attempt >= MOST_ATTEMPTS:
            self._close(claim, "failed", f"given up after {claim.attempt} attempts: {error}")
        else:
            self.queue.postpone(claim, max(error.after, self._wait(claim)), str(error))

    def _wait(self, claim: Claim) -> float:
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(claim.attempt - 1, 10))
        return float(longest * random.uniform(0.5, 1.0))  # noqa: S311  jitter, not a secret

    def _close(
        self,
        claim: Claim,
        state: str,
        error: str | None = None,
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
                self.queue.finish(session, claim, state=state, error=error)
        except LeaseLost:
            log.warning("delivery_taken_over", item=claim.item_id)
