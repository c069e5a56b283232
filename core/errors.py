"""The errors of the house, a small closed tree.

CitylineError
  SettingsError        a setting is wrong or missing
  NluUnavailable       the NLU is down, too slow, or talks rubbish
  GeocoderUnavailable  a geocoder does not answer, or talks rubbish
  LeaseLost            another worker has taken this row over
  BadUpload            a file that cannot be taken, and why
  TuningError          a model that cannot be tuned, and what to do
  CityDataError        a city folder that cannot be loaded: which file, which line, what was expected
  CodedError           whatever is kept or shown in another language: its `failure` has a code and values
    UnreadableDocument a document that cannot be read, and why
    SendError          a delivery that did not go out
      SendRefused      permanently: the address or the text is not accepted
      SendLater        try again, not before `after` seconds
      SendUnknown      cut between the provider's yes and ours: look it up before anything else
"""

from __future__ import annotations

from core.failures import ErrorCode, Failure, Value, fail_with
from core.model import Trouble


class CitylineError(Exception):
    """Anything that the house itself raises: one sentence saying what happened, what was expected, what to do."""


class CodedError(CitylineError):
    """An error that says by a code and values what went wrong, so that it can be kept and said in any language."""

    def __init__(self, code: ErrorCode, *, cause: Failure | None = None, **values: Value) -> None:
        self.failure = fail_with(code, cause=cause, **values)
        super().__init__(str(self.failure))


class SettingsError(CitylineError):
    """A setting is wrong or missing."""


class NluUnavailable(CitylineError):  # noqa: N818  a state of the world rather than a fault
    """The NLU is down, too slow, or talks rubbish; free text has to wait."""


class GeocoderUnavailable(CitylineError):  # noqa: N818
    """A geocoder does not answer, is asked too often, or talks rubbish; the city's own map has to do."""


class LeaseLost(CitylineError):  # noqa: N818
    """Another worker has taken this lane over; nothing of this attempt may be committed."""


class BadUpload(CitylineError):  # noqa: N818
    """A file that cannot be taken; `trouble` is what the resident is told about."""

    def __init__(self, message: str, trouble: Trouble = Trouble.BAD_FILE) -> None:
        super().__init__(message)
        self.trouble = trouble


class UnreadableDocument(CodedError):  # noqa: N818
    """A document that cannot be read, and why, for the person who uploaded it (`knowledge.base.unreadable`)."""


class TuningError(CitylineError):
    """A model that cannot be tuned: too few questions, a package that is missing, a file that cannot be read."""


class CityDataError(CitylineError):
    """A city folder that cannot be loaded."""


class SendCode(ErrorCode):
    """Why a delivery did not go out, or a file did not come, whoever the provider is."""

    UNREACHABLE = "unreachable", "{provider} cannot be reached ({detail})."
    THROTTLED = "throttled", "{provider} asks to wait for {seconds} seconds."
    PACE = "pace", "The pace at which {provider} takes messages is used up."
    SILENT = "silent", "{provider} does not answer."
    NOT_NOW = "not_now", "{provider} does not take messages now: error {number}, {detail}."
    NOT_ASKED = "not_asked", "{provider} cannot be asked {what}: {detail}"
    NOT_LISTED = "not_listed", "{provider}'s list may not show the message yet."
    NO_MONEY = "no_money", "The day's money for texts is spent."
    LOGIN = "login", "{provider} does not know this installation; set {setting}."
    DECLINED = "declined", "{provider} will not take this: error {number}, {detail}."
    OPTED_OUT = (
        "opted_out",
        "The resident has stopped messages from the city at {provider}: error {number}, {detail}.",
    )
    ABROAD = (
        "abroad",
        "The number is outside the countries in CITYLINE_TWILIO_COUNTRIES, or of a kind that is dear; nothing was sent.",
    )
    CUT = "cut", "The line to {provider} was cut, or no answer came that can be read: {detail}"
    CUT_TWICE = (
        "cut_twice",
        "Cut twice, so it may have arrived twice or not at all; it is not sent a third time.",
    )
    UNNAMED = "unnamed", "{provider} took the message but did not name it."
    IN_PART = "in_part", "Only {sent} of {count} messages went out."
    FILE_LATE = "file_late", "The file did not come: {detail}."


class SendError(CodedError):
    """A delivery that did not go out."""


class SendRefused(SendError):  # noqa: N818
    """The provider will never take this: the address or the text is not accepted."""


class SendLater(SendError):  # noqa: N818
    """The provider asks to wait: not before `after` seconds."""

    def __init__(
        self, code: ErrorCode, after: float = 1.0, *, cause: Failure | None = None, **values: Value
    ) -> None:
        super().__init__(code, cause=cause, **values)
        self.after = after


class SendUnknown(SendError):  # noqa: N818
    """The line was cut after the request went out: it may or may not have been accepted."""
