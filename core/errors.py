"""The errors of the house, a small closed tree.

CitylineError
  SettingsError        a setting is wrong or missing
  NluUnavailable       the NLU is down, too slow, or talks rubbish
  LeaseLost            another worker has taken this row over
  BadUpload            a file that cannot be taken, and why
  UnreadableDocument   a document that cannot be read, and why
  TuningError          a model that cannot be tuned, and what to do
  CityDataError        a city folder that cannot be loaded: which file, which line, what was expected
  SendError            a delivery that did not go out
    SendRefused        permanently: the address or the text is not accepted
    SendLater          try again, not before `after` seconds
    SendUnknown        cut between the provider's yes and ours: look it up before anything else
"""

from __future__ import annotations

from core.model import Trouble


class CitylineError(Exception):
    """Anything that the house itself raises: one sentence saying what happened, what was expected, what to do."""


class SettingsError(CitylineError):
    """A setting is wrong or missing."""


class NluUnavailable(CitylineError):  # noqa: N818  a state of the world rather than a fault
    """The NLU is down, too slow, or talks rubbish; free text has to wait."""


class LeaseLost(CitylineError):  # noqa: N818
    """Another worker has taken this lane over; nothing of this attempt may be committed."""


class BadUpload(CitylineError):  # noqa: N818
    """A file that cannot be taken; `trouble` is what the resident is told about."""

    def __init__(self, message: str, trouble: Trouble = Trouble.BAD_FILE) -> None:
        super().__init__(message)
        self.trouble = trouble


class UnreadableDocument(CitylineError):  # noqa: N818
    """A document that cannot be read, and why, in a sentence for the person who uploaded it."""


class TuningError(CitylineError):
    """A model that cannot be tuned: too few questions, a package that is missing, a file that cannot be read."""


class CityDataError(CitylineError):
    """A city folder that cannot be loaded."""


class SendError(CitylineError):
    """A delivery that did not go out."""


class SendRefused(SendError):  # noqa: N818
    """The provider will never take this: the address or the text is not accepted."""


class SendLater(SendError):  # noqa: N818
    """The provider asks to wait: not before `after` seconds."""

    def __init__(self, message: str, after: float = 1.0) -> None:
        super().__init__(message)
        self.after = after


class SendUnknown(SendError):  # noqa: N818
    """The line was cut after the request went out: it may or may not have been accepted."""
