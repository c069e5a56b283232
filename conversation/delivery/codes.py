"""Why a delivery was closed without being sent, or waits, for reasons of our own; a provider's are in `core.errors.SendCode`."""

from __future__ import annotations

from core.failures import ErrorCode


class DeliveryCode(ErrorCode):
    """What the outbox keeps of a delivery that did not go out."""

    GONE = "gone", "The conversation is gone."
    STOPPED = "stopped", "The resident asked not to be written to."
    NO_CHANNEL = "no_channel", "The channel {channel} is not set up here."
    UNKNOWN = "unknown", "unknown"
    """A cut send that is to be looked up. Its text is what earlier releases wrote and look for, so that none of them repeats it."""
    NOT_SAID_YET = "not_said_yet", "The provider cannot say yet whether it took the delivery."
    NEVER_SAID = "never_said", "Nobody could say after {attempts} attempts whether the provider took it."
    GIVEN_UP = "given_up", "Given up after {attempts} attempts."
    TOO_LATE = "too_late", "It could not be sent within {hours} hours."
    WOULD_BE_LATE = "would_be_late", "It would have had to wait longer than {hours} hours."
    ENOUGH = "enough", "This number was sent as many texts as one number is sent in an hour or a day."
    UNDELIVERED = "undelivered", "The provider could not deliver it (its error {number})."
